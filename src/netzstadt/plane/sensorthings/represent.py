"""One entity as JSON, as the answer to its own creation or change."""

from datetime import UTC, datetime
from typing import Any

import asyncpg
import msgspec

from netzstadt.plane.errors import not_found
from netzstadt.plane.sensorthings.context import Context
from netzstadt.plane.sensorthings.found import Found
from netzstadt.plane.sensorthings.tables import TABLES
from netzstadt.plane.sensorthings.values import property_json
from netzstadt.standards.sensorthings.model import DATASTREAM, OBSERVATION, EntityType
from netzstadt.standards.sensorthings.path import Id, id_in_url


async def properties_of(connection: asyncpg.Connection, found: Found) -> dict[str, msgspec.Raw]:
    """The properties that the entity has, each as JSON text, with its visibility if it has one.

    Raises Problem 404 where it has gone meanwhile.
    """
    type_ = found.type
    columns = [f'{property_json(type_, p, "e")} as "{p.name}"' for p in type_.properties]
    if type_.name in {"Thing", "Datastream"}:
        columns.append("to_json(lower(e.visibility))::text as visibility")
    state = "left join series_state e_st on e_st.series_id = e.id" if type_ is DATASTREAM else ""
    own, arguments = "e.id = $1", [found.key]
    if type_ is OBSERVATION:
        own, arguments = "e.series_id = $1 and e.time = $2 and e.sequence = $3", [*found.key]
    row = await connection.fetchrow(
        f"select {', '.join(columns)} from {TABLES[type_.name]} e {state} where {own}",  # noqa: S608
        *arguments,
    )
    if row is None:
        raise not_found()
    return {name: msgspec.Raw(text.encode()) for name, text in row.items() if text is not None}


async def represent(connection: asyncpg.Connection, context: Context, found: Found) -> bytes:
    """The JSON document of the entity (8.1), for the one who wrote it."""
    link = context.link(found.type, found.iot_id)
    document: dict[str, Any] = {"@iot.id": found.iot_id, "@iot.selfLink": link}
    document |= await properties_of(connection, found)
    document |= _navigation(found.type, link)
    return msgspec.json.encode(document)


def _navigation(type_: EntityType, link: str) -> dict[str, str]:
    return {f"{n.name}@iot.navigationLink": f"{link}/{n.name}" for n in type_.navigations}


class _Created(msgspec.Struct, omit_defaults=False):
    """An Observation that is a number at an instant; its members in the order of all documents."""

    id: str = msgspec.field(name="@iot.id")
    link: str = msgspec.field(name="@iot.selfLink")
    phenomenonTime: datetime
    result: int | float
    resultTime: datetime | None
    datastream: str = msgspec.field(name="Datastream@iot.navigationLink")
    feature: str = msgspec.field(name="FeatureOfInterest@iot.navigationLink")


_encode = msgspec.json.Encoder().encode


def plain_observation_document(
    link: str, identifier: str, time: datetime, result: float, result_time: datetime | None
) -> bytes:
    """As observation_document, for a number at an instant: the hot path's."""
    return _encode(
        _Created(
            identifier,
            link,
            time if time.tzinfo is UTC else time.astimezone(UTC),
            result,
            result_time and result_time.astimezone(UTC),
            f"{link}/Datastream",
            f"{link}/FeatureOfInterest",
        )
    )


def observation_document(base: str, identifier: Id, given: dict[str, Any]) -> bytes:
    """The JSON document of an Observation just made, without asking the database again."""
    link = f"{base}/Observations({id_in_url(identifier)})"
    document: dict[str, Any] = {"@iot.id": identifier, "@iot.selfLink": link}
    document |= given
    document |= _navigation(OBSERVATION, link)
    return msgspec.json.encode(document)
