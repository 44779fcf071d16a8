"""Stations, series and observed properties as the search knows them.

A series is seen only where its station is seen, too. Its document has the narrower of the two
visibilities; where no single one says the same, the series is not searched, only its station.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.db.models import Q
from django.urls import reverse

from netzstadt.core.rooms import SearchDocument
from netzstadt.urbandata.models import ImportRun, ObservedProperty, Series, Thing, ThingLocation

Ids = Collection[uuid.UUID]
Documents = dict[uuid.UUID, SearchDocument]
_WIDEST_FIRST = ("PUBLIC", "ADMINISTRATION", "UNIT")
_AT_ONCE = 2_000


def thing_documents(ids: Ids) -> Documents:
    """Stations: their names, where they are, what they observe, whose data it is."""
    places: dict[uuid.UUID, list[str]] = defaultdict(list)
    located = ThingLocation.objects.filter(thing_id__in=ids).select_related("location")
    for place in located.order_by("location__name"):
        places[place.thing_id] += [place.location.name, place.location.description]
    return {
        thing.pk: SearchDocument(
            id=thing.pk,
            title=thing.name,
            url=_thing_url(thing.pk),
            words=_words(
                thing.description,
                *places[thing.pk],
                *([thing.data_source.title] if thing.data_source else []),
            ),
            names=_code(thing.iot_id, thing.pk),
            visibility=thing.visibility,
            unit_id=thing.unit_id,
            changed_at=thing.changed_at,
        )
        for thing in Thing.objects.filter(pk__in=ids).select_related("data_source")
    }


def series_documents(ids: Ids) -> Documents:
    """Series: their names, what is observed, at which station, by which sensor."""
    found = Series.objects.filter(uuid__in=ids).select_related(
        "thing", "observed_property", "sensor"
    )
    documents = {}
    for series in found:
        visibility = narrower(series.thing.visibility, series.visibility)
        if visibility:
            documents[series.uuid] = SearchDocument(
                id=series.uuid,
                title=series.name,
                url=_series_url(series),
                words=_words(
                    series.description,
                    series.observed_property.name,
                    series.thing.name,
                    series.sensor.name,
                ),
                names=_words(_code(series.iot_id, series.uuid), series.unit),
                visibility=visibility,
                unit_id=series.thing.unit_id,
            )
    return documents


def property_documents(ids: Ids) -> Documents:
    """What is observed, seen by whoever may see a series of it; by nobody without one."""
    circles: dict[uuid.UUID, set[str]] = defaultdict(set)
    pairs = Series.objects.filter(observed_property_id__in=ids).values_list(
        "observed_property_id", "thing__visibility", "visibility"
    )
    for key, of_thing, own in pairs.distinct():
        circles[key].add(narrower(of_thing, own))
    documents = {}
    for one in ObservedProperty.objects.filter(pk__in=ids):
        visibility = next(
            (each for each in ("PUBLIC", "ADMINISTRATION") if each in circles[one.pk]), ""
        )
        if visibility:
            documents[one.pk] = SearchDocument(
                id=one.pk,
                title=one.name,
                url=_property_url(one.pk),
                words=one.description,
                names=one.definition,
                visibility=visibility,
            )
    return documents


def narrower(of_thing: str, own: str) -> str:
    """The visibility that says what a station's and a series' own say together; empty for none."""
    if own == "RESTRICTED":
        return own if of_thing == "PUBLIC" else ""
    if of_thing == "RESTRICTED":
        return ""
    return max(of_thing, own, key=_WIDEST_FIRST.index)


def every_thing() -> Iterator[uuid.UUID]:
    """The keys of all stations, in order."""
    return _in_order(Thing.objects.order_by("pk").values_list("pk", flat=True))


def every_series() -> Iterator[uuid.UUID]:
    """The uuids of all series, in order."""
    return _in_order(Series.objects.order_by("uuid").values_list("uuid", flat=True))


def every_property() -> Iterator[uuid.UUID]:
    """The keys of all observed properties, in order."""
    return _in_order(ObservedProperty.objects.order_by("pk").values_list("pk", flat=True))


def things_of_imports(ids: Ids) -> Iterator[uuid.UUID]:
    """Stations that imports made or changed: an import records its account, not each of them."""
    begun = Q()
    for run in ImportRun.objects.filter(pk__in=ids):
        begun |= Q(changed_at__gte=run.started_at) | Q(created_at__gte=run.started_at)
    things = Thing.objects.filter(begun) if begun else Thing.objects.none()
    return _in_order(things.values_list("pk", flat=True))


def things_at(ids: Ids) -> Iterable[uuid.UUID]:
    """Stations at these Locations."""
    return ThingLocation.objects.filter(location_id__in=ids).values_list("thing_id", flat=True)


def series_at(ids: Ids) -> Iterable[uuid.UUID]:
    """The series of these stations."""
    return Series.objects.filter(thing_id__in=ids).values_list("uuid", flat=True)


def series_by(ids: Ids) -> Iterable[uuid.UUID]:
    """The series that these sensors measure."""
    return Series.objects.filter(sensor_id__in=ids).values_list("uuid", flat=True)


def series_observing(ids: Ids) -> Iterable[uuid.UUID]:
    """The series of these observed properties."""
    return Series.objects.filter(observed_property_id__in=ids).values_list("uuid", flat=True)


def properties_at(ids: Ids) -> Iterable[uuid.UUID]:
    """What is observed at these stations."""
    observed = Series.objects.filter(thing_id__in=ids)
    return observed.values_list("observed_property_id", flat=True).distinct()


def properties_of(ids: Ids) -> Iterable[uuid.UUID]:
    """What these series observe."""
    observed = Series.objects.filter(uuid__in=ids)
    return observed.values_list("observed_property_id", flat=True).distinct()


def _in_order(keys: Any) -> Iterator[uuid.UUID]:
    found: Iterator[uuid.UUID] = keys.iterator(chunk_size=_AT_ONCE)
    return found


def _code(iot_id: object, key: uuid.UUID) -> str:
    """The @iot.id that somebody gave it; the key, where nobody did, says nothing to people."""
    return "" if str(iot_id) == str(key) else str(iot_id)


def _words(*parts: str) -> str:
    """Every part once."""
    return " ".join(dict.fromkeys(part for part in parts if part))


def _thing_url(key: uuid.UUID) -> str:
    return reverse("urbandata:station", args=[key])


def _property_url(key: uuid.UUID) -> str:
    return reverse("urbandata:property", args=[key])


def _series_url(series: Series) -> str:
    return f"{_thing_url(series.thing_id)}?series={series.pk}"
