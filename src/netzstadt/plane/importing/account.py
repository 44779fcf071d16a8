"""The account of an import: every observation read is loaded, unchanged or rejected."""

import csv
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from netzstadt.plane.importing.chunks import Reject
from netzstadt.plane.importing.errors import ImportRefused


@dataclass(frozen=True, slots=True)
class Counts:
    """Observations; ``read`` is the sum of the other three."""

    read: int = 0
    loaded: int = 0
    unchanged: int = 0
    rejected: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.read + other.read,
            self.loaded + other.loaded,
            self.unchanged + other.unchanged,
            self.rejected + other.rejected,
        )

    @property
    def is_balanced(self) -> bool:
        """Whether nothing was lost on the way."""
        return self.read == self.loaded + self.unchanged + self.rejected


class Account:
    """What became of the observations so far, counted by several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts = Counts()

    def add(self, counts: Counts) -> None:
        """Add what a committed batch came to."""
        with self._lock:
            self._counts += counts

    @property
    def counts(self) -> Counts:
        """The sum so far."""
        with self._lock:
            return self._counts


class RejectFile:
    """The list of rejects as CSV, made with the first one and written by several threads."""

    HEADER = ("file", "line", "column", "value", "reason")
    # So many are kept for the page of the import as well.
    KEPT = 5000

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self.first: list[Reject] = []
        self._lock = threading.Lock()
        self._file: IO[str] | None = None

    def write(self, rejects: list[Reject]) -> None:
        """Append rejects; they are on disk when this returns.

        Raises ImportRefused if the file cannot be written.
        """
        if not rejects:
            return
        with self._lock:
            try:
                if self._file is None:
                    self.path.parent.mkdir(parents=True, exist_ok=True)
                    # Only for whoever imports: what was refused may be of a hidden station.
                    self.path.touch(mode=0o600)
                    self._file = self.path.open("w", encoding="utf-8", newline="")
                    csv.writer(self._file).writerow(self.HEADER)
                csv.writer(self._file).writerows(
                    (each.file, each.line or "", each.column, each.value, each.reason)
                    for each in rejects
                )
                self._file.flush()
            except OSError as error:
                raise ImportRefused(
                    f"The list of rejects {self.path} cannot be written "
                    f"({error.strerror or error}). Name another place with --rejects."
                ) from error
            self.count += len(rejects)
            self.first += rejects[: self.KEPT - len(self.first)]

    def close(self) -> None:
        """Close the file, if there is one."""
        if self._file is not None:
            self._file.close()
