"""What a status report says, as it is frozen, and read again from there.

The form (``format`` 1) is canonical JSON: keys in order, no space that means nothing, days as
ISO 8601, amounts in cents, lights and decisions as codes, so that it is read in any language. It
names no person.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from netzstadt.portfolio import lights, methods
from netzstadt.portfolio.lights import Shown
from netzstadt.portfolio.models import (
    Outcome,
    Project,
    Register,
    RegisterEntry,
    StatusReport,
)
from netzstadt.portfolio.queries import reports as queries

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

FORMAT = 1
# So many of each kind are told; a report with more is read by nobody.
MOST = 40
_TEXTS = ("happened", "ahead", "needed")


def frozen(report: StatusReport, *, today: date, to: "Person | None") -> dict[str, Any]:
    """What a report says now: its texts, lights and facts of its project as ``to`` sees them."""
    facts = queries.facts_of(report.project, to=to, today=today)
    shown = queries.lights_of(facts, today=today)
    before = queries.report_before(report)
    return {
        "format": FORMAT,
        **_about(facts.project),
        "number": report.number,
        "first_day": report.first_day.isoformat(),
        "last_day": report.last_day.isoformat(),
        "as_of": today.isoformat(),
        "texts": {name: getattr(report, name) for name in _TEXTS},
        "lights": [lights.as_json(one) for one in shown],
        "overall": lights.as_json(queries.overall(shown)),
        "before": _lights_before(before),
        "money": facts.money and _money(facts.money),
        "milestones": [
            {
                "id": str(one.pk),
                "title": one.title,
                "planned_on": one.planned_on.isoformat(),
                "expected_on": _day(one.expected_on),
                "reached_on": _day(one.reached_on),
            }
            for one in facts.milestones[:MOST]
        ],
        "conditions": [
            {"id": str(one.pk), "text": one.text, "due_on": one.due_on.isoformat()}
            for one in facts.conditions[:MOST]
        ],
        "risks": [
            _entry(one) | {"score": one.score, "response": one.response}
            for one in sorted(facts.open(Register.RISK), key=lambda one: -one.score)[:MOST]
        ],
        "issues": [_entry(one) for one in facts.open(Register.ISSUE)[:MOST]],
        "changes": [_entry(one) for one in facts.open(Register.CHANGE)[:MOST]],
        "decisions": _decisions(facts, report)[:MOST],
    }


def text_of(payload: Mapping[str, Any]) -> str:
    """The one text of it, which is sealed."""
    return json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _about(project: Project) -> dict[str, str | None]:
    names = ("starts_on", "ends_on", "expected_end_on")
    return {
        "key": project.key,
        "title": project.title,
        "stage": project.stage,
        "status": project.status,
        **{name: _day(getattr(project, name)) for name in names},
    }


def _money(money: Any) -> dict[str, int]:
    names = ("planned_cents", "spent_cents", "committed_cents", "expected_cents")
    return {name: getattr(money, name) for name in names}


def _entry(one: RegisterEntry) -> dict[str, Any]:
    return {"id": str(one.pk), "title": one.title, "due_on": _day(one.due_on)}


def _lights_before(before: StatusReport | None) -> dict[str, str]:
    if before is None:
        return {}
    known = json.loads(before.payload)
    return {one["aspect"]: one["light"] for one in [*known["lights"], known["overall"]]}


def _decisions(facts: queries.Facts, report: StatusReport) -> list[dict[str, Any]]:
    """What was decided in the period: at gates, on changes, and otherwise."""
    found: list[dict[str, Any]] = [
        {"on": one.decided_on, "gate": one.gate.key, "outcome": one.outcome, "reason": one.reason}
        for one in facts.decisions
    ]
    found += [
        {
            "on": one.closed_on,
            "text": one.title,
            "body": one.body,
            "is_accepted": one.is_accepted,
            "reason": one.outcome,
        }
        for one in facts.entries
        if one.kind in (Register.DECISION, Register.CHANGE) and one.closed_on
    ]
    within = [one for one in found if report.first_day <= one["on"] <= report.last_day]
    within.sort(key=lambda one: one["on"])
    return [one | {"on": one["on"].isoformat()} for one in within]


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _read_day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@dataclass(frozen=True, slots=True)
class Content:
    """What a report says, read from where it was frozen; days are days, codes are words."""

    data: Mapping[str, Any]

    @property
    def first_day(self) -> date:
        """The first day that it is about."""
        return date.fromisoformat(self.data["first_day"])

    @property
    def last_day(self) -> date:
        """The last day that it is about."""
        return date.fromisoformat(self.data["last_day"])

    @property
    def as_of(self) -> date:
        """The day whose lights and facts it tells."""
        return date.fromisoformat(self.data["as_of"])

    @property
    def texts(self) -> Mapping[str, str]:
        """What people wrote: happened, ahead, needed."""
        texts: Mapping[str, str] = self.data["texts"]
        return texts

    @property
    def lights(self) -> list[Shown]:
        """Its five lights."""
        return [lights.from_json(one) for one in self.data["lights"]]

    @property
    def overall(self) -> Shown:
        """The worst of them."""
        return lights.from_json(self.data["overall"])

    @property
    def trends(self) -> dict[str, str]:
        """By aspect whether a light is better than in the last report: UP, DOWN, SAME, or empty."""
        before = self.data["before"]
        return {
            one.aspect: lights.trend(one.light, before.get(one.aspect))
            for one in [*self.lights, self.overall]
        }

    @property
    def money(self) -> Mapping[str, int] | None:
        """Planned, spent, committed and expected, in cents; None without a budget."""
        money: Mapping[str, int] | None = self.data["money"]
        return money

    def rows(self, name: str) -> list[dict[str, Any]]:
        """Rows of ``milestones``, ``conditions``, ``risks``, ``issues`` or ``changes``."""
        return [
            {key: _read_day(value) if key.endswith("_on") else value for key, value in one.items()}
            for one in self.data[name]
        ]

    @property
    def decisions(self) -> list[dict[str, Any]]:
        """What was decided in its period: day, what, by whom, why."""
        return [
            {
                "on": date.fromisoformat(one["on"]),
                "what": _decided(one),
                "body": one.get("body", ""),
                "reason": one["reason"],
            }
            for one in self.data["decisions"]
        ]


def _decided(one: Mapping[str, Any]) -> str:
    if "gate" in one:
        gate = methods.GATE_TITLES.get(one["gate"], one["gate"])
        return f"{gate}: {Outcome(one['outcome']).label}"
    if one["is_accepted"] is None:
        return str(one["text"])
    verdict = _("accepted") if one["is_accepted"] else _("not accepted")
    return _("Change %(verdict)s: %(text)s") % {"verdict": verdict, "text": one["text"]}


def read(report: StatusReport) -> Content:
    """What a submitted or approved report says."""
    return Content(json.loads(report.payload))


def content_of(report: StatusReport, *, today: date, to: "Person | None") -> Content:
    """What a report says: as it was frozen, or of a draft as it would be now."""
    if report.payload:
        return read(report)
    return Content(frozen(report, today=today, to=to))
