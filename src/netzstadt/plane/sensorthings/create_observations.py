"""CreateObservations (OGC 18-088, 13.2): observations of many Datastreams as data arrays."""

from collections.abc import Collection
from datetime import timedelta

import msgspec

from netzstadt.plane.batches import EPOCH, Columns
from netzstadt.plane.errors import Problem
from netzstadt.plane.http import Response
from netzstadt.plane.ingest import KeyRefused, Receipt
from netzstadt.plane.keys import Key
from netzstadt.plane.sensorthings.bodies import media_type
from netzstadt.plane.sensorthings.context import Context
from netzstadt.plane.sensorthings.data_arrays import Read, Reader, read_groups
from netzstadt.plane.sensorthings.default_features import see_to_features
from netzstadt.plane.sensorthings.hints import SeriesHint
from netzstadt.plane.sensorthings.instants import ids_between
from netzstadt.plane.sensorthings.observation_ids import microseconds
from netzstadt.plane.sensorthings.observations import NO_DATASTREAM, columns_of
from netzstadt.plane.sensorthings.post_observation import refused, writer_of
from netzstadt.plane.sensorthings.turns import Turns
from netzstadt.standards.sensorthings.entities import read_id
from netzstadt.standards.sensorthings.path import Id, ResourcePath

# So many rows are put together, or answered, between two looks at the clock.
_ROWS_AT_ONCE = 1_000


async def create_observations(context: Context, _path: ResourcePath) -> Response:
    """Answer 201 with a list: the link of each Observation, or "error" for one that was refused.

    Whatever is wrong with the body as a whole, or with a Datastream's name, components or count,
    refuses it all (400); a row that is wrong is one "error", and the others are stored. So are the
    rows of a Datastream that is not there, unless there is none for any row (404).

    Raises Problem, JsonError, Busy; then no observation is stored.
    """
    key = await writer_of(context)
    media_type(context.request)
    groups = await read_groups(await context.request.body())
    identifiers = [
        read_id(group.Datastream.id, f"$[{number}].Datastream['@iot.id']")
        for number, group in enumerate(groups)
    ]
    hints = await _datastreams(context, key, identifiers)
    turns = Turns()
    reader = Reader(context, key, turns)
    reads = [
        await reader.read(group, f"$[{number}]", hints.get(identifier))
        for number, (group, identifier) in enumerate(zip(groups, identifiers, strict=True))
    ]
    if not hints and any(read.length for read in reads):
        raise Problem(404, NO_DATASTREAM, place="$[0].Datastream['@iot.id']")
    await see_to_features(
        context, [hint for read in reads if (hint := read.hint) is not None and read.positions]
    )
    receipt = await _store(context, key, [read for read in reads if read.hint], hints, turns)
    return Response(201, await _answer(context, reads, receipt, turns))


async def _datastreams(
    context: Context, key: Key, identifiers: Collection[Id]
) -> dict[Id, SeriesHint]:
    """Those of the Datastreams that are there, as far as the key could see them.

    Raises Problem 401, KeyRefused where the key may only see one of them.
    """
    hints = context.plane.hints
    found = await hints.many(identifiers)
    others = [one for one, hint in found.items() if not key.reaches(hint.thing_id)]
    if not others:
        return found
    for identifier in others:  # it may be another Thing's by now
        hints.forget_series(identifier)
    asked_anew = await hints.many(others)
    for identifier in others:
        hint = asked_anew.get(identifier)
        if hint is not None and key.reaches(hint.thing_id):
            found[identifier] = hint
            continue
        del found[identifier]
        problem = await refused(context, identifier, KeyRefused(is_invalid=False))
        if not (isinstance(problem, Problem) and problem.status == 404):
            raise problem
    return found


async def _store(
    context: Context, key: Key, reads: list[Read], hints: dict[Id, SeriesHint], turns: Turns
) -> Receipt:
    """One batch of all Datastreams. Raises Problem where the key may not write, Busy."""
    ingest = context.plane.ingest
    blocks = [read.block for read in reads if read.block is not None]
    try:
        if len(blocks) == len(reads):
            receipt = await ingest.add_numbers(blocks, key_id=key.id, is_recorded=True)
        else:
            columns = await _columns(reads, turns)
            receipt = await ingest.add(columns, key_id=key.id, is_recorded=True)
    except KeyRefused as error:
        for identifier in hints:
            problem = await refused(context, identifier, error)
            if problem is not error:
                raise problem from error
        raise
    if NO_DATASTREAM in receipt.errors.values():
        for identifier in hints:  # remembered wrongly: the next request asks anew
            context.plane.hints.forget_series(identifier)
    return receipt


async def _columns(reads: list[Read], turns: Turns) -> Columns:
    """All good rows, in their order."""
    whole = Columns([], [], [])
    for read in reads:
        for at in range(0, len(read.positions), _ROWS_AT_ONCE):
            _append(whole, _part(read, at))
            await turns.give()
    return whole


def _part(read: Read, at: int) -> Columns:
    """Some rows of a group, from number ``at`` on."""
    block, end = read.block, at + _ROWS_AT_ONCE
    if block is None:
        assert read.hint is not None, "there are no rows without a Datastream"
        rows = read.rows[at:end]
        return columns_of(rows, [read.hint.id] * len(rows))
    times = [EPOCH + timedelta(microseconds=time) for time in block.times_us[at:end].tolist()]
    return Columns([block.series_id] * len(times), times, block.numbers[at:end].tolist())


def _append(whole: Columns, part: Columns) -> None:
    for name in part.sparse.keys() - whole.sparse.keys():
        whole.sparse[name] = [None] * len(whole.time)
    for name, values in whole.sparse.items():
        values += part.sparse.get(name) or [None] * len(part.time)
    whole.series_id += part.series_id
    whole.time += part.time
    whole.number += part.number


async def _answer(context: Context, reads: list[Read], receipt: Receipt, turns: Turns) -> bytes:
    """The link of every stored row, "error" for the others: JSON, in the order they were sent."""
    parts: list[bytes] = []
    at = 0
    for read in reads:
        await turns.give()
        told = receipt.sequence[at : at + len(read.positions)]
        at += len(told)
        if read.block is not None and told and told.count(0) == read.length:
            begin = msgspec.json.encode(_begin(context, read.block.series_id))[:-1]
            parts.append(ids_between(begin, read.block.times_us, b"-0')\",")[:-1])
            continue
        links = await _links(context, read, told, turns)
        for first in range(0, read.length, _ROWS_AT_ONCE):
            parts.append(msgspec.json.encode(links[first : first + _ROWS_AT_ONCE])[1:-1])
            await turns.give()
    return b"[" + b",".join(parts) + b"]"


async def _links(context: Context, read: Read, told: list[int | None], turns: Turns) -> list[str]:
    links = ["error"] * read.length
    if read.hint is None:
        return links
    begin = _begin(context, read.hint.id)
    for at in range(0, len(told), _ROWS_AT_ONCE):
        end = at + _ROWS_AT_ONCE
        times = (
            [microseconds(row.time) for row in read.rows[at:end]]
            if read.block is None
            else read.block.times_us[at:end].tolist()
        )
        for position, time, sequence in zip(
            read.positions[at:end], times, told[at:end], strict=True
        ):
            if sequence is not None:
                links[position] = f"{begin}{time}-{sequence}')"
        await turns.give()
    return links


def _begin(context: Context, series_id: int) -> str:
    return f"{context.base}/Observations('{series_id}-"
