"""Stations and Datastreams for whoever keeps them: lists, what depends on one, what is silent."""

import json
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import (
    Count,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Greatest

from netzstadt.core.access.queries import held, units_where
from netzstadt.lib.keyset import decode_place, encode_place
from netzstadt.urbandata.expressions import SortKey
from netzstadt.urbandata.models import (
    ImportReject,
    ImportRun,
    ObservedProperty,
    Sensor,
    Series,
    SeriesState,
    Thing,
)
from netzstadt.urbandata.permissions import KEEP_THINGS
from netzstadt.urbandata.queries import visible_series, visible_things

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

Annotated = Any
PAGE = 25
# A series is silent after so many of its usual gaps, and not before so long.
GAPS = 3
SOONEST = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True, slots=True)
class WantedThings:
    """What the list of stations in the office is asked for; empty is no condition.

    ``state`` is "service", "retired", "simulated", "silent" or "empty" (never had a value).
    """

    text: str = ""
    visibility: str = ""
    unit_id: uuid.UUID | None = None
    state: str = ""
    silent_since: datetime | None = None
    after: str = ""


@dataclass(frozen=True, slots=True)
class ThingPage:
    """A part of the stations; ``following`` leads to the next one."""

    things: list[Any]
    total: int
    following: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Dependents:
    """What goes for good with a station or Datastream."""

    datastreams: int
    observations: int
    places: int
    first: datetime | None
    last: datetime | None


def kept_things(*, to: "Person") -> "QuerySet[Thing]":
    """The stations that a person keeps: all, or those of her units; and that she may see."""
    units = units_where(held(to), KEEP_THINGS)
    found = visible_things(to=to)
    return found if units is None else found.filter(unit_id__in=units)


def kept_series(*, to: "Person") -> "QuerySet[Series]":
    """The Datastreams of the stations that a person keeps."""
    units = units_where(held(to), KEEP_THINGS)
    found = visible_series(to=to)
    return found if units is None else found.filter(thing__unit_id__in=units)


def thing_page(wanted: WantedThings, *, to: "Person", at: datetime, limit: int = PAGE) -> ThingPage:
    """One page of the stations that a person keeps, by name and keyset."""
    found = _wanted(wanted, kept_things(to=to), at=at)
    total = found.count()
    if place := decode_place(wanted.after):
        found = found.filter(Q(sort_key__gt=place[0]) | Q(sort_key=place[0], id__gt=place[1]))
    rows: Annotated = found.annotate(
        series_count=Count("series"), newest=Max("series__state__last_time")
    ).order_by("sort_key", "id")
    things = list(rows[: limit + 1])
    following = (
        encode_place(things[limit - 1].sort_key, things[limit - 1].pk)
        if len(things) > limit
        else ""
    )
    return ThingPage(things[:limit], total, following)


def _wanted(wanted: WantedThings, found: "QuerySet[Thing]", *, at: datetime) -> "QuerySet[Thing]":
    if wanted.text:
        found = found.filter(sort_key__contains=SortKey(Value(wanted.text)))
    if wanted.visibility:
        found = found.filter(visibility=wanted.visibility)
    if wanted.unit_id is not None:
        found = found.filter(unit_id=wanted.unit_id)
    if wanted.silent_since is not None:
        since = Series.objects.filter(
            thing_id=OuterRef("pk"), state__last_time__gte=wanted.silent_since
        )
        found = found.filter(~Exists(since))
    match wanted.state:
        case "service":
            found = found.filter(retired_at__isnull=True)
        case "retired":
            found = found.filter(retired_at__isnull=False)
        case "simulated":
            found = found.filter(is_simulated=True)
        case "silent":
            silent = _silent(Series.objects.filter(thing_id=OuterRef("pk")), at=at)
            found = found.filter(Exists(silent))
        case "empty":
            measured = Series.objects.filter(thing_id=OuterRef("pk"), state__count__gt=0)
            found = found.filter(~Exists(measured))
    return found


def datastreams_of(thing: Thing, *, to: "Person") -> list[Series]:
    """The Datastreams of a station for who keeps it, with sensor, property, state, expectation."""
    return list(
        visible_series(to=to)
        .filter(thing=thing)
        .select_related("state", "observed_property", "sensor", "expectation")
        .annotate(sort_key=SortKey(F("name")))
        .order_by("sort_key", "id")[:200]
    )


def observed_property_choices(*, to: "Person") -> list[tuple[str, str]]:
    """What is observed already and seen by this person, to choose from, by name."""
    seen = visible_series(to=to).values("observed_property_id")
    found: Annotated = ObservedProperty.objects.filter(pk__in=seen)
    named = found.annotate(sort_key=SortKey(F("name"))).order_by("sort_key", "id")
    return [(str(key), name) for key, name in named.values_list("id", "name")[:500]]


def sensor_choices(*, to: "Person", thing: Thing) -> list[tuple[str, str]]:
    """The sensors that this person sees, those of the station first."""
    seen = visible_series(to=to).values("sensor_id")
    own = Series.objects.filter(sensor_id=OuterRef("pk"), thing=thing)
    found: Annotated = Sensor.objects.filter(pk__in=seen)
    named = found.annotate(is_own=Exists(own), sort_key=SortKey(F("name")))
    rows = named.order_by("-is_own", "sort_key", "id").values_list("id", "name")[:500]
    return [(str(key), name) for key, name in rows]


def iot_id_of(model: type[Sensor] | type[ObservedProperty], key: uuid.UUID) -> Any:
    """The @iot.id by which a document of the API names a sensor or observed property."""
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(model._meta.db_table)
        cursor.execute(f"select iot_id from {table} where id = %s", [key])  # noqa: S608 - our own name
        row = cursor.fetchone()
    return None if row is None else json_value(row[0])


def json_value(text: Any) -> Any:
    """JSON of the database as a value, whichever way the driver gives it."""
    return json.loads(text) if isinstance(text, str) else text


def dependents_of(*, thing: Thing | None = None, series: Series | None = None) -> Dependents:
    """What a deletion takes with it: Datastreams, observations, former places."""
    states = SeriesState.objects.filter(
        **({"series__thing": thing} if series is None else {"series": series})
    )
    rows = list(states.values_list("count", "first_time", "last_time"))
    firsts = [first for _, first, _ in rows if first is not None]
    lasts = [last for _, _, last in rows if last is not None]
    places = 0
    if thing is not None:
        with connection.cursor() as cursor:
            cursor.execute(
                "select count(*) from historical_location where thing_id = %s", [thing.pk]
            )
            places = cursor.fetchone()[0]
    return Dependents(
        datastreams=len(rows),
        observations=sum(count for count, _, _ in rows),
        places=places,
        first=min(firsts, default=None),
        last=max(lasts, default=None),
    )


def silent_series(*, to: "Person", at: datetime) -> "QuerySet[Series, Any]":
    """The Datastreams in a person's keeping that should have sent: the longest silent first.

    Silent is what sends as it measures (``SeriesExpectation``) and has kept still for GAPS of its
    usual gaps, at least SOONEST.
    """
    return (
        _silent(kept_series(to=to), at=at)
        .select_related("thing", "state", "expectation")
        .order_by("state__last_time", "id")
    )


def _silent(series: "QuerySet[Series, Any]", *, at: datetime) -> "QuerySet[Series, Any]":
    due = ExpressionWrapper(
        F("state__last_time")
        + Greatest(
            ExpressionWrapper(F("expectation__gap") * GAPS, output_field=DurationField()),
            Value(SOONEST, output_field=DurationField()),
        ),
        output_field=DateTimeField(),
    )
    return (
        series.filter(
            retired_at__isnull=True, expectation__is_sending=True, expectation__gap__isnull=False
        )
        .filter(state__last_time__isnull=False)
        .annotate(due=due)
        .filter(due__lt=at)
    )


def values_today(keys: Collection[Any], *, since: datetime) -> dict[uuid.UUID, int]:
    """How many numbers the stations of a key have measured since ``since``, by key; for keys of
    single stations only: which key sent a value is not kept with it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select k.id, coalesce(sum(r.count), 0) from api_key k"
            " join series s on s.thing_id = any (k.thing_ids)"
            " left join rollup_hour r on r.series_id = s.id and r.time >= %s"
            " where k.id = any (%s::uuid[]) group by k.id",
            [since, [key.pk for key in keys if key.thing_ids]],
        )
        return {row[0]: int(row[1]) for row in cursor.fetchall()}


def import_run(key: uuid.UUID) -> ImportRun | None:
    """One import with its account; None where there is none."""
    return ImportRun.objects.filter(pk=key).first()


def rejects_of(run: ImportRun) -> "QuerySet[ImportReject]":
    """The rejected rows that are kept of an import, in the order in which they were found."""
    return ImportReject.objects.filter(run=run).order_by("number")
