"""The report on projects for a committee: a document, a table and JSON of their last approved
status reports.

It tells what was approved and sealed, and nothing of after that: the same selection gives the same
bytes until another report is approved.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from netzstadt.core.city.queries import letterhead
from netzstadt.core.money import euros
from netzstadt.core.orgs.queries import units
from netzstadt.portfolio import queries, saying
from netzstadt.portfolio.lights import OVERALL, Aspect, Light, aspect_title
from netzstadt.portfolio.methods import Stage
from netzstadt.portfolio.models import Project, Status, StatusReport
from netzstadt.portfolio.queries import reports as reading
from netzstadt.portfolio.status_files import Content, read

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

# So many projects go into one report: a committee reads no more, and it stays made within seconds.
MOST = 200
_ASPECTS = (OVERALL, *Aspect.values)
_MONEY = ("planned_cents", "spent_cents", "committed_cents", "expected_cents")
HEAD = (
    *("key", "title", "unit", "stage", "status", "report", "first_day", "last_day", "approved_on"),
    *(aspect.lower() for aspect in _ASPECTS),
    *_MONEY,
    *("happened", "ahead", "needed", "sha256"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A project in the report; without an approved status report only what it is called."""

    project: Project
    unit: str
    report: StatusReport | None
    content: Content | None

    @property
    def title(self) -> str:
        """Number and title: as they were when it was approved."""
        known: Any = self.content.data if self.content else vars(self.project)
        return f"{known['key']} {known['title']}"

    @property
    def standing(self) -> str:
        """Its stage, as it was when it was approved."""
        if self.content is None:
            return self.project.standing
        stage, status = self.content.data["stage"], self.content.data["status"]
        label = str(Stage(stage).label)
        return label if status == Status.ACTIVE else f"{label} – {Status(status).label}"


class TooMany(ValueError):
    """More projects than ``MOST`` were asked for."""


def entries(
    wanted: queries.Wanted, chosen: Sequence[uuid.UUID], *, to: "Person | None"
) -> list[Entry]:
    """The projects that were chosen, or all that fit, as far as ``to`` sees them, by number; in
    three statements. Raises TooMany."""
    if chosen:
        found = queries.visible_projects(to=to).filter(pk__in=chosen)
    else:
        found = queries.projects(wanted, to=to)
    projects = list(found.order_by("id")[: MOST + 1])
    if len(projects) > MOST:
        raise TooMany
    reports = reading.newest_reports([one.pk for one in projects])
    names = units.titles_of(one.unit_id for one in projects)
    return [
        Entry(
            one,
            names.get(one.unit_id, ""),
            reports.get(one.pk),
            read(reports[one.pk]) if one.pk in reports else None,
        )
        for one in projects
    ]


def as_of(found: Sequence[Entry]) -> datetime:
    """When what it says was last approved or, where nothing was, written; to the minute."""
    moments = [
        one.report.approved_at if one.report and one.report.approved_at else one.project.changed_at
        for one in found
    ]
    return max(moments).replace(second=0, microsecond=0)


def table(found: Sequence[Entry]) -> Iterator[list[str]]:
    """The rows below ``HEAD``: codes, days and cents, the same in any language."""
    for one in found:
        project, report, content = one.project, one.report, one.content
        row = [project.key, project.title, one.unit, project.stage, project.status]
        if report is None or content is None:
            yield row + [""] * (len(HEAD) - len(row))
            continue
        shown = {each.aspect: each.light for each in (content.overall, *content.lights)}
        money = content.money or {}
        yield [
            *row,
            str(report.number),
            report.first_day.isoformat(),
            report.last_day.isoformat(),
            _local(report).date().isoformat(),
            *(shown[aspect] for aspect in _ASPECTS),
            *(str(money.get(name, "")) for name in _MONEY),
            *(content.texts[name] for name in ("happened", "ahead", "needed")),
            report.digest,
        ]


def plain(found: Sequence[Entry]) -> dict[str, Any]:
    """The same as JSON knows it: what was sealed, with its seal."""
    return {
        "projects": [
            {
                "id": str(one.project.pk),
                "key": one.project.key,
                "title": one.project.title,
                "unit": one.unit,
                "report": one.content and one.content.data,
                "sha256": one.report and one.report.digest,
            }
            for one in found
        ]
    }


def document(found: Sequence[Entry], *, at: datetime) -> dict[str, Any]:
    """What ``portfolio/typst/committee.typ`` reads, in the language of now."""
    is_demo = any(one.project.is_demo for one in found)
    when = date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")
    n = len(found)
    return {
        "language": (get_language() or "de")[:2],
        "city": letterhead(),
        "title": _("Report on projects"),
        "subtitle": ngettext("%(n)d project", "%(n)d projects", n) % {"n": n},
        "as_of": _("As of %(when)s") % {"when": when},
        "page": pgettext("of a document", "Page"),
        "page_of": pgettext("page 2 of 9", "of"),
        "notice": _("A demo: reports and figures are examples.") if is_demo else "",
        "words": _words(),
        "overview": [_overview(one) for one in found],
        "sections": [_section(one) for one in found],
    }


def _words() -> dict[str, Any]:
    return {
        "overview": _("Overview"),
        "overview_head": [_("Project"), *(aspect_title(one) for one in _ASPECTS)],
        "lights_head": [
            _("Aspect"),
            pgettext("a traffic light", "Light"),
            _("Since the last report"),
            _("Why"),
        ],
        "milestones": _("Milestones"),
        "milestones_head": [_("Milestone"), _("Planned for"), _("Expected on"), _("Reached on")],
        "no_report": _("No status report has been approved yet."),
    }


def _overview(one: Entry) -> dict[str, Any]:
    shown = {}
    if one.content is not None:
        shown = {each.aspect: each.light for each in (one.content.overall, *one.content.lights)}
    return {
        "title": one.title,
        "standing": one.standing,
        "lights": [_light(shown.get(aspect, Light.GREY.value)) for aspect in _ASPECTS],
    }


def _light(light: str) -> dict[str, str]:
    return {"kind": light, "word": _SHORT[light]()}


_SHORT = {
    "GREEN": lambda: pgettext("a traffic light", "green"),
    "AMBER": lambda: pgettext("a traffic light", "amber"),
    "RED": lambda: pgettext("a traffic light", "red"),
    "GREY": lambda: pgettext("a traffic light", "not known"),
}


def _section(one: Entry) -> dict[str, Any]:
    facts = [[_("Stage"), one.standing], [_("Unit"), one.unit]]
    if one.report is None or one.content is None:
        return {"title": one.title, "facts": facts, "has_report": False}
    content, texts = one.content, one.content.texts
    facts += [
        [_("Period of the report"), f"{_day(content.first_day)} – {_day(content.last_day)}"],
        [_("Approved"), date_format(_local(one.report), "SHORT_DATE_FORMAT")],
        *money_rows(content),
    ]
    return {
        "title": one.title,
        "facts": facts,
        "has_report": True,
        "lights": [_row(each, content) for each in (content.overall, *content.lights)],
        "texts": [
            {"title": title, "text": texts[name]}
            for name, title in (
                ("needed", _("What is needed, and from whom")),
                ("happened", _("What happened")),
                ("ahead", _("What comes next")),
            )
            if texts[name]
        ],
        "milestones": [
            [row["title"], *(_day(row[name]) for name in _MILESTONE_DAYS)]
            for row in content.rows("milestones")
        ],
        "lists": [{"title": title, "lines": lines} for title, lines in lists(content) if lines],
    }


_MILESTONE_DAYS = ("planned_on", "expected_on", "reached_on")


def _row(shown: Any, content: Content) -> dict[str, Any]:
    return {
        "aspect": shown.title,
        **_light(shown.light),
        "trend": trend_word(content.trends[shown.aspect]),
        "because": saying.because(shown),
    }


def trend_word(trend: str) -> str:
    """How a light changed since the last report, in a word."""
    words = {"UP": _("better"), "DOWN": _("worse"), "SAME": _("unchanged")}
    return words.get(trend, "–")


def money_rows(content: Content) -> list[list[str]]:
    """The money of a project with its labels; nothing without a budget."""
    money: Mapping[str, int] = content.money or {}
    labels = {
        "planned_cents": _("Planned cost"),
        "spent_cents": _("Spent"),
        "committed_cents": _("Committed"),
        "expected_cents": _("Expected cost"),
    }
    return [[labels[name], euros(money[name])] for name in _MONEY if name in money]


def lists(content: Content) -> list[tuple[str, list[str]]]:
    """Open risks, issues, changes and conditions, and what was decided, as lines."""
    return [
        (
            _("Open risks"),
            [
                (_("%(title)s (%(score)d points). %(response)s") % one).strip()
                for one in content.rows("risks")
            ],
        ),
        (_("Open issues"), [one["title"] for one in content.rows("issues")]),
        (_("Changes that wait for a decision"), [one["title"] for one in content.rows("changes")]),
        (
            _("Open conditions"),
            [
                _("%(text)s (due on %(day)s)") % {"text": one["text"], "day": _day(one["due_on"])}
                for one in content.rows("conditions")
            ],
        ),
        (_("What was decided"), [_decided(one) for one in content.decisions]),
    ]


def _decided(one: Mapping[str, Any]) -> str:
    body = f" ({one['body']})" if one["body"] else ""
    return f"{_day(one['on'])}: {one['what']}{body}. {one['reason']}"


def _day(day: Any) -> str:
    return date_format(day, "SHORT_DATE_FORMAT") if day else "–"


def _local(report: StatusReport) -> datetime:
    assert report.approved_at is not None
    return timezone.localtime(report.approved_at)
