"""Charts of series as SVG: pure functions from points to markup, without colours or scripts.

Colours, dark theme and print are the style sheet's: every part has a class.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

WIDTH, HEIGHT = 1040, 360
LEFT, RIGHT, TOP, BOTTOM = 74, 14, 30, 36


@dataclass(frozen=True, slots=True)
class Point:
    """One value at the start of its stretch of time, with the range it stands for."""

    time: datetime
    value: float
    minimum: float | None = None
    maximum: float | None = None


def _plain_number(value: float, digits: int) -> str:
    return f"{value:.{digits}f}"


def _plain_time(moment: datetime, step: str) -> str:
    return moment.strftime({"hour": "%H:%M", "day": "%d.%m.", "month": "%m/%Y"}[step])


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """What is to be drawn. ``points`` are in the order of time, within ``start`` and ``end``.

    ``step`` is the expected distance of two points: a longer one is drawn as a gap. ``is_bars``
    draws sums of things counted; other values are a line with the band of least and greatest.
    """

    identifier: str
    title: str
    description: str
    points: Sequence[Point]
    start: datetime
    end: datetime
    zone: ZoneInfo
    step: timedelta
    unit: str = ""
    is_bars: bool = False
    number: Callable[[float, int], str] = field(default=_plain_number)
    time: Callable[[datetime, str], str] = field(default=_plain_time)


def nice_ticks(low: float, high: float, wanted: int = 5) -> list[float]:
    """Round numbers that reach from at most ``low`` to at least ``high``, about ``wanted`` of them.

    Steps are 1, 2, 2.5 or 5 times a power of ten.
    """
    if high - low <= max(abs(low), abs(high), 1e-9) * 1e-9:  # too near to tell apart
        pad = abs(low) * 0.1 or 1.0
        low, high = low - pad, high + pad
    raw = (high - low) / max(wanted - 1, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [step * n for n in range(first, last + 1)]


def digits_of(ticks: Sequence[float]) -> int:
    """How many decimals the labels of ``ticks`` need to differ."""
    step = min((b - a for a, b in pairwise(ticks)), default=1.0)
    digits = 0
    while digits < 6 and abs(round(step, digits) - step) > step * 1e-6:
        digits += 1
    return digits


def time_ticks(start: datetime, end: datetime, zone: ZoneInfo) -> tuple[str, list[datetime]]:
    """Moments to mark between ``start`` and ``end`` and their kind: hour, day or month.

    They are round in local time, also across a change of the clocks.
    """
    days = (end - start) / timedelta(days=1)
    if days <= 2.1:
        return "hour", list(_every_hours(start, end, zone, 3 if days <= 1.1 else 6))
    if days <= 62:
        return "day", list(_every_days(start, end, zone, max(1, round(days / 8))))
    return "month", list(_every_months(start, end, zone, max(1, round(days / 366))))


def _every_hours(start: datetime, end: datetime, zone: ZoneInfo, hours: int) -> Iterator[datetime]:
    local = start.astimezone(zone)
    wall = local.replace(hour=local.hour - local.hour % hours, minute=0, second=0, microsecond=0)
    while wall.astimezone(UTC) < end:
        if wall.astimezone(UTC) >= start:
            yield wall
        wall += timedelta(hours=hours)  # wall-clock arithmetic: zoneinfo keeps the local hour


def _every_days(start: datetime, end: datetime, zone: ZoneInfo, days: int) -> Iterator[datetime]:
    wall = start.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    while wall.astimezone(UTC) < end:
        if wall.astimezone(UTC) >= start:
            yield wall
        wall += timedelta(days=days)


def _every_months(
    start: datetime, end: datetime, zone: ZoneInfo, months: int
) -> Iterator[datetime]:
    wall = start.astimezone(zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    while wall.astimezone(UTC) < end:
        if wall.astimezone(UTC) >= start:
            yield wall
        count = wall.month - 1 + months
        wall = wall.replace(year=wall.year + count // 12, month=count % 12 + 1)


def runs(points: Sequence[Point], step: timedelta) -> list[list[Point]]:
    """The stretches without a gap: two points belong together up to 1.5 steps apart."""
    found: list[list[Point]] = []
    for point in points:
        if found and point.time - found[-1][-1].time <= step * 1.5:
            found[-1].append(point)
        else:
            found.append([point])
    return found


def draw(chart: Chart) -> str:
    """The chart as one ``<svg>`` element with title, description and labelled axes."""
    ticks = _value_ticks(chart)
    low, high = ticks[0], ticks[-1]
    seconds = (chart.end - chart.start).total_seconds()

    def x(moment: datetime) -> float:
        return LEFT + (moment - chart.start).total_seconds() / seconds * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return TOP + (high - value) / (high - low) * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg class="ns-chart-svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-labelledby="{chart.identifier}-title {chart.identifier}-description">',
        f'<title id="{chart.identifier}-title">{escape(chart.title)}</title>',
        f'<desc id="{chart.identifier}-description">{escape(chart.description)}</desc>',
        *_value_axis(chart, ticks, y),
        *_time_axis(chart, x),
        *(_bars(chart, x, y) if chart.is_bars else _lines(chart, x, y)),
        "</svg>",
    ]
    return "".join(parts)


def _value_ticks(chart: Chart) -> list[float]:
    lows = [p.value if p.minimum is None else p.minimum for p in chart.points] or [0.0]
    highs = [p.value if p.maximum is None else p.maximum for p in chart.points] or [1.0]
    low, high = min(lows), max(highs)
    if chart.is_bars or 0 < low < (high - low) * 0.5:
        low = min(low, 0.0)  # the ground is near: show it, so that heights can be compared
    if chart.is_bars:
        high = max(high, 0.0)
    return nice_ticks(low, high)


def _value_axis(chart: Chart, ticks: list[float], y: Callable[[float], float]) -> Iterator[str]:
    digits = digits_of(ticks)
    for tick in ticks:
        height = y(tick)
        kind = "ns-chart-zero" if tick == 0 else "ns-chart-grid"
        yield (
            f'<line class="{kind}" x1="{LEFT}" x2="{WIDTH - RIGHT}" '
            f'y1="{height:.1f}" y2="{height:.1f}"/>'
            f'<text class="ns-chart-label" x="{LEFT - 8}" y="{height + 4.5:.1f}" '
            f'text-anchor="end">{escape(chart.number(tick, digits))}</text>'
        )
    if chart.unit:
        yield f'<text class="ns-chart-label" x="4" y="19">{escape(chart.unit)}</text>'


def _time_axis(chart: Chart, x: Callable[[datetime], float]) -> Iterator[str]:
    kind, ticks = time_ticks(chart.start, chart.end, chart.zone)
    base = HEIGHT - BOTTOM
    for tick in ticks:
        place = x(tick.astimezone(UTC))
        yield (
            f'<line class="ns-chart-mark" x1="{place:.1f}" x2="{place:.1f}" '
            f'y1="{base}" y2="{base + 6}"/>'
        )
        if place < WIDTH - RIGHT - 24:
            yield (
                f'<text class="ns-chart-label" x="{place + 3:.1f}" y="{base + 20}">'
                f"{escape(chart.time(tick, kind))}</text>"
            )


def _lines(
    chart: Chart, x: Callable[[datetime], float], y: Callable[[float], float]
) -> Iterator[str]:
    for run in runs(chart.points, chart.step):
        band = [p for p in run if p.minimum is not None and p.maximum is not None]
        if len(band) > 1:
            above = [f"{x(p.time):.1f},{y(p.maximum or 0.0):.1f}" for p in band]
            below = [f"{x(p.time):.1f},{y(p.minimum or 0.0):.1f}" for p in reversed(band)]
            yield f'<polygon class="ns-chart-band" points="{" ".join(above + below)}"/>'
        if len(run) == 1:
            only = run[0]
            yield (
                f'<circle class="ns-chart-dot" cx="{x(only.time):.1f}" '
                f'cy="{y(only.value):.1f}" r="2.5"/>'
            )
        else:
            line = " ".join(f"{x(p.time):.1f},{y(p.value):.1f}" for p in run)
            yield f'<polyline class="ns-chart-line" points="{line}"/>'


def _bars(
    chart: Chart, x: Callable[[datetime], float], y: Callable[[float], float]
) -> Iterator[str]:
    ground = y(0.0)
    for point in chart.points:
        left = x(point.time)
        right = min(x(point.time + chart.step), WIDTH - RIGHT)
        width = max((right - left) * 0.86, 0.6)
        top = min(y(point.value), ground)
        yield (
            f'<rect class="ns-chart-bar" x="{left + (right - left - width) / 2:.1f}" '
            f'y="{top:.1f}" width="{width:.1f}" height="{abs(y(point.value) - ground):.1f}"/>'
        )


def sparkline(values: Sequence[float | None]) -> str:
    """A small line of hourly values, decoration beside the number; None leaves a gap."""
    width, height = 120.0, 28.0
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return ""
    low, high = min(known), max(known)
    spread = high - low
    step = width / max(len(values) - 1, 1)
    path: list[str] = []
    pen = "M"
    for position, value in enumerate(values):
        if value is None:
            pen = "M"
            continue
        level = height - 2 - (value - low) / spread * (height - 4) if spread else height / 2
        path.append(f"{pen}{position * step:.1f} {level:.1f}")
        pen = "L"
    return (
        f'<svg class="ns-sparkline" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'preserveAspectRatio="none" aria-hidden="true" '
        f'focusable="false"><path d="{"".join(path)}"/></svg>'
    )
