"""Tables that people bring: CSV in the forms that spreadsheet programs write, and XLSX.

Every cell becomes text, so that one reading of days and numbers serves all forms.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from netzstadt.lib.spreadsheets import plain

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_BYTES = 2_000_000
MAX_ROWS = 5_000
MAX_COLUMNS = 60
MAX_CELL = 10_000
# What an XLSX of that many rows may come to when it is unpacked.
MAX_UNPACKED = 60_000_000
# What XML cannot hold, and what the writer takes from the clock.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_CLOCK = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


class TableUnreadable(ValueError):
    """The file is no table, or larger than can be taken. ``reason`` is one of the names below."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


TOO_LARGE, TOO_MANY_ROWS, NO_TABLE, EMPTY = "TOO_LARGE", "TOO_MANY_ROWS", "NO_TABLE", "EMPTY"


@dataclass(frozen=True, slots=True)
class Table:
    """The names of the columns, and rows of the same length with their place in the file."""

    head: list[str]
    rows: list[tuple[int, list[str]]]


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something in a table that cannot be read; line 0 is the file itself."""

    line: int
    text: str


def read_table(content: bytes) -> Table:
    """Read a table whose first row with anything names the columns; empty rows are left out.

    CSV may be UTF-8 or Windows-1252, with semicolons, commas or tabs. Of an XLSX the first sheet is
    read. Raises TableUnreadable.
    """
    if len(content) > MAX_BYTES:
        raise TableUnreadable(TOO_LARGE)
    if content.startswith(b"PK"):
        return _table(_xlsx(content))
    if b"\x00" in content:  # no text has one
        raise TableUnreadable(NO_TABLE)
    return _table(_csv(content))


def read_written(text: str) -> Table:
    """Read what ``written`` wrote, as it was. Raises TableUnreadable where that was changed."""
    if len(text.encode()) > MAX_BYTES:
        raise TableUnreadable(TOO_LARGE)
    reader = csv.reader(io.StringIO(text.replace("\x00", ""), newline=""), delimiter=";")
    try:
        return _table([(reader.line_num, [_plain(cell) for cell in row]) for row in reader])
    except csv.Error as error:
        raise TableUnreadable(NO_TABLE) from error


def _table(numbered: list[tuple[int, list[str]]]) -> Table:
    filled = [(line, cells) for line, cells in numbered if any(cells)]
    if not filled:
        raise TableUnreadable(EMPTY)
    if len(filled) - 1 > MAX_ROWS:
        raise TableUnreadable(TOO_MANY_ROWS)
    head = filled[0][1]
    while head and not head[-1]:
        head.pop()
    head = head[:MAX_COLUMNS]
    return Table(head, [(line, _padded(cells, len(head))) for line, cells in filled[1:]])


def written(table: Table) -> str:
    """The table as CSV text that ``read_table`` reads again, with its columns and rows."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(table.head)
    writer.writerows(cells for _line, cells in table.rows)
    return out.getvalue()


def xlsx(title: str, head: Iterable[str], rows: Iterable[Iterable[str]], *, at: datetime) -> bytes:
    """A workbook of one sheet whose cells are texts; the same bytes for the same rows and moment.

    No cell is a formula, whatever it begins with.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    bold = Font(bold=True)

    def cell(text: str, font: Font | None = None) -> WriteOnlyCell:
        made = WriteOnlyCell(sheet, text)
        made.data_type = "s"
        if font:
            made.font = font
        return made

    sheet.append([cell(text, bold) for text in head])
    for row in rows:
        sheet.append([cell(_UNWRITABLE.sub("", text)) for text in row])
    file = io.BytesIO()
    book.save(file)
    return _dated(file, at)


def _dated(file: io.BytesIO, at: datetime) -> bytes:
    """The same archive with one moment wherever the clock was written."""
    stamp = f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}".encode()
    out = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            content = old.read(name)
            if name == "docProps/core.xml":
                content = _CLOCK.sub(stamp, content)
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            new.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _padded(cells: list[str], length: int) -> list[str]:
    return (cells + [""] * length)[:length]


def text_of(content: bytes) -> str:
    """The file as text: UTF-8, else Windows-1252, as spreadsheet programs write it."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    return text.replace("\x00", "")


def _csv(content: bytes) -> list[tuple[int, list[str]]]:
    text = text_of(content)
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return [(reader.line_num, [_plain(plain(cell)) for cell in row]) for row in reader]
    except csv.Error as error:
        raise TableUnreadable(NO_TABLE) from error


def _xlsx(content: bytes) -> list[tuple[int, list[str]]]:
    from defusedxml.common import DefusedXmlException
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED:
                raise TableUnreadable(TOO_LARGE)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        found = []
        rows = book.worksheets[0].iter_rows(max_col=MAX_COLUMNS, values_only=True)
        for line, cells in enumerate(rows, start=1):
            if line > MAX_ROWS + 100:
                raise TableUnreadable(TOO_MANY_ROWS)
            found.append((line, [_plain(cell) for cell in cells]))
        book.close()
    except TableUnreadable:
        raise
    except (
        DefusedXmlException,  # entities, or a document type
        InvalidFileException,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        IndexError,
        AttributeError,
        TypeError,
        OSError,
        EOFError,
    ) as error:
        raise TableUnreadable(NO_TABLE) from error
    return found


def _plain(cell: Any) -> str:
    """A cell as text: days in ISO 8601, whole numbers without a comma."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split(" ")).replace("\r\n", "\n").strip()[:MAX_CELL]
