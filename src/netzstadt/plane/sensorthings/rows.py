"""Rows of entity tables: inserted, changed, pointed elsewhere. Names of columns are our own."""

from typing import Any

import asyncpg

from netzstadt.lib.ids import new_id
from netzstadt.lib.json_text import json_text
from netzstadt.plane.sensorthings.found import Found
from netzstadt.plane.sensorthings.tables import COLUMNS, TABLES
from netzstadt.standards.geojson import Geometry
from netzstadt.standards.sensorthings.entities import NewEntity
from netzstadt.standards.sensorthings.model import DATASTREAM, EntityType, Kind

# Columns that point to the one entity of a relation.
POINTERS = {
    "Thing": "thing_id",
    "Sensor": "sensor_id",
    "ObservedProperty": "observed_property_id",
}
_EXTRA = {"visibility": "visibility", "observedArea": "observed_area"}
_JSON = (Kind.JSON, Kind.GEOMETRY)
_UCUM = ("ucum:", "https://ucum.org/ucum#")  # the latter is what imports write
_DATED = {"Thing", "Datastream"}


async def insert(
    connection: asyncpg.Connection, entity: NewEntity, singles: dict[str, Found]
) -> Found:
    """Insert an entity that points to ``singles``; not for Observations."""
    type_ = entity.type
    uuid = new_id()
    iot_id = str(uuid) if entity.id is None else entity.id
    values = columns_of(type_, entity.values)
    values["uuid" if type_ is DATASTREAM else "id"] = uuid
    values["iot_id"] = json_text(iot_id)
    for name, found in singles.items():
        values[POINTERS[name]] = found.key
    values |= _shape(type_, entity.geometry)
    names = ", ".join(values)
    slots = ", ".join(f"${n}" for n in range(1, len(values) + 1))
    key = await connection.fetchval(
        f"insert into {TABLES[type_.name]} ({names}) values ({slots}) returning id",  # noqa: S608
        *values.values(),
    )
    return Found(type_, key, iot_id, uuid)


async def change(
    connection: asyncpg.Connection,
    found: Found,
    values: dict[str, Any],
    geometry: Geometry | None,
    *,
    is_shaped: bool,
) -> None:
    """Write changed members; ``is_shaped`` tells that the geometry is among what changed."""
    columns = columns_of(found.type, values)
    if is_shaped:
        columns |= _shape(found.type, geometry)
    if not columns:
        return
    changes = [f"{name} = ${n}" for n, name in enumerate(columns, start=2)]
    if found.type.name in _DATED:
        changes.append("changed_at = clock_timestamp()")
    await connection.execute(
        f"update {TABLES[found.type.name]} set {', '.join(changes)} where id = $1",  # noqa: S608
        *(found.key, *columns.values()),
    )


async def point(
    connection: asyncpg.Connection, found: Found, navigation: str, target: Found
) -> None:
    """Let an entity point to another one."""
    await connection.execute(
        f"update {TABLES[found.type.name]} set {POINTERS[navigation]} = $2 where id = $1",  # noqa: S608
        *(found.key, target.key),
    )


def columns_of(type_: EntityType, values: dict[str, Any]) -> dict[str, Any]:
    """Members as columns; a member that was emptied becomes null, a visibility its default."""
    columns: dict[str, Any] = {}
    for name, value in values.items():
        property_ = type_.property(name)
        is_json = property_ is not None and property_.kind in _JSON
        columns[_EXTRA.get(name) or COLUMNS[name]] = (
            json_text(value) if is_json and value is not None else value
        )
    if "unitOfMeasurement" in values:
        columns["ucum"] = _ucum(values["unitOfMeasurement"])
    return columns


def _ucum(unit: dict[str, Any]) -> str | None:
    """The UCUM code, where the definition says that it is one: ``ucum:Cel``."""
    definition = unit.get("definition") or ""
    for beginning in _UCUM:
        if definition.startswith(beginning) and definition != beginning:
            return str(definition.removeprefix(beginning))
    return None


def _shape(type_: EntityType, geometry: Geometry | None) -> dict[str, Any]:
    if type_.name not in {"Location", "FeatureOfInterest"}:
        return {}
    if geometry is None:
        return {"geometry": None, "bounds": None}
    west, south, east, north = geometry.bounds
    return {
        "geometry": geometry.wkb,
        "bounds": asyncpg.Box(asyncpg.Point(east, north), asyncpg.Point(west, south)),
    }
