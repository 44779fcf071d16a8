"""Tasks, deliverables and what waits for what: kept, refused, moved, told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from tests.portfolio.conftest import NOW, TODAY, Begin, Office

from netzstadt.core.access.permissions import Role
from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.orgs.models import Person
from netzstadt.portfolio import queries
from netzstadt.portfolio.models import Deliverable, Dependency, Milestone, Project, Task
from netzstadt.portfolio.services import dependencies, milestones, plan, progress
from netzstadt.portfolio.services.dependencies import Wait
from netzstadt.portfolio.services.milestones import MilestoneFacts
from netzstadt.portfolio.services.plan import DeliverableFacts, TaskFacts
from netzstadt.portfolio.services.refusals import PortfolioRefused

pytestmark = pytest.mark.django_db


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


@dataclass
class Planned:
    """A project in whose plan a test puts something."""

    project: Project

    def task(self, title: str, first: int, last: int, **given: object) -> Task:
        facts = TaskFacts(title=title, starts_on=day(first), ends_on=day(last), **given)
        return plan.add_task(project=self.project, facts=facts, by=None, at=NOW)

    def milestone(self, title: str, on: int) -> Milestone:
        facts = MilestoneFacts(title=title, planned_on=day(on))
        return milestones.add_milestone(project=self.project, facts=facts, by=None, at=NOW)

    def deliverable(self, title: str, on: int, **given: object) -> Deliverable:
        facts = DeliverableFacts(title=title, due_on=day(on), **given)
        return plan.add_deliverable(project=self.project, facts=facts, by=None, at=NOW)

    def wait(self, first: object, later: object, **given: object) -> Dependency:
        wait = Wait(predecessor=first, successor=later, **given)
        return dependencies.add_dependency(project=self.project, wait=wait, by=None, at=NOW)

    def move(self, item: object, *, with_chain: bool = False, **given: object) -> int:
        return dependencies.move_to_earliest(
            project=self.project, item_id=item.pk, with_chain=with_chain, by=None, at=NOW, **given
        )


@pytest.fixture
def planned(begin: Begin) -> Planned:
    return Planned(begin())


def last_event() -> AuditEvent:
    return AuditEvent.objects.filter(object_model="portfolio.project").latest("sequence")


def refused_by(name: str, do: Callable[[], object]) -> None:
    """The database itself says no, by the rule of this name."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        do()
    assert error.value.__cause__.diag.constraint_name == name  # type: ignore[union-attr]


def test_a_task_is_planned_changed_done_and_the_trail_says_so(planned: Planned, office: Office):
    found = planned.task("Sonden setzen", 0, 4, responsible=office.lead)
    facts = TaskFacts(
        title="Sonden setzen", starts_on=day(0), ends_on=day(9), percent=30, effort_hours=12
    )

    plan.change_task(task=found, facts=facts, by=office.lead, at=NOW)

    found.refresh_from_db()
    assert (found.ends_on, found.percent, found.effort_hours) == (day(9), 30, 12)
    changed = last_event().data["changed"]
    assert changed["ends_on"] == [day(4).isoformat(), day(9).isoformat()]
    progress.note_progress(
        project=planned.project, percents=[(found, 100)], today=TODAY, by=office.lead, at=NOW
    )
    found.refresh_from_db()
    assert found.done_on == TODAY
    with pytest.raises(PortfolioRefused):
        plan.remove_task(task=found, by=None, at=NOW)


def test_who_is_responsible_for_a_task_sees_the_project(
    begin: Begin, make_person: Callable[..., Person]
):
    project = begin(visibility="RESTRICTED")
    helper = make_person()

    Planned(project).task("Messen", 0, 1, responsible=helper)

    assert queries.project(project.pk, to=helper) == project


def test_a_deliverable_is_accepted_by_who_says_so(planned: Planned, office: Office):
    found = planned.deliverable("Konzept", 10)
    task = planned.task("Schreiben", 0, 5, deliverable_id=found.pk)
    facts = DeliverableFacts(title="Konzept", due_on=day(10), accepted_on=TODAY, note="Gut.")

    plan.change_deliverable(deliverable=found, facts=facts, by=office.sponsor, at=NOW)

    found.refresh_from_db()
    assert (found.accepted_on, found.accepted_by, found.note) == (TODAY, office.sponsor, "Gut.")
    assert "Gut." not in str(last_event().data)
    with pytest.raises(PortfolioRefused):
        plan.remove_deliverable(deliverable=found, by=None, at=NOW)
    other = planned.deliverable("Anhang", 11)
    plan.change_task(
        task=task,
        facts=TaskFacts(
            title="Schreiben", starts_on=day(0), ends_on=day(5), deliverable_id=other.pk
        ),
        by=None,
        at=NOW,
    )
    plan.remove_deliverable(deliverable=other, by=None, at=NOW)
    task.refresh_from_db()
    assert task.deliverable_id is None


def test_the_database_holds_what_a_task_and_a_deliverable_are(planned: Planned, begin: Begin):
    task, deliverable = planned.task("A", 0, 4), planned.deliverable("D", 3)
    foreign = Planned(begin("Anderes")).deliverable("Fremd", 3)
    mine = Task.objects.filter(pk=task.pk)
    refused_by("portfolio_task_period", lambda: mine.update(ends_on=day(-1)))
    refused_by("portfolio_task_done", lambda: mine.update(percent=101))
    refused_by("portfolio_task_done", lambda: mine.update(percent=100))
    refused_by("portfolio_task_title", lambda: mine.update(title=""))
    refused_by("portfolio_task_deliverable", lambda: mine.update(deliverable=foreign))
    refused_by("portfolio_plan_kept", lambda: mine.update(project=foreign.project))
    hers = Deliverable.objects.filter(pk=deliverable.pk)
    refused_by("portfolio_deliverable_accepted", lambda: hers.update(note="Gut."))
    refused_by("portfolio_deliverable_title", lambda: hers.update(title=""))
    refused_by("portfolio_plan_kept", lambda: hers.update(project=foreign.project))


def test_the_database_holds_what_a_dependency_is(planned: Planned, begin: Begin):
    a, b = planned.task("A", 0, 4), planned.task("B", 5, 9)
    end = planned.milestone("Ende", 9)
    tie = planned.wait(a, b)
    mine = Dependency.objects.filter(pk=tie.pk)
    foreign = Planned(begin("Anderes")).task("Fremd", 0, 1)
    refused_by("portfolio_dependency_ends", lambda: mine.update(successor_milestone=end))
    refused_by("portfolio_dependency_ends", lambda: mine.update(predecessor_task=None))
    refused_by("portfolio_dependency_kind", lambda: mine.update(kind="XX"))
    refused_by("portfolio_dependency_lag", lambda: mine.update(lag_days=731))
    refused_by("portfolio_dependency_project", lambda: mine.update(successor_task=foreign))
    refused_by("portfolio_dependency_circle", lambda: mine.update(successor_task=a))
    with pytest.raises(PortfolioRefused):
        planned.wait(a, b, kind="SS")


def test_nothing_waits_for_itself_in_a_chain(planned: Planned):
    a, b, c = (planned.task(name, 0, 4) for name in "ABC")
    between = planned.milestone("Halbzeit", 4)
    planned.wait(a, b)
    planned.wait(b, between, kind="FF")
    planned.wait(between, c, kind="SS")

    for first, later in ((c, a), (between, a), (b, a), (a, a)):
        with pytest.raises(PortfolioRefused, match="warten"):
            planned.wait(first, later)

    assert Dependency.objects.count() == 3


def test_what_comes_too_early_moves_alone_or_with_what_waits_for_it(planned: Planned):
    a, b, c = planned.task("A", 0, 9), planned.task("B", 5, 6), planned.task("C", 7, 8)
    end = planned.milestone("Ende", 8)
    for first, later in ((a, b), (b, c), (c, end)):
        planned.wait(first, later)

    assert planned.move(b) == 1
    b.refresh_from_db()
    c.refresh_from_db()
    assert (b.starts_on, b.ends_on) == (day(10), day(11))
    assert c.starts_on == day(7)
    assert last_event().data["moved_by_days"] == 5

    before = AuditEvent.objects.count()
    assert planned.move(c, with_chain=True) == 2
    assert AuditEvent.objects.count() == before + 1
    c.refresh_from_db()
    end.refresh_from_db()
    assert c.starts_on == day(12)
    assert (end.planned_on, end.expected_on) == (day(8), day(13))
    with pytest.raises(PortfolioRefused):
        planned.move(c)


def test_a_chain_that_changed_since_it_was_shown_does_not_move(planned: Planned):
    a, b, c = planned.task("A", 0, 9), planned.task("B", 5, 6), planned.task("C", 7, 8)
    planned.wait(a, b)
    seen = {b.pk: day(10)}
    planned.wait(b, c)

    with pytest.raises(PortfolioRefused):
        planned.move(b, with_chain=True, expected=seen)

    b.refresh_from_db()
    assert b.starts_on == day(5)


def test_what_waits_for_something_removed_waits_no_more(planned: Planned):
    a, b, end = planned.task("A", 0, 4), planned.task("B", 5, 9), planned.milestone("Ende", 9)
    planned.wait(a, b)
    planned.wait(b, end)

    plan.remove_task(task=a, by=None, at=NOW)
    milestones.remove_milestone(milestone=end, by=None, at=NOW)

    assert Dependency.objects.count() == 0
    assert list(Task.objects.all()) == [b]


def test_a_plan_has_an_end(planned: Planned, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(plan, "MOST", 2)
    planned.task("A", 0, 4)
    planned.task("B", 0, 4)

    with pytest.raises(PortfolioRefused):
        planned.task("C", 0, 4)


@pytest.fixture
def lead(office: Office, client_of: Callable[..., Client]) -> Client:
    return client_of(office.lead)


def test_who_leads_a_project_plans_it_in_the_browser(lead: Client, planned: Planned):
    key = planned.project.pk
    page = f"/projects/{key}/plan/"
    assert "Noch nichts geplant" in lead.get(page).content.decode()
    new = f"/office/projects/{key}/tasks/new/"
    wrong = {"title": "Messen", "starts_on": "2026-12-02", "ends_on": "2026-12-01"}
    assert lead.post(new, wrong).status_code == 422
    right = wrong | {"ends_on": "2026-12-11", "percent": "40"}
    assert lead.post(new, right)["Location"] == page
    assert lead.post(new, right | {"title": "Auswerten"}).status_code == 302
    deliverable = {"title": "Bericht", "due_on": "2026-12-20"}
    assert lead.post(f"/office/projects/{key}/deliverables/new/", deliverable).status_code == 302
    first, later = Task.objects.get(title="Messen"), Task.objects.get(title="Auswerten")
    waits = {"predecessor": first.pk, "successor": later.pk, "kind": "FS", "lag_days": "2"}
    dependency = f"/office/projects/{key}/dependencies/new/"
    assert lead.post(dependency, waits).status_code == 302
    assert lead.post(dependency, waits | {"lag_days": "9999"}).status_code == 422
    back = waits | {"predecessor": later.pk, "successor": first.pk}
    assert "Es würde auf sich selbst warten" in lead.post(dependency, back).content.decode()

    shown = lead.get(page).content.decode()
    assert "1 Zeile des Plans kommt zu früh" in shown
    assert "14.12.2026" in shown
    move = f"/office/projects/{key}/move/{later.pk}/"
    assert "Auswerten" in lead.get(move).content.decode()
    assert lead.post(move, {"how": "alone"})["Location"] == page
    later.refresh_from_db()
    assert later.starts_on == date(2026, 12, 14)
    assert "zu früh" not in lead.get(page).content.decode()


def test_progress_is_noted_of_several_tasks_at_once(
    lead: Client, planned: Planned, client_of: Callable[..., Client], make_person
):
    helper = make_person()
    a, b = planned.task("A", 0, 4), planned.task("B", 0, 5, responsible=helper)
    page = f"/office/projects/{planned.project.pk}/progress/"

    assert lead.post(page, {"percent_1": "50", "percent_2": "100"}).status_code == 302
    assert lead.post(page, {"percent_1": "101"}).status_code == 422

    a.refresh_from_db()
    b.refresh_from_db()
    assert (a.percent, b.percent) == (50, 100)
    assert last_event().data["tasks_done"] == 1
    # Who has a task says it of hers alone, who has none of none.
    mine = planned.task("C", 0, 6, responsible=helper)
    assert client_of(helper).post(page, {"percent_1": "20"}).status_code == 302
    a.refresh_from_db()
    mine.refresh_from_db()
    assert (a.percent, mine.percent) == (50, 20)
    assert client_of(make_person(Role.COORDINATOR)).get(page).status_code == 200
    assert client_of(make_person(Role.READER)).post(page, {"percent_1": "1"}).status_code == 403


def test_others_read_the_plan_and_change_nothing(
    planned: Planned, client_of: Callable[..., Client], client: Client, make_person
):
    task = planned.task("Messen", 0, 4)
    reader = client_of(make_person(Role.READER))
    page = f"/projects/{planned.project.pk}/plan/"

    shown = reader.get(page).content.decode()

    assert "Messen" in shown
    assert f"/office/projects/tasks/{task.pk}/change/" not in shown
    for what in ("change", "remove"):
        assert reader.post(f"/office/projects/tasks/{task.pk}/{what}/").status_code == 403
    assert reader.post(f"/office/projects/{planned.project.pk}/tasks/new/").status_code == 403
    assert client.get(page).status_code == 302


def test_a_full_plan_asks_the_database_a_handful_of_times(
    lead: Client, planned: Planned, django_assert_max_num_queries
):
    tasks = [planned.task(f"Aufgabe {number}", number, number + 3) for number in range(60)]
    for first, later in pairwise(tasks):
        planned.wait(first, later)

    with django_assert_max_num_queries(16):
        answer = lead.get(f"/projects/{planned.project.pk}/plan/")

    assert len(answer.context["rows"]) == 60
