"""Makes the Things, Locations, Sensors and series that an import needs, once, each with its audit
event. What is there already is used again, if it came from the same source."""

from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import UUID

import psycopg
import shapely

from netzstadt.lib.ids import new_id
from netzstadt.lib.json_text import json_text
from netzstadt.plane import audit
from netzstadt.plane.importing.errors import ImportRefused
from netzstadt.plane.importing.profile import Profile
from netzstadt.plane.importing.stations import check_geometry

GEOJSON = "application/geo+json"


@dataclass(frozen=True, slots=True)
class ThingRow:
    """A Thing to be there. ``geometry`` is GeoJSON or None; the ids are the @iot.id."""

    iot_id: str | int
    name: str
    description: str
    properties: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A Location to be there, or a feature where ``geometry`` is None: it is then not located."""

    iot_id: str | int
    name: str
    description: str
    geometry: dict[str, Any] | None
    encoding_type: str = GEOJSON


@dataclass(frozen=True, slots=True)
class SensorRow:
    """A Sensor to be there."""

    iot_id: str | int
    name: str
    description: str
    encoding_type: str
    metadata: Any


@dataclass(frozen=True, slots=True)
class PropertyRow:
    """An ObservedProperty to be there."""

    iot_id: str | int
    name: str
    definition: str
    description: str


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """A Datastream to be there, with the keys of what it belongs to."""

    iot_id: str | int
    name: str
    description: str
    observation_type: str
    unit: dict[str, Any]
    ucum: str | None
    properties: dict[str, Any] | None
    thing_id: UUID
    sensor_id: UUID
    observed_property_id: UUID
    feature_id: UUID


class EntityStore:
    """Entities of one import run. Every method is called inside the caller's transaction."""

    def __init__(
        self,
        connection: psycopg.Connection[Any],
        profile: Profile,
        *,
        visibility: str,
        unit_id: UUID | None,
    ) -> None:
        self._connection = connection
        self._profile = profile
        self._visibility = visibility
        self._unit_id = unit_id
        self._source_id: UUID | None = None

    def source_id(self) -> UUID:
        """The data source of the profile: publisher and licence as they must be shown."""
        if self._source_id is None:
            profile = self._profile
            self._source_id = self._value(
                "insert into data_source (id, key, title, publisher, licence, url, note) "
                "values (%s, %s, %s, %s, %s, %s, %s) on conflict (key) do update set "
                "title = excluded.title, publisher = excluded.publisher, "
                "licence = excluded.licence, url = excluded.url, note = excluded.note "
                "returning id",
                *(new_id(), profile.key, profile.title, profile.publisher),
                *(profile.licence, profile.url, profile.note),
            )
        return self._source_id

    def thing(self, row: ThingRow) -> UUID:
        """The Thing's key.

        Raises ImportRefused if a Thing of this id came from elsewhere: its data is not touched.
        """
        source_id = self.source_id()
        known = self._row(
            "select id, data_source_id from thing where iot_id = %s::jsonb", json_text(row.iot_id)
        )
        if known is not None:
            if known[1] != source_id:
                raise ImportRefused(
                    f"There is a Thing {row.iot_id!r} already, which did not come from "
                    f"{self._profile.key}. Rename or delete it, or change thing.id in the profile."
                )
            return UUID(str(known[0]))
        key = new_id()
        self._run(
            "insert into thing (id, iot_id, name, description, properties, visibility, unit_id, "
            "data_source_id) values (%s, %s::jsonb, %s, %s, %s::jsonb, %s, %s, %s)",
            *(key, json_text(row.iot_id), row.name, row.description, _json_or_none(row.properties)),
            *(self._visibility, self._unit_id, source_id),
        )
        self._record("thing", key, row.name)
        return key

    def place(self, row: PlaceRow, thing_id: UUID) -> None:
        """Give the Thing its Location, unless it has one already: somebody may have moved it."""
        if row.geometry is None or self._value(
            "select exists (select from thing_location where thing_id = %s)", thing_id
        ):
            return
        key = self._value("select id from location where iot_id = %s::jsonb", json_text(row.iot_id))
        if key is None:
            key = new_id()
            self._run(
                "insert into location (id, iot_id, name, description, encoding_type, "
                "location, geometry, bounds) "
                "values (%s, %s::jsonb, %s, %s, %s, %s::jsonb, %s, %s::text::box)",
                *(key, json_text(row.iot_id), row.name, row.description, row.encoding_type),
                *(json_text(row.geometry), *_binary(row.geometry, row.name)),
            )
            self._record("location", key, row.name)
        self._run(
            "insert into thing_location (thing_id, location_id) values (%s, %s)", thing_id, key
        )
        history = new_id()
        self._run(
            "insert into historical_location (id, iot_id, thing_id, time) "
            "values (%s, %s::jsonb, %s, now())",
            *(history, json_text(str(history)), thing_id),
        )
        self._run(
            "insert into historical_location_location (historical_location_id, location_id) "
            "values (%s, %s)",
            *(history, key),
        )
        self._record("historical_location", history, row.name)

    def feature(self, row: PlaceRow, thing_id: UUID) -> UUID:
        """The FeatureOfInterest of the Thing's Location; without one an unlocated feature
        (RFC 7946, 3.2: geometry null)."""
        location = self._row(
            "select l.id, l.encoding_type, l.location::text, l.geometry, l.bounds::text "
            "from location l join thing_location t on t.location_id = l.id "
            "where t.thing_id = %s limit 1",
            thing_id,
        )
        known = self._value(
            "select id from feature_of_interest where location_id = %s "
            "or (%s::uuid is null and iot_id = %s::jsonb)",
            *(location[0] if location else None, location[0] if location else None),
            json_text(row.iot_id),
        )
        if known is not None:
            return UUID(str(known))
        key = new_id()
        unlocated = {"type": "Feature", "geometry": None, "properties": {"name": row.name}}
        self._run(
            "insert into feature_of_interest (id, iot_id, name, description, location_id, "
            "encoding_type, feature, geometry, bounds) "
            "values (%s, %s::jsonb, %s, %s, %s, %s, %s::jsonb, %s, %s::text::box)",
            *(key, self._free_feature_id(row.iot_id, key), row.name, row.description),
            *(location or (None, GEOJSON, json_text(unlocated), None, None)),
        )
        self._record("feature_of_interest", key, row.name)
        return key

    def _free_feature_id(self, wanted: str | int, key: UUID) -> str:
        taken = self._value(
            "select exists (select from feature_of_interest where iot_id = %s::jsonb)",
            json_text(wanted),
        )
        return json_text(str(key) if taken else wanted)

    def sensor(self, row: SensorRow) -> UUID:
        """The Sensor's key."""
        return self._made(
            "sensor",
            "insert into sensor (id, iot_id, name, description, encoding_type, metadata) "
            "values (%s, %s::jsonb, %s, %s, %s, %s::jsonb)",
            (row.iot_id, row.name, row.description, row.encoding_type, json_text(row.metadata)),
        )

    def observed_property(self, row: PropertyRow) -> UUID:
        """The ObservedProperty's key."""
        return self._made(
            "observed_property",
            "insert into observed_property (id, iot_id, name, definition, description) "
            "values (%s, %s::jsonb, %s, %s, %s)",
            (row.iot_id, row.name, row.definition, row.description),
        )

    def series(self, row: SeriesRow) -> int:
        """The series' number.

        Raises ImportRefused if a Datastream of this id belongs to another Thing.
        """
        known = self._row(
            "select id, thing_id from series where iot_id = %s::jsonb", json_text(row.iot_id)
        )
        if known is not None:
            if known[1] != row.thing_id:
                raise ImportRefused(
                    f"There is a Datastream {row.iot_id!r} already, at another Thing. "
                    "Rename or delete it, or change datastream.id in the profile."
                )
            return int(known[0])
        key = new_id()
        number: int = self._value(
            "insert into series (uuid, iot_id, name, description, observation_type, "
            "unit_of_measurement, ucum, properties, thing_id, sensor_id, observed_property_id, "
            "default_feature_id, current_feature_id) values (%s, %s::jsonb, %s, %s, %s, %s::jsonb, "
            "%s, %s::jsonb, %s, %s, %s, %s, %s) returning id",
            *(key, json_text(row.iot_id), row.name, row.description, row.observation_type),
            *(json_text(row.unit), row.ucum, _json_or_none(row.properties), row.thing_id),
            *(row.sensor_id, row.observed_property_id, row.feature_id, row.feature_id),
        )
        self._record("datastream", key, row.name)
        return number

    def known_series(self, iot_id: str) -> int | None:
        """The series of this @iot.id (as JSON), if it came from the same source."""
        number: int | None = self._value(
            "select s.id from series s join thing t on t.id = s.thing_id "
            "where s.iot_id = %s::jsonb and t.data_source_id = %s",
            *(iot_id, self.source_id()),
        )
        return number

    def _made(
        self, table: LiteralString, statement: LiteralString, values: tuple[Any, ...]
    ) -> UUID:
        known = self._value(
            f"select id from {table} where iot_id = %s::jsonb",  # noqa: S608 - our own table names
            json_text(values[0]),
        )
        if known is not None:
            return UUID(str(known))
        key = new_id()
        self._run(statement, key, json_text(values[0]), *values[1:])
        self._record(table, key, values[1])
        return key

    def _run(self, statement: LiteralString, *values: Any) -> psycopg.Cursor[Any]:
        return self._connection.execute(statement, values)

    def _row(self, statement: LiteralString, *values: Any) -> Any:
        return self._run(statement, *values).fetchone()

    def _value(self, statement: LiteralString, *values: Any) -> Any:
        row = self._row(statement, *values)
        return row[0] if row else None

    def _record(self, model: str, key: UUID, name: str) -> None:
        facts = {"name": name, "import": self._profile.key}
        audit.record(self._connection, f"plane.{model}.created", f"plane.{model}", key, facts)


def _json_or_none(value: Any) -> str | None:
    return None if value is None else json_text(value)


def _binary(geometry: dict[str, Any], name: str) -> tuple[bytes, str]:
    """WKB and the box around it, as SQL writes a box."""
    exact = check_geometry(geometry, name)
    west, south, east, north = exact.bounds
    wkb: bytes = shapely.to_wkb(exact)
    return wkb, f"(({east},{north}),({west},{south}))"
