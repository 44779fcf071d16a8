"""Calendars of whole days as iCalendar (RFC 5545), byte for byte the same for the same days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event, vDuration, vText, vUri

MEDIA_TYPE = "text/calendar; charset=utf-8"
_PRODUCT = "-//Netzstadt//Deadlines//EN"


@dataclass(frozen=True, kw_only=True, slots=True)
class DayEntry:
    """Something that falls on a whole day. ``uid`` is unique in the world and stays the same."""

    uid: str
    title: str
    on: date
    url: str
    changed_at: datetime


def write_days(
    entries: Iterable[DayEntry], *, name: str = "", refresh: timedelta | None = None
) -> bytes:
    """A calendar of ``entries``; a program that subscribes is asked to come again after
    ``refresh``.

    Whole days need no time zone. They do not make anybody look busy (TRANSP), and DTSTAMP is when
    the entry was last set, not now: so the bytes change only when the days do.
    """
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    if name:
        calendar.add("name", vText(_plain(name)))  # RFC 7986, 5.1
        calendar.add("x-wr-calname", vText(_plain(name)))
    if refresh is not None:
        interval = vDuration(refresh)
        interval.params["VALUE"] = "DURATION"
        calendar.add("refresh-interval", interval)  # RFC 7986, 5.7
        calendar.add("x-published-ttl", vDuration(refresh))
    for entry in sorted(entries, key=lambda entry: (entry.on, entry.uid)):
        calendar.add_component(_event(entry))
    written: bytes = calendar.to_ical()
    return written


def _event(entry: DayEntry) -> Event:
    event = Event()
    event.add("uid", vText(entry.uid))
    event.add("dtstamp", entry.changed_at.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", entry.on)
    event.add("dtend", entry.on + timedelta(days=1))  # the day that is no longer part of it
    event.add("summary", vText(_plain(entry.title)))
    event.add("url", vUri(entry.url))
    event.add("transp", "TRANSPARENT")
    return event


def _plain(text: str) -> str:
    """Text without the control characters that a TEXT value may not hold (RFC 5545, 3.1)."""
    return "".join(char if char >= " " and char != "\x7f" else " " for char in text)
