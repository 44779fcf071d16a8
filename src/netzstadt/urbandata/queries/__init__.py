"""What the city measures, as a reader may see it; its keys and imports."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import (
    Case,
    Count,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from netzstadt.core.access.queries import sees, visible
from netzstadt.lib.keyset import decode_place, encode_place
from netzstadt.urbandata.expressions import Centre, SortKey
from netzstadt.urbandata.models import (
    ApiKey,
    ImportRun,
    Location,
    ObservedProperty,
    Series,
    SeriesState,
    Thing,
)

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

# A queryset with annotations, whose names the type checker's plugin would have to follow.
Annotated = Any

PAGE = 25
# A station shows so many latest values in a list; its own page shows them all.
LATEST_IN_LIST = 4
# The stations that sent last are looked for among so many states first.
RECENT = 400
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

    series: int
    observations: int
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
    return visible(
        _of_seen_things(to=to),
        to=to,
        visibility="thing__visibility",
        unit="thing__unit_id",
        key="thing__id",
    )


def _of_seen_things(*, to: "Person | None") -> "QuerySet[Series]":
    return visible(Series.objects.all(), to=to, unit="thing__unit_id", key="uuid")


def stations(wanted: Wanted, *, to: "Person | None", limit: int = PAGE) -> Page:
    """One page of stations with their latest values, by keyset; a wrong ``after`` begins anew."""
    found = wanted_things(wanted, to=to)
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


def overview(*, to: "Person | None", limit: int) -> tuple[Figures, list[Any]]:
    """The key figures of the front page and the first observed properties with their extent.

    One statement reads the states once for both, and never the observations.
    """
    extents = _extents(visible_series(to=to))
    observed: list[Any] = list(_by_name(ObservedProperty.objects.filter(pk__in=extents))[:limit])
    _annotate(observed, extents)
    moments = [one.newest for one in extents.values() if one.newest is not None]
    figures = Figures(
        series=sum(one.series for one in extents.values()),
        observations=sum(one.observations for one in extents.values()),
        newest=max(moments, default=None),
    )
    return figures, observed


def observed_properties(*, to: "Person | None") -> "QuerySet[ObservedProperty, Any]":
    """What is measured anywhere that ``to`` may see, by name."""
    seen = visible_series(to=to).filter(observed_property_id=OuterRef("pk"))
    # A value and not "exists": that would be made a join with every series of the city.
    return _by_name(
        ObservedProperty.objects.alias(seen=Subquery(seen.values("id")[:1])).filter(
            seen__isnull=False
        )
    )


def with_extent(observed: Iterable[ObservedProperty], *, to: "Person | None") -> list[Any]:
    """The same observed properties with ``station_count`` and ``newest``, the latest time."""
    listed: list[Any] = list(observed)
    keys = [one.pk for one in listed]
    _annotate(listed, _extents(visible_series(to=to).filter(observed_property_id__in=keys)))
    return listed


def _by_name(observed: "QuerySet[ObservedProperty, Any]") -> "QuerySet[ObservedProperty, Any]":
    return observed.annotate(sort_key=SortKey(F("name"))).order_by("sort_key", "id")


@dataclass(frozen=True, slots=True)
class _Extent:
    """What is there of one observed property."""

    stations: int
    series: int
    observations: int
    newest: datetime | None


def _extents(series: "QuerySet[Series, Any]") -> dict[uuid.UUID, _Extent]:
    rows: Annotated = series.values("observed_property_id").annotate(
        stations=Count("thing_id", distinct=True),
        series=Count("id"),
        observations=Coalesce(Sum("state__count"), Value(0)),
        newest=Max("state__last_time"),
    )
    return {row.pop("observed_property_id"): _Extent(**row) for row in rows}


def _annotate(observed: list[Any], extents: dict[uuid.UUID, _Extent]) -> None:
    for one in observed:
        extent = extents.get(one.pk)
        one.station_count, one.newest = (extent.stations, extent.newest) if extent else (0, None)


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
    }.get(sort, F("thing__sort_key").asc())
    return (
        visible_series(to=to)
        .filter(observed_property=observed)
        .select_related("thing", "state", "observed_property")
        .order_by(order, "id")
    )


def station_place(thing: Thing) -> tuple[float, float] | None:
    """Longitude and latitude of a station, the middle of its Location; None without one."""
    found = with_place(Thing.objects.filter(pk=thing.pk)).values_list("longitude", "latitude")
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
    """Keys of stations by name or key as written; what none or several are called is left out."""
    keys = {name: _uuid(name) for name in names}
    found = visible_things(to=to).filter(
        Q(name__in=names) | Q(pk__in=[key for key in keys.values() if key])
    )
    known = dict(found.values_list("id", "name"))
    times = Counter(known.values())
    by_name = {name: key for key, name in known.items() if times[name] == 1}
    result = {name: by_name[name] for name in names if name in by_name}
    return result | {name: key for name, key in keys.items() if key and key in known}


def wanted_things(wanted: Wanted, *, to: "Person | None") -> Annotated:
    """The stations that a list or map is asked for, in no order."""
    found: Annotated = visible_things(to=to)
    if wanted.text:
        found = found.filter(sort_key__contains=SortKey(Value(wanted.text)))
    if wanted.property_id:
        series = _of_seen_things(to=to).filter(observed_property_id=wanted.property_id)
        found = found.filter(pk__in=series.values("thing_id"))
    return found


def with_place(found: Annotated) -> Annotated:
    """The same stations with ``longitude`` and ``latitude``, the middle of their first Location."""
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
        if place := decode_place(wanted.after):
            found = found.filter(Q(sort_key__gt=place[0]) | Q(sort_key=place[0], id__gt=place[1]))
        return list(with_place(found).order_by("sort_key", "id")[:limit])
    # In two steps: the order from keys and times alone, then the few rows.
    ordered = _recent(wanted, limit, to=to) or _newest_first(found, wanted, limit, to=to)
    things = {thing.pk: thing for thing in with_place(Thing.objects.filter(pk__in=ordered))}
    for key, newest in ordered.items():
        things[key].newest = newest
    return [things[key] for key in ordered]


def _recent(wanted: Wanted, limit: int, *, to: "Person | None") -> dict[uuid.UUID, datetime]:
    """The first stations of all by their newest value, from the newest states alone.

    Empty where those do not name ``limit`` stations, or where only some are wanted.
    """
    if wanted.after or wanted.text or wanted.property_id:
        return {}
    states = SeriesState.objects.filter(last_time__isnull=False).order_by("-last_time")
    moments: Annotated = dict(states.values_list("series_id", "last_time")[:RECENT])
    # Others of the last moment may have been cut off.
    cut = min(moments.values()) if len(moments) == RECENT else _NEVER
    things = dict(visible_series(to=to).filter(pk__in=moments).values_list("id", "thing_id"))
    found: dict[uuid.UUID, datetime] = {}
    for series, moment in moments.items():
        if series in things and moment > cut:
            found.setdefault(things[series], moment)
    if len(found) < limit:
        return {}
    by_key = sorted(found.items())
    return dict(sorted(by_key, key=lambda item: item[1], reverse=True)[:limit])


def _newest_first(
    found: Annotated, wanted: Wanted, limit: int, *, to: "Person | None"
) -> dict[uuid.UUID, datetime]:
    latest = Max("series__state__last_time", filter=_seen_series(to))
    moments = found.values("id").annotate(newest=Coalesce(latest, Value(_NEVER)))
    place = decode_place(wanted.after)
    moment = _moment(place[0]) if place else None
    if place and moment:
        moments = moments.filter(Q(newest__lt=moment) | Q(newest=moment, id__gt=place[1]))
    return dict(moments.order_by("-newest", "id").values_list("id", "newest")[:limit])


def _seen_series(to: "Person | None") -> Q:
    """The rule of ``visible`` for the series of a station that is seen itself."""
    public = Q(series__visibility="PUBLIC")
    if to is None:
        return public
    return public | Q(sees(to.pk, "series__visibility", "unit_id", "series__uuid"))


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
        return moment.astimezone(UTC) if moment.tzinfo else None  # PostgreSQL knows fewer offsets
    except (ValueError, OverflowError):
        return None
