"""Entities of CSV files, made from the profile's texts and the publisher's station list."""

import re
from uuid import UUID

from netzstadt.plane.importing.chunks import SeriesKey
from netzstadt.plane.importing.entities import (
    EntityStore,
    PlaceRow,
    PropertyRow,
    SensorRow,
    SeriesRow,
    ThingRow,
)
from netzstadt.plane.importing.profile import Entity, ObservedProperty
from netzstadt.plane.importing.stations import Station, read_stations
from netzstadt.plane.importing.survey import Survey

MEASUREMENT = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"


class CsvEntities:
    """Finds or makes the series of what a CSV reader met."""

    def __init__(self, survey: Survey) -> None:
        profile = survey.profile
        assert profile.thing
        assert profile.datastream
        assert profile.sensor
        self._thing_rule, self._series_rule = profile.thing, profile.datastream
        self._sensor_rule = profile.sensor
        self._quantities = profile.observed_property
        self._survey = survey
        self._stations = read_stations(survey.stations, profile.stations)
        self._things: dict[str, tuple[UUID, UUID, str]] = {}  # Thing, feature, name

    def series(self, store: EntityStore, key: SeriesKey) -> int:
        """The number of the series, with everything it belongs to."""
        thing_id, feature_id, thing_name = self._thing(store, key.station)
        quantity = self._quantity(key)
        sensor = self._sensor_rule
        parts = self._survey.sum_parts.get(key.channel)
        rule = self._series_rule
        name = self._survey.channel_names.get((key.station, key.channel)) or thing_name
        properties = dict(rule.properties)
        if parts:
            properties |= {"isSum": True, "sumOf": [_id(rule, key.station, each) for each in parts]}
        description = rule.sum_description if parts and rule.sum_description else rule.description
        return store.series(
            SeriesRow(
                iot_id=_id(rule, key.station, key.channel),
                name=_filled(rule.name, key.station, key.channel, name),
                description=_filled(description, key.station, key.channel, name),
                observation_type=MEASUREMENT,
                unit={
                    "name": quantity.unit.name,
                    "symbol": quantity.unit.symbol,
                    "definition": f"https://ucum.org/ucum#{quantity.unit.ucum}",
                },
                ucum=quantity.unit.ucum,
                properties=properties or None,
                thing_id=thing_id,
                sensor_id=store.sensor(
                    SensorRow(
                        *(sensor.id, sensor.name, sensor.description),
                        *(sensor.encoding_type, sensor.metadata),
                    )
                ),
                observed_property_id=store.observed_property(
                    PropertyRow(
                        quantity.id, quantity.name, quantity.definition, quantity.description
                    )
                ),
                feature_id=feature_id,
            )
        )

    def _thing(self, store: EntityStore, station: str) -> tuple[UUID, UUID, str]:
        if station not in self._things:
            rule = self._thing_rule
            known = self._stations.get(station)
            name = self._thing_name(station, known)
            iot_id = _id(rule, station, "")
            thing_id = store.thing(
                ThingRow(
                    iot_id=iot_id,
                    name=name,
                    description=_filled(rule.description, station, "", name),
                    properties=(rule.properties | (known.properties if known else {})) or None,
                )
            )
            place = PlaceRow(iot_id, name, name, known.geometry if known else None)
            store.place(place, thing_id)
            self._things[station] = (thing_id, store.feature(place, thing_id), name)
        return self._things[station]

    def _thing_name(self, station: str, known: Station | None) -> str:
        rule = self._thing_rule
        if known and known.name:
            return _filled(rule.name, station, "", known.name)
        name = self._survey.channel_names.get((station, station), station)
        return _filled(rule.name_without_metadata, station, "", name)

    def _quantity(self, key: SeriesKey) -> ObservedProperty:
        """What the channel counts; a sum of different quantities is a quantity of its own."""
        parts = self._survey.sum_parts.get(key.channel)
        if parts:
            found = [self._matching(key.station, part) for part in parts]
            if any(each is not found[0] for each in found):
                mixed = [each for each in self._quantities if each.mixed_sum]
                return mixed[0] if mixed else found[0]
            return found[0]
        return self._matching(key.station, key.channel)

    def _matching(self, station: str, channel: str) -> ObservedProperty:
        name = self._survey.channel_names.get((station, channel), channel)
        by_name = [each for each in self._quantities if not each.mixed_sum]
        return next(each for each in by_name if not each.match or re.search(each.match, name))


def _id(rule: Entity, station: str, channel: str) -> str:
    return _filled(rule.id, station, channel, channel or station)


def _filled(template: str, station: str, channel: str, name: str) -> str:
    values = {"station": station, "channel": channel, "name": name}
    return re.sub(r"\{(station|channel|name)\}", lambda found: values[found[1]], template)
