"""CreateObservations (OGC 18-088, 13.2): observations of many Datastreams as data arrays."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
import numpy as np

from netzstadt.lib import clock
from netzstadt.plane.batches import EPOCH, Columns
from netzstadt.plane.blocks import NumberBlock
from netzstadt.plane.errors import Problem, not_found
from netzstadt.plane.http import Response
from netzstadt.plane.ingest import KeyRefused, Receipt
from netzstadt.plane.keys import Key
from netzstadt.plane.sensorthings.bodies import decoded, media_type
from netzstadt.plane.sensorthings.context import Context
from netzstadt.plane.sensorthings.found import find, may_name
from netzstadt.plane.sensorthings.hints import SeriesHint
from netzstadt.plane.sensorthings.instants import ids_between, microseconds_of
from netzstadt.plane.sensorthings.observation_ids import microseconds
from netzstadt.plane.sensorthings.observations import NO_DATASTREAM, columns_of, row_of
from netzstadt.plane.sensorthings.post_observation import datastream, refused, writer_of
from netzstadt.standards.sensorthings.entities import NewEntity, read_id, read_new
from netzstadt.standards.sensorthings.model import FEATURE_OF_INTEREST, OBSERVATION
from netzstadt.standards.sensorthings.path import Id, ResourcePath
from netzstadt.standards.strict_json import JsonError

MAXIMUM_ROWS = 100_000
MAXIMUM_DATASTREAMS = 10_000
_FEATURE = "FeatureOfInterest/id"
_COMPONENTS = frozenset(
    {"phenomenonTime", "result", "resultTime", "resultQuality", "validTime", "parameters", _FEATURE}
)


class _Link(msgspec.Struct, forbid_unknown_fields=True):
    id: Any = msgspec.field(name="@iot.id")


class _Group(msgspec.Struct, forbid_unknown_fields=True):
    """One Datastream's share of the body; its rows stay bytes until the components are known."""

    Datastream: _Link
    components: list[str]
    dataArray: msgspec.Raw
    count: int | None = msgspec.field(name="dataArray@iot.count", default=None)


_MEMBERS = (b'"Datastream"', b'"components"', b'"dataArray"', b'"dataArray@iot.count"')
_decode_groups = msgspec.json.Decoder(list[_Group]).decode
_decode_pairs = msgspec.json.Decoder(list[tuple[str, float]]).decode
_decode_turned = msgspec.json.Decoder(list[tuple[float, str]]).decode
# Whole numbers beyond it are not all exact as doubles; the careful way reads them as integers.
_EXACT = float(2**53)
# After so many rows read with care other requests get their turn.
_TURN = 500


@dataclass(slots=True)
class _Read:
    """A group read: ``columns`` of the rows in order, ``positions`` of them in the data array.

    Where all are plain numbers, ``block`` holds them instead.
    """

    hint: SeriesHint | None  # None: there is no such Datastream
    identifier: Id
    length: int
    columns: Columns
    positions: list[int] | range
    block: NumberBlock | None = None


async def create_observations(context: Context, _path: ResourcePath) -> Response:
    """Answer 201 with a list: the link of each Observation, or "error" for one that was refused.

    Whatever is wrong with the body as a whole, or with a Datastream's name, components or count,
    refuses it all (400); a row that is wrong is one "error", and the others are stored. So are the
    rows of a Datastream that is not there, unless there is none for any row (404).

    Raises Problem, JsonError, Busy.
    """
    key = await writer_of(context)
    media_type(context.request)
    body = await context.request.body()
    groups = await _groups(body)
    reads: list[_Read] = []
    rows = 0
    for number, group in enumerate(groups):
        identifier = read_id(group.Datastream.id, f"$[{number}].Datastream['@iot.id']")
        hint = await _hint(context, key, identifier)
        reads.append(await _read(context, key, group, f"$[{number}]", identifier, hint))
        rows += reads[-1].length
        if rows > MAXIMUM_ROWS:
            raise Problem(413, f"One request brings at most {MAXIMUM_ROWS} observations.")
    known = [read for read in reads if read.hint is not None]
    if not known and rows:
        raise Problem(404, NO_DATASTREAM, place="$[0].Datastream['@iot.id']")
    receipt = await _store(context, key, known)
    return Response(201, _answer(context, reads, receipt))


async def _groups(body: bytes) -> list[_Group]:
    """The body by Datastream. Raises JsonError, Problem 413."""
    try:
        groups = _decode_groups(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        await decoded(body)  # says precisely what is no good JSON
        raise _shape_error(error) from error
    if not groups:
        raise JsonError("There is nothing in the list.")
    if any(body.count(name) > len(groups) for name in _MEMBERS):
        await decoded(body)  # a member given twice, perhaps: the strict decoder knows
    if len(groups) > MAXIMUM_DATASTREAMS:
        raise Problem(413, f"One request names at most {MAXIMUM_DATASTREAMS} Datastreams.")
    for number, group in enumerate(groups):
        names = group.components
        for position, name in enumerate(names):
            place = f"$[{number}].components[{position}]"
            if name not in _COMPONENTS:
                raise JsonError(f"Components are {', '.join(sorted(_COMPONENTS))}.", place)
            if name in names[:position]:
                raise JsonError("The component is there twice.", place)
        if "result" not in names:
            raise JsonError("The components lack result.", f"$[{number}].components")
    return groups


def _shape_error(error: Exception) -> JsonError:
    """msgspec's message names the place behind a dash: ``… - at `$[0].components```."""
    text, _, place = str(error).partition(" - at ")
    return JsonError(
        f"{text}. A list of Datastream, components and dataArray is expected.",
        place.strip("`") or "$",
    )


async def _hint(context: Context, key: Key, identifier: Id) -> SeriesHint | None:
    try:
        return await datastream(context, key, identifier)
    except Problem as problem:
        if problem.status != 404:
            raise
        return None


async def _read(
    context: Context,
    key: Key,
    group: _Group,
    place: str,
    identifier: Id,
    hint: SeriesHint | None,
) -> _Read:
    raw = bytes(group.dataArray)
    read = _fast(group, raw, identifier, hint) if hint is not None else None
    if read is None:
        data = await decoded(raw)
        if not isinstance(data, list):
            raise JsonError("The data array is a list of lists.", f"{place}.dataArray")
        read = await _slow(context, key, group, data, identifier, hint)
    if group.count is not None and group.count != read.length:
        raise JsonError(
            f"The data array has {read.length} rows.", f"{place}['dataArray@iot.count']"
        )
    return read


def _fast(group: _Group, raw: bytes, identifier: Id, hint: SeriesHint) -> _Read | None:
    """Rows that are nothing but times and numbers, decoded without looking at each.

    None where any row is something else.
    """
    if not hint.observation_type.endswith("OM_Measurement"):
        return None
    try:
        if group.components == ["phenomenonTime", "result"]:
            pairs = _decode_pairs(raw)
            texts, numbers = zip(*pairs, strict=True) if pairs else ((), ())
        elif group.components == ["result", "phenomenonTime"]:
            turned = _decode_turned(raw)
            numbers, texts = zip(*turned, strict=True) if turned else ((), ())
        else:
            return None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None
    length = len(numbers)
    times_us = microseconds_of(texts) if length else np.empty(0, np.int64)
    values = np.array(numbers, dtype=np.float64)
    if times_us is None or (length and np.abs(values).max() >= _EXACT):
        return None
    block = NumberBlock(hint.id, times_us, values)
    return _Read(hint, identifier, length, Columns([], [], []), range(length), block)


async def _slow(
    context: Context,
    key: Key,
    group: _Group,
    data: list[Any],
    identifier: Id,
    hint: SeriesHint | None,
) -> _Read:
    """Each row by itself; what is wrong with one does not touch the others."""
    now = clock.now()
    if hint is None:
        return _Read(None, identifier, len(data), Columns([], [], []), [])
    rows, positions = [], []
    features: dict[Id, Any] = {}
    for position, values in enumerate(data):
        if position % _TURN == _TURN - 1:
            await asyncio.sleep(0)
        try:
            entity = _entity(group.components, values)
            row = row_of(entity, hint.observation_type, at=now)
            if entity.related:
                row.rare["feature_id"] = await _feature(context, key, entity, features)
        except (JsonError, Problem):
            continue
        rows.append(row)
        positions.append(position)
    columns = columns_of(rows, [hint.id] * len(rows))
    return _Read(hint, identifier, len(data), columns, positions)


def _entity(components: list[str], values: Any) -> NewEntity:
    """One row as the body of an Observation. Raises JsonError."""
    if not isinstance(values, list) or len(values) != len(components):
        raise JsonError("A row has as many values as there are components.")
    document = dict(zip(components, values, strict=True))
    feature = document.pop(_FEATURE, None)
    if feature is not None:
        document["FeatureOfInterest"] = {"@iot.id": feature}
    if document.get("phenomenonTime", "") is None:
        del document["phenomenonTime"]
    return read_new(document, OBSERVATION, implied="Datastream")


async def _feature(context: Context, key: Key, entity: NewEntity, known: dict[Id, Any]) -> Any:
    """The key of the feature that a row names; each is looked up once a data array."""
    identifier = entity.related["FeatureOfInterest"][0].id or ""
    if identifier not in known:
        async with context.plane.reads.acquire() as connection:
            found = await find(connection, FEATURE_OF_INTEREST, identifier)
            is_seen = found is not None and await may_name(connection, key, found)
        known[identifier] = found.key if found and is_seen else None
    if known[identifier] is None:
        raise not_found()
    return known[identifier]


async def _store(context: Context, key: Key, reads: list[_Read]) -> Receipt:
    """One batch of all Datastreams. Raises Problem where the key may not write, Busy."""
    ingest = context.plane.ingest
    blocks = [read.block for read in reads if read.block is not None]
    try:
        if len(blocks) == len(reads):
            receipt = await ingest.add_numbers(blocks, key_id=key.id, is_recorded=True)
        else:
            receipt = await ingest.add(_joined(reads), key_id=key.id, is_recorded=True)
    except KeyRefused as error:
        for read in reads:
            problem = await refused(context, read.identifier, error)
            if problem is not error:
                raise problem from error
        raise
    if NO_DATASTREAM in receipt.errors.values():
        for read in reads:  # remembered wrongly: the next request asks anew
            context.plane.hints.forget_series(read.identifier)
    return receipt


def _joined(reads: list[_Read]) -> Columns:
    all_columns = [read.columns if read.block is None else _unpacked(read.block) for read in reads]
    names = {name for columns in all_columns for name in columns.sparse}
    joined = Columns([], [], [], {name: [] for name in names})
    for columns in all_columns:
        joined.series_id += columns.series_id
        joined.time += columns.time
        joined.number += columns.number
        for name, values in joined.sparse.items():
            values += columns.sparse.get(name) or [None] * len(columns.time)
    return joined


def _unpacked(block: NumberBlock) -> Columns:
    times = [EPOCH + timedelta(microseconds=time) for time in block.times_us.tolist()]
    return Columns([block.series_id] * len(times), times, block.numbers.tolist())


def _answer(context: Context, reads: list[_Read], receipt: Receipt) -> bytes:
    """The link of every stored row, "error" for the others: JSON, in the order they were sent."""
    parts = []
    at = 0
    for read in reads:
        told = receipt.sequence[at : at + len(read.positions)] if read.hint else []
        at += len(told)
        if not read.length:
            continue
        if read.block is not None and told.count(0) == read.length:
            begin = msgspec.json.encode(_begin(context, read.block.series_id))[:-1]
            parts.append(ids_between(begin, read.block.times_us, b"-0')\",")[:-1])
        else:
            parts.append(msgspec.json.encode(_links(context, read, told))[1:-1])
    return b"[" + b",".join(parts) + b"]"


def _links(context: Context, read: _Read, told: list[int | None]) -> list[str]:
    links = ["error"] * read.length
    if read.hint is not None:
        begin = _begin(context, read.hint.id)
        times = (
            map(microseconds, read.columns.time)
            if read.block is None
            else read.block.times_us.tolist()
        )
        for position, time, sequence in zip(read.positions, times, told, strict=True):
            if sequence is not None:
                links[position] = f"{begin}{time}-{sequence}')"
    return links


def _begin(context: Context, series_id: int) -> str:
    return f"{context.base}/Observations('{series_id}-"
