"""Numbers and times out of bytes, compared with Python's own reading of them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from netzstadt.plane.importing.cells import split
from netzstadt.plane.importing.numbers import FixedFormat, parse_numbers
from netzstadt.plane.importing.wallclock import GOOD, WallClock

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - the wall clock has no zone
MICROSECOND = timedelta(microseconds=1)

texts = st.one_of(
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.integers(-(2**53), 2**53).map(str),
    st.text("0123456789.-+eE ", min_size=1, max_size=20),
)


def columns(values: list[str]) -> tuple[object, object, object]:
    data = np.frombuffer("".join(values).encode() or b" ", np.uint8)
    ends = np.cumsum([len(value.encode()) for value in values])
    return data, ends - [len(value.encode()) for value in values], ends


@given(st.lists(texts, min_size=1, max_size=30))
def test_a_cell_is_read_as_the_nearest_double_or_not_at_all(values):
    numbers, good = parse_numbers(*columns(values), ".")

    for text, number, is_good in zip(values, numbers.tolist(), good.tolist(), strict=True):
        if is_good:
            assert number == float(text)
        else:
            assert not text.strip().isdigit() or int(text) > 2**53


@given(st.lists(st.decimals(-1000, 1000, places=2).map(str), min_size=1, max_size=20))
def test_a_comma_reads_like_a_point(values):
    commas, good = parse_numbers(*columns([value.replace(".", ",") for value in values]), ",")

    assert good.all()
    assert commas.tolist() == [float(value) for value in values]


def moments_between(first: int, last: int) -> st.SearchStrategy[datetime]:
    """Moments of a wall clock between two years."""
    return st.datetimes(EPOCH.replace(year=first), EPOCH.replace(year=last))


@given(st.lists(moments_between(1900, 2100), min_size=1, max_size=20))
def test_times_are_read_as_python_reads_them(moments):
    form = "%Y-%m-%d %H:%M:%S"
    wall, good = FixedFormat(form).parse(*columns([f"{moment:{form}}" for moment in moments]))

    assert good.all()
    expected = [moment.replace(microsecond=0) - EPOCH for moment in moments]
    assert wall.tolist() == [each // MICROSECOND for each in expected]


@given(
    st.lists(moments_between(1980, 2040), min_size=1, max_size=20),
    st.sampled_from(["Europe/Berlin", "UTC", "America/New_York", "Australia/Lord_Howe"]),
)
def test_wall_clock_times_become_the_first_moment_that_shows_them(moments, zone):
    wall = np.array([(each - EPOCH) // MICROSECOND for each in moments])

    utc, verdict, _ = WallClock(zone, "together").to_utc(wall)

    for moment, found, how in zip(moments, utc.tolist(), verdict.tolist(), strict=True):
        aware = moment.replace(tzinfo=ZoneInfo(zone))
        back = aware.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        assert (how == GOOD) == (back == moment)
        if how == GOOD:
            assert found == (aware - EPOCH.replace(tzinfo=UTC)) // MICROSECOND


@given(
    st.lists(
        st.lists(st.text("ab\"',;1 ", max_size=6), min_size=3, max_size=3), min_size=1, max_size=10
    )
)
def test_lines_are_split_as_the_csv_format_says(rows):
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]

    cells = split(
        "\n".join(lines).encode(), first_line=1, delimiter=",", columns=3, encoding="utf-8"
    )

    assert not cells.refused
    assert [[cells.text(r, c, "utf-8") for c in range(3)] for r in range(len(rows))] == rows
