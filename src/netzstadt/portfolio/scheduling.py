"""What dependencies say of days: what comes too early, by when it could come, what is critical.

Pure: spans and ties in, days out. Days are calendar days and both ends of a task are included.
Ends are compared as moments, counted in days: a task takes up its days from the beginning of the
first to the end of the last; a milestone is the end of its day. So a task that waits for another
one to finish begins on the day after it, and a milestone may lie on its last day.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum
from graphlib import CycleError, TopologicalSorter
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


class Kind(Enum):
    """Which end of the successor waits for which end of the predecessor."""

    FS = "FS"
    SS = "SS"
    FF = "FF"
    SF = "SF"


class Circle(ValueError):
    """Something would have to wait for itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """When something is done. ``is_done`` says that it happened: it does not move any more."""

    starts_on: date
    ends_on: date
    is_milestone: bool = False
    is_done: bool = False

    @property
    def start(self) -> int:
        """The moment at which it begins."""
        return self.starts_on.toordinal() + self.is_milestone

    @property
    def finish(self) -> int:
        """The moment at which it is finished."""
        return self.ends_on.toordinal() + 1

    def moved_to(self, start: int) -> "Span":
        """The same, as long as it is, from another moment on; at most to the calendar's end."""
        by = min(start - self.start, date.max.toordinal() - self.ends_on.toordinal())
        by = max(by, date.min.toordinal() - self.starts_on.toordinal())
        return replace(
            self,
            starts_on=self.starts_on + timedelta(days=by),
            ends_on=self.ends_on + timedelta(days=by),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Tie(Generic[K]):
    """``successor`` waits for ``predecessor``, and ``lag_days`` longer."""

    predecessor: K
    successor: K
    kind: Kind = Kind.FS
    lag_days: int = 0

    def earliest(self, before: Span, after: Span) -> int:
        """The moment before which the successor cannot begin."""
        moment = (before.finish if self.kind.value[0] == "F" else before.start) + self.lag_days
        length = after.finish - after.start
        return moment if self.kind.value[1] == "S" else moment - length

    def latest_finish(self, before: Span, after_start: int, after_finish: int) -> int:
        """The moment by which the predecessor has to be finished, so that the successor can keep
        these moments."""
        moment = (after_start if self.kind.value[1] == "S" else after_finish) - self.lag_days
        length = before.finish - before.start
        return moment if self.kind.value[0] == "F" else moment + length


@dataclass(frozen=True, kw_only=True, slots=True)
class Conflict(Generic[K]):
    """Something is planned before it can begin: ``tie`` is what holds it back the longest."""

    tie: Tie[K]
    earliest_on: date


Spans = Mapping[K, Span]


def in_order(keys: Iterable[K], ties: Iterable[Tie[K]]) -> list[K]:
    """The keys so that each stands behind what it waits for. Raises Circle."""
    sorter: TopologicalSorter[K] = TopologicalSorter(dict.fromkeys(keys, ()))
    for tie in ties:
        sorter.add(tie.successor, tie.predecessor)
    try:
        return list(sorter.static_order())
    except CycleError as error:
        raise Circle(str(error)) from error


def conflicts(spans: Spans[K], ties: Collection[Tie[K]]) -> dict[K, Conflict[K]]:
    """What is planned earlier than it can begin, with the earliest day. What is done is done."""
    found = {}
    for key, held in _by_successor(ties).items():
        span = spans[key]
        if span.is_done:
            continue
        tie = max(held, key=lambda one: one.earliest(spans[one.predecessor], span))
        earliest = tie.earliest(spans[tie.predecessor], span)
        if span.start < earliest:
            found[key] = Conflict(tie=tie, earliest_on=span.moved_to(earliest).starts_on)
    return found


def moved_alone(spans: Spans[K], ties: Collection[Tie[K]], key: K) -> Span:
    """One of them at its earliest day, where it comes too early; else as it is."""
    held = [tie for tie in ties if tie.successor == key]
    return _at_earliest(spans, held, spans[key])


def moved_with_chain(spans: Spans[K], ties: Collection[Tie[K]], key: K) -> dict[K, Span]:
    """What moves, and where to, when one of them moves to its earliest day and all that waits for
    it follows: as far as it has to and no further. Nothing is brought forward, and nothing moves
    that is done. Raises Circle.
    """
    by_successor = _by_successor(ties)
    new = dict(spans)
    reached = _behind(key, ties) | {key}
    for one in in_order(spans, ties):
        if one in reached:
            new[one] = _at_earliest(new, by_successor.get(one, []), new[one])
    return {one: span for one, span in new.items() if span != spans[one]}


def slack(spans: Spans[K], ties: Collection[Tie[K]]) -> dict[K, int]:
    """By how many days each of what is not done can be delayed before the plan as a whole ends
    later; less than 0 where it comes too early already."""
    if not spans:
        return {}
    end = max(span.finish for span in spans.values())
    by_predecessor: dict[K, list[Tie[K]]] = defaultdict(list)
    for tie in ties:
        by_predecessor[tie.predecessor].append(tie)
    latest: dict[K, int] = {}
    for key in reversed(in_order(spans, ties)):
        span, moments = spans[key], [end]
        for tie in by_predecessor[key]:
            after = spans[tie.successor]
            if not after.is_done:
                finish = latest[tie.successor]
                start = finish - (after.finish - after.start)
                moments.append(tie.latest_finish(span, start, finish))
        latest[key] = min(moments)
    return {key: latest[key] - span.finish for key, span in spans.items() if not span.is_done}


def critical(spans: Spans[K], ties: Collection[Tie[K]]) -> set[K]:
    """What cannot be a day late without the plan ending later: the critical path."""
    return {key for key, days in slack(spans, ties).items() if days <= 0}


def _by_successor(ties: Iterable[Tie[K]]) -> dict[K, list[Tie[K]]]:
    found: dict[K, list[Tie[K]]] = defaultdict(list)
    for tie in ties:
        found[tie.successor].append(tie)
    return found


def _at_earliest(spans: Spans[K], held: Iterable[Tie[K]], span: Span) -> Span:
    moments = [tie.earliest(spans[tie.predecessor], span) for tie in held]
    if span.is_done or not moments or max(moments) <= span.start:
        return span
    return span.moved_to(max(moments))


def _behind(key: K, ties: Iterable[Tie[K]]) -> set[K]:
    """All that waits for one of them, near or far."""
    successors: dict[K, list[K]] = defaultdict(list)
    for tie in ties:
        successors[tie.predecessor].append(tie.successor)
    found: set[K] = set()
    waiting = [key]
    while waiting:
        for one in successors[waiting.pop()]:
            if one not in found:
                found.add(one)
                waiting.append(one)
    return found
