"""The account of an import: each row read is new, changed, unchanged or rejected with a reason."""

from dataclasses import dataclass, field

from netzstadt.core.refusal import Refusal

MOST_REASONS = 200


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that was not taken: where it stands in the file, and why."""

    place: str
    reason: str


@dataclass(kw_only=True, slots=True)
class Account:
    """``read`` is the sum of the others. ``is_preview``: nothing of it was stored."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    is_preview: bool = False
    rejects: list[Reject] = field(default_factory=list)

    @property
    def read(self) -> int:
        """Rows of the file."""
        return self.new + self.changed + self.unchanged + self.rejected

    @property
    def figures(self) -> dict[str, int]:
        """How many rows became what, as the events of imports say it."""
        return {
            "rows_read": self.read,
            "rows_new": self.new,
            "rows_changed": self.changed,
            "rows_unchanged": self.unchanged,
            "rows_rejected": self.rejected,
        }

    def reject(self, place: str, reason: str) -> None:
        """Count a row that is not taken; the first ones are named."""
        self.rejected += 1
        if len(self.rejects) < MOST_REASONS:
            self.rejects.append(Reject(place, reason))


class FileUnreadable(Refusal):
    """The file as a whole cannot be read; the message says why."""
