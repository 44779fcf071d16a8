"""Texts that are written into files for spreadsheet programs."""

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
