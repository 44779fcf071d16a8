"""Risks, issues, changes and decisions: what is closed stands, and who may decides on changes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from tests.portfolio.conftest import NOW, TODAY, Begin, Office

from netzstadt.core.access.permissions import Role
from netzstadt.core.days import today
from netzstadt.core.orgs.models import Person
from netzstadt.portfolio.models import Project, RegisterEntry
from netzstadt.portfolio.queries import registers as reading
from netzstadt.portfolio.queries.deadlines import deadlines
from netzstadt.portfolio.services import registers
from netzstadt.portfolio.services.refusals import PortfolioRefused
from netzstadt.portfolio.services.registers import DecisionFacts, EntryFacts

pytestmark = pytest.mark.django_db


def add(project: Project, kind: str = "RISK", **given: object) -> RegisterEntry:
    known: dict[str, object] = {"title": "Frost"}
    if kind == "RISK":
        known |= {"probability": 3, "impact": 4}
    if kind == "CHANGE":
        known |= {"effect_time": "Zwei Wochen später"}
    facts = EntryFacts(**(known | given))  # type: ignore[arg-type]
    return registers.add_entry(project=project, kind=kind, facts=facts, by=None, at=NOW)


def close(entry: RegisterEntry) -> None:
    registers.close_entry(entry=entry, outcome="Es blieb mild.", closed_on=TODAY, by=None, at=NOW)


def test_a_risk_needs_probability_and_impact(begin: Begin):
    project = begin()

    with pytest.raises(PortfolioRefused, match="1 bis 5"):
        add(project, probability=None)
    with pytest.raises(PortfolioRefused):
        add(project, impact=6)
    assert add(project).score == 12


def test_a_change_says_what_it_means(begin: Begin):
    with pytest.raises(PortfolioRefused, match="Zeit, Kosten oder Umfang"):
        add(begin(), "CHANGE", effect_time="")


def test_what_is_closed_stands(begin: Begin):
    entry = add(begin())
    close(entry)

    with pytest.raises(PortfolioRefused, match="geschlossen"):
        close(entry)
    with pytest.raises(PortfolioRefused, match="geschlossen"):
        registers.change_entry(entry=entry, facts=EntryFacts(title="Hitze"), by=None, at=NOW)
    for change in ("title = 'Hitze'", "closed_on = null, outcome = ''", "outcome = 'Anders'"):
        with (
            pytest.raises(IntegrityError, match="stands as it was closed"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"update portfolio_register_entry set {change}")
    with pytest.raises(IntegrityError, match="stands as it was closed"), transaction.atomic():
        RegisterEntry.objects.filter(pk=entry.pk).delete()


def test_nothing_is_closed_without_a_word(begin: Begin):
    entry = add(begin())

    with pytest.raises(PortfolioRefused, match="wie es ausging"):
        registers.close_entry(entry=entry, outcome=" ", closed_on=TODAY, by=None, at=NOW)
    with pytest.raises(IntegrityError, match="portfolio_entry_outcome"), transaction.atomic():
        RegisterEntry.objects.filter(pk=entry.pk).update(closed_on=TODAY)


def test_a_change_is_decided_on_with_a_reason_and_not_simply_closed(begin: Begin, office: Office):
    entry = add(begin(), "CHANGE")
    with pytest.raises(PortfolioRefused):
        close(entry)
    with (
        pytest.raises(IntegrityError, match="somebody decides"),
        transaction.atomic(),
    ):
        RegisterEntry.objects.filter(pk=entry.pk).update(
            closed_on=TODAY, outcome="Ja.", is_accepted=True
        )

    registers.decide_change(
        entry=entry,
        is_accepted=False,
        reason="Zu teuer.",
        decided_on=TODAY,
        by=office.sponsor,
        at=NOW,
    )

    entry.refresh_from_db()
    assert (entry.is_accepted, entry.decided_by, entry.outcome) == (
        False,
        office.sponsor,
        "Zu teuer.",
    )


def test_a_decision_outside_of_gates_says_by_whom_and_why(begin: Begin):
    project = begin()
    facts = DecisionFacts(title="Offen", body="Lenkungsrunde", decided_on=TODAY, reason="Gut so.")

    registers.note_decision(project=project, facts=facts, by=None, at=NOW)

    [entry] = reading.entries_of(project)["DECISION"]
    assert (entry.body, entry.outcome, entry.is_open) == ("Lenkungsrunde", "Gut so.", False)
    with pytest.raises(IntegrityError, match="portfolio_entry_decision"), transaction.atomic():
        RegisterEntry.objects.create(
            project=project, kind="DECISION", title="Nur so", created_at=NOW, changed_at=NOW
        )


def test_open_risks_stand_in_the_matrix(begin: Begin):
    project = begin()
    add(project, probability=5, impact=3)
    add(project, probability=5, impact=3)
    close(add(project, probability=5, impact=3))

    rows = dict(reading.matrix(reading.entries_of(project)["RISK"]))

    field = rows[5][2]
    assert (field.count, field.score, field.light) == (2, 15, "RED")
    assert sum(one.count for fields in rows.values() for one in fields) == 2


def test_who_looks_after_it_is_let_in_and_has_it_among_her_work_and_days(
    begin: Begin, make_person: Callable[..., Person], client_of: Callable[[Person], Client]
):
    project, owner = begin(visibility="UNIT"), make_person()
    due = today() + timedelta(days=5)
    add(project, owner=owner, due_on=due)

    found = deadlines(owner, since=today(), until=due)

    assert [(one.on, one.url) for one in found] == [(due, f"/projects/{project.pk}/register/")]
    page = client_of(owner).get(f"/projects/{project.pk}/register/")
    assert "Frost" in page.content.decode()


def test_the_register_is_kept_by_who_keeps_the_project_and_read_inside(
    begin: Begin,
    office: Office,
    client: Client,
    client_of: Callable[[Person], Client],
    make_person: Callable[..., Person],
):
    project = begin(visibility="PUBLIC", summary="Für alle.")
    entry = add(project)
    page, new = f"/projects/{project.pk}/register/", f"/office/projects/{project.pk}/register/new/"
    reader = client_of(make_person(Role.READER))

    assert client.get(page).status_code == 302
    assert "Frost" in reader.get(page).content.decode()
    assert reader.get(f"{new}?kind=RISK").status_code == 403
    lead = client_of(office.lead)
    typed = {"title": "Sturm", "probability": 2, "impact": 5, "response": "Sichern."}
    assert lead.post(f"{new}?kind=RISK", typed).status_code == 302
    assert lead.post(f"{new}?kind=RISK", typed | {"impact": 9}).status_code == 422
    assert lead.post(f"{new}?kind=CHANGE", {"title": "Mehr"}).status_code == 422
    assert lead.get(f"{new}?kind=GATE").status_code == 404
    shown = lead.get(page).content.decode()
    assert "Sturm" in shown
    assert "10 (2 × 5)" in shown
    closing = f"/office/projects/register/{entry.pk}/close/"
    given = {"closed_on": today().isoformat(), "outcome": "Es blieb mild."}
    assert lead.post(closing, given).status_code == 302
    assert "Es blieb mild." in lead.get(page).content.decode()
    assert lead.get(f"/office/projects/register/{entry.pk}/change/").status_code == 404


def test_only_who_stands_for_the_project_or_coordinates_decides_on_a_change(
    begin: Begin,
    office: Office,
    client_of: Callable[[Person], Client],
    make_person: Callable[..., Person],
):
    project = begin()
    entry = add(project, "CHANGE")
    decide = f"/office/projects/register/{entry.pk}/decide/"
    typed = {"verdict": "YES", "reason": "Nötig.", "decided_on": today().isoformat()}

    assert client_of(office.lead).post(decide, typed).status_code == 403
    assert client_of(office.sponsor).post(decide, typed).status_code == 302

    entry.refresh_from_db()
    assert entry.is_accepted
    other = add(project, "CHANGE")
    coordinator = client_of(make_person(Role.COORDINATOR))
    again = f"/office/projects/register/{other.pk}/decide/"
    assert coordinator.post(again, typed | {"verdict": "NO"}).status_code == 302
