"""Programmes and portfolios: projects looked at together, one primary, each seen by who may."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from tests.portfolio.conftest import NOW, TODAY, Begin, Office

from netzstadt.core.access.permissions import Role
from netzstadt.core.links import services as links
from netzstadt.core.orgs.models import Person
from netzstadt.core.orgs.models.roles import Function
from netzstadt.core.orgs.services import members
from netzstadt.portfolio.models import Programme, ProgrammeProject, Project
from netzstadt.portfolio.services import programmes
from netzstadt.portfolio.services.programmes import ProgrammeFacts
from netzstadt.portfolio.services.refusals import PortfolioRefused

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme(office: Office) -> Programme:
    return begun(office)


def begun(office: Office, title: str = "Grüne Stadt", **given: object) -> Programme:
    facts = ProgrammeFacts(title=title, purpose="Mehr Grün.", unit_id=office.unit.pk, **given)
    return programmes.begin_programme(facts=facts, by=None, at=NOW)


def join(programme: Programme, project: Project, *, is_primary: bool = False) -> None:
    programmes.join_project(
        programme=programme, project=project, is_primary=is_primary, by=None, at=NOW
    )


def test_a_project_has_one_primary_programme(programme: Programme, office: Office, begin: Begin):
    project, other = begin(), begun(office, "Digitale Stadt", kind="PORTFOLIO")
    join(programme, project, is_primary=True)

    join(other, project, is_primary=True)

    rows = ProgrammeProject.objects.values_list("programme", "is_primary")
    assert set(rows) == {(programme.pk, False), (other.pk, True)}
    with (
        pytest.raises(IntegrityError, match="portfolio_programme_one_primary"),
        transaction.atomic(),
    ):
        ProgrammeProject.objects.update(is_primary=True)
    with (
        pytest.raises(IntegrityError, match="portfolio_programme_project_once"),
        transaction.atomic(),
    ):
        ProgrammeProject.objects.update(programme=other)


def test_the_database_holds_what_a_programme_is(programme: Programme):
    for change, name in (
        ({"title": ""}, "portfolio_programme_words"),
        ({"purpose": ""}, "portfolio_programme_words"),
        ({"kind": "NOTHING"}, "portfolio_programme_kind"),
        ({"visibility": "RESTRICTED"}, "portfolio_programme_kind"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Programme.objects.update(**change)


def test_a_project_is_taken_out_once(programme: Programme, begin: Begin):
    project = begin()
    join(programme, project)
    member = ProgrammeProject.objects.get()

    programmes.leave_programme(member=member, by=None, at=NOW)

    assert not ProgrammeProject.objects.exists()
    with pytest.raises(PortfolioRefused):
        programmes.leave_programme(member=member, by=None, at=NOW)


def test_everybody_reads_what_is_public_and_counts_only_what_she_sees(
    office: Office, begin: Begin, client: Client, client_of: Callable[..., Client], make_person
):
    public = begun(office, visibility="PUBLIC")
    inner = begun(office, "Nur intern")
    join(public, begin("Offen", visibility="PUBLIC", summary="Für alle."))
    join(public, begin("Nur für uns"))
    reader = client_of(make_person(Role.READER))

    page = f"/programmes/{public.pk}/"

    assert "Offen" in client.get(page).content.decode()
    assert "Nur für uns" not in client.get(page).content.decode()
    assert "Nur für uns" in reader.get(page).content.decode()
    counts = {one.title: one.projects_count for one in client.get("/programmes/").context["page"]}
    assert counts == {"Grüne Stadt": 1}
    assert client.get(f"/programmes/{inner.pk}/").status_code == 404
    assert reader.get(f"/programmes/{inner.pk}/").status_code == 200


def test_the_list_of_projects_is_filtered_by_programme(
    programme: Programme, begin: Begin, client_of: Callable[..., Client], make_person, client
):
    join(programme, begin("Drin"))
    begin("Draußen")
    reader = client_of(make_person(Role.READER))

    found = reader.get(f"/projects/?programme={programme.pk}").context["page"]

    assert [one.title for one in found] == ["Drin"]
    assert reader.get("/projects/?programme=nothing").status_code == 422
    # Nobody learns from a filter that there is a programme that she may not see.
    assert "programme" not in client.get("/projects/").context["form"].fields


def test_a_head_keeps_programmes_of_her_unit_and_no_others(
    office: Office,
    begin: Begin,
    client_of: Callable[..., Client],
    make_person: Callable[..., Person],
    make_unit: Callable[..., object],
):
    head = make_person()
    members.begin_membership(
        person=head,
        unit=office.unit,
        function=Function.HEAD,
        valid_from=TODAY,
        by=None,
        at=NOW,
    )
    client, project = client_of(head), begin()
    typed = {
        "title": "Grüne Stadt",
        "purpose": "Mehr Grün.",
        "kind": "PROGRAMME",
        "visibility": "ADMINISTRATION",
    }
    new = "/office/programmes/new/"
    other = make_unit("Anderes Referat")
    assert client.post(new, typed | {"unit": other.pk}).status_code == 422
    made = client.post(new, typed | {"unit": office.unit.pk})
    programme = Programme.objects.get()
    assert made["Location"] == f"/programmes/{programme.pk}/"
    kept = f"/office/programmes/{programme.pk}"
    assert client.post(f"{kept}/join/", {"number": "V-1900-001"}).status_code == 422
    assert client.post(f"{kept}/join/", {"number": project.key.lower()}).status_code == 302
    shown = client.get(f"/projects/{project.pk}/").content.decode()
    assert f"/programmes/{programme.pk}/" in shown
    change = client.post(
        f"{kept}/change/", typed | {"title": "Grünere Stadt", "unit": office.unit.pk}
    )
    assert change.status_code == 302
    member = ProgrammeProject.objects.get()
    leave = f"/office/programmes/members/{member.pk}/leave/"
    assert client_of(make_person(Role.READER)).post(leave).status_code == 403
    assert client.post(leave).status_code == 302
    programme.refresh_from_db()
    assert programme.title == "Grünere Stadt"
    assert not ProgrammeProject.objects.exists()


def test_a_list_of_many_asks_a_handful_of_times(
    office: Office,
    begin: Begin,
    client_of: Callable[..., Client],
    make_person: Callable[..., Person],
    django_assert_max_num_queries,
):
    project = begin()
    for number in range(30):
        join(begun(office, f"Programm {number:02}"), project)
    client = client_of(make_person(Role.COORDINATOR))

    for page in ("/programmes/", f"/programmes/{Programme.objects.first().pk}/"):
        with django_assert_max_num_queries(18 if page.count("/") > 2 else 12):
            assert client.get(page).status_code == 200


def test_a_project_depends_on_another_one_and_never_in_a_circle(
    begin: Begin, office: Office, client_of: Callable[..., Client]
):
    first, later = begin("Netz bauen"), begin("Sensoren setzen")
    refs = [links.Ref("portfolio.project", one.pk) for one in (later, first)]
    links.link(source=refs[0], relation="depends_on", target=refs[1], by=None, at=NOW)

    with pytest.raises(links.LinkRefused):
        links.link(source=refs[1], relation="depends_on", target=refs[0], by=None, at=NOW)

    lead = client_of(office.lead)
    shown = lead.get(f"/projects/{later.pk}/").content.decode()
    assert "hängt ab von" in shown
    assert "Netz bauen" in shown
    assert "wird gebraucht für" in lead.get(f"/projects/{first.pk}/").content.decode()
