"""Reading a table with values of an indicator: a period, a value, a source. Pure."""

import math
import re
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext as _

from netzstadt.lib.tables import Mistake, Table
from netzstadt.strategy.models import Window

_NAMES: dict[str, set[str]] = {
    "period": {
        *("period", "zeitraum", "jahr", "year", "monat", "month", "quartal", "quarter"),
        *("datum", "date", "tag", "day", "von", "from"),
    },
    "value": {"value", "wert", "messwert", "zahl", "anzahl"},
    "source": {"source", "quelle", "herkunft"},
    "note": {"note", "bemerkung", "anmerkung", "hinweis", "kommentar"},
}
_LENGTHS = {"source": 300, "note": 500}
# 1.400 and 1,400: fourteen hundred, or one and four tenths.
_EITHER = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
# By decimal sign: what is a number, and what is one with that sign and no other.
_NUMBER = {
    ",": re.compile(r"[+-]?([1-9]\d{0,2}(\.\d{3})+|\d+)(,\d+)?"),
    ".": re.compile(r"[+-]?([1-9]\d{0,2}(,\d{3})+|\d+)(\.\d+)?([eE][+-]?\d{1,3})?"),
}
_UNMISTAKABLE = {
    ",": re.compile(
        r"[+-]?(\d+,(\d{1,2}|\d{4,})|\d{4,},\d+|\d{1,3}(\.\d{3})+,\d+|\d{1,3}(\.\d{3}){2,})"
    ),
    ".": re.compile(
        r"[+-]?(\d+\.(\d{1,2}|\d{4,})|\d{4,}\.\d+|\d{1,3}(,\d{3})+\.\d+|\d{1,3}(,\d{3}){2,})"
    ),
}
# Years that anybody has values of; "9999" is how tables say that something has no end.
_YEARS = range(1900, 2101)


@dataclass(frozen=True, kw_only=True, slots=True)
class ValueRow:
    """A value as the file has it; ``first`` is the first day of its window."""

    line: int
    window: Window
    first: date
    value: float
    source: str
    note: str


@dataclass(slots=True)
class ValueFile:
    """What was read, and what could not be."""

    rows: list[ValueRow] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)


def read(table: Table, *, source: str = "") -> ValueFile:
    """Read the rows; ``source`` is that of rows which name none. Never raises for what they say."""
    file = ValueFile()
    places = _places(table)
    for role, words in (("period", _("the period")), ("value", _("the value"))):
        if role not in places:
            text = _("No column is called as one that holds %(what)s. Columns are: %(names)s.") % {
                "what": words,
                "names": ", ".join(sorted(_NAMES[role])),
            }
            file.mistakes.append(Mistake(0, text))
    if file.mistakes:
        return file
    numbers = [_plain(cells[places["value"]]) for _line, cells in table.rows]
    signs = _decimal_signs(numbers)
    seen: dict[tuple[Window, date], int] = {}
    for line, cells in table.rows:
        said = {role: cells[place] for role, place in places.items()}
        row = _row(line, {"source": source, **_filled(said)}, signs, file)
        if row is None:
            continue
        before = seen.setdefault((row.window, row.first), line)
        if before != line:
            text = _("This period stands in line %(line)d already.") % {"line": before}
            file.mistakes.append(Mistake(line, text))
        file.rows.append(row)
    return file


def _places(table: Table) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, name in enumerate(table.head):
        plain = name.strip().lower()
        for role, names in _NAMES.items():
            if plain in names and role not in found:
                found[role] = place
    return found


def _filled(said: dict[str, str]) -> dict[str, str]:
    return {role: text for role, text in said.items() if text}


def _row(line: int, cells: dict[str, str], signs: set[str], file: ValueFile) -> ValueRow | None:
    period, number = _period(cells.get("period", "")), _plain(cells.get("value", ""))
    value, faults = None, []
    try:
        value = _number(number, signs)
    except _TwoWays:
        large = re.sub("[.,]", "", number)
        faults.append(
            _("“%(text)s” can be read in two ways; write %(large)s or %(small)s.")
            % {"text": number, "large": large, "small": f"{number}0"}
        )
    if period is None:
        faults.append(
            _("“%(text)s” is no period; write 2026, 2026-Q1, 2026-03, 2026-W05 or 2026-03-31.")
            % {"text": cells.get("period", "")[:40]}
        )
    if value is None and not faults:
        faults.append(_("“%(text)s” is no number.") % {"text": number[:40]})
    if not cells["source"]:
        faults.append(_("Say where the value comes from."))
    for name, most in _LENGTHS.items():
        if len(cells.get(name, "")) > most:
            faults.append(_("A source has at most 300, a note at most 500 letters."))
            break
    file.mistakes += [Mistake(line, text) for text in faults]
    if period is None or value is None or faults:
        return None
    window, first = period
    return ValueRow(
        line=line,
        window=window,
        first=first,
        value=value,
        source=cells["source"],
        note=cells.get("note", ""),
    )


def _period(text: str) -> tuple[Window, date] | None:
    """The window that a text names, and its first day; None for any other text."""
    try:
        found = _window(text.strip())
    except ValueError:  # there is no such day or week
        return None
    return found if found and found[1].year in _YEARS else None


def _window(text: str) -> tuple[Window, date] | None:
    if re.fullmatch(r"\d{4}", text):
        return Window.YEAR, date(int(text), 1, 1)
    if match := re.fullmatch(r"(\d{4})[-/ ]?Q([1-4])|Q([1-4])[-/ ](\d{4})", text.upper()):
        year, quarter = match[1] or match[4], match[2] or match[3]
        return Window.QUARTER, date(int(year), int(quarter) * 3 - 2, 1)
    if match := re.fullmatch(r"(\d{4})-?W(\d{1,2})", text.upper()):
        return Window.WEEK, date.fromisocalendar(int(match[1]), int(match[2]), 1)
    for form in ("%Y-%m", "%m/%Y", "%m.%Y"):
        if found := _day(text, form):
            return Window.MONTH, found
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        if found := _day(text, form):
            return Window.DAY, found
    return None


def _day(text: str, form: str) -> date | None:
    try:
        return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None


def _decimal_signs(numbers: list[str]) -> set[str]:
    """The decimal signs that the unmistakable numbers of a column show."""
    return {sign for sign, form in _UNMISTAKABLE.items() if any(map(form.fullmatch, numbers))}


def _number(text: str, signs: set[str]) -> float | None:
    """A number as German or English spreadsheets write it: 1.234,5 or 1,234.5.

    What can be read in two ways is read as the column shows. Raises _TwoWays where it does not.
    """
    if _EITHER.fullmatch(text):
        if len(signs) != 1:
            raise _TwoWays
        sign = next(iter(signs))
    else:
        sign = next((one for one, form in _NUMBER.items() if form.fullmatch(text)), "")
        if not sign:
            return None
    value = float(text.replace("." if sign == "," else ",", "").replace(",", "."))
    return value if math.isfinite(value) else None


class _TwoWays(ValueError):
    """Fourteen hundred, or one and four tenths."""


def _plain(text: str) -> str:
    return re.sub(r"\s", "", text).removesuffix("%")
