"""Numbers and times out of cells, whole columns at once."""

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netzstadt.plane.importing.cells import Bytes, Positions

Floats = NDArray[np.float64]
Truth = NDArray[np.bool_]
Microseconds = NDArray[np.int64]

# Parts of a time format and how many digits each has.
FIXED_DIRECTIVES = {"Y": 4, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2}
_DAY = 86_400_000_000
_LARGEST_EXACT = 2**53
_NUMBER = re.compile(rb"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?\s*")
# Up to 15 digits divided by a power of ten that a double holds exactly are rounded correctly.
_FAST_DIGITS = 15
_POWERS: Floats = np.power(10.0, np.arange(23), dtype=np.float64)


def cell_bytes(data: Bytes, start: Positions, end: Positions) -> NDArray[np.bytes_]:
    """The cells as an array of byte strings (rows,), padded with NUL on the right."""
    width = max(int((end - start).max(initial=0)), 1)
    places = start[:, None] + np.arange(width)
    matrix = data[np.minimum(places, len(data) - 1)]
    matrix[places >= end[:, None]] = 0
    return np.ascontiguousarray(matrix).view(f"S{width}")[:, 0]


def parse_numbers(
    data: Bytes, start: Positions, end: Positions, decimal: str
) -> tuple[Floats, Truth]:
    """Decimal numbers, each the nearest double, and which cells are one.

    Refused are NaN and infinity in any spelling, and whole numbers beyond ±2^53, which a double
    does not hold exactly.
    """
    count = len(start)
    width = min(int((end - start).max(initial=0)), 40)
    mantissa = np.zeros(count, dtype=np.int64)
    digits = np.zeros(count, dtype=np.int64)
    decimals = np.zeros(count, dtype=np.int64)
    points = np.zeros(count, dtype=np.int64)
    strange = end - start > width
    point = ord(decimal)
    negative = data[np.minimum(start, len(data) - 1)] == ord("-")
    for offset in range(width):
        place = start + offset
        inside = place < end
        char = data[np.minimum(place, len(data) - 1)].astype(np.int64)
        digit = inside & (char >= 48) & (char <= 57)
        mantissa = np.where(digit & (digits < 18), mantissa * 10 + (char - 48), mantissa)
        digits += digit
        decimals += digit & (points > 0)
        is_point = inside & (char == point)
        points += is_point
        other = inside & ~digit & ~is_point
        strange |= other if offset else other & ~negative
    fast = ~strange & (digits >= 1) & (digits <= _FAST_DIGITS) & (points <= 1)
    values = mantissa / _POWERS[np.minimum(decimals, 22)]
    values[negative] *= -1.0
    good = fast.copy()
    for index in np.flatnonzero(~fast):
        value = _parse_slowly(bytes(data[start[index] : end[index]]), decimal)
        good[index] = value is not None
        values[index] = 0.0 if value is None else value
    return values, good


def _parse_slowly(text: bytes, decimal: str) -> float | None:
    if decimal != ".":
        if b"." in text:
            return None
        text = text.replace(decimal.encode(), b".")
    if len(text) > 400 or not _NUMBER.fullmatch(text):
        return None
    if text.strip().lstrip(b"+-").isdigit():
        return float(text) if abs(int(text)) <= _LARGEST_EXACT else None
    value = float(text)
    return value if abs(value) < float("inf") else None


class FixedFormat:
    """A time format whose every part has one width, such as ``%Y-%m-%d %H:%M``."""

    def __init__(self, format_: str) -> None:
        self.places: dict[str, int] = {}
        self.literals: list[tuple[int, int]] = []
        place = 0
        for part in re.findall(r"%[A-Za-z]|[^%]", format_):
            if part[0] == "%":
                self.places[part[1]] = place
                place += FIXED_DIRECTIVES[part[1]]
            else:
                self.literals.append((place, ord(part)))
                place += 1
        self.width = place

    def parse(self, data: Bytes, start: Positions, end: Positions) -> tuple[Microseconds, Truth]:
        """Wall-clock microseconds since 1970-01-01 (no zone yet), and which cells are a time."""
        good = end - start == self.width
        places = np.where(good, start, 0)[:, None] + np.arange(self.width)
        matrix = data[np.minimum(places, len(data) - 1)].astype(np.int64)
        for place, char in self.literals:
            good &= matrix[:, place] == char
        parts: dict[str, Any] = {}
        for name, place in self.places.items():
            value = np.zeros(len(start), dtype=np.int64)
            for offset in range(FIXED_DIRECTIVES[name]):
                digit = matrix[:, place + offset] - 48
                good &= (digit >= 0) & (digit <= 9)
                value = value * 10 + digit
            parts[name] = np.where(good, value, 1)
        return self._join(parts, good)

    def _join(self, parts: dict[str, Any], good: Truth) -> tuple[Microseconds, Truth]:
        zero = np.zeros(len(good), dtype=np.int64)
        hour, minute, second = (parts.get(name, zero) for name in "HMS")
        good &= (parts["m"] >= 1) & (parts["m"] <= 12)
        month = (parts["Y"] - 1970) * 12 + np.where(good, parts["m"], 1) - 1
        first = month.astype("datetime64[M]").astype("datetime64[D]")
        day = first + (parts["d"] - 1)
        good &= (parts["d"] >= 1) & (day.astype("datetime64[M]") == first.astype("datetime64[M]"))
        # 24:00 is the end of the day (ISO 8601-1, 5.3.2): some publishers label so.
        good &= (hour <= 23) | ((hour == 24) & (minute == 0) & (second == 0))
        good &= (minute <= 59) & (second <= 59)
        seconds = (hour * 60 + minute) * 60 + second
        return day.astype(np.int64) * _DAY + seconds * 1_000_000, good
