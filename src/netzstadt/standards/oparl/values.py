"""Single values of OParl's JSON, read with patience: what cannot be used counts as missing."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

LONGEST_ADDRESS = 500
LONGEST_NAME = 1_000
LONGEST_TEXT = 100_000
# OParl is a German standard: a time without an offset, which it forbids, is meant by German clocks.
_ZONE = ZoneInfo("Europe/Berlin")
Json = Mapping[str, Any]


def text(value: Any, *, longest: int = LONGEST_NAME) -> str:
    """A text in one line, without what the database cannot hold."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)  # a reference such as 2024
    if not isinstance(value, str):
        return ""
    return " ".join(_storable(value).split())[:longest]


def long_text(value: Any) -> str:
    """A text that keeps its lines."""
    if not isinstance(value, str):
        return ""
    lines = (" ".join(line.split()) for line in _storable(value).splitlines())
    return "\n".join(lines).strip()[:LONGEST_TEXT]


def _storable(value: str) -> str:
    """Without NUL and halves of surrogate pairs."""
    return value.replace("\0", " ").encode("utf-8", "ignore").decode()


def identity(value: Any) -> str:
    """The id of an object: an address, kept exactly as it is; empty if it cannot be one."""
    is_usable = isinstance(value, str) and value == text(value, longest=LONGEST_ADDRESS)
    return value if is_usable else ""


def reference(value: Any) -> str:
    """The id of an object that is named by its address, or stands inside."""
    return identity(value.get("id") if isinstance(value, Mapping) else value)


def references(value: Any) -> tuple[str, ...]:
    """The ids of a list, or of what should be one and is a single object."""
    given = value if isinstance(value, list) else [value]
    return tuple(dict.fromkeys(found for one in given if (found := reference(one))))


def link(value: Any) -> str:
    """An address that may stand on a page: http or https, nothing that a browser would run."""
    found = text(value, longest=LONGEST_ADDRESS + 1)
    try:
        parts = urlsplit(found)
    except ValueError:
        return ""
    is_usable = parts.scheme in {"http", "https"} and parts.hostname and " " not in found
    return found if is_usable and len(found) <= LONGEST_ADDRESS else ""


def moment(value: Any) -> datetime | None:
    """A date-time (OParl 1.1, 2.4): ISO 8601 with an offset."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    if not 1800 <= found.year <= 2200:  # others are mistyped, and some have no offset to reckon
        return None
    return found if found.tzinfo else found.replace(tzinfo=_ZONE)


def day(value: Any) -> date | None:
    """A date, also where a date-time stands."""
    found = moment(value)
    return found.date() if found else None


def whole(value: Any, *, most: int = 2**31 - 1) -> int | None:
    """A whole number from 0 on."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and 0 <= value <= most else None


def objects(value: Any) -> Iterator[Json]:
    """The objects of a list, or the one that stands there without a list."""
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, Mapping):
            yield one
