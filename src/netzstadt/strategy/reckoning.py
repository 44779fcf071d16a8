"""How far a goal or measure has come, and which light it has. Pure: facts in, standing out.

Progress is the weighted mean of what counts and is known; the light is the worst of the rules.
Where no rule works it out, what somebody typed is taken, and marked so.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

GREEN, AMBER, RED, GREY = "GREEN", "AMBER", "RED", "GREY"
_SEVERITY = {GREY: 0, GREEN: 1, AMBER: 2, RED: 3}
# A light gets better only once the deviation is so far inside the bound, as a part of the step
# between two bounds: a value that sways about a bound does not turn it to and fro.
HYSTERESIS = 0.1
# A measure that is due so soon and not nearly done needs attention.
SOON = timedelta(days=30)
NEARLY = 0.8

Point = tuple[date, float]
Json = dict[str, Any]


def expected_on(points: Sequence[Point], day: date) -> float | None:
    """The value that a path asks for on a day: straight lines between its points, level outside.

    ``points`` are in the order of their days. None for a path without points.
    """
    if not points:
        return None
    place = bisect_right(points, day, key=lambda point: point[0])
    if place == 0:
        return points[0][1]
    if place == len(points):
        return points[-1][1]
    (day_a, a), (day_b, b) = points[place - 1], points[place]
    return a + (b - a) * ((day - day_a).days / (day_b - day_a).days)


def deviation(direction: str, value: float, expected: float) -> float:
    """How far a value is on the bad side of what is expected; 0 on the good side."""
    if direction == "UP":
        return max(0.0, expected - value)
    if direction == "DOWN":
        return max(0.0, value - expected)
    return abs(value - expected)


def light_of(away: float, *, amber_at: float, red_at: float, before: str = GREY) -> str:
    """The light for a deviation, given the light before it: better only with some distance."""
    now = _plain_light(away, amber_at, red_at)
    if _SEVERITY[now] >= _SEVERITY[before] or before == GREY:
        return now
    margin = HYSTERESIS * ((red_at - amber_at) or amber_at)
    held = _plain_light(away + margin if away else 0.0, amber_at, red_at)
    return held if _SEVERITY[held] <= _SEVERITY[before] else before


def _plain_light(away: float, amber_at: float, red_at: float) -> str:
    if away > 0 and away >= red_at:
        return RED
    return AMBER if away > 0 and away >= amber_at else GREEN


def progress_of(points: Sequence[Point], value: float, direction: str) -> float | None:
    """The part of the way from the baseline to the last target that is done, 0 to 1.

    A path whose baseline is its target already (hold a level) is done exactly while it is held.
    None for a path without points.
    """
    if not points:
        return None
    baseline, target = points[0][1], points[-1][1]
    if baseline == target:
        return 1.0 if deviation(direction, value, target) == 0 else 0.0
    return min(1.0, max(0.0, (value - baseline) / (target - baseline)))


@dataclass(frozen=True, kw_only=True, slots=True)
class PathFacts:
    """What is known of an indicator that a goal is measured by. ``value`` None: there is none."""

    indicator: str
    path: str
    points: Sequence[Point]
    direction: str
    weight: float
    amber_at: float
    red_at: float
    fresh_days: int
    value: float | None
    value_at: datetime | None
    is_usable: bool
    light: str = GREY


@dataclass(frozen=True, kw_only=True, slots=True)
class PartFacts:
    """What is known of an element that serves another one."""

    element: str
    rule: str
    weight: float
    progress: float | None
    light: str
    is_out: bool = False  # stopped or handed over: it counts no more
    expected: float | None = None
    achieved: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnFacts:
    """What is known of the element itself. ``state`` is empty for what is no measure."""

    state: str = ""
    starts_on: date | None = None
    due_on: date | None = None
    typed: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reckoned:
    """Progress (0 to 1; None: not known), light, and the parts that they come from."""

    progress: float | None
    light: str
    is_typed: bool
    parts: list[Json] = field(default_factory=list)


def reckon(
    own: OwnFacts,
    paths: Iterable[PathFacts],
    parts: Iterable[PartFacts],
    *,
    today: date,
    at: datetime,
) -> Reckoned:
    """Work out where an element stands."""
    found = [_path(one, today=today, at=at) for one in paths] + [_part(one) for one in parts]
    ruled = [one for one in found if one["counts"]]
    progress = _mean(ruled)
    is_typed = False
    if not ruled and own.state not in {"STOPPED", "TRANSFERRED"}:
        progress, is_typed, said = _said(own)
        found += said
    lights = [one["light"] for one in found if one["counts"]]
    if schedule := _schedule(own, progress, today):
        found.append(schedule)
        lights.append(schedule["light"])
    return Reckoned(progress=progress, light=worst(lights), is_typed=is_typed, parts=found)


def worst(lights: Iterable[str]) -> str:
    """The worst light that is known; grey where none is."""
    return max(lights, key=_SEVERITY.__getitem__, default=GREY)


def _mean(parts: Iterable[Json]) -> float | None:
    known: list[tuple[float, float]] = [
        (one["weight"], one["progress"]) for one in parts if one["progress"] is not None
    ]
    total = sum(weight for weight, _progress in known)
    if not known:
        return None
    return min(1.0, max(0.0, sum(weight * progress for weight, progress in known) / total))


def _path(path: PathFacts, *, today: date, at: datetime) -> Json:
    expected = expected_on(path.points, today)
    part: Json = {
        "kind": "indicator",
        "id": path.indicator,
        "path": path.path,
        "counts": True,
        "weight": path.weight,
        "value": path.value,
        "at": path.value_at.isoformat() if path.value_at else None,
        "expected": expected,
        "target": path.points[-1][1] if path.points else None,
        "progress": None,
        "light": GREY,
    }
    part["why"] = why = _unknown(path, at)
    if why or path.value is None or expected is None:
        return part
    part["progress"] = progress_of(path.points, path.value, path.direction)
    part["light"] = light_of(
        deviation(path.direction, path.value, expected),
        amber_at=path.amber_at,
        red_at=path.red_at,
        before=path.light,
    )
    return part


def _unknown(path: PathFacts, at: datetime) -> str:
    """Why nothing can be said by an indicator; empty where something can."""
    if not path.points:
        return "NO_TARGET"
    if path.value is None or path.value_at is None:
        return "NO_VALUE"
    if not path.is_usable:
        return "POOR"
    return "STALE" if at - path.value_at > timedelta(days=path.fresh_days) else ""


def _part(part: PartFacts) -> Json:
    progress: float | None = None
    if part.rule == "VALUE":
        if part.achieved is not None and part.expected:
            progress = min(1.0, max(0.0, part.achieved / part.expected))
    elif part.rule == "COUNT":
        progress = None if part.progress is None else float(part.progress >= 1.0)
    else:
        progress = part.progress
    counts = part.rule != "NONE" and not part.is_out
    return {
        "kind": "element",
        "id": part.element,
        "rule": part.rule,
        "counts": counts,
        "weight": part.weight,
        "progress": progress if counts else None,
        "light": part.light if counts else GREY,
        "expected": part.expected,
        "achieved": part.achieved,
        "why": "OUT" if part.is_out else "" if progress is not None else "NO_PROGRESS",
    }


def _said(own: OwnFacts) -> tuple[float | None, bool, list[Json]]:
    """What the state of a measure or a person says, where no rule works it out."""
    if own.state == "DONE":
        return 1.0, False, [{"kind": "state", "state": own.state, "counts": True, "light": GREEN}]
    if own.typed is None:
        return None, False, []
    return own.typed, True, [{"kind": "typed", "progress": own.typed, "counts": False}]


def _schedule(own: OwnFacts, progress: float | None, today: date) -> Json | None:
    """The light of a measure's dates; None where they say nothing."""
    if own.due_on is None or own.state not in {"PRIORITISED", "APPROVED", "RUNNING"}:
        return None
    if today > own.due_on:
        why, light = "OVERDUE", RED
    elif own.due_on - today <= SOON and (progress or 0.0) < NEARLY:
        why, light = "SOON", AMBER
    else:
        why, light = "IN_TIME", GREEN
    return {
        "kind": "schedule",
        "counts": False,
        "due_on": own.due_on.isoformat(),
        "why": why,
        "light": light,
    }
