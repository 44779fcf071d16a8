"""Many instants at once as microseconds, and back as the ids of observations."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from netzstadt.plane.rollups import Integers

# Positions in YYYY-MM-DDTHH:MM:SSZ, perhaps with a fraction of up to six digits before the Z.
_WHOLE, _LONGEST = 20, 27
_MARKS = {4: "-", 7: "-", 10: "T", 13: ":", 16: ":", 19: "."}
_FIELDS = ((0, 4), (5, 2), (8, 2), (11, 2), (14, 2), (17, 2), (20, 6))  # first digit, how many


def microseconds_of(texts: Sequence[str]) -> Integers | None:
    """Instants in UTC, all written alike to the second or finer, in microseconds since 1970.

    None where one of them is written otherwise or is no time: then each needs a look.
    """
    length = len(texts[0])
    if not _WHOLE <= length <= _LONGEST or length == _WHOLE + 1:
        return None
    joined = "".join(texts)
    if not joined.isascii() or set(map(len, texts)) != {length}:
        return None
    characters = np.frombuffer(joined.encode(), np.uint8).reshape(-1, length)
    marks = {place: mark for place, mark in _MARKS.items() if place < length - 1}
    marks[length - 1] = "Z"
    expected = np.frombuffer("".join(marks.values()).encode(), np.uint8)
    if bool(np.any(characters[:, list(marks)] != expected)):
        return None
    places, weights = _weights(length)
    digits = characters[:, places] - np.uint8(ord("0"))  # wraps round below "0"
    if digits.max() > 9:
        return None
    # Exact: the greatest field is below a million.
    return _moments((digits.astype(np.float64) @ weights).astype(np.int64))


def _weights(length: int) -> tuple[list[int], NDArray[np.float64]]:
    """Where the digits stand, and what each of them adds to which field."""
    found = [
        (first + n, field, 10.0 ** (count - 1 - n))
        for field, (first, count) in enumerate(_FIELDS)
        for n in range(count)
        if first + n < length - 1
    ]
    weights = np.zeros((len(found), len(_FIELDS)))
    for n, (_, field, weight) in enumerate(found):
        weights[n, field] = weight
    return [place for place, _, _ in found], weights


def _moments(fields: Integers) -> Integers | None:
    year, month, day, hour, minute, second, fraction = fields.T
    if month.min() < 1 or month.max() > 12 or day.min() < 1:
        return None
    if hour.max() > 23 or minute.max() > 59 or second.max() > 59:
        return None
    months = (year - 1970) * 12 + month - 1
    first, end = (
        (months + n).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
        for n in (0, 1)
    )
    if bool(np.any(first + day > end)):
        return None
    hours = (first + day - 1) * 24 + hour
    result: Integers = ((hours * 60 + minute) * 60 + second) * 1_000_000 + fraction
    return result


# Times from 2001 to 2286 have so many digits in microseconds since 1970.
_DIGITS = 16
_LEAST, _MOST = 10 ** (_DIGITS - 1), 10**_DIGITS - 1


def ids_between(begin: bytes, times_us: Integers, end: bytes) -> bytes:
    """Every time as digits between ``begin`` and ``end``, all in a row."""
    if times_us.min() < _LEAST or times_us.max() > _MOST:
        return b"".join(b"%b%d%b" % (begin, time, end) for time in times_us.tolist())
    pattern = np.frombuffer(begin + b"0" * _DIGITS + end, np.uint8)
    rows = np.tile(pattern, (len(times_us), 1))
    # Halves fit into 32 bits, which are divided faster.
    for half, last in zip(np.divmod(times_us, 10**8), (8, 16), strict=True):
        rest = half.astype(np.uint32)
        for place in range(last - 1, last - 9, -1):
            rest, digit = np.divmod(rest, np.uint32(10))
            rows[:, len(begin) + place] += digit.astype(np.uint8)
    return rows.tobytes()
