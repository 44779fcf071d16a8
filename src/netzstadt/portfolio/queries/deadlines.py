"""The days of a person's work in projects and advice, as they stand in her calendar."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, DateField, F, QuerySet, UUIDField, Value
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from netzstadt.core.rooms import Deadline
from netzstadt.portfolio import methods, queries
from netzstadt.portfolio.models import Advice, AdviceState, Deliverable, Milestone, Task
from netzstadt.portfolio.queries import MOST_OF_ONE, OVER
from netzstadt.portfolio.queries.funding import open_obligations
from netzstadt.portfolio.queries.registers import open_entries

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

Rows = QuerySet[Any, Any]


def deadlines(person: "Person", *, since: date, until: date) -> list[Deadline]:
    """Conditions and obligations that a person has to meet, gates at which she was asked to decide,
    milestones and deliverables of projects she leads, her tasks, risks, issues and changes that she
    looks after, advice that is needed of her: of all kinds together, in one statement."""
    going_on = queries.visible_projects(to=person).exclude(OVER)
    milestones = Milestone.objects.filter(
        project__lead=person, project__in=going_on, reached_on__isnull=True
    )
    deliverables = Deliverable.objects.filter(
        project__lead=person, project__in=going_on, accepted_on__isnull=True
    )
    tasks = Task.objects.filter(responsible=person, project__in=going_on, done_on__isnull=True)
    named = ("project__key", "title")
    advised = Advice.objects.filter(adviser=person, state=AdviceState.ACCEPTED)
    project, grant = "decision__gate__project__key", "funding__project__key"
    parts = (
        _rows("condition", queries.open_conditions(person), "pk", (project, "text"), "due_on"),
        _rows("gate", queries.waiting_gates(person), "pk", ("project__key", "key"), "due_on"),
        _rows(
            "milestone",
            milestones,
            "project_id",
            named,
            Coalesce("expected_on", "planned_on"),
        ),
        _rows("obligation", open_obligations(person), "pk", (grant, "text"), "due_on"),
        _rows("entry", open_entries(person), "project_id", ("project__key", "title"), "due_on"),
        _rows("deliverable", deliverables, "project_id", named, "due_on"),
        _rows("task", tasks, "project_id", named, "ends_on"),
        _rows("advice", advised, "pk", ("key", "title"), "wanted_on"),
    )
    due = [part.filter(on_day__gte=since, on_day__lte=until) for part in parts]
    found = due[0].union(*due[1:], all=True).order_by("on_day", "uid")[:MOST_OF_ONE]
    return [_deadline(*row) for row in found]


def _rows(kind: str, found: Rows, page: str, names: tuple[str, str], day: Any) -> Rows:
    """Kind, key of the row, key of its page, number and words, the day."""
    text = CharField()
    rows: Rows = (
        found.select_related(None)
        .order_by()
        .annotate(
            of_kind=Value(kind, output_field=text),
            uid=Cast("pk", UUIDField()),
            page_id=Cast(page, UUIDField()),
            of_number=Cast(names[0], text),
            of_words=Cast(names[1], text),
            on_day=Cast(day if not isinstance(day, str) else F(day), DateField()),
        )
        .values_list("of_kind", "uid", "page_id", "of_number", "of_words", "on_day")
    )
    return rows


_TITLES: dict[str, tuple[Callable[[], str], str]] = {
    "condition": (lambda: _("%(number)s: condition due: %(words)s"), "portfolio:condition-meet"),
    "gate": (lambda: _("%(number)s: decide: %(words)s"), "portfolio:gate"),
    "milestone": (lambda: _("%(number)s: milestone: %(words)s"), "portfolio:project"),
    "obligation": (
        lambda: _("%(number)s: grant: %(words)s"),
        "portfolio:obligation-meet",
    ),
    "entry": (lambda: _("%(number)s: to be looked after: %(words)s"), "portfolio:register"),
    "deliverable": (lambda: _("%(number)s: deliverable: %(words)s"), "portfolio:plan"),
    "task": (lambda: _("%(number)s: task: %(words)s"), "portfolio:plan"),
    "advice": (lambda: _("%(number)s: advice needed: %(words)s"), "portfolio:advice"),
}


def _deadline(kind: str, uid: Any, page_id: Any, number: str, words: str, on: date) -> Deadline:
    title, page = _TITLES[kind]
    if kind == "gate":
        words = str(methods.GATE_TITLES.get(words, words))
    return Deadline(
        uid=f"portfolio.{kind}.{uid}",
        title=title() % {"number": number, "words": words},
        on=on,
        url=reverse(page, args=[page_id]),
    )
