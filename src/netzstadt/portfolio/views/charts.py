"""What the Gantt charts of the portfolio show: the plan of one project, and projects in time."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from netzstadt.portfolio.gantt import Arrow, Bar, Chart, Shape, Zoom
from netzstadt.portfolio.models import Project
from netzstadt.portfolio.queries.plan import Plan, Row

_ZOOMS = (
    (Zoom.WEEKS, gettext_lazy("Weeks")),
    (Zoom.MONTHS, gettext_lazy("Months")),
    (Zoom.QUARTERS, gettext_lazy("Quarters")),
)
_KINDS = {
    "TASK": gettext_lazy("Task"),
    "MILESTONE": gettext_lazy("Milestone"),
    "DELIVERABLE": gettext_lazy("Deliverable"),
}
_SHAPES = {"TASK": Shape.BAR, "MILESTONE": Shape.DIAMOND, "DELIVERABLE": Shape.SQUARE}


def zoom_of(request: HttpRequest, otherwise: Zoom = Zoom.MONTHS) -> Zoom:
    """The zoom that the address asks for, or another where it asks for none that there is."""
    return Zoom.__members__.get(request.GET.get("zoom", "").upper(), otherwise)


def zooms(current: Zoom) -> list[tuple[str, Any, bool]]:
    """The links with which the zoom is chosen: word in the address, title, whether it is so."""
    return [(zoom.name.lower(), title, zoom is current) for zoom, title in _ZOOMS]


def of_plan(project: Project, plan: Plan, rows: Sequence[Row], *, zoom: Zoom, today: date) -> Chart:
    """The Gantt chart of a plan; each bar leads to its line in the table."""
    return Chart(
        title=_("Plan of %(project)s") % {"project": project.title},
        bars=[_bar(row) for row in rows],
        arrows=[
            Arrow(
                source=tie.predecessor,
                target=tie.successor,
                kind=tie.kind.value,
                is_critical={tie.predecessor, tie.successor} <= plan.critical,
            )
            for tie in plan.ties
        ],
        zoom=zoom,
        today=today,
    )


def _bar(row: Row) -> Bar:
    marks = _marks(row)
    parts = [str(_KINDS[row.kind]), _days(row.span)]
    if row.percent is not None:
        parts.append(_("%(n)s percent done") % {"n": row.percent})
    if row.waits:
        numbers = ", ".join(str(one.number) for one in row.waits)
        parts.append(_("waits for %(numbers)s") % {"numbers": numbers})
    return Bar(
        key=row.item.pk,
        words=f"{row.number} {row.item.title}",
        name=", ".join(parts),
        url=f"#row-{row.number}",
        starts_on=row.span.starts_on,
        ends_on=row.span.ends_on,
        shape=_SHAPES[row.kind],
        percent=row.percent,
        is_critical=row.is_critical,
        is_early=row.earliest_on is not None,
        is_done=row.span.is_done,
        marks=marks,
    )


def _marks(row: Row) -> list[str]:
    found = []
    if row.span.is_done and row.kind != "TASK":
        found.append(_done_word(row.kind))
    if row.is_critical:
        found.append(pgettext("of a task", "critical"))
    if row.is_late:
        found.append(_("overdue"))
    if row.earliest_on:
        found.append(_("too early"))
    return found


def _done_word(kind: str) -> str:
    return pgettext("of a deliverable", "accepted") if kind == "DELIVERABLE" else _("reached")


def _days(span: Any) -> str:
    first, last = (date_format(day, "SHORT_DATE_FORMAT") for day in (span.starts_on, span.ends_on))
    return (
        last if span.is_milestone else _("%(first)s to %(last)s") % {"first": first, "last": last}
    )


def of_projects(projects: Sequence[Project], *, zoom: Zoom, today: date) -> Chart:
    """Projects in time; each bar leads to its project. Those without a day are in the list only."""
    bars = [bar for one in projects if (bar := _bar_of_project(one)) is not None]
    return Chart(title=_("Projects in time"), bars=bars, zoom=zoom, today=today)


def _bar_of_project(project: Project) -> Bar | None:
    first = project.starts_on
    last = project.expected_end_on or project.ends_on
    if first is None and last is None:
        return None
    if first and last:
        shape, words = Shape.BAR, _("%(first)s to %(last)s")
    elif first:
        shape, words = Shape.OPEN, _("from %(first)s on, its end is open")
    else:
        shape, words = Shape.DIAMOND, _("until %(last)s, its beginning is open")
    known = [day for day in (first, last) if day]
    days = [date_format(day, "SHORT_DATE_FORMAT") for day in (known[0], known[-1])]
    title = f"{project.key} {project.title}"
    when = words % {"first": days[0], "last": days[1]}
    return Bar(
        key=project.pk,
        words=title,
        name=f"{when}, {project.standing}",
        url=reverse("portfolio:project", args=[project.pk]),
        starts_on=known[0],
        ends_on=known[-1],
        shape=shape,
        is_done=project.is_over,
        marks=[project.standing] if project.is_over else [],
    )
