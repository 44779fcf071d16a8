"""Writes the demo's Things, Locations, Sensors and series; again and again without a second one."""

from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import psycopg
from shapely import Point

from netzstadt.lib.json_text import json_text
from netzstadt.plane import audit
from netzstadt.urbandata.demo.stations import KINDS, STATIONS, Kind, Quantity, Station

_NAMESPACE = uuid5(NAMESPACE_URL, "urn:netzstadt:demo")
_NOTE = "Simulierter Wert: von einem Programm erfunden, nicht gemessen."


def demo_id(key: str) -> UUID:
    """The key of a demo object: the same in every installation, so filling twice adds nothing."""
    return uuid5(_NAMESPACE, key)


def write_entities(connection: psycopg.Connection[Any]) -> dict[tuple[str, Quantity], int]:
    """Write what is missing, in the caller's transaction; returns the id of every series."""
    connection.execute(
        "insert into data_source (id, key, title, publisher, licence, note) "
        "values (%s, 'demo', 'Demo-Stadt', 'Netzstadt', 'CC0-1.0', %s) on conflict do nothing",
        (demo_id("source"), _NOTE),
    )
    for quantity, kind in KINDS.items():
        _write_quantity(connection, quantity, kind)
    series: dict[tuple[str, Quantity], int] = {}
    for station in STATIONS:
        _write_station(connection, station)
        for quantity in station.quantities:
            series[station.key, quantity] = _write_series(connection, station, quantity)
    return series


def _write_quantity(connection: psycopg.Connection[Any], quantity: Quantity, kind: Kind) -> None:
    connection.execute(
        "insert into observed_property (id, iot_id, name, definition, description) "
        "values (%s, %s::jsonb, %s, %s, %s) on conflict do nothing",
        (
            demo_id(f"property/{quantity}"),
            json_text(f"demo-{quantity}"),
            kind.title,
            kind.definition,
            kind.description,
        ),
    )
    connection.execute(
        "insert into sensor (id, iot_id, name, description, encoding_type, metadata, properties) "
        "values (%s, %s::jsonb, %s, %s, 'text/plain', %s::jsonb, %s::jsonb) "
        "on conflict do nothing",
        (
            demo_id(f"sensor/{quantity}"),
            json_text(f"demo-sensor-{quantity}"),
            f"Simulierter Sensor: {kind.title}",
            "Ein Programm, kein Gerät",
            json_text(_NOTE),
            json_text({"simulated": True}),
        ),
    )


def _write_station(connection: psycopg.Connection[Any], station: Station) -> None:
    thing_id = demo_id(f"thing/{station.key}")
    inserted = connection.execute(
        "insert into thing (id, iot_id, name, description, properties, visibility, is_simulated, "
        "data_source_id) values (%s, %s::jsonb, %s, %s, %s::jsonb, 'PUBLIC', true, %s) "
        "on conflict do nothing returning id",
        (
            thing_id,
            json_text(station.iot_id),
            station.name,
            station.description,
            json_text({"simulated": True}),
            demo_id("source"),
        ),
    ).fetchone()
    if inserted is None:
        return
    _write_place(connection, station, thing_id)
    facts = {"name": station.name, "simulated": True}
    audit.record(connection, "plane.thing.created", "plane.thing", thing_id, facts)


def _write_place(connection: psycopg.Connection[Any], station: Station, thing_id: UUID) -> None:
    """Where the station stands: Location, its history, and the feature its values are of."""
    place = {
        "thing": thing_id,
        "location": demo_id(f"location/{station.key}"),
        "location_iot": json_text(f"demo-location-{station.key}"),
        "feature": demo_id(f"feature/{station.key}"),
        "feature_iot": json_text(f"demo-feature-{station.key}"),
        "history": demo_id(f"historical/{station.key}"),
        "history_iot": json_text(f"demo-historical-{station.key}"),
        "name": station.name,
        "x": station.longitude,
        "y": station.latitude,
        "wkb": Point(station.longitude, station.latitude).wkb,
        "geojson": json_text(
            {"type": "Point", "coordinates": [station.longitude, station.latitude]}
        ),
    }
    for statement in _PLACE:
        connection.execute(statement, place)


_PLACE = (
    "insert into location "
    "(id, iot_id, name, description, encoding_type, location, geometry, bounds) "
    "values (%(location)s, %(location_iot)s::jsonb, %(name)s, 'Ungefährer Ort in Gelsenkirchen', "
    "'application/geo+json', %(geojson)s::jsonb, %(wkb)s, box(point(%(x)s, %(y)s)))",
    "insert into feature_of_interest "
    "(id, iot_id, name, description, encoding_type, feature, geometry, bounds, location_id) "
    "values (%(feature)s, %(feature_iot)s::jsonb, %(name)s, 'Ungefährer Ort in Gelsenkirchen', "
    "'application/geo+json', %(geojson)s::jsonb, %(wkb)s, box(point(%(x)s, %(y)s)), %(location)s)",
    "insert into thing_location (thing_id, location_id) values (%(thing)s, %(location)s)",
    "insert into historical_location (id, iot_id, thing_id, time) "
    "values (%(history)s, %(history_iot)s::jsonb, %(thing)s, now())",
    "insert into historical_location_location (historical_location_id, location_id) "
    "values (%(history)s, %(location)s)",
)


def _write_series(connection: psycopg.Connection[Any], station: Station, quantity: Quantity) -> int:
    kind = KINDS[quantity]
    rules = {"minimum": kind.minimum, "maximum": kind.maximum}
    uuid = demo_id(f"series/{station.key}/{quantity}")
    connection.execute(
        "insert into series (uuid, iot_id, name, description, observation_type, "
        "unit_of_measurement, ucum, properties, thing_id, sensor_id, observed_property_id, "
        "default_feature_id, current_feature_id, quality_rules) "
        "values (%s, %s::jsonb, %s, %s, %s, %s::jsonb, %s, %s::jsonb, %s, %s, "
        "%s, %s, %s, %s::jsonb) on conflict do nothing",
        (
            uuid,
            json_text(f"{station.iot_id}-{quantity}"),
            f"{kind.title}, {station.name}",
            f"{kind.description}. {_NOTE}",
            "http://www.opengis.net/def/observationType/OGC-OM/2.0/" + kind.observation_type,
            json_text(
                {
                    "name": kind.unit_name,
                    "symbol": kind.unit_symbol,
                    "definition": f"https://ucum.org/ucum#{kind.ucum}",
                }
            ),
            kind.ucum,
            json_text({"simulated": True, "aggregation": kind.aggregation}),
            demo_id(f"thing/{station.key}"),
            demo_id(f"sensor/{quantity}"),
            demo_id(f"property/{quantity}"),
            demo_id(f"feature/{station.key}"),
            demo_id(f"feature/{station.key}"),
            json_text({name: bound for name, bound in rules.items() if bound is not None}),
        ),
    )
    row = connection.execute("select id from series where uuid = %s", (uuid,)).fetchone()
    assert row is not None, "just written, or there before"
    return int(row[0])
