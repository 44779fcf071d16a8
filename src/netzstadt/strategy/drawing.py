"""The chart of an indicator as SVG: its values, the target path and its corridor.

Pure: numbers in, markup out. Colours are the style sheet's; a table beside it says the same.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from xml.sax.saxutils import escape, quoteattr

from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime

from netzstadt.core.days import midnight
from netzstadt.core.numbers import written

WIDTH, HEIGHT = 1040, 340
LEFT, RIGHT, TOP, BOTTOM = 84, 16, 16, 34


@dataclass(frozen=True, kw_only=True, slots=True)
class Curve:
    """What is drawn: values by moments (None is a gap), a path by days, and its corridor.

    ``amber`` and ``red`` are the distances from the path to the bad side; ``sign`` is -1 where
    below the path is bad, 1 where above is, 0 where both are.
    """

    title: str
    values: Sequence[tuple[datetime, float]]
    path: Sequence[tuple[date, float]]
    amber: float = 0.0
    red: float = 0.0
    sign: int = 0
    unit: str = ""
    digits: int = 0
    breaks: Sequence[date] = ()


def draw(curve: Curve) -> SafeString:
    """The chart; empty where there is nothing to draw."""
    times = [moment for moment, _value in curve.values] + [midnight(day) for day, _v in curve.path]
    if not times:
        return SafeString("")
    scale = _Scale(curve, min(times), max(times))
    parts = [
        f'<svg class="ns-curve" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        f" aria-label={quoteattr(curve.title)}>",
        *_corridor(curve, scale),
        *_grid(curve, scale),
        *_breaks(curve, scale),
        *_path(curve, scale),
        *_values(curve, scale),
        "</svg>",
    ]
    return mark_safe("".join(parts))  # noqa: S308 - numbers, and text that was escaped


class _Scale:
    """Where times and numbers lie in the picture."""

    def __init__(self, curve: Curve, first: datetime, last: datetime) -> None:
        self.first = first
        self.span = max((last - first).total_seconds(), 1.0)
        reach = curve.red * 1.2  # so that some of what is red is seen
        numbers = [value for _moment, value in curve.values]
        for _day, value in curve.path:
            numbers += [value - reach * (curve.sign <= 0), value + reach * (curve.sign >= 0)]
        low, high = min(numbers), max(numbers)
        pad = (high - low) * 0.06 or abs(high) * 0.1 or 1.0
        # Numbers that cannot be negative begin at nought.
        self.low = 0.0 if 0 <= low < (high - low) else low - pad
        self.high = high + pad
        # The lines of the grid are told apart, however few digits the numbers have themselves.
        step = (self.high - self.low) / 4
        self.digits = max(curve.digits, math.ceil(-math.log10(step)) if step < 1 else 0, 0)
        self.last = last

    def x(self, moment: datetime) -> float:
        part = (moment - self.first).total_seconds() / self.span
        return round(LEFT + part * (WIDTH - LEFT - RIGHT), 1)

    def within(self, value: float) -> float:
        return min(max(value, self.low), self.high)

    def day(self, day: date) -> float:
        return self.x(midnight(day))

    def y(self, value: float) -> float:
        part = (value - self.low) / (self.high - self.low)
        return round(HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM), 1)


def _corridor(curve: Curve, scale: _Scale) -> list[str]:
    if len(curve.path) < 2:
        return []
    found = []
    for side in (-1, 1):
        if curve.sign == -side:
            continue  # there is no bad side of the path here
        beyond = scale.high if side > 0 else scale.low
        for name, near, far in (("amber", curve.amber, curve.red), ("red", curve.red, None)):
            inner = [(day, scale.within(value + side * near)) for day, value in curve.path]
            outer = [
                (day, beyond if far is None else scale.within(value + side * far))
                for day, value in curve.path
            ]
            points = " ".join(
                f"{scale.day(day)},{scale.y(value)}" for day, value in (*inner, *outer[::-1])
            )
            if far is None or far > near:
                found.append(f'<polygon class="ns-curve__{name}" points="{points}"/>')
    return found


def _grid(curve: Curve, scale: _Scale) -> list[str]:
    found = []
    for part in range(5):
        value = scale.low + (scale.high - scale.low) * part / 4
        y = scale.y(value)
        text = escape(written(value, scale.digits))
        found.append(
            f'<line class="ns-curve__grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>'
            f'<text class="ns-curve__label" x="{LEFT - 8}" y="{y + 4}"'
            f' text-anchor="end">{text}</text>'
        )
    span = timedelta(seconds=scale.span)
    form = "Y" if span > timedelta(days=1500) else "m/Y" if span > timedelta(days=90) else "d.m."
    form = "H:i" if span < timedelta(days=2) else form
    for part in range(5):
        moment = scale.first + span * part / 4
        x = scale.x(moment)
        anchor = ("start", "middle", "middle", "middle", "end")[part]
        text = escape(date_format(localtime(moment), form))
        found.append(
            f'<text class="ns-curve__label" x="{x}" y="{HEIGHT - 10}"'
            f' text-anchor="{anchor}">{text}</text>'
        )
    if curve.unit:
        found.append(f'<text class="ns-curve__label" x="{LEFT}" y="12">{escape(curve.unit)}</text>')
    return found


def _breaks(curve: Curve, scale: _Scale) -> list[str]:
    """A line where values before and after cannot be compared."""
    found = []
    for day in curve.breaks:
        x = scale.day(day)
        if LEFT <= x <= WIDTH - RIGHT:
            found.append(
                f'<line class="ns-curve__break" x1="{x}" x2="{x}" y1="{TOP}"'
                f' y2="{HEIGHT - BOTTOM}"/>'
            )
    return found


def _path(curve: Curve, scale: _Scale) -> list[str]:
    if len(curve.path) < 2:
        return []
    points = " ".join(f"{scale.day(day)},{scale.y(value)}" for day, value in curve.path)
    return [f'<polyline class="ns-curve__path" points="{points}"/>']


def _values(curve: Curve, scale: _Scale) -> list[str]:
    points = [f"{scale.x(moment)},{scale.y(value)}" for moment, value in curve.values]
    found = [f'<polyline class="ns-curve__values" points="{" ".join(points)}"/>'] if points else []
    if len(points) <= 60:
        found += [
            f'<circle class="ns-curve__dot" cx="{scale.x(moment)}" cy="{scale.y(value)}" r="3.5"/>'
            for moment, value in curve.values
        ]
    return found
