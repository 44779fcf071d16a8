"""POST of one Observation: the hot path, and the careful one behind it."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Any

import msgspec

from netzstadt.lib import clock
from netzstadt.plane.batches import Columns
from netzstadt.plane.errors import Problem, not_found
from netzstadt.plane.http import Response
from netzstadt.plane.ingest import KeyRefused, Receipt
from netzstadt.plane.keys import Key, require_writer
from netzstadt.plane.sensorthings.bodies import MAXIMUM_ENTITY_BODY, decoded, media_type
from netzstadt.plane.sensorthings.context import Context
from netzstadt.plane.sensorthings.create import create_document
from netzstadt.plane.sensorthings.default_features import see_to_features
from netzstadt.plane.sensorthings.found import find, require_reach, resolve
from netzstadt.plane.sensorthings.hints import SeriesHint
from netzstadt.plane.sensorthings.observation_ids import microseconds
from netzstadt.plane.sensorthings.observations import (
    NO_DATASTREAM,
    check_result,
    columns_of,
    refusal,
    row_of,
)
from netzstadt.plane.sensorthings.represent import observation_document, plain_observation_document
from netzstadt.standards.sensorthings.entities import Link, NewEntity, read_new
from netzstadt.standards.sensorthings.model import DATASTREAM, OBSERVATION
from netzstadt.standards.sensorthings.path import Id, ResourcePath, id_in_url
from netzstadt.standards.sensorthings.times import Instant, Interval


class _DatastreamLink(msgspec.Struct, forbid_unknown_fields=True):
    id: str | int = msgspec.field(name="@iot.id")


class _Plain(msgspec.Struct, forbid_unknown_fields=True):
    """An Observation as nearly all are: a number at an instant."""

    result: int | float
    phenomenonTime: Instant | None = None
    resultTime: Instant | None = None
    Datastream: _DatastreamLink | None = None


_decode_plain = msgspec.json.Decoder(_Plain).decode


async def post_observation(context: Context, path: ResourcePath) -> Response:
    """Answer a POST of one Observation: 201 after the commit, Location, the entity.

    Raises Problem, JsonError, Busy; then nothing is stored.
    """
    key = context.plane.hints.keys.remembered(context.request)
    if key is None or not key.writes:
        key = await writer_of(context)
    media_type(context.request)
    body = await context.request.body()
    if len(body) > MAXIMUM_ENTITY_BODY:
        raise Problem(413, "The body of an Observation is too large.")
    plain = _plain(body, path)
    if plain is None:
        return await _carefully(context, path, key, await decoded(body))
    given, identifier = plain
    time = given.phenomenonTime or clock.now()

    ingest = context.plane.ingest

    def checked(hint: SeriesHint) -> Callable[[], Awaitable[Receipt]]:
        check_result(given.result, hint.observation_type, "$.result")
        if given.resultTime is None and type(given.result) is float:
            return partial(ingest.add_one, hint.id, time, given.result, key_id=key.id)
        sparse = {} if given.resultTime is None else {"result_time": [given.resultTime]}
        columns = Columns([hint.id], [time], [given.result], sparse)
        return partial(ingest.add, columns, key_id=key.id)

    derived = await _store(context, key, identifier, time, checked)
    link = f"{context.base}/Observations('{derived}')"
    body = plain_observation_document(link, derived, time, given.result, given.resultTime)
    return Response(201, body, headers=[(b"location", link.encode())])


def _plain(body: bytes, path: ResourcePath) -> tuple[_Plain, Id] | None:
    """The body and the Datastream's id, if it is a plain one at a plain address.

    None sends it the careful way, which says what is wrong with it, if anything is.
    """
    try:
        given = _decode_plain(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None
    if body.count(b'"') != _quotes(given) or b"\\" in body:
        return None  # a member given twice, perhaps in disguise
    steps = path.steps
    if len(steps) == 1 and given.Datastream is not None:
        return given, given.Datastream.id
    is_below = len(steps) == 2 and steps[0].type is DATASTREAM and given.Datastream is None
    if is_below and steps[0].id is not None:
        return given, steps[0].id
    return None


def _quotes(given: _Plain) -> int:
    """How many quotation marks the body has if it gives every member once."""
    link = given.Datastream
    number = 2 + 4 * (given.phenomenonTime is not None) + 4 * (given.resultTime is not None)
    return number + (0 if link is None else 4 + 2 * isinstance(link.id, str))


async def writer_of(context: Context) -> Key:
    """The key of the request, from memory where it may write as far as is known.

    Raises Problem 401 or 403.
    """
    hints = context.plane.hints.keys
    key = hints.remembered(context.request) or await hints.key_of(context.request)
    if key is None or not key.writes:
        hints.forget(context.request)
        key = await hints.key_of(context.request)
    return require_writer(key)


async def datastream(context: Context, key: Key, identifier: Id) -> SeriesHint:
    """The Datastream that is written to.

    Raises Problem 404 where there is none that the key could see, 403 where it may only see it.
    """
    hints = context.plane.hints
    hint = hints.remembered(identifier) or await hints.series(identifier)
    if hint is None:
        raise not_found(NO_DATASTREAM)
    if not key.reaches(hint.thing_id):
        hints.forget_series(identifier)  # it may be another Thing's by now
        hint = await hints.series(identifier)
        if hint is None or not key.reaches(hint.thing_id):
            raise await refused(context, identifier, KeyRefused(is_invalid=False))
    return hint


async def _store(
    context: Context,
    key: Key,
    identifier: Id,
    time: datetime,
    checked: Callable[[SeriesHint], Callable[[], Awaitable[Receipt]]],
) -> str:
    """Store one observation and return its derived id; ``checked`` sees that it fits its Datastream
    and returns what adds it. Where the Datastream was another one than remembered, a second try
    finds out.

    Raises Problem, JsonError, Busy.
    """
    for is_last in (False, True):
        hint = await datastream(context, key, identifier)
        add = checked(hint)
        if not hint.has_feature:
            await see_to_features(context, [hint])
        try:
            receipt = await add()
        except KeyRefused as error:
            raise await refused(context, identifier, error) from error
        if not receipt.errors:
            return f"{hint.id}-{microseconds(time)}-{receipt.sequence[0]}"
        reason = receipt.errors[0]
        if reason == NO_DATASTREAM:
            context.plane.hints.forget_series(identifier)
        if reason != NO_DATASTREAM or is_last:
            raise refusal(reason)
    raise AssertionError("the last try stores or raises")


async def refused(context: Context, identifier: Id, error: KeyRefused) -> Exception:
    """Why the key may not write there, as the database knows it now: 401, 403 or 404. What it may
    not see is as if it were not there."""
    context.plane.hints.keys.forget(context.request)
    async with context.plane.reads.acquire() as connection:
        try:
            key = require_writer(await context.plane.hints.keys.key_of(context.request))
            found = await find(connection, DATASTREAM, identifier)
            if found is not None:
                await require_reach(connection, key, found)
                return error
        except Problem as problem:
            if problem.status != 404:
                return problem
    return not_found(NO_DATASTREAM)


def _created(context: Context, identifier: Id, document: dict[str, Any]) -> Response:
    link = f"{context.base}/Observations({id_in_url(identifier)})"
    body = observation_document(context.base, identifier, document)
    return Response(201, body, headers=[(b"location", link.encode())])


async def _carefully(context: Context, path: ResourcePath, key: Key, document: Any) -> Response:
    """An Observation with anything more than a number, a time and a Datastream."""
    last = path.steps[-1]
    implied = last.navigation.inverse if last.navigation else None
    entity = read_new(document, OBSERVATION, implied=implied)
    identifier = await _datastream_id(context, path, entity)
    is_plain_place = implied in {None, "Datastream"}
    if identifier is None or not is_plain_place or "FeatureOfInterest" in entity.related:
        return await create_document(context, path, document)
    now = clock.now()

    time = entity.values.get("phenomenonTime") or Interval(now)

    def checked(hint: SeriesHint) -> Callable[[], Awaitable[Receipt]]:
        row = row_of(entity, hint.observation_type, at=now)
        return partial(context.plane.ingest.add, columns_of([row], [hint.id]), key_id=key.id)

    derived = await _store(context, key, identifier, time.start, checked)
    own = derived if entity.id is None else entity.id
    return _created(context, own, _given(document, entity, now))


def _given(document: dict[str, Any], entity: NewEntity, now: datetime) -> dict[str, Any]:
    """The members as they were given, with the times that were filled in."""
    given = {name: document[name] for name in entity.values}
    return {"phenomenonTime": now, "resultTime": None} | given


async def _datastream_id(context: Context, path: ResourcePath, entity: NewEntity) -> Id | None:
    """The Datastream's id from body or path; None where it is made by the same request."""
    if path.steps[-1].navigation is None:
        link = entity.related["Datastream"][0]
        return link.id if isinstance(link, Link) else None
    if path.steps[-1].navigation.inverse != "Datastream":
        return None
    async with context.plane.reads.acquire() as connection:
        return (await resolve(connection, path.steps[:-1])).iot_id
