"""Reading a CSV file with a tree of units. Pure: bytes in, rows and mistakes out."""

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from netzstadt.core.orgs.models.units import UnitKind
from netzstadt.lib.tables import Mistake, text_of

if TYPE_CHECKING:
    from _csv import Reader

MAX_BYTES = 1_000_000
MAX_ROWS = 5_000
# Names of columns as people write them, in both languages.
COLUMNS = {
    "key": {"key", "kennung", "kürzel", "schlüssel", "id"},
    "parent": {"parent", "über", "übergeordnet", "gehört zu", "parent_key", "eltern"},
    "kind": {"kind", "art", "typ", "type"},
    "name": {"name", "bezeichnung", "title"},
    "short_name": {"short", "short_name", "kurz", "kurzname", "kurzbezeichnung"},
    "email": {"email", "e-mail", "mail"},
    "phone": {"phone", "telefon", "tel"},
    "address": {"address", "anschrift", "adresse"},
    "website": {"website", "web", "internet"},
    "task": {"task", "aufgabe", "aufgaben", "description", "beschreibung"},
}
_KINDS_IN_GERMAN = {
    "bereich": UnitKind.AREA,
    "team": UnitKind.TEAM,
    "referat": UnitKind.DEPARTMENT,
    "amt": UnitKind.DEPARTMENT,
    "fachbereich": UnitKind.DEPARTMENT,
    "querschnittsreferat": UnitKind.CROSS_SECTION,
    "querschnittseinheit": UnitKind.CROSS_SECTION,
    "eigenbetriebsähnliche einrichtung": UnitKind.MUNICIPAL_ENTERPRISE,
    "eigenbetrieb": UnitKind.MUNICIPAL_ENTERPRISE,
    "beteiligung": UnitKind.COMPANY,
    "beteiligungsunternehmen": UnitKind.COMPANY,
    "it-dienstleister": UnitKind.IT_PROVIDER,
    "gremium": UnitKind.POLITICAL_BODY,
    "partner": UnitKind.EXTERNAL_PARTNER,
}
_KINDS = {kind.value.lower(): kind for kind in UnitKind} | _KINDS_IN_GERMAN


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitRow:
    """One unit as the file has it; ``line`` is its place in the file."""

    line: int
    key: str
    parent: str
    kind: UnitKind
    name: str
    short_name: str
    contact: dict[str, str]


@dataclass(frozen=True, slots=True)
class UnitFile:
    """What was read: the rows, in the file's order, and the mistakes."""

    rows: list[UnitRow]
    mistakes: list[Mistake]


def read(content: bytes) -> UnitFile:
    """Read a file in UTF-8 or Windows-1252, with semicolons, commas or tabs.

    Never raises for what stands in it: what cannot be read is a mistake with its line.
    """
    if len(content) > MAX_BYTES:
        return UnitFile([], [Mistake(0, _("The file is larger than 1 MB."))])
    text = text_of(content)
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        head = next(reader, [])
        names = _columns(head)
        if missing := [name for name in ("key", "name", "kind") if name not in names]:
            return UnitFile(
                [],
                [
                    Mistake(
                        1,
                        _("There is no column %(names)s. Columns: %(all)s.")
                        % {"names": ", ".join(missing), "all": ", ".join(COLUMNS)},
                    )
                ],
            )
        return _rows(reader, names)
    except csv.Error as error:
        return UnitFile([], [Mistake(reader.line_num, str(error))])


def _columns(head: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, title in enumerate(head):
        for name, spellings in COLUMNS.items():
            if title.strip().lower() in spellings:
                found.setdefault(name, place)
    return found


def _rows(reader: "Reader", names: dict[str, int]) -> UnitFile:
    rows: list[UnitRow] = []
    mistakes: list[Mistake] = []
    seen: dict[str, int] = {}
    for cells in reader:
        line = reader.line_num
        if not any(cell.strip() for cell in cells):
            continue
        if len(rows) >= MAX_ROWS:
            mistakes.append(Mistake(line, _("More than 5,000 units in one file.")))
            break
        values = {
            name: cells[place].strip() if place < len(cells) else ""
            for name, place in names.items()
        }
        row = _row(line, values, mistakes)
        if row is None:
            continue
        if row.key in seen:
            mistakes.append(
                Mistake(
                    line,
                    _("The key %(key)s stands in line %(first)d already.")
                    % {"key": row.key, "first": seen[row.key]},
                )
            )
            continue
        seen[row.key] = line
        rows.append(row)
    return UnitFile(rows, mistakes)


def _row(line: int, values: dict[str, str], mistakes: list[Mistake]) -> UnitRow | None:
    kind = _KINDS.get(values["kind"].lower())
    if not values["key"] or not values["name"]:
        mistakes.append(Mistake(line, _("Key and name must not be empty.")))
        return None
    if len(values["key"]) > 60 or len(values["name"]) > 200:
        mistakes.append(Mistake(line, _("A key has at most 60, a name at most 200 letters.")))
        return None
    if kind is None:
        mistakes.append(
            Mistake(
                line,
                _("“%(kind)s” is no kind of unit. Kinds: %(all)s.")
                % {"kind": values["kind"][:60], "all": ", ".join(kind.value for kind in UnitKind)},
            )
        )
        return None
    contact: dict[str, str] = {
        name: values[name]
        for name in ("email", "phone", "address", "website", "task")
        if name in values
    }
    return UnitRow(
        line=line,
        key=values["key"],
        parent=values.get("parent", ""),
        kind=kind,
        name=values["name"],
        short_name=values.get("short_name", "")[:40],
        contact=contact,
    )
