"""Status reports: written in a few clicks, approved by somebody else, sealed for good."""

import hashlib
import json
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from tests.portfolio.conftest import NOW, TODAY, Begin, City, Office, answer_all, decide, here
from tests.portfolio.test_project_pages import in_force
from tests.portfolio.test_registers import add
from tests.portfolio.test_who_is_told import told

from netzstadt.core.access.permissions import Role
from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.days import today
from netzstadt.core.orgs.models import Person
from netzstadt.lib import clock
from netzstadt.portfolio.models import Project, StatusReport
from netzstadt.portfolio.queries import reports as reading
from netzstadt.portfolio.services import milestones, registers, reports
from netzstadt.portfolio.services.gates import ConditionFacts
from netzstadt.portfolio.services.milestones import MilestoneFacts
from netzstadt.portfolio.services.refusals import PortfolioRefused
from netzstadt.portfolio.services.reports import ReportFacts
from netzstadt.strategy.services import lights as strategy

__all__ = ["told"]
pytestmark = pytest.mark.django_db


def write(project: Project, by: Person, *, last: date = TODAY, **given: object) -> StatusReport:
    """A submitted report."""
    facts = ReportFacts(first_day=TODAY, last_day=last, happened="Gemessen.", needed="Geld.")
    options = {"at": NOW, "submit_on": TODAY} | given
    return reports.begin_report(project=project, facts=facts, by=by, **options)  # type: ignore[arg-type]


def approved(project: Project, office: Office, **given: object) -> StatusReport:
    report = write(project, office.lead, **given)
    return reports.approve_report(report=report, by=office.sponsor, at=NOW)


def payload_of(report: StatusReport) -> dict:
    return json.loads(StatusReport.objects.get(pk=report.pk).payload)


def test_what_is_submitted_is_what_is_sealed(begin: Begin, office: Office):
    project = begin()
    risk = add(project, title="Frost", probability=3, impact=5)
    report = write(project, office.lead)
    add(project, title="Kommt danach", probability=5, impact=5)

    sealed = reports.approve_report(report=report, by=office.sponsor, at=NOW)

    payload = payload_of(sealed)
    assert [one["id"] for one in payload["risks"]] == [str(risk.pk)]
    assert payload["overall"]["light"] == sealed.light == "RED"
    assert sealed.digest == hashlib.sha256(sealed.payload.encode()).hexdigest()
    [event] = AuditEvent.objects.filter(name="portfolio.report.approved")
    assert event.data["seal"] == sealed.digest
    assert "Gemessen" not in json.dumps(event.data)


@pytest.mark.parametrize(
    "change",
    [
        "happened = 'Nichts.'",
        "payload = replace(payload, 'RED', 'GREEN')",
        "light = 'GREEN'",
        "digest = repeat('0', 64)",
        "approved_at = approved_at + interval '1 day'",
        "last_day = last_day + 1",
        "state = 'DRAFT', payload = '', digest = '', approved_at = null",
        "state = 'SUBMITTED', digest = '', approved_at = null",
        "number = number + 1",
    ],
)
def test_nothing_of_an_approved_report_changes(begin: Begin, office: Office, change: str):
    project = begin()
    add(project, probability=5, impact=5)
    approved(project, office)

    with (
        pytest.raises(IntegrityError, match=r"portfolio_report|sealed|stands|keeps"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"update portfolio_status_report set {change}")


def test_reports_are_kept_and_begin_as_drafts(begin: Begin, office: Office):
    report = approved(begin(), office)

    with pytest.raises(IntegrityError, match="are kept"), transaction.atomic():
        StatusReport.objects.all().delete()
    report.pk, report.number, report._state.adding = None, 2, True
    with pytest.raises(IntegrityError, match="begins as a draft"), transaction.atomic():
        report.save(force_insert=True)


def test_the_database_takes_no_seal_of_something_else(begin: Begin, office: Office):
    report = write(begin(), office.lead)

    with pytest.raises(IntegrityError, match="not that of the report"), transaction.atomic():
        StatusReport.objects.filter(pk=report.pk).update(
            state="APPROVED", digest="0" * 64, approved_by=office.sponsor, approved_at=NOW
        )
    digest = hashlib.sha256(report.payload.encode()).hexdigest()
    with pytest.raises(IntegrityError, match="somebody else"), transaction.atomic():
        StatusReport.objects.filter(pk=report.pk).update(
            state="APPROVED", digest=digest, approved_by=office.lead, approved_at=NOW
        )


def test_somebody_else_than_who_wrote_it_approves(begin: Begin, office: Office):
    report = write(begin(), office.sponsor)

    with pytest.raises(PortfolioRefused, match="Jemand anderes"):
        reports.approve_report(report=report, by=office.sponsor, at=NOW)


def test_a_report_is_open_at_a_time_and_says_what_happened(begin: Begin, office: Office):
    project = begin()
    facts = ReportFacts(first_day=TODAY, last_day=TODAY)
    with pytest.raises(PortfolioRefused, match="was geschehen ist"):
        reports.begin_report(project=project, facts=facts, by=office.lead, at=NOW, submit_on=TODAY)
    draft = reports.begin_report(project=project, facts=facts, by=office.lead, at=NOW)

    with pytest.raises(PortfolioRefused, match="noch offen"):
        write(project, office.lead)
    with pytest.raises(PortfolioRefused):
        reports.approve_report(report=draft, by=office.sponsor, at=NOW)
    with pytest.raises(PortfolioRefused):
        reports.publish_report(report=draft, by=office.sponsor, at=NOW)


def test_a_returned_report_is_written_on_and_frozen_anew(begin: Begin, office: Office):
    project = begin()
    report = write(project, office.lead)
    reports.return_report(report=report, reason="Zahlen fehlen.", by=office.sponsor, at=NOW)
    add(project, title="Neu")

    facts = ReportFacts(first_day=TODAY, last_day=TODAY, happened="Mit Zahlen.")
    again = reports.change_report(
        report=report, facts=facts, by=office.lead, at=NOW, submit_on=TODAY
    )

    assert payload_of(again)["texts"]["happened"] == "Mit Zahlen."
    assert [one["title"] for one in payload_of(again)["risks"]] == ["Neu"]
    assert again.returned_because == ""


def test_a_correction_is_another_report_and_is_made_once(begin: Begin, office: Office):
    project = begin()
    first = approved(project, office)

    second = approved(project, office, corrects=first)

    assert (second.number, second.corrects) == (2, first)
    with pytest.raises(PortfolioRefused, match="bereits berichtigt"):
        write(project, office.lead, corrects=first)
    other = begin("Anderes")
    with pytest.raises(PortfolioRefused, match="genehmigter"):
        write(other, office.lead, corrects=second)


def test_the_trend_is_seen_from_the_last_approved_report(begin: Begin, office: Office):
    project = begin()
    risk = add(project, probability=5, impact=5)
    first = approved(project, office)
    registers.close_entry(entry=risk, outcome="Vorbei.", closed_on=TODAY, by=None, at=NOW)

    second = approved(project, office)
    corrected = approved(project, office, corrects=second)

    assert payload_of(first)["before"] == {}
    assert payload_of(second)["before"]["RISK"] == "RED"
    assert payload_of(corrected)["before"]["RISK"] == "RED"
    assert second.light == "GREEN"


def test_lights_set_by_hand_count_until_their_day(begin: Begin, office: Office):
    project = begin()
    add(project, probability=5, impact=5)
    given = {"project": project, "aspect": "RISK", "light": "AMBER", "by": office.lead, "at": NOW}
    with pytest.raises(PortfolioRefused, match="warum"):
        reports.set_light(reason=" ", last_day=TODAY, today=TODAY, **given)
    with pytest.raises(PortfolioRefused, match="drei Monate"):
        reports.set_light(
            reason="Ersatz.", last_day=TODAY + timedelta(days=93), today=TODAY, **given
        )
    last = TODAY + timedelta(days=5)
    reports.set_light(reason="Ersatz.", last_day=last, today=TODAY, **given)

    def risk_on(day: date) -> tuple[str, str]:
        facts = reading.facts_of(project, to=office.lead, today=day)
        [found] = [one for one in reading.lights_of(facts, today=day) if one.aspect == "RISK"]
        return found.light, found.computed.light

    assert risk_on(last) == ("AMBER", "RED")
    assert risk_on(last + timedelta(days=1)) == ("RED", "RED")
    reports.release_light(project=project, aspect="RISK", by=office.lead, at=NOW)
    assert risk_on(TODAY) == ("RED", "RED")
    with pytest.raises(PortfolioRefused, match="bereits"):
        reports.release_light(project=project, aspect="RISK", by=office.lead, at=NOW)


def lights_now(project: Project, reader: Person | None) -> dict[str, str]:
    facts = reading.facts_of(project, to=reader, today=TODAY)
    return {one.aspect: one.light for one in reading.lights_of(facts, today=TODAY)}


def test_time_follows_the_plan_and_what_nobody_knows_is_grey(begin: Begin, office: Office):
    project = begin(ends_on=TODAY, expected_end_on=TODAY + timedelta(days=30))
    assert lights_now(project, office.lead) == {
        "TIME": "AMBER",
        "COST": "GREY",
        "SCOPE": "GREY",
        "RISK": "GREY",
        "BENEFIT": "GREY",
    }

    facts = MilestoneFacts(title="Da", planned_on=TODAY - timedelta(days=61))
    milestones.add_milestone(project=project, facts=facts, by=None, at=NOW)

    assert lights_now(project, office.lead)["TIME"] == "RED"


def test_benefit_is_the_worst_light_of_measure_and_goal_that_the_reader_sees(
    begin: Begin, office: Office, city: City
):
    project = begin(implements=[city.first.pk])
    for element, light in ((city.first, "GREEN"), (city.goal, "RED")):
        strategy.override_light(
            element=element,
            light=light,
            reason="Gesehen.",
            last_day=TODAY,
            today=TODAY,
            by=None,
            at=NOW,
        )
    assert lights_now(project, None)["BENEFIT"] == "GREY"  # a draft, which not everybody sees

    in_force(city)

    assert lights_now(project, None)["BENEFIT"] == "RED"
    sealed = payload_of(approved(project, office))
    assert "Bäume pflanzen" not in json.dumps(sealed, ensure_ascii=False)


def test_scope_follows_conditions_of_decisions(begin: Begin, office: Office):
    project = begin()
    answer_all(here(project))
    due = ConditionFacts(text="Messen", due_on=TODAY - timedelta(days=31))
    decide(here(project), office.sponsor, conditions=[due])

    assert lights_now(project, office.lead)["SCOPE"] == "RED"
    [condition] = payload_of(approved(project, office))["conditions"]
    assert condition["text"] == "Messen"


def test_who_approves_and_who_wrote_are_told(
    begin: Begin, office: Office, make_person: Callable[..., Person], told
):
    project = begin()
    coordinator = make_person(Role.COORDINATOR)
    for person in (office.lead, office.sponsor, coordinator):
        told(person)

    report = write(project, office.lead, at=clock.now())
    assert told(office.sponsor) == ["portfolio.report.submitted"]
    reports.return_report(report=report, reason="Mehr.", by=office.sponsor, at=clock.now())
    assert told(office.lead) == ["portfolio.report.returned"]
    facts = ReportFacts(first_day=TODAY, last_day=TODAY, happened="Mehr.")
    reports.change_report(
        report=report, facts=facts, by=office.sponsor, at=clock.now(), submit_on=TODAY
    )
    assert told(coordinator) == ["portfolio.report.submitted"]  # the sponsor wrote it herself
    reports.approve_report(report=report, by=coordinator, at=clock.now())
    assert told(office.sponsor) == ["portfolio.report.approved"]


def test_who_coordinates_is_not_told_of_what_she_may_not_see(
    begin: Begin, office: Office, make_person: Callable[..., Person], told
):
    coordinator = make_person(Role.COORDINATOR)
    told(coordinator)
    for visibility in ("RESTRICTED", "ADMINISTRATION"):
        write(begin(visibility=visibility), office.sponsor, at=clock.now())

    assert told(coordinator) == ["portfolio.report.submitted"]


def test_a_status_update_takes_three_clicks(
    begin: Begin, office: Office, client_of: Callable[[Person], Client]
):
    project, lead = begin(), client_of(office.lead)
    new = f"/office/projects/{project.pk}/reports/new/"
    assert new in lead.get(f"/projects/{project.pk}/").content.decode()  # one
    approved(project, office)
    copied = lead.get(f"{new}?copy=yes")  # two
    assert copied.context["form"].initial["happened"] == "Gemessen."
    initial = copied.context["form"].initial
    typed = {name: value for name, value in initial.items() if value} | {"then": "submit"}

    answer = lead.post(new, typed, follow=True)  # three

    assert "Wartet auf Genehmigung" in answer.content.decode()
    assert answer.request["PATH_INFO"].startswith("/projects/reports/")


def test_a_report_is_written_submitted_approved_published_and_read(
    begin: Begin,
    office: Office,
    client: Client,
    client_of: Callable[[Person], Client],
    make_person: Callable[..., Person],
):
    project = begin(visibility="PUBLIC", summary="Für alle.")
    lead, sponsor = client_of(office.lead), client_of(office.sponsor)
    reader = client_of(make_person(Role.READER))
    day = today().isoformat()
    typed = {"first_day": day, "last_day": day, "happened": "Alles gemessen.", "needed": "Geld."}
    new = f"/office/projects/{project.pk}/reports/new/"
    assert reader.get(new).status_code == 403
    assert lead.post(new, {**typed, "happened": "", "then": "submit"}).status_code == 422
    page = lead.post(new, typed).url
    assert lead.get(new).url == page
    assert reader.get(page).status_code == 404  # a draft
    assert lead.post(page.replace("/projects/", "/office/projects/") + "submit/").status_code == 302

    kept = page.replace("/projects/", "/office/projects/")
    assert lead.post(f"{kept}approve/").status_code == 403
    assert "Genehmigen und versiegeln" in sponsor.get(page).content.decode()
    assert sponsor.post(f"{kept}approve/").status_code == 302
    assert client.get(page).status_code == 404
    shown = reader.get(page).content.decode()
    report = StatusReport.objects.get()
    assert report.digest in shown
    assert "Geld." in shown
    assert sponsor.post(f"{kept}publish/").status_code == 302

    public = client.get(page).content.decode()
    assert "Alles gemessen." in public
    assert "Geld." not in public
    assert report.digest not in public
    [(listed, *_)] = client.get("/projects/").context["rows"]
    assert listed.report_light == "GREY"


def test_a_report_shows_what_changed_since_the_last(
    begin: Begin, office: Office, client_of: Callable[[Person], Client]
):
    project = begin()
    facts = MilestoneFacts(title="Aufbau", planned_on=TODAY)
    stone = milestones.add_milestone(project=project, facts=facts, by=None, at=NOW)
    approved(project, office)
    moved = MilestoneFacts(title="Aufbau", planned_on=TODAY, expected_on=TODAY + timedelta(days=3))
    milestones.change_milestone(milestone=stone, facts=moved, by=None, at=NOW)
    add(project, title="Frost")

    second = approved(project, office)

    page = client_of(office.lead).get(f"/projects/reports/{second.pk}/").content.decode()
    assert "Meilenstein verschoben: Aufbau, von 18.11.2026 auf 21.11.2026" in page
    assert "Neues Risiko: Frost (12 Punkte)" in page


def test_the_status_page_says_why_and_shows_both_lights(
    begin: Begin, office: Office, client_of: Callable[[Person], Client]
):
    project, lead = begin(), client_of(office.lead)
    add(project, probability=5, impact=5)
    light = f"/office/projects/{project.pk}/light/"
    typed = {"light": "GREEN", "reason": "Ersatz steht.", "last_day": today().isoformat()}

    assert lead.post(f"{light}?of=RISK", typed).status_code == 302
    shown = lead.get(f"/projects/{project.pk}/status/").content.decode()
    assert "Ersatz steht." in shown
    assert "25 von 25 Punkten" in shown
    assert lead.post(f"{light}?of=RISK", typed | {"reason": ""}).status_code == 422
    assert lead.get(f"{light}?of=LUCK").status_code == 404
    assert lead.post(f"{light}release/?of=RISK").status_code == 302


def test_the_list_shows_lights_and_filters_by_them_in_few_queries(
    begin: Begin,
    office: Office,
    client: Client,
    client_of: Callable[[Person], Client],
    make_person: Callable[..., Person],
    django_assert_max_num_queries,
):
    red, none = begin("Rot", visibility="PUBLIC", summary="R"), begin("Ohne")
    add(red, probability=5, impact=5)
    approved(red, office)
    coordinator = client_of(make_person(Role.COORDINATOR))
    coordinator.get("/projects/")

    with django_assert_max_num_queries(12):
        page = coordinator.get("/projects/?light=RED")

    assert [one.pk for one, *_ in page.context["rows"]] == [red.pk]
    grey = coordinator.get("/projects/?light=GREY").context["rows"]
    assert [one.pk for one, *_ in grey] == [none.pk]
    # Approved is not published: to the outside it has no light yet.
    assert client.get("/projects/?light=RED").context["rows"] == []


def test_one_report_costs_few_queries(
    begin: Begin, office: Office, client_of, django_assert_max_num_queries
):
    project, lead = begin(), client_of(office.lead)
    report = approved(project, office)
    lead.get(f"/projects/reports/{report.pk}/")

    with django_assert_max_num_queries(12):
        lead.get(f"/projects/reports/{report.pk}/")
