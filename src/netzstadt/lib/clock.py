"""The one place that reads the wall clock; services are given ``at`` by their callers."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, aware and in UTC."""
    return datetime.now(UTC)
