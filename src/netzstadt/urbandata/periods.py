"""Days, weeks, months and years of the city's calendar, as stretches of real time."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from netzstadt.lib import clock

# A calendar that ends before 1900 or after 9999 helps nobody; the plane stores from 1900 on.
EARLIEST = date(1900, 1, 1)
LATEST = date(9000, 1, 1)


class Span(StrEnum):
    """How long a period is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Period:
    """A day, ISO week, month or year that begins on ``first``, by the clocks of ``zone``.

    ``start`` and ``end`` are half-open and in UTC, so that the day of a clock change has its 23 or
    25 hours.
    """

    span: Span
    first: date
    zone: ZoneInfo

    @property
    def start(self) -> datetime:
        """The first moment."""
        return clock.midnight(self.first, self.zone).astimezone(UTC)

    @property
    def end(self) -> datetime:
        """The first moment that belongs to the next period."""
        return clock.midnight(self.after, self.zone).astimezone(UTC)

    @property
    def after(self) -> date:
        """The first day of the next period."""
        match self.span:
            case Span.DAY:
                return self.first + timedelta(days=1)
            case Span.WEEK:
                return self.first + timedelta(days=7)
            case Span.MONTH:
                return (self.first.replace(day=28) + timedelta(days=4)).replace(day=1)
            case Span.YEAR:
                return self.first.replace(year=self.first.year + 1)

    @property
    def last(self) -> date:
        """The last day that belongs to the period."""
        return self.after - timedelta(days=1)

    def following(self) -> "Period":
        """The next period of the same kind."""
        return period_of(self.span, self.after, self.zone)

    def preceding(self) -> "Period":
        """The previous period of the same kind."""
        return period_of(self.span, self.first - timedelta(days=1), self.zone)


def period_of(span: Span, day: date, zone: ZoneInfo) -> Period:
    """The period of this kind in which ``day`` lies; days out of reach are moved to the limit."""
    day = min(max(day, EARLIEST), LATEST)
    match span:
        case Span.DAY:
            first = day
        case Span.WEEK:
            first = day - timedelta(days=day.weekday())
        case Span.MONTH:
            first = day.replace(day=1)
        case Span.YEAR:
            first = day.replace(month=1, day=1)
    return Period(span, first, zone)
