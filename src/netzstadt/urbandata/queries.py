"""What the city measures, as a reader may see it; its keys and imports."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    UUIDField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce

from netzstadt.core.access.queries import MaySee, visible
from netzstadt.lib.keyset import decode_place, encode_place
from netzstadt.urbandata.expressions import Centre, SortKey
from netzstadt.urbandata.models import (
    ApiKey,
    ImportRun,
    Location,
    ObservedProperty,
    Outline,
    Series,
    SeriesState,
    Thing,
)

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

# A queryset with annotations, whose names the type checker's plugin would have to follow.
Annotated = Any

PAGE = 25
MAP_PAGE = 2000
# A station shows so many latest values in a list; its own page shows them all.
LATEST_IN_LIST = 4
_NEVER = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Row:
    """A station in a list: its place and its latest values."""

    thing: Thing
    longitude: float | None
    latitude: float | None
    latest: list[Series]
    more: int


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the stations; ``following`` leads to the next one."""

    rows: list[Row]
    total: int
    following: str


@dataclass(frozen=True, slots=True)
class Figures:
    """How much the city measures, as this reader may see it."""

    stations: int
    series: int
    observations: int
    properties: int
    newest: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What a list of stations is asked for. ``sort`` is "name" or "newest"."""

    text: str = ""
    property_id: uuid.UUID | None = None
    sort: str = "name"
    after: str = ""


def visible_things(*, to: "Person | None") -> "QuerySet[Thing]":
    """Every station that ``to`` may see."""
    return visible(Thing.objects.all(), to=to)


def visible_series(*, to: "Person | None") -> "QuerySet[Series]":
    """Every series that ``to`` may see: its station and itself."""
    seen = visible(Series.objects.all(), to=to, unit="thing__unit_id", key="uuid")
    return visible(
        seen, to=to, visibility="thing__visibility", unit="thing__unit_id", key="thing__id"
    )


def stations(wanted: Wanted, *, to: "Person | None", limit: int = PAGE) -> Page:
    """One page of stations with their latest values, by keyset.

    An ``after`` that cannot be read begins at the beginning.
    """
    found = _wanted(wanted, to=to)
    total = found.count()
    things = _part(found, wanted, limit + 1, to=to)
    following = _token(things[limit - 1], wanted.sort) if len(things) > limit else ""
    things = things[:limit]
    latest = _latest_of([thing.pk for thing in things], wanted, to=to)
    rows = [
        Row(
            thing,
            thing.longitude,
            thing.latitude,
            latest[thing.pk][:LATEST_IN_LIST],
            max(0, len(latest[thing.pk]) - LATEST_IN_LIST),
        )
        for thing in things
    ]
    return Page(rows, total, following)


def map_features(
    wanted: Wanted, *, to: "Person | None", limit: int = MAP_PAGE
) -> tuple[list[tuple[Any, ...]], str]:
    """Stations that have a place, for the map, and where the next part begins.

    Each is (id, name, is_simulated, longitude, latitude, property, number, unit, time); the last
    four are of one of its series, or None.
    """
    found = _after(_with_place(_wanted(wanted, to=to)), wanted.after).exclude(longitude=None)
    rows = list(
        found.values_list("id", "name", "is_simulated", "longitude", "latitude", "sort_key")[
            : limit + 1
        ]
    )
    following = ""
    if len(rows) > limit:
        following = encode_place(rows[limit - 1][5], rows[limit - 1][0])
    rows = rows[:limit]
    series = visible_series(to=to).filter(thing_id__in=[row[0] for row in rows])
    if wanted.property_id:
        series = series.filter(observed_property_id=wanted.property_id)
    headline = {
        row[0]: row[1:]
        for row in series.order_by("thing_id", "id")
        .distinct("thing_id")
        .values_list(
            "thing_id",
            "observed_property__name",
            "state__last_number",
            "unit_of_measurement",
            "state__last_time",
        )
    }
    nothing = (None, None, None, None)
    return [(*row[:5], *headline.get(row[0], nothing)) for row in rows], following


def figures(*, to: "Person | None") -> Figures:
    """The key figures of the front page, each from the states and never from the observations."""
    counted = visible_series(to=to).aggregate(
        series=Count("id"),
        observations=Sum("state__count"),
        properties=Count("observed_property_id", distinct=True),
        newest=Max("state__last_time"),
    )
    return Figures(
        stations=visible_things(to=to).count(),
        series=counted["series"],
        observations=counted["observations"] or 0,
        properties=counted["properties"],
        newest=counted["newest"],
    )


def observed_properties(*, to: "Person | None") -> "QuerySet[ObservedProperty, Any]":
    """What is measured anywhere that ``to`` may see, by name."""
    seen = visible_series(to=to).filter(observed_property_id=OuterRef("pk"))
    return (
        ObservedProperty.objects.filter(Exists(seen))
        .annotate(sort_key=SortKey(F("name")))
        .order_by("sort_key", "id")
    )


def with_extent(observed: Iterable[ObservedProperty], *, to: "Person | None") -> list[Any]:
    """The same observed properties with ``station_count`` and ``newest``, the latest time."""
    listed = list(observed)
    rows = (
        visible_series(to=to)
        .filter(observed_property_id__in=[one.pk for one in listed])
        .values("observed_property_id")
        .annotate(stations=Count("thing_id", distinct=True), newest=Max("state__last_time"))
        .values_list("observed_property_id", "stations", "newest")
    )
    extents = {row[0]: row[1:] for row in rows}
    annotated: list[Any] = listed
    for one in annotated:
        one.station_count, one.newest = extents.get(one.pk, (0, None))
    return annotated


def series_measuring(
    observed: ObservedProperty, *, to: "Person | None", sort: str
) -> "QuerySet[Series, Any]":
    """The series of one observed property with station and latest value.

    ``sort`` is "name" (of the station), "highest", "lowest" or "newest".
    """
    order = {
        "highest": F("state__last_number").desc(nulls_last=True),
        "lowest": F("state__last_number").asc(nulls_last=True),
        "newest": F("state__last_time").desc(nulls_last=True),
    }.get(sort, SortKey(F("thing__name")).asc())
    return (
        visible_series(to=to)
        .filter(observed_property=observed)
        .select_related("thing", "state", "observed_property")
        .order_by(order, "id")
    )


def station_place(thing: Thing) -> tuple[float, float] | None:
    """Longitude and latitude of a station, the middle of its Location; None without one."""
    found = _with_place(Thing.objects.filter(pk=thing.pk)).values_list("longitude", "latitude")
    row = found.first()
    return (row[0], row[1]) if row is not None and row[0] is not None else None


def series_of(thing: Thing, *, to: "Person | None", limit: int = 200) -> list[Series]:
    """The series of a station with their latest values, by what they observe."""
    return list(
        visible_series(to=to)
        .filter(thing=thing)
        .select_related("state", "observed_property", "sensor")
        .annotate(sort_key=SortKey(F("observed_property__name")))
        .order_by("sort_key", "id")[:limit]
    )


def example_series(*, to: "Person | None", things: Sequence[uuid.UUID] | None) -> Series | None:
    """One series for an example of how to send; of ``things`` where they are named."""
    found = visible_series(to=to)
    if things is not None:
        found = found.filter(thing_id__in=things)
    return found.select_related("thing").order_by("id").first()


def outlines() -> list[Outline]:
    """The boundaries that every map draws."""
    return list(Outline.objects.order_by("key"))


def api_keys(*, at: datetime) -> "QuerySet[ApiKey]":
    """Every key, the ones that still open something first."""
    works = Q(revoked_at=None) & (Q(expires_at=None) | Q(expires_at__gt=at))
    return ApiKey.objects.annotate(
        ended=Case(When(works, then=Value(0)), default=Value(1))
    ).order_by("ended", "-created_at", "id")


def key_with_prefix(prefix: str) -> ApiKey | None:
    """The key that begins so; None where none does."""
    return ApiKey.objects.filter(prefix=prefix).first()


def import_runs() -> "QuerySet[ImportRun]":
    """Every import, the newest first."""
    return ImportRun.objects.order_by("-started_at", "id")


def things_named(names: Sequence[str], *, to: "Person | None") -> dict[str, uuid.UUID]:
    """The keys of stations by name or key as people wrote them; what is not found is left out."""
    keys = {name: _uuid(name) for name in names}
    found = visible_things(to=to).filter(
        Q(name__in=names) | Q(pk__in=[key for key in keys.values() if key])
    )
    rows = list(found.values_list("id", "name"))
    by_name = {name: key for key, name in rows}
    known = {key for key, _ in rows}
    result = {name: by_name[name] for name in names if name in by_name}
    return result | {name: key for name, key in keys.items() if key and key in known}


def _wanted(wanted: Wanted, *, to: "Person | None") -> Annotated:
    found: Annotated = visible_things(to=to).annotate(sort_key=SortKey(F("name")))
    if wanted.text:
        found = found.filter(sort_key__contains=SortKey(Value(wanted.text)))
    if wanted.property_id:
        series = visible_series(to=to).filter(
            thing_id=OuterRef("pk"), observed_property_id=wanted.property_id
        )
        found = found.filter(Exists(series))
    return found


def _with_place(found: Annotated) -> Annotated:
    place = Location.objects.filter(things__thing_id=OuterRef("pk"), bounds__isnull=False).order_by(
        "id"
    )
    return found.annotate(
        longitude=Subquery(place.values_list(Centre(F("bounds"), axis=0))[:1]),
        latitude=Subquery(place.values_list(Centre(F("bounds"), axis=1))[:1]),
    )


def _latest_of(
    things: Iterable[uuid.UUID], wanted: Wanted, *, to: "Person | None"
) -> dict[uuid.UUID, list[Series]]:
    series = (
        visible_series(to=to)
        .filter(thing_id__in=list(things))
        .select_related("state", "observed_property")
        .order_by("id")
    )
    result: dict[uuid.UUID, list[Series]] = defaultdict(list)
    for one in series:
        # What was asked for stands first, else in the order in which the series were made.
        if one.observed_property_id == wanted.property_id:
            result[one.thing_id].insert(0, one)
        else:
            result[one.thing_id].append(one)
    return result


def state_of(series: Series) -> SeriesState | None:
    """Count, extent and latest value; None before the first observation."""
    try:
        return series.state
    except SeriesState.DoesNotExist:
        return None


def _part(found: Annotated, wanted: Wanted, limit: int, *, to: "Person | None") -> list[Any]:
    """The next stations in the wanted order, with their places."""
    if wanted.sort != "newest":
        return list(_after(_with_place(found), wanted.after)[:limit])
    # In two steps: the order from keys and times alone, then the few rows.
    latest = Max("series__state__last_time", filter=_seen_series(to))
    moments = found.values("id").annotate(newest=Coalesce(latest, Value(_NEVER)))
    place = decode_place(wanted.after)
    moment = _moment(place[0]) if place else None
    if place and moment:
        moments = moments.filter(Q(newest__lt=moment) | Q(newest=moment, id__gt=place[1]))
    ordered = dict(moments.order_by("-newest", "id").values_list("id", "newest")[:limit])
    things = {thing.pk: thing for thing in _with_place(Thing.objects.filter(pk__in=ordered))}
    for key, newest in ordered.items():
        things[key].newest = newest
    return [things[key] for key in ordered]


def _seen_series(to: "Person | None") -> Q:
    """The rule of ``visible`` for the series of a station that is seen itself."""
    public = Q(series__visibility="PUBLIC")
    if to is None:
        return public
    reader = Cast(Value(to.pk), UUIDField())
    return public | Q(MaySee(F("series__visibility"), F("unit_id"), F("series__uuid"), reader))


def _after(found: Annotated, after: str) -> Annotated:
    if place := decode_place(after):
        found = found.filter(Q(sort_key__gt=place[0]) | Q(sort_key=place[0], id__gt=place[1]))
    return found.order_by("sort_key", "id")


def _token(last: Any, sort: str) -> str:
    value = last.newest.isoformat() if sort == "newest" else last.sort_key
    return encode_place(value, last.pk)


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
