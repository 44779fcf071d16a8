"""Pages of projects: read by those who may, filtered, exported, kept by the unit's own people."""

import csv
import io
from collections.abc import Callable

import pytest
from django.test import Client
from tests.portfolio.conftest import NOW, TODAY, Begin, City, Office, answer_all, decide, here

from netzstadt.core.access.permissions import Role
from netzstadt.core.links.models import Link
from netzstadt.core.orgs.models import Person
from netzstadt.core.orgs.models.roles import Function
from netzstadt.core.orgs.services import members
from netzstadt.lib.tables import read_table
from netzstadt.portfolio.models import Gate, GateDecision, Milestone, Project
from netzstadt.portfolio.services.gates import ConditionFacts
from netzstadt.strategy.services import editions

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(client_of: Callable[..., Client], make_person: Callable[..., Person]) -> Client:
    return client_of(make_person(Role.COORDINATOR, email="koordination@example.org"))


@pytest.fixture
def clerk(
    office: Office, client_of: Callable[..., Client], make_person: Callable[..., Person]
) -> Client:
    """Somebody who works in the unit of the project."""
    person = make_person()
    members.begin_membership(
        person=person,
        unit=office.unit,
        function=Function.MEMBER,
        valid_from=TODAY,
        by=None,
        at=NOW,
    )
    return client_of(person)


def typed(**given: object) -> dict[str, object]:
    """What stands in the form of a new project."""
    known = {
        "title": "Bäume messen",
        "method": "SMALL",
        "kind": "PROJECT",
        "direction": "OUTWARD",
        "visibility": "ADMINISTRATION",
    }
    return known | given


def in_force(city: City) -> None:
    editions.adopt_edition(edition=city.draft, adopted_on=TODAY, adopted_by="Rat", by=None, at=NOW)
    city.draft.refresh_from_db()
    editions.put_in_force(edition=city.draft, on=TODAY, by=None, at=NOW)


def test_a_project_is_begun_from_a_measure_and_its_goal_shows_it(
    coordinator: Client, client: Client, office: Office, city: City
):
    in_force(city)
    measure = f"/strategy/elements/{city.first.pk}/"
    offered = coordinator.get(measure).content.decode()
    begin = f"/office/projects/new/?element={city.first.pk}"
    assert begin in offered
    assert begin not in client.get(measure).content.decode()
    form = coordinator.get(begin)
    assert form.context["form"].initial["title"] == "Bäume pflanzen"

    answer = coordinator.post(
        begin,
        typed(title="Hundert Bäume", unit=office.unit.pk, visibility="PUBLIC", summary="Schatten."),
    )

    project = Project.objects.get()
    assert answer["Location"] == f"/projects/{project.pk}/"
    link = Link.objects.get(relation="implements")
    assert (link.source_id, link.target_id) == (project.pk, city.first.pk)
    goal = client.get(f"/strategy/elements/{city.goal.pk}/").content.decode()
    assert "Hundert Bäume" in goal
    assert "Antrag" in goal
    assert client.get("/strategy/").status_code == 302


def test_a_project_of_the_administration_stays_there(
    begin: Begin, client: Client, coordinator: Client, city: City
):
    in_force(city)
    project = begin("Nur für uns", implements=[city.first.pk])

    for page in ("/projects/", "/projects.csv", f"/strategy/elements/{city.goal.pk}/"):
        assert "Nur für uns" not in client.get(page).getvalue().decode()
        assert "Nur für uns" in coordinator.get(page).getvalue().decode()
    assert client.get(f"/projects/{project.pk}/").status_code == 404


def test_who_leads_and_decides_is_not_told_to_everybody(
    begin: Begin, client: Client, coordinator: Client, office: Office
):
    project = begin(visibility="PUBLIC", summary="Für alle.")
    answer_all(here(project))
    decide(here(project), office.sponsor, reason="Nur intern zu lesen.")

    shown = client.get(f"/projects/{project.pk}/").content.decode()
    inside = coordinator.get(f"/projects/{project.pk}/").content.decode()

    assert "Weiter in die nächste Phase" in shown
    for word in ("Lena Leitung", "Otto Auftrag", "Nur intern"):
        assert word not in shown
    assert "Lena Leitung" in inside
    gate = Gate.objects.get(project=project, number=1)
    assert "Nur intern" in coordinator.get(f"/office/projects/gates/{gate.pk}/").content.decode()
    assert client.get(f"/office/projects/gates/{gate.pk}/").status_code == 302


def test_the_list_is_filtered_and_says_how_many_there_are(
    begin: Begin, coordinator: Client, office: Office
):
    tree, bus = begin("Bäume messen"), begin("Bus und Bahn", kind="PILOT", direction="INWARD")
    answer_all(here(bus))
    decide(here(bus), office.sponsor, "STOP")

    def titles(query: str) -> list[str]:
        return [one.title for one in coordinator.get(f"/projects/?{query}").context["page"]]

    assert titles("") == ["Bus und Bahn", "Bäume messen"]
    assert titles("q=bäume") == titles(f"q={tree.key}") == ["Bäume messen"]
    assert titles("state=RUNNING") == titles("kind=PROJECT") == ["Bäume messen"]
    assert titles("state=OVER") == titles("direction=INWARD") == ["Bus und Bahn"]
    assert titles(f"unit={office.unit.pk}") == ["Bus und Bahn", "Bäume messen"]
    assert "Kein Vorhaben passt" in coordinator.get("/projects/?q=nichts").content.decode()
    for page in ("/projects/", "/projects.csv", "/projects.xlsx"):
        assert coordinator.get(f"{page}?kind=NOTHING").status_code == 422


def test_a_list_is_taken_along_as_a_table(begin: Begin, coordinator: Client, office: Office):
    begin("=1+1", starts_on=TODAY)
    begin("Bus und Bahn")

    lines = coordinator.get("/projects.csv?q=1").getvalue().decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(lines), delimiter=";")

    assert row["title"] == "'=1+1"  # no formula
    assert (row["stage"], row["starts_on"]) == ("REQUEST", "2026-11-18")
    assert row["unit"] == office.unit.key
    book = read_table(coordinator.get("/projects.xlsx").content)
    assert [cells[1] for _line, cells in book.rows] == ["Bus und Bahn", "=1+1"]


def test_a_list_of_many_asks_the_database_a_handful_of_times(
    begin: Begin, coordinator: Client, django_assert_max_num_queries
):
    for number in range(30):
        begin(f"Vorhaben {number}")

    with django_assert_max_num_queries(12):
        answer = coordinator.get("/projects/")

    assert answer.context["page"].paginator.count == 30


def test_a_project_with_all_its_gates_asks_a_handful_of_times(
    begin: Begin, coordinator: Client, office: Office, django_assert_max_num_queries
):
    project = begin(method="GATES")
    for _gate in range(5):
        answer_all(here(project))
        decide(here(project), office.sponsor)

    with django_assert_max_num_queries(23):
        coordinator.get(f"/projects/{project.pk}/")


def test_who_works_in_a_unit_keeps_its_projects_and_no_others(
    begin: Begin, clerk: Client, office: Office, make_unit: Callable[..., object]
):
    own = begin(visibility="UNIT")
    answer = clerk.post(
        f"/office/projects/{own.pk}/milestones/new/",
        {"title": "Erste Sonde", "planned_on": "2027-03-01"},
    )
    assert answer.status_code == 302
    assert Milestone.objects.get().title == "Erste Sonde"
    other = make_unit("Anderes Referat")
    refused = clerk.post("/office/projects/new/", typed(unit=other.pk))
    assert refused.status_code == 422
    assert "eigenen Einheit" in refused.content.decode()
    given = {"unit": other.pk, "lead": "", "sponsor": ""}
    assert clerk.post(f"/office/projects/{own.pk}/assign/", given).status_code == 422
    # Who stands for a project decides: staff name neither, or they would decide themselves.
    herself = {"unit": office.unit.pk, "lead": office.lead.email, "sponsor": office.lead.email}
    assert clerk.post(f"/office/projects/{own.pk}/assign/", herself).status_code == 403
    gate = f"/office/projects/gates/{here(own).pk}/prepare/"
    assert clerk.post(gate, {"deciders": office.lead.email}).status_code == 403
    assert clerk.post("/office/projects/new/", typed(unit=office.unit.pk)).status_code == 302

    begin.office = Office(other, office.lead, office.sponsor)
    foreign = begin("Fremd")
    assert clerk.get(f"/projects/{foreign.pk}/").status_code == 200
    change = f"/office/projects/{foreign.pk}/change/"
    assert clerk.post(change, typed(title="Meins")).status_code == 403
    foreign.refresh_from_db()
    assert foreign.title == "Fremd"


def test_a_change_that_would_overwrite_another_one_is_shown_first(
    begin: Begin, coordinator: Client
):
    project = begin()
    page = f"/office/projects/{project.pk}/change/"
    seen = coordinator.get(page).context["form"].initial["seen"]
    assert coordinator.post(page, typed(title="Erste", seen=seen)).status_code == 302

    answer = coordinator.post(page, typed(title="Zweite", seen=seen))

    assert answer.status_code == 422
    assert Project.objects.get().title == "Erste"
    again = answer.context["form"]["seen"].value()
    assert coordinator.post(page, typed(title="Zweite", seen=again)).status_code == 302
    assert Project.objects.get().title == "Zweite"


def test_a_gate_is_prepared_answered_asked_and_decided_in_the_browser(
    begin: Begin, coordinator: Client, client_of: Callable[..., Client], office: Office
):
    project = begin()
    gate = f"/office/projects/gates/{here(project).pk}/"
    deciders = f"{office.sponsor.email}\n{office.lead.email}"
    assert coordinator.post(f"{gate}prepare/", {"deciders": deciders}).status_code == 302
    wrong = coordinator.post(f"{gate}prepare/", {"deciders": "niemand@example.org"})
    assert "niemand@example.org" in wrong.content.decode()
    answers = {"answer_1": "MET", "note_1": "", "answer_2": "NOT_MET", "note_2": ""}
    assert coordinator.post(f"{gate}criteria/", answers).status_code == 422
    answers["note_2"] = "Die Leitung wechselt."
    assert coordinator.post(f"{gate}criteria/", answers).status_code == 302
    assert coordinator.post(f"{gate}ask/").status_code == 302
    assert coordinator.post(f"{gate}decide/", {}).status_code == 409
    assert (
        "Der Bedarf ist in den Worten"
        in client_of(office.sponsor).get(f"{gate}decide/").content.decode()
    )

    sponsor = client_of(office.sponsor)
    decision = {"outcome": "GO", "reason": "Es eilt.", "decided_on": "2026-11-18"}
    late = sponsor.post(f"{gate}decide/", decision | {"decided_on": "2999-01-01"})
    assert late.status_code == 422
    unmet = sponsor.post(f"{gate}decide/", decision)
    assert "Auflage" in unmet.content.decode()
    half = sponsor.post(f"{gate}decide/", decision | {"condition_1": "Leitung benennen"})
    assert half.status_code == 422
    assert GateDecision.objects.count() == 0
    with_condition = {
        "condition_1": "Leitung benennen",
        "due_on_1": "2099-01-31",
        "responsible_1": office.lead.email,
    }
    assert sponsor.post(f"{gate}decide/", decision | with_condition).status_code == 302

    project.refresh_from_db()
    assert project.stage == "EXECUTING"
    work = client_of(office.lead).get("/office/").content.decode()
    assert "Leitung benennen" in work
    condition = GateDecision.objects.get().conditions.get()
    meet = f"/office/projects/conditions/{condition.pk}/"
    lead = client_of(office.lead)
    assert lead.post(meet, {"met_on": "2026-11-20", "note": "Ist benannt."}).status_code == 302
    assert "Ist benannt." in coordinator.get(gate).content.decode()


def test_a_condition_is_met_by_who_has_to_or_who_keeps_the_project(
    begin: Begin,
    client_of: Callable[..., Client],
    make_person: Callable[..., Person],
    office: Office,
):
    project = begin()
    answer_all(here(project))
    due = ConditionFacts(text="Prüfen", due_on=TODAY, responsible=office.lead)
    made = decide(here(project), office.sponsor, conditions=[due])
    meet = f"/office/projects/conditions/{made.conditions.get().pk}/"

    reader = client_of(make_person(Role.READER))

    assert reader.post(meet, {"met_on": "2026-11-18", "note": "Ich."}).status_code == 403
    assert made.conditions.get().met_on is None
