"""A Gantt chart as SVG, made on the server: rows of bars and diamonds, arrows, a scale, today.

Pure: bars in, markup out. It works by keyboard, for each bar is a link with all that it says
in its name, and in print, for it is drawn in sheets that fit on a page. Colours are the style
sheet's; what they mean stands there in words, and in the table beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from xml.sax.saxutils import escape, quoteattr

from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

ROW, HEAD, BAR = 30, 44, 16
LEFT, WORDS = 12, 300
# Rows of one sheet: as many as an A4 page in landscape holds beside its margins.
SHEET = 20
WIDEST = 6_000
LETTERS = 40
# The words of a bar wider than this stand on it: nobody would find them behind its end.
WIDE = 320
# So far apart are the words of the scale, in pixels.
_APART = 32
# A slip of the pen in a year must not hide all other rows: so far days are drawn from today.
FARTHEST = timedelta(days=50 * 365)


class Zoom(Enum):
    """How much time one looks at: pixels a day."""

    WEEKS = 14.0
    MONTHS = 4.0
    QUARTERS = 1.5


class Shape(Enum):
    """What a row is drawn as."""

    BAR = "bar"
    OPEN = "open"  # it has begun, and nobody said when it ends
    DIAMOND = "diamond"
    SQUARE = "square"


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """A row: ``words`` stand beside it, and ``marks``, the words of what is special about it;
    ``name`` says the rest to who does not see it. ``key`` is what arrows name it by.
    """

    key: object
    words: str
    name: str
    url: str
    starts_on: date
    ends_on: date
    shape: Shape = Shape.BAR
    percent: int | None = None
    is_critical: bool = False
    is_early: bool = False
    is_done: bool = False
    marks: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrow:
    """From the end (or beginning) of one bar to the beginning (or end) of another: FS, SS, …"""

    source: object
    target: object
    kind: str = "FS"
    is_critical: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """What is drawn; ``title`` is the name of the picture."""

    title: str
    bars: Sequence[Bar]
    today: date
    arrows: Sequence[Arrow] = ()
    zoom: Zoom = Zoom.MONTHS


def draw(chart: Chart) -> SafeString:
    """The chart in sheets one below the other; empty where there is nothing to draw."""
    if not chart.bars:
        return SafeString("")
    scale = _Scale(chart)
    rows = {bar.key: (number, bar) for number, bar in enumerate(chart.bars)}
    sheets = []
    for first in range(0, len(chart.bars), SHEET):
        sheets += _sheet(chart, scale, rows, first)
    return mark_safe("".join(sheets))  # noqa: S308 - numbers, and text that was escaped


class _Scale:
    """Where days lie in the picture. Plans of many years are drawn smaller, not wider."""

    def __init__(self, chart: Chart) -> None:
        days = [bar.starts_on for bar in chart.bars] + [bar.ends_on for bar in chart.bars]
        self.today = chart.today
        first, last = self._near(min(days)), self._near(max(days))
        # Today is shown where it is near: nobody has to see the years until then.
        if first - timedelta(days=60) <= chart.today <= last + timedelta(days=60):
            first, last = min(first, chart.today), max(last, chart.today)
        self.first = first.replace(day=1)
        self.days = (last - self.first).days + 8
        self.a_day = min(chart.zoom.value, WIDEST / self.days)
        self.end = round(LEFT + self.days * self.a_day, 1)
        self.width = round(max(self.end + WORDS, 720))

    def x(self, day: date, *, after: bool = False) -> float:
        """Where a day begins or, ``after``, ends."""
        return round(LEFT + ((self._near(day) - self.first).days + after) * self.a_day, 1)

    def _near(self, day: date) -> date:
        return min(max(day, self.today - FARTHEST), self.today + FARTHEST)


Rows = Mapping[object, tuple[int, Bar]]


def _sheet(chart: Chart, scale: _Scale, rows: Rows, first: int) -> list[str]:
    bars = chart.bars[first : first + SHEET]
    height = HEAD + len(bars) * ROW + 8
    title = chart.title
    if len(chart.bars) > SHEET:
        title = _("%(title)s, rows %(first)s to %(last)s") % {
            "title": chart.title,
            "first": first + 1,
            "last": first + len(bars),
        }
    return [
        f'<svg class="ns-gantt" viewBox="0 0 {scale.width} {height}" width="{scale.width}"'
        f' height="{height}" preserveAspectRatio="xMinYMin meet" role="group"'
        f" aria-label={quoteattr(title)}>",
        '<g aria-hidden="true">',
        *_stripes(len(bars), scale),
        *_head(chart, scale, height),
        *_today(chart, scale, height),
        *(_arrow(one, rows, scale, first, len(bars)) for one in chart.arrows),
        "</g>",
        *(_bar(bar, HEAD + n * ROW, scale) for n, bar in enumerate(bars)),
        "</svg>",
    ]


def _stripes(count: int, scale: _Scale) -> list[str]:
    return [
        f'<rect class="ns-gantt__stripe" x="0" y="{HEAD + n * ROW}" width="{scale.width}"'
        f' height="{ROW}"/>'
        for n in range(0, count, 2)
    ]


def _head(chart: Chart, scale: _Scale, height: int) -> list[str]:
    """Years above; months, quarters or weeks below, with a line where each begins."""
    found = []
    last_year_x = -1_000.0
    for day, text, is_year in _steps(chart.zoom, scale):
        x = scale.x(day)
        found.append(
            f'<line class="ns-gantt__grid" x1="{x}" x2="{x}" y1="24" y2="{height}"/>'
            f'<text class="ns-gantt__scale" x="{x + 3}" y="38">{escape(text)}</text>'
        )
        if is_year and x - last_year_x > 40:
            last_year_x = x
            found.append(
                f'<text class="ns-gantt__year" x="{x + 3}" y="18">{escape(str(day.year))}</text>'
            )
    return found


def _steps(zoom: Zoom, scale: _Scale) -> list[tuple[date, str, bool]]:
    """The days at which a line stands, what is written there, whether the year is.

    So many are left out that what is written does not run into each other.
    """
    end = scale.first + timedelta(days=scale.days)
    found: list[tuple[date, str, bool]] = []
    if zoom is Zoom.WEEKS and scale.a_day * 7 >= _APART:
        day = scale.first - timedelta(days=scale.first.weekday()) + timedelta(days=7)
        year = 0
        while day < end:
            found.append((day, date_format(day, "j.n."), day.year != year))
            year, day = day.year, day + timedelta(days=7)
        return found
    months = 3 if zoom is Zoom.QUARTERS else 1
    while months * 28 * scale.a_day < _APART:
        months = {1: 3, 3: 12}.get(months, months * 2)
    number, year = scale.first.year * 12 + scale.first.month - 1, 0
    while (day := date(number // 12, number % 12 + 1, 1)) < end:
        found.append((day, _step_text(day, months), day.year != year))
        year = day.year
        number += months - number % months if months <= 12 else months
    # The first step is a part of one: it may be too narrow for its words.
    if len(found) > 1 and (found[1][0] - found[0][0]).days * scale.a_day < _APART:
        del found[0]
    return found


def _step_text(day: date, months: int) -> str:
    if months == 1:
        return date_format(day, "M")
    return _("Q%(n)s") % {"n": (day.month + 2) // 3} if months == 3 else str(day.year)


def _today(chart: Chart, scale: _Scale, height: int) -> list[str]:
    if not scale.first <= chart.today < scale.first + timedelta(days=scale.days):
        return []
    x, title = scale.x(chart.today), escape(_("Today"))
    return [
        f'<line class="ns-gantt__today" x1="{x}" x2="{x}" y1="8" y2="{height}"/>'
        f'<text class="ns-gantt__scale" x="{x + 4}" y="9">{title}</text>'
    ]


def _bar(bar: Bar, top: int, scale: _Scale) -> str:
    start, end = _edges(bar, scale)
    middle = top + ROW / 2
    names = [f"ns-gantt__{bar.shape.value}"]
    names += ["ns-gantt__critical"] if bar.is_critical else []
    names += ["ns-gantt__early"] if bar.is_early else []
    names += ["ns-gantt__done"] if bar.is_done else []
    at = round(start + 8 if end - start > WIDE else end + 12, 1)
    is_long = len(bar.words) > LETTERS
    words = f"{bar.words[: LETTERS - 1]}…" if is_long else bar.words
    shown = " · ".join([words, *bar.marks])
    # What is read aloud begins with what is seen, so that it can be spoken to as it is seen.
    name = ", ".join([shown, *([bar.words] if is_long else []), bar.name])
    return (
        f'<a href={quoteattr(bar.url)} class="ns-gantt__row" aria-label={quoteattr(name)}>'
        f'<rect class="ns-gantt__hit" x="{max(start - 10, 0)}" y="{top + 1}"'
        f' width="{round(end - start + 20 + WORDS - 40, 1)}" height="{ROW - 2}"/>'
        f'<g class="{" ".join(names)}">{_shape(bar, start, end, middle)}</g>'
        f'<text class="ns-gantt__words" x="{at}" y="{middle + 5}">'
        f"{escape(shown)}</text></a>"
    )


def _shape(bar: Bar, start: float, end: float, middle: float) -> str:
    y = middle - BAR / 2
    if bar.shape is Shape.DIAMOND:
        x = end
        return f'<path d="M{x - 9} {middle}L{x} {middle - 9}L{x + 9} {middle}L{x} {middle + 9}Z"/>'
    if bar.shape is Shape.SQUARE:
        return f'<rect x="{end - 7}" y="{middle - 7}" width="14" height="14"/>'
    width = round(max(end - start, 3), 1)
    done = ""
    if bar.percent:
        part = round(width * bar.percent / 100, 1)
        done = (
            f'<rect class="ns-gantt__percent" x="{start}" y="{y}" width="{part}" height="{BAR}"/>'
        )
    return f'<rect x="{start}" y="{y}" width="{width}" height="{BAR}" rx="2"/>{done}'


def _edges(bar: Bar, scale: _Scale) -> tuple[float, float]:
    """Where a bar begins and ends; a diamond or square is the end of its day."""
    end = scale.x(bar.ends_on, after=True)
    if bar.shape in (Shape.DIAMOND, Shape.SQUARE):
        return end, end
    return scale.x(bar.starts_on), scale.end if bar.shape is Shape.OPEN else end


def _arrow(one: Arrow, rows: Rows, scale: _Scale, first: int, count: int) -> str:
    """An arrow, where one of its ends is on the sheet; what lies beyond is cut off."""
    if one.source not in rows or one.target not in rows:
        return ""
    (from_row, before), (to_row, after) = rows[one.source], rows[one.target]
    low, high = sorted((from_row, to_row))
    if high < first or low >= first + count:
        return ""
    x1 = _edges(before, scale)[one.kind[0] == "F"]
    x2 = _edges(after, scale)[one.kind[1] == "F"]
    y1 = HEAD + (from_row - first) * ROW + ROW / 2
    y2 = HEAD + (to_row - first) * ROW + ROW / 2
    out = x1 + (8 if one.kind[0] == "F" else -8)
    side = 8 if one.kind[1] == "F" else -8
    turn = y1 + (ROW / 2 if y2 > y1 else -ROW / 2)
    near = x2 + side
    tip = x2 + (5 if side > 0 else -5)
    line = f"M{x1} {y1}H{out}V{turn}H{near}V{y2}H{x2}"
    head = f"M{x2} {y2}L{tip} {y2 - 4}L{tip} {y2 + 4}Z"
    name = "ns-gantt__arrow" + (" ns-gantt__arrow--critical" if one.is_critical else "")
    return f'<path class="{name}" d="{line}"/><path class="{name} ns-gantt__tip" d="{head}"/>'
