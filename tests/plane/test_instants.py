"""Many instants at once: read as msgspec reads each, written as Python writes each."""

from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netzstadt.plane.sensorthings.instants import ids_between, microseconds_of
from netzstadt.plane.sensorthings.observation_ids import microseconds
from netzstadt.standards.sensorthings.times import Instant

EARLIEST = datetime(1583, 1, 1, tzinfo=UTC)
moments = st.timedeltas(timedelta(0), timedelta(days=3_000_000)).map(lambda since: EARLIEST + since)


@given(st.lists(moments, min_size=1, max_size=50), st.integers(0, 6))
def test_times_are_read_as_each_alone_would_be(given_moments, digits):
    texts = []
    for moment in given_moments:
        fraction = f".{moment.microsecond:06}"[: digits + 1] if digits else ""
        texts.append(
            f"{moment:%Y-%m-%dT%H:%M:%S}{fraction}Z".rjust(20 + bool(digits) + digits, "0")
        )

    found = microseconds_of(texts)

    expected = [microseconds(msgspec.convert(text, Instant)) for text in texts]
    assert found is not None
    assert found.tolist() == expected


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-29T12:00:00Z",
        "2026-13-01T12:00:00Z",
        "2026-00-01T12:00:00Z",
        "2026-01-00T12:00:00Z",
        "2026-04-31T12:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T12:60:00Z",
        "2026-01-01T12:00:60Z",
        "2026-01-01T12:00:00+",
        "2026-01-01 12:00:00Z",
        "2026/01/01T12:00:00Z",
        "2026-01-01T12:00:0/Z",
        "2026-01-01T12:00:0:Z",
        "2026-01-01T12:00:00z",
        "2026-01-01T12:00:0\u0665Z",
        "2026-01-01T12:00:00",
        "2026-01-01T12:00:00.Z",
        "2026-01-01T12:00:00+01:00",
        "2026-01-01T12:00:00.1234567Z",
        "",
    ],
)
def test_what_is_written_otherwise_needs_a_look_at_each(text):
    good = "2026-01-01T12:00:00Z"

    assert microseconds_of([good]) is not None
    assert microseconds_of([text]) is None
    assert microseconds_of([good, text]) is None


def test_texts_that_fit_only_together_are_no_times():
    assert microseconds_of(["2026-01-01T12:00:00", "Z2026-01-01T12:00:00Z"]) is None


@given(st.lists(st.integers(-2_208_988_800_000_000, 11_000_000_000_000_000), min_size=1))
def test_ids_are_written_as_each_alone_would_be(times):
    found = ids_between(b'"(', np.array(times, dtype=np.int64), b')",')

    assert found == "".join(f'"({time})",' for time in times).encode()


def test_times_of_our_century_are_written_digit_by_digit():
    start = datetime(2026, 11, 25, 12, 34, 56, 789_012, tzinfo=UTC)
    times = [microseconds(start + timedelta(microseconds=7 * n)) for n in range(1000)]

    found = ids_between(b"<", np.array(times, dtype=np.int64), b">")

    assert found == "".join(f"<{time}>" for time in times).encode()
