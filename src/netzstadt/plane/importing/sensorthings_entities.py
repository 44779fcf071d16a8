"""Entities of SensorThings JSON, with the ids that their maker gave them."""

import re
from typing import Any
from uuid import UUID

from netzstadt.lib.json_text import json_text
from netzstadt.plane.importing.chunks import Entities
from netzstadt.plane.importing.csv_entities import MEASUREMENT
from netzstadt.plane.importing.entities import (
    GEOJSON,
    EntityStore,
    PlaceRow,
    PropertyRow,
    SensorRow,
    SeriesRow,
    ThingRow,
)
from netzstadt.plane.importing.errors import ImportRefused
from netzstadt.plane.importing.profile import SensorThings
from netzstadt.plane.importing.stations import check_geometry


class SensorThingsEntities:
    """Makes what the documents describe and knows the series by their @iot.id."""

    def __init__(self, rule: SensorThings) -> None:
        self._rule = rule
        self._series: dict[str, int | None] = {}

    def make(self, store: EntityStore, entities: Entities) -> None:
        """Things with their Locations, then the Datastreams.

        Raises ImportRefused naming the entity that cannot be understood.
        """
        places = {_owner(each): each for each in entities.locations}
        things: dict[str | int, tuple[UUID, UUID]] = {}
        for thing in entities.things:
            things[_iot_id(thing, "Thing")] = self._thing(store, thing, places)
        for datastream in entities.datastreams:
            iot_id = _iot_id(datastream, "Datastream")
            owner = _owner(datastream)
            if owner not in things:
                raise ImportRefused(f"Datastream {iot_id!r} is at no Thing of these files.")
            number = self._datastream(store, datastream, *things[owner])
            self._series[json_text(iot_id)] = number

    def series(self, store: EntityStore, iot_id: str) -> int | None:
        """The series of a Datastream's @iot.id (as JSON): of these files or of earlier ones."""
        if iot_id not in self._series:
            self._series[iot_id] = store.known_series(iot_id)
        return self._series[iot_id]

    def _thing(
        self, store: EntityStore, thing: dict[str, Any], places: dict[str | int, dict[str, Any]]
    ) -> tuple[UUID, UUID]:
        iot_id = _iot_id(thing, "Thing")
        name = _text(thing, "name", f"Thing {iot_id!r}")
        thing_id = store.thing(
            ThingRow(iot_id, name, str(thing.get("description") or ""), _object(thing))
        )
        location = places.get(iot_id)
        place = PlaceRow(iot_id, name, name, None)
        if location is not None:
            where = f"Location of Thing {iot_id!r}"
            geometry = location.get("location")
            if isinstance(geometry, dict) and geometry.get("type") == "Feature":
                geometry = geometry.get("geometry")
            check_geometry(geometry, where)
            place = PlaceRow(
                iot_id=location["@iot.id"] if location.get("@iot.id") is not None else iot_id,
                name=str(location.get("name") or name),
                description=str(location.get("description") or ""),
                geometry=geometry,
                encoding_type=str(location.get("encodingType") or GEOJSON),
            )
            store.place(place, thing_id)
        return thing_id, store.feature(place, thing_id)

    def _datastream(
        self, store: EntityStore, datastream: dict[str, Any], thing_id: UUID, feature_id: UUID
    ) -> int:
        iot_id = _iot_id(datastream, "Datastream")
        where = f"Datastream {iot_id!r}"
        unit = _member(datastream, "unitOfMeasurement", where)
        symbol = unit.get("symbol")
        return store.series(
            SeriesRow(
                iot_id=iot_id,
                name=_text(datastream, "name", where),
                description=str(datastream.get("description") or ""),
                observation_type=str(datastream.get("observationType") or MEASUREMENT),
                unit=unit,
                ucum=self._rule.ucum.get(symbol) if isinstance(symbol, str) else None,
                properties=_object(datastream),
                thing_id=thing_id,
                sensor_id=self._sensor(store, _member(datastream, "Sensor", where), where),
                observed_property_id=self._property(
                    store, _member(datastream, "ObservedProperty", where), where
                ),
                feature_id=feature_id,
            )
        )

    def _sensor(self, store: EntityStore, sensor: dict[str, Any], where: str) -> UUID:
        name = _text(sensor, "name", f"Sensor of {where}")
        return store.sensor(
            SensorRow(
                iot_id=self._shared_id(sensor, name),
                name=name,
                description=str(sensor.get("description") or ""),
                encoding_type=str(sensor.get("encodingType") or self._rule.sensor_encoding_type),
                metadata=sensor.get("metadata") or self._rule.sensor_metadata,
            )
        )

    def _property(self, store: EntityStore, entry: dict[str, Any], where: str) -> UUID:
        name = _text(entry, "name", f"ObservedProperty of {where}")
        return store.observed_property(
            PropertyRow(
                iot_id=self._shared_id(entry, name),
                name=name,
                definition=_text(entry, "definition", f"ObservedProperty of {where}"),
                description=str(
                    entry.get("description") or self._rule.observed_property_description
                ),
            )
        )

    def _shared_id(self, entity: dict[str, Any], name: str) -> str | int:
        given = entity.get("@iot.id")
        if isinstance(given, str | int) and not isinstance(given, bool):
            return given
        return self._rule.id_prefix + re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _iot_id(entity: dict[str, Any], kind: str) -> str | int:
    value = entity.get("@iot.id")
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise ImportRefused(f"A {kind} has no @iot.id that is a string or a whole number.")
    return value


def _owner(entity: dict[str, Any]) -> str | int:
    """The Thing that an entity names; a Location that names none is its namesake's by id."""
    thing = entity.get("Thing")
    if thing is None and isinstance(entity.get("Things"), list) and entity["Things"]:
        thing = entity["Things"][0]
    return _iot_id(thing if isinstance(thing, dict) else entity, "Thing")


def _member(entity: dict[str, Any], name: str, where: str) -> dict[str, Any]:
    value = entity.get(name)
    if not isinstance(value, dict):
        raise ImportRefused(f"{where} has no {name}.")
    return value


def _text(entity: dict[str, Any], name: str, where: str) -> str:
    value = entity.get(name)
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise ImportRefused(f"{where} has no {name}.")
    return value


def _object(entity: dict[str, Any]) -> dict[str, Any] | None:
    value = entity.get("properties")
    return value if isinstance(value, dict) else None
