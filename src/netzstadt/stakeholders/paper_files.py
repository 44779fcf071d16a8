"""Reading a table of papers, and of where each was dealt with and what came of it. Pure.

A row is a paper at a meeting, as lists from council information systems have it: a paper that two
bodies deal with stands in two rows. What a row leaves empty is said by another one of the same
paper, meeting or agenda item, or is not known.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from netzstadt.lib.tables import MAX_CELL, Mistake, Table

# Names of columns as people write them, in both languages; where two fit, the first one counts.
_NAMES: dict[str, tuple[str, ...]] = {
    "reference": (
        *("reference number", "reference", "vorlagennummer", "vorlagen-nr", "vo-nr", "vorlage"),
        *("drucksachennummer", "drucksachen-nr", "drucksache", "nummer", "number", "nr"),
    ),
    "name": ("name", "title", "titel", "betreff", "bezeichnung", "subject"),
    "on": ("date", "datum", "vorlage vom", "vom"),
    "kind": ("kind", "vorlagenart", "art", "type", "typ"),
    "document": ("document", "dokument", "link", "url", "address", "adresse"),
    "body": ("body", "gremium", "committee", "ausschuss"),
    "meeting": ("meeting", "sitzung am", "sitzungstag", "sitzungsdatum", "sitzung", "termin"),
    "number": ("item number", "item", "top", "tagesordnungspunkt"),
    "result": ("result", "ergebnis", "abstimmungsergebnis", "beschlussart"),
    "resolution": ("resolution", "beschlusstext", "beschluss", "wortlaut"),
}
_LENGTHS = {
    "reference": 100,
    "name": 1_000,
    "kind": 200,
    "document": 500,
    "body": 1_000,
    "number": 50,
    "result": 1_000,
}
_DAY_FORMS = ("%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y")
_TIME = re.compile(r"(\d{1,2})[:.](\d{2})(?::00)?(?: Uhr)?")
_YEARS = range(1900, 2201)
_is_address = URLValidator(schemes=["http", "https"])


@dataclass(kw_only=True, slots=True)
class PaperRow:
    """A paper as the file has it; empty is not said. ``said_in`` are the lines that say a fact."""

    line: int
    reference: str
    name: str = ""
    on: date | None = None
    kind: str = ""
    document: str = ""
    said_in: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class MeetingRow:
    """A meeting as the file has it; ``begins`` is None where only its day is said."""

    line: int
    body: str
    day: date
    begins: time | None

    @property
    def key(self) -> tuple[str, date, time | None]:
        """What tells meetings apart."""
        return self.body.lower(), self.day, self.begins


@dataclass(kw_only=True, slots=True)
class ItemRow:
    """An agenda item as the file has it, with the numbers of its papers."""

    line: int
    meeting: MeetingRow
    references: list[str]
    number: str = ""
    result: str = ""
    resolution: str = ""
    said_in: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class PaperFile:
    """What was read, what could not be, and the columns that nothing is read from.

    ``first_of_day`` is the first meeting of a body on a day: all of its meetings on that day are
    told apart by their times, or there is one.
    """

    papers: dict[str, PaperRow] = field(default_factory=dict)
    meetings: dict[tuple[str, date, time | None], MeetingRow] = field(default_factory=dict)
    first_of_day: dict[tuple[str, date], MeetingRow] = field(default_factory=dict)
    items: dict[Any, ItemRow] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    unknown_columns: list[str] = field(default_factory=list)

    def fault(self, line: int, text: str) -> None:
        """Note what is wrong in a line."""
        self.mistakes.append(Mistake(line, text))


def read(table: Table) -> PaperFile:
    """Read the rows. Never raises for what stands in them."""
    file = PaperFile()
    places = _places(table.head)
    known = set(places.values())
    file.unknown_columns = [
        name for place, name in enumerate(table.head) if name and place not in known
    ]
    if "reference" not in places:
        text = _("No column is called as one that holds %(what)s. Columns are: %(names)s.")
        names = ", ".join(sorted(_NAMES["reference"]))
        file.fault(0, text % {"what": _("the papers' numbers"), "names": names})
        return file
    for line, cells in table.rows:
        _read_row(line, {role: cells[place] for role, place in places.items()}, file)
    return file


def _places(head: list[str]) -> dict[str, int]:
    titles = [name.strip().lower().replace("_", " ").rstrip(".:") for name in head]
    found = {}
    for role, names in _NAMES.items():
        if known := [name for name in names if name in titles]:
            found[role] = titles.index(known[0])
    return found


def _read_row(line: int, said: dict[str, str], file: PaperFile) -> None:
    if faults := list(_lengths(said)):
        for text in faults:
            file.fault(line, text)
        return
    reference = said["reference"]
    if not reference:
        file.fault(line, _("The paper has no number; by it the same paper is found again."))
        return
    paper = file.papers.setdefault(reference, PaperRow(line=line, reference=reference))
    facts = {
        "name": " ".join(said.get("name", "").split()),
        "on": _read(said, "on", _day, file, line),
        "kind": said.get("kind", ""),
        "document": _read(said, "document", _address, file, line) or "",
    }
    _fill(paper, facts, line, file)
    meeting = _meeting(line, said, file)
    if meeting is not None:
        _put_on_agenda(line, reference, meeting, said, file)


def _lengths(said: dict[str, str]) -> Iterable[str]:
    for role, text in said.items():
        most = _LENGTHS.get(role, MAX_CELL - 1)
        if len(text) > most:
            yield _("“%(text)s …” is longer than %(most)d characters.") % {
                "text": text[:40],
                "most": most,
            }


def _meeting(line: int, said: dict[str, str], file: PaperFile) -> MeetingRow | None:
    body, when = " ".join(said.get("body", "").split()), said.get("meeting", "")
    if not body and not when:
        if any(said.get(role) for role in ("number", "result", "resolution")):
            file.fault(line, _("A result needs the body and the day of its meeting."))
        return None
    if not body or not when:
        file.fault(line, _("A meeting needs both its body and its day."))
        return None
    moment = _read(said, "meeting", _moment, file, line)
    if moment is None:
        return None
    day, begins = moment
    found = MeetingRow(line=line, body=body, day=day, begins=begins)
    first = file.first_of_day.setdefault(found.key[:2], found)
    if (first.begins is None) != (begins is None):
        text = _("Line %(line)d says a time of this body's meeting, or none; say the same here.")
        file.fault(line, text % {"line": first.line})
        return None
    return file.meetings.setdefault(found.key, found)


def _put_on_agenda(
    line: int, reference: str, meeting: MeetingRow, said: dict[str, str], file: PaperFile
) -> None:
    """The row's agenda item: several papers may share one by its number."""
    number = said.get("number", "")
    key = (meeting.key, number or ("", reference))
    item = file.items.setdefault(key, ItemRow(line=line, meeting=meeting, references=[]))
    if reference in item.references:
        text = _("This paper stands on the agenda of that meeting in line %(line)d already.")
        file.fault(line, text % {"line": item.line})
        return
    item.references.append(reference)
    facts = {role: said.get(role, "") for role in ("number", "result", "resolution")}
    _fill(item, facts, line, file)


def _fill(row: PaperRow | ItemRow, facts: dict[str, Any], line: int, file: PaperFile) -> None:
    """Let a row say what it did not say yet; what says something else is a mistake."""
    for name, value in facts.items():
        before = getattr(row, name)
        if not value or before == value:
            continue
        if before:
            text = _("“%(text)s” contradicts line %(line)d, which says “%(other)s”.") % {
                "text": str(value)[:60],
                "line": row.said_in[name],
                "other": str(before)[:60],
            }
            file.fault(line, text)
            continue
        setattr(row, name, value)
        row.said_in[name] = line


def _read(
    said: dict[str, str], role: str, reader: Callable[[str], Any], file: PaperFile, line: int
) -> Any:
    """What a cell holds, or None where it is empty or cannot be read, which is noted."""
    text = said.get(role, "")
    if not text:
        return None
    found = reader(text)
    if found is None:
        wrong = {
            "on": _("“%(text)s” is no day; write 2026-03-05 or 05.03.2026."),
            "meeting": _("“%(text)s” is no day; write 05.03.2026 or 05.03.2026 16:00."),
            "document": _("“%(text)s” is no address; one begins with https://."),
        }
        file.fault(line, wrong[role] % {"text": text[:60]})
    return found


def _address(text: str) -> str | None:
    try:
        _is_address(text)
    except ValidationError:
        return None
    return text


def _day(text: str) -> date | None:
    for form in _DAY_FORMS:
        try:
            found = datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
        return found if found.year in _YEARS else None
    return None


def _moment(text: str) -> tuple[date, time | None] | None:
    """A day, with a time of the city's clocks where one is said; midnight says none."""
    first, _space, rest = text.replace("T", " ").replace(",", " ").partition(" ")
    day, rest = _day(first), rest.strip()
    if day is None:
        return None
    if not rest:
        return day, None
    clock = _TIME.fullmatch(rest)
    if clock is None or int(clock[1]) > 23 or int(clock[2]) > 59:
        return None
    begins = time(int(clock[1]), int(clock[2]))
    return day, begins if begins != time.min else None
