"""Texts that are written into files for spreadsheet programs."""

import csv
from collections.abc import Iterable, Iterator

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def inert(text: str) -> str:
    """A text as a cell that no spreadsheet program runs as a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def plain(cell: str) -> str:
    """The text that ``inert`` made a cell of."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_FORMULA) else cell


class Echo:
    """A file that gives back what is written to it: a csv.writer then makes line after line."""

    def write(self, text: str) -> str:
        """Give ``text`` back."""
        return text


def csv_lines(head: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """A table line after line, as German spreadsheet programs read it: with semicolons, and the
    mark of UTF-8 at its start. Cells that people wrote are made ``inert`` before."""
    writer = csv.writer(Echo(), delimiter=";")
    yield "\ufeff" + writer.writerow(head)
    for row in rows:
        yield writer.writerow(row)
