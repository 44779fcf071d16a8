"""The idempotent load of imports."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class LoadReceipt:
    """What became of the rows of an idempotent load; ``conflicts`` are positions whose key is
    stored with another value."""

    loaded: int
    unchanged: int
    conflicts: list[int] = field(default_factory=list)
