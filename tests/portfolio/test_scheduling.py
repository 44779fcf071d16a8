"""What dependencies say of days, on cases worked out by hand and on random plans."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netzstadt.portfolio.scheduling import (
    Circle,
    Kind,
    Span,
    Tie,
    conflicts,
    critical,
    in_order,
    moved_alone,
    moved_with_chain,
    slack,
)

MONDAY = date(2027, 3, 1)


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)


def task(first: int, last: int, *, is_done: bool = False) -> Span:
    return Span(starts_on=day(first), ends_on=day(last), is_done=is_done)


def milestone(on: int, *, is_done: bool = False) -> Span:
    return Span(starts_on=day(on), ends_on=day(on), is_milestone=True, is_done=is_done)


def earliest(before: Span, after: Span, kind: str, lag: int = 0) -> date:
    """The first day of ``after``, once it has been moved behind ``before``."""
    tie = Tie(predecessor="a", successor="b", kind=Kind(kind), lag_days=lag)
    return moved_alone({"a": before, "b": after}, [tie], "b").starts_on


@pytest.mark.parametrize(
    ("kind", "lag", "expected"),
    [
        # The other one takes from day 10 to day 14; this one is three days long.
        ("FS", 0, 15),
        ("FS", 2, 17),
        ("FS", -1, 14),
        ("SS", 0, 10),
        ("SS", 3, 13),
        ("FF", 0, 12),  # then it ends on day 14 as well
        ("FF", 1, 13),
        ("SF", 0, 7),  # then it ends on day 9, before the other begins
    ],
)
def test_each_kind_holds_back_the_end_that_it_names(kind: str, lag: int, expected: int):
    assert earliest(task(10, 14), task(-90, -88), kind, lag) == day(expected)


def test_a_milestone_is_the_end_of_its_day():
    assert earliest(task(0, 4), milestone(-9), "FS") == day(4)
    assert earliest(milestone(4), task(-9, -8), "FS") == day(5)
    assert earliest(milestone(4), milestone(-9), "FS") == day(4)


def test_what_comes_too_early_is_found_with_what_holds_it_back_the_longest():
    spans = {"a": task(0, 4), "b": task(0, 9), "c": task(6, 7)}
    ties = [Tie(predecessor="a", successor="c"), Tie(predecessor="b", successor="c")]

    (found,) = conflicts(spans, ties).values()

    assert found.tie == ties[1]
    assert found.earliest_on == day(10)


def test_what_is_done_stays_where_it_was():
    spans = {"a": task(0, 9), "b": task(3, 4, is_done=True), "c": task(5, 6)}
    ties = [Tie(predecessor="a", successor="b"), Tie(predecessor="b", successor="c")]

    assert conflicts(spans, ties) == {}
    assert moved_with_chain(spans, ties, "b") == {}


def test_a_chain_follows_only_as_far_as_it_has_to():
    spans = {"a": task(0, 9), "b": task(5, 6), "c": task(7, 8), "late": task(40, 41)}
    ties = [Tie(predecessor=one, successor=two) for one, two in ("ab", "bc")]
    ties.append(Tie(predecessor="b", successor="late"))

    moved = moved_with_chain(spans, ties, "b")

    assert moved == {"b": task(10, 11), "c": task(12, 13)}


def test_the_critical_path_is_what_holds_the_end():
    spans = {"a": task(0, 4), "b": task(5, 9), "side": task(0, 2), "end": milestone(9)}
    ties = [
        Tie(predecessor="a", successor="b"),
        Tie(predecessor="b", successor="end"),
        Tie(predecessor="side", successor="b"),
    ]

    assert critical(spans, ties) == {"a", "b", "end"}
    assert slack(spans, ties)["side"] == 2


def test_the_calendar_has_an_end():
    last = Span(starts_on=date.max, ends_on=date.max)

    found = moved_with_chain({1: last, 2: task(0, 4)}, [Tie(predecessor=1, successor=2)], 2)

    assert found[2].ends_on == date.max


@st.composite
def plans(draw: st.DrawFn, most: int = 8) -> tuple[dict[int, Span], list[Tie[int]]]:
    """Tasks and milestones with ties from lower numbers to higher ones: without a circle."""
    spans = {}
    for number in range(draw(st.integers(1, most))):
        first, length = draw(st.integers(0, 60)), draw(st.integers(0, 12))
        is_milestone, is_done = draw(st.booleans()), draw(st.integers(0, 5)) == 0
        spans[number] = Span(
            starts_on=day(first),
            ends_on=day(first if is_milestone else first + length),
            is_milestone=is_milestone,
            is_done=is_done,
        )
    pairs = [(a, b) for a in spans for b in spans if a < b]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=14)) if pairs else []
    ties = [
        Tie(
            predecessor=a,
            successor=b,
            kind=draw(st.sampled_from(Kind)),
            lag_days=draw(st.integers(-6, 10)),
        )
        for a, b in chosen
    ]
    return spans, ties


def holds(tie: Tie[int], spans: dict[int, Span]) -> bool:
    """Whether a tie is kept, said in days as PMBOK says it."""
    before, after = spans[tie.predecessor], spans[tie.successor]
    left = before.finish if tie.kind in (Kind.FS, Kind.FF) else before.start
    right = after.start if tie.kind in (Kind.FS, Kind.SS) else after.finish
    return right >= left + tie.lag_days


def behind(key: int, ties: list[Tie[int]]) -> set[int]:
    found = {key}
    for number in range(key + 1, 50):
        if any(one.successor == number and one.predecessor in found for one in ties):
            found.add(number)
    return found


@given(plans())
def test_a_conflict_is_a_tie_that_is_not_kept_and_nothing_else(plan):
    spans, ties = plan
    broken = {one.successor for one in ties if not holds(one, spans)}
    assert set(conflicts(spans, ties)) == {one for one in broken if not spans[one].is_done}


@given(plans(), st.data())
def test_after_a_chain_has_moved_nothing_in_it_comes_too_early(plan, data):
    spans, ties = plan
    key = data.draw(st.sampled_from(sorted(spans)))

    moved = moved_with_chain(spans, ties, key)

    reached = behind(key, ties)
    assert set(moved) <= reached
    for one, span in moved.items():
        assert span.start > spans[one].start
        assert span.finish - span.start == spans[one].finish - spans[one].start
        assert not span.is_done
    assert not conflicts(spans | moved, ties).keys() & reached


@given(plans(), st.data())
def test_nothing_moves_further_than_it_has_to(plan, data):
    spans, ties = plan
    key = data.draw(st.sampled_from(sorted(spans)))

    moved = moved_with_chain(spans, ties, key)

    for one, span in moved.items():
        sooner = spans | moved | {one: span.moved_to(span.start - 1)}
        assert any(not holds(tie, sooner) for tie in ties if tie.successor == one)


@given(plans(), st.data())
def test_slack_is_how_long_one_thing_can_be_late_without_a_later_end(plan, data):
    spans, ties = plan
    spans = {key: Span(**fields(span) | {"is_done": False}) for key, span in spans.items()}
    for key in sorted(spans):  # a plan without conflicts
        spans |= moved_with_chain(spans, ties, key)
    end = max(span.finish for span in spans.values())
    key = data.draw(st.sampled_from(sorted(spans)))
    days = slack(spans, ties)[key]

    def end_when_late(by: int) -> int:
        late = spans | {key: spans[key].moved_to(spans[key].start + by)}
        for one in sorted(behind(key, ties) - {key}):
            late |= moved_with_chain(late, ties, one)
        return max(span.finish for span in late.values())

    assert days >= 0
    assert end_when_late(days) == end
    assert end_when_late(days + 1) > end
    assert critical(spans, ties)


def fields(span: Span) -> dict[str, object]:
    return {
        "starts_on": span.starts_on,
        "ends_on": span.ends_on,
        "is_milestone": span.is_milestone,
    }


@given(plans(), st.data())
def test_a_circle_is_told_and_without_one_each_stands_behind_what_it_waits_for(plan, data):
    spans, ties = plan
    order = in_order(spans, ties)
    assert sorted(order) == sorted(spans)
    assert all(order.index(one.predecessor) < order.index(one.successor) for one in ties)
    if ties:
        tie = data.draw(st.sampled_from(ties))
        back = Tie(predecessor=tie.successor, successor=tie.predecessor)
        with pytest.raises(Circle):
            in_order(spans, [*ties, back])


def test_without_anything_there_is_nothing_to_say():
    assert slack({}, []) == {}
    assert critical({}, []) == set()
