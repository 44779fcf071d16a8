"""Where an element stands, said in sentences: what it comes from, and what is not known."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from netzstadt.core.numbers import written
from netzstadt.strategy.models import MeasureState, Rule, Standing

_MOST = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One thing that counts, or is named: what it is called, what it says, how much it weighs.

    ``title`` is empty where the reader may not see it; nothing of its numbers is told then.
    """

    kind: str
    id: uuid.UUID | None
    title: str
    says: str
    light: str
    progress: float | None
    weight: float | None
    counts: bool

    @property
    def is_restricted(self) -> bool:
        """Whether there is something here that the reader may not see."""
        return self.id is not None and not self.title


def percent(part: float | None) -> str:
    """A part of 1 as people write it: 62 %."""
    return "–" if part is None else f"{written(part * 100)}\u00a0%"


def amount(value: float | None, digits: int = 0, unit: str = "") -> str:
    """A number with its unit."""
    if value is None:
        return "–"
    text = written(value, digits)
    return f"{text}\u00a0{unit}" if unit else text


def rows(
    standing: Standing | None,
    elements: Mapping[uuid.UUID, str],
    indicators: Mapping[uuid.UUID, Any],
) -> list[Row]:
    """What a standing comes from, those first that count; names only of what the reader may see."""
    found = [_row(part, elements, indicators) for part in (standing.parts if standing else [])]
    return sorted(found, key=lambda row: not row.counts)


def _row(
    part: dict[str, Any],
    elements: Mapping[uuid.UUID, str],
    indicators: Mapping[uuid.UUID, Any],
) -> Row:
    kind = part["kind"]
    key = uuid.UUID(part["id"]) if "id" in part else None
    title, says = "", ""
    if kind == "indicator" and key is not None:
        indicator = indicators.get(key)
        if indicator is None:
            return _restricted(part, key)
        title, says = indicator.title, _indicator_says(part, indicator)
    elif kind == "element" and key is not None:
        title, says = elements.get(key, ""), _element_says(part)
    elif kind == "state":
        says = str(MeasureState(part["state"]).label)
    elif kind == "typed":
        says = _("entered by hand")
    elif kind == "schedule":
        says = _schedule_says(part)
    return Row(
        kind=kind,
        id=key,
        title=title,
        says=says,
        light=part.get("light", "GREY"),
        progress=part.get("progress"),
        weight=part.get("weight"),
        counts=part["counts"],
    )


def _restricted(part: dict[str, Any], key: uuid.UUID) -> Row:
    return Row(
        kind=part["kind"],
        id=key,
        title="",
        says=_("restricted"),
        light="GREY",
        progress=None,
        weight=part.get("weight"),
        counts=part["counts"],
    )


def _indicator_says(part: dict[str, Any], indicator: Any) -> str:
    whys = {
        "NO_TARGET": _("has no target yet"),
        "NO_VALUE": _("has no value yet"),
        "POOR": _("has too few or doubtful values"),
        "STALE": _("has no fresh value"),
    }
    if part["why"]:
        return whys[part["why"]]
    digits, unit = indicator.digits, indicator.unit_text
    return _("at %(value)s, %(expected)s expected by now, %(target)s the target") % {
        "value": amount(part["value"], digits, unit),
        "expected": amount(part["expected"], digits, unit),
        "target": amount(part["target"], digits, unit),
    }


def _element_says(part: dict[str, Any]) -> str:
    if part["why"] == "OUT":
        return _("stopped or handed over, counts no more")
    if part["rule"] == Rule.NONE:
        return _("does not count, only named")
    if part["progress"] is None:
        return _("nothing is known of it yet")
    if part["rule"] == Rule.COUNT:
        return _("done") if part["progress"] >= 1 else _("not done yet")
    if part["rule"] == Rule.VALUE:
        return _("%(achieved)s of %(expected)s achieved") % {
            "achieved": amount(part["achieved"], 1),
            "expected": amount(part["expected"], 1),
        }
    return _("has come to %(percent)s") % {"percent": percent(part["progress"])}


def _schedule_says(part: dict[str, Any]) -> str:
    day = date_format(date.fromisoformat(part["due_on"]), "SHORT_DATE_FORMAT")
    texts = {
        "OVERDUE": _("was due on %(day)s"),
        "SOON": _("is due on %(day)s and not nearly done"),
        "IN_TIME": _("is due on %(day)s"),
    }
    return texts[part["why"]] % {"day": day}


def because(standing: Standing | None, found: list[Row]) -> str:
    """One sentence: how far it has come and why, the weightiest first."""
    counting = [row for row in found if row.counts and row.progress is not None]
    hidden = sum(row.counts and row.is_restricted for row in found)
    unknown = sum(
        row.counts and row.progress is None and row.kind != "state" and not row.is_restricted
        for row in found
    )
    if standing is None or standing.progress is None:
        return _nothing(found, unknown)
    if standing.is_typed:
        return _("%(percent)s, entered by hand: nothing that counts is bound to it yet.") % {
            "percent": percent(standing.progress)
        }
    if hidden and not counting:
        return _("%(percent)s, because of what you may not see.") % {
            "percent": percent(standing.progress)
        }
    if not counting:  # its state alone says so
        return _("%(percent)s, because it is done.") % {"percent": percent(standing.progress)}
    counting.sort(key=lambda row: -(row.weight or 0))
    reasons = [
        _("%(what)s %(says)s") % {"what": row.title, "says": row.says} for row in counting[:_MOST]
    ]
    if hidden:
        reasons.append(_("something that you may not see"))
    if len(counting) > _MOST:
        more = len(counting) - _MOST
        reasons.append(ngettext("%(n)d more counts", "%(n)d more count", more) % {"n": more})
    text = _("%(percent)s, because: %(reasons)s.") % {
        "percent": percent(standing.progress),
        "reasons": "; ".join(reasons),
    }
    return f"{text} {_unknown(unknown)}".strip()


def _unknown(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "Of %(n)d that counts nothing is known.", "Of %(n)d that count nothing is known.", count
    ) % {"n": count}


def _nothing(found: list[Row], unknown: int) -> str:
    if unknown:
        reasons = "; ".join(
            f"{row.title} {row.says}"
            for row in found
            if row.counts and row.progress is None and not row.is_restricted
        )
        return _("Not known yet: %(reasons)s.") % {"reasons": reasons}
    return _("Not known yet: nothing that counts is bound to it.")
