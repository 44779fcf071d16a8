"""Lines of separated values as positions in their bytes: nothing is copied, nothing is a str."""

import csv
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Positions = NDArray[np.int64]
_LINE_END, _RETURN, _QUOTE = 10, 13, 34
_INNER = "\x1f"  # stands between cells where the delimiter itself occurs inside one


@dataclass(slots=True)
class Cells:
    """A table: cell (r, c) is ``data[start[r, c]:end[r, c]]``; ``line`` numbers its rows."""

    data: Bytes
    start: Positions
    end: Positions
    line: Positions
    refused: list[tuple[int, str, str]] = field(default_factory=list)

    def text(self, row: int, column: int, encoding: str) -> str:
        """One cell as text, for messages and names."""
        return bytes(self.data[self.start[row, column] : self.end[row, column]]).decode(encoding)


def split(data: bytes, *, first_line: int, delimiter: str, columns: int, encoding: str) -> Cells:
    """Split whole lines into cells. Empty lines are passed over; a line with another number of
    cells, or with quotes that do not close, is refused."""
    cells = _split(data, first_line, ord(delimiter), columns)
    if b'"' in data and not _take_off_quotes(cells, data.count(b'"')):
        cells = _split_quoted(data, first_line, delimiter, columns, encoding)
    return cells


def _split(data: bytes, first_line: int, delimiter: int, columns: int) -> Cells:
    array: Bytes = np.frombuffer(data, np.uint8)
    if not data.endswith(b"\n"):
        array = np.append(array, np.uint8(_LINE_END))
    marks = np.flatnonzero((array == delimiter) | (array == _LINE_END))
    line_ends = np.flatnonzero(array[marks] == _LINE_END)  # positions within marks
    line_starts = np.concatenate(([0], line_ends[:-1] + 1))
    counts = line_ends - line_starts + 1
    begin = np.concatenate(([0], marks[line_ends[:-1]] + 1))
    finish = marks[line_ends]
    empty = (finish == begin) | ((finish == begin + 1) & (array[begin] == _RETURN))
    good = (counts == columns) & ~empty
    rows = np.flatnonzero(good)
    end = marks[line_starts[rows][:, None] + np.arange(columns)]
    start = np.empty_like(end)
    start[:, 0] = begin[rows]
    start[:, 1:] = end[:, :-1] + 1
    last = end[:, -1]
    last -= (last > start[:, -1]) & (array[last - 1] == _RETURN)
    cells = Cells(array, start, end, rows + first_line)
    for row in np.flatnonzero(~good & ~empty):
        text = bytes(array[begin[row] : finish[row]]).decode("utf-8", "replace").rstrip("\r")
        reason = f"the line has {counts[row]} cells instead of {columns}"
        cells.refused.append((int(row) + first_line, text[:200], reason))
    return cells


def _take_off_quotes(cells: Cells, quotes: int) -> bool:
    """Take off quotes that enclose whole cells; False where quotes stand anywhere else."""
    if cells.refused:
        return False
    first = cells.data[cells.start] == _QUOTE
    last = cells.data[cells.end - 1] == _QUOTE
    enclosed = first & last & (cells.end - cells.start >= 2)
    if 2 * int(np.count_nonzero(enclosed)) != quotes:
        return False
    cells.start += enclosed
    cells.end -= enclosed
    return True


def _split_quoted(
    data: bytes, first_line: int, delimiter: str, columns: int, encoding: str
) -> Cells:
    """The slow way, line by line, for delimiters and quotes inside quoted cells."""
    lines: list[str] = []
    refused: list[tuple[int, str, str]] = []
    for offset, line in enumerate(data.decode(encoding).split("\n")):
        values, reason = _quoted_line(line.rstrip("\r"), delimiter)
        if reason:
            refused.append((first_line + offset, line[:200], reason))
        lines.append(_INNER.join(values))
    cells = _split("\n".join(lines).encode(encoding), first_line, ord(_INNER), columns)
    cells.refused.extend(refused)
    return cells


def _quoted_line(line: str, delimiter: str) -> tuple[list[str], str]:
    reader: Any = csv.reader([line], delimiter=delimiter, strict=True)
    try:
        values: list[str] = next(reader, [])
    except csv.Error:
        return [], "a quotation mark is not closed on its line"
    if any(_INNER in value or "\n" in value for value in values):
        return [], "the line holds a control character"
    return values, ""
