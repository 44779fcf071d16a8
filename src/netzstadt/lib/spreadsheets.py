"""Texts that are written into files for spreadsheet programs."""


def inert(text: str) -> str:
    """A text as a cell that no spreadsheet program runs as a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else text


class Echo:
    """A file that gives back what is written to it: a csv.writer then makes line after line."""

    def write(self, text: str) -> str:
        """Give ``text`` back."""
        return text
