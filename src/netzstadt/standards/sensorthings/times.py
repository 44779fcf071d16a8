"""Times of SensorThings bodies: instants and intervals of ISO 8601, always with a time zone."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

import msgspec

# A datetime that msgspec reads only where its text has a time zone.
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class TimeError(ValueError):
    """A text is no time that can be kept; the message says why."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A time as an Observation has it; ``end`` is None for an instant. Both are aware, in UTC."""

    start: datetime
    end: datetime | None = None


def instant(text: object) -> datetime:
    """Read an instant with its time zone, as UTC.

    Raises TimeError for anything else; a time without a zone is refused because guessing one
    would move the value.
    """
    if not isinstance(text, str):
        raise TimeError("A time is a text such as 2026-07-01T12:00:00Z.")
    try:
        return msgspec.convert(text, Instant).astimezone(UTC)
    except (msgspec.ValidationError, OverflowError):
        pass
    try:  # forms of ISO 8601 beyond RFC 3339: no seconds, basic form
        read = datetime.fromisoformat(text)
        if read.tzinfo is None:
            raise TimeError(f"The time {text[:40]!r} has no time zone; end it with Z or +02:00.")
        return read.astimezone(UTC)
    except TimeError:
        raise
    except (ValueError, OverflowError) as error:
        raise TimeError(f"{text[:40]!r} is no time; write it as 2026-07-01T12:00:00Z.") from error


def interval(text: object) -> Interval:
    """Read an instant or an interval ``start/end``.

    Raises TimeError where a part is no time or the end lies before the start.
    """
    if not isinstance(text, str) or "/" not in text:
        return Interval(instant(text))
    start_text, _, end_text = text.partition("/")
    start, end = instant(start_text), instant(end_text)
    if end < start:
        raise TimeError("The interval ends before it begins.")
    return Interval(start, end)


def whole_interval(text: object) -> Interval:
    """Read an interval that must have both ends (validTime). Raises TimeError."""
    read = interval(text)
    if read.end is None:
        raise TimeError("This is a period: write it as start/end.")
    return read
