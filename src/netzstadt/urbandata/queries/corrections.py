"""Values of a Datastream for whoever corrects them: pages of them, and what a change would do."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Q

from netzstadt.core.audit import queries as audit
from netzstadt.urbandata.events import CorrectionUndone, ValuesCorrected
from netzstadt.urbandata.models import Observation, Series

if TYPE_CHECKING:
    from netzstadt.core.audit.models import AuditEvent

PAGE = 50
# So many values are corrected at once, and so many hours and days of a preview are shown.
MOST_VALUES = 500
SHOWN_SUMS = 12

# An observation of a series: its time and its sequence.
Key = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class ValuePage:
    """A part of the values, newest first; ``following`` is the key of the last, if more follow."""

    values: list[Observation]
    following: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SumChange:
    """What a correction makes of an hour or a day: its numbers before and after."""

    start: datetime
    count: int
    sum: tuple[float | None, float | None]
    least: tuple[float | None, float | None]
    greatest: tuple[float | None, float | None]

    @property
    def mean(self) -> tuple[float | None, float | None]:
        """The mean before and after."""
        before, after = self.sum
        count = self.count or 1
        return (
            None if before is None else before / count,
            None if after is None else after / count,
        )


def value_page(
    series: Series, *, before: datetime | None, after: str = "", limit: int = PAGE
) -> ValuePage:
    """Values of a series, newest first, from before a moment on, by keyset."""
    wanted = Observation.objects.filter(series_id=series.pk).order_by("-time", "-sequence")
    if before is not None:
        wanted = wanted.filter(time__lt=before)
    if (key := read_key(after)) is not None:
        time, sequence = key
        # The first condition bounds the index, the second is the exact place.
        wanted = wanted.filter(time__lte=time).filter(
            Q(time__lt=time) | Q(time=time, sequence__lt=sequence)
        )
    values = list(wanted[: limit + 1])
    following = written_key(values[limit - 1]) if len(values) > limit else ""
    return ValuePage(values[:limit], following)


def values_between(series: Series, start: datetime, end: datetime) -> list[Observation]:
    """The values from ``start`` until before ``end``; one more than may be corrected at once."""
    wanted = Observation.objects.filter(series_id=series.pk, time__gte=start, time__lt=end)
    return list(wanted.order_by("time", "sequence")[: MOST_VALUES + 1])


def observations_at(series: Series, keys: "list[Key] | tuple[Key, ...] | Any") -> list[Observation]:
    """The observations with these keys that are there, in the order of time."""
    wanted = set(keys)
    if not wanted:
        return []
    times = [time for time, _sequence in wanted]
    found = Observation.objects.filter(
        series_id=series.pk, time__gte=min(times), time__lte=max(times), time__in=times
    )
    return [
        each for each in found.order_by("time", "sequence") if (each.time, each.sequence) in wanted
    ]


def written_key(observation: Observation) -> str:
    """The key of an observation as it stands in addresses and forms."""
    moment = observation.time.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return f"{moment}_{observation.sequence}"


def read_key(text: str) -> Key | None:
    """Read what ``written_key`` wrote; None where it is something else."""
    moment, _, sequence = text.rpartition("_")
    try:
        time, number = datetime.fromisoformat(moment).astimezone(UTC), int(sequence)
    except (ValueError, OverflowError):
        return None
    return (time, number) if 0 <= number <= 32_767 else None


_SUMS = """
with chosen as (select * from unnest(%s::timestamptz[], %s::smallint[]) as c (time, sequence)),
touched as (select distinct date_trunc(%s, time, %s) as start from chosen)
select t.start, count(o.number), sum(o.number), min(o.number), max(o.number),
       sum(n.number), min(n.number), max(n.number)
from touched t
join observation o on o.series_id = %s and o.number is not null
 and o.time >= t.start
 and o.time < (t.start at time zone %s + %s::interval) at time zone %s
 and o.time between %s and %s
left join chosen c on c.time = o.time and c.sequence = o.sequence
cross join lateral (
    select case when c.time is not null then %s::float8 else o.number end) n (number)
group by t.start order by t.start limit %s
"""


def sums_after(
    series: Series, chosen: list[Observation], number: float
) -> dict[str, list[SumChange]]:
    """What the hours and days of the chosen values would be if each of them were ``number``.

    Under "hour" and "day", at most SHOWN_SUMS of each.
    """
    with connection.cursor() as cursor:
        cursor.execute("select time_zone from plane_setting")
        zone = cursor.fetchone()[0]
        times = [each.time for each in chosen]
        found = {}
        for unit, of_zone in (("hour", "UTC"), ("day", zone)):
            # A day around the first and last, so that only their partitions are read.
            bounds = _bounds(min(times), max(times))
            cursor.execute(
                _SUMS,
                [
                    *(times, [each.sequence for each in chosen], unit, of_zone, series.pk),
                    *(of_zone, f"1 {unit}", of_zone, *bounds, number, SHOWN_SUMS),
                ],
            )
            found[unit] = [
                SumChange(
                    start=row[0],
                    count=row[1],
                    sum=(row[2], row[5]),
                    least=(row[3], row[6]),
                    greatest=(row[4], row[7]),
                )
                for row in cursor.fetchall()
            ]
    return found


def _bounds(first: datetime, last: datetime) -> tuple[datetime, datetime]:
    return first - timedelta(days=2), last + timedelta(days=2)


def corrections_of(series: Series, *, limit: int = 10) -> "list[tuple[AuditEvent, bool]]":
    """The newest corrections of a Datastream; each with whether it has been undone."""
    entries = audit.history("plane.datastream", series.uuid, limit=limit * 4).entries
    undone = {each.data["correction_id"] for each in entries if each.name == CorrectionUndone.name}
    made = [each for each in entries if each.name == ValuesCorrected.name][:limit]
    return [(each, str(each.pk) in undone) for each in made]
