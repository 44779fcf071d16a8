"""Numbers of the data platform that indicators may be bound to. They count what is public."""

from datetime import datetime, timedelta

from netzstadt.urbandata.queries import visible_series, visible_things


def public_stations(*, at: datetime) -> float:
    """How many stations everybody may see and that are in service."""
    return float(visible_things(to=None).filter(retired_at__isnull=True).count())


def fresh_series(*, at: datetime) -> float | None:
    """The part of the public Datastreams with a value of the last day, in percent."""
    found = visible_series(to=None).filter(retired_at__isnull=True)
    every = found.count()
    if not every:
        return None
    fresh = found.filter(state__last_time__gte=at - timedelta(days=1)).count()
    return 100.0 * fresh / every
