"""The data arrays of CreateObservations, read into rows (OGC 18-088, 13.2).

Many rows take long to read. Other requests have their turn in between, whatever the groups are.
"""

from dataclasses import dataclass, field
from typing import Any

import msgspec
import numpy as np

from netzstadt.lib import clock
from netzstadt.plane.blocks import NumberBlock
from netzstadt.plane.errors import Problem, not_found
from netzstadt.plane.keys import Key
from netzstadt.plane.sensorthings.bodies import decoded
from netzstadt.plane.sensorthings.context import Context
from netzstadt.plane.sensorthings.found import find, may_name
from netzstadt.plane.sensorthings.hints import SeriesHint
from netzstadt.plane.sensorthings.instants import microseconds_of
from netzstadt.plane.sensorthings.observations import Row, row_of
from netzstadt.plane.sensorthings.turns import Turns
from netzstadt.standards import strict_json
from netzstadt.standards.sensorthings.entities import NewEntity, read_new
from netzstadt.standards.sensorthings.model import FEATURE_OF_INTEREST, OBSERVATION
from netzstadt.standards.sensorthings.path import Id
from netzstadt.standards.strict_json import JsonError

MAXIMUM_ROWS = 100_000
MAXIMUM_DATASTREAMS = 10_000
_FEATURE = "FeatureOfInterest/id"
_COMPONENTS = frozenset(
    {"phenomenonTime", "result", "resultTime", "resultQuality", "validTime", "parameters", _FEATURE}
)


class _Link(msgspec.Struct, forbid_unknown_fields=True):
    id: Any = msgspec.field(name="@iot.id")


class Group(msgspec.Struct, forbid_unknown_fields=True):
    """One Datastream's share of the body; its rows stay bytes until the components are known."""

    Datastream: _Link
    components: list[str]
    dataArray: msgspec.Raw
    count: int | None = msgspec.field(name="dataArray@iot.count", default=None)


_MEMBERS = (b'"Datastream"', b'"components"', b'"dataArray"', b'"dataArray@iot.count"')
_decode_groups = msgspec.json.Decoder(list[Group]).decode
_decode_rows = msgspec.json.Decoder(list[msgspec.Raw]).decode
_decode_pairs = msgspec.json.Decoder(list[tuple[str, float]]).decode
_decode_turned = msgspec.json.Decoder(list[tuple[float, str]]).decode
_TIME_FIRST, _RESULT_FIRST = ["phenomenonTime", "result"], ["result", "phenomenonTime"]
# Whole numbers beyond it are not all exact as doubles; the careful way reads them as integers.
_EXACT = float(2**53)
# So many plain rows, or rows read with care, are read between two looks at the clock.
_PLAIN_AT_ONCE, _ROWS_AT_ONCE = 10_000, 100


@dataclass(slots=True)
class Read:
    """A group read: its good ``rows`` in order, ``positions`` of them in the data array.

    Where all are plain numbers, ``block`` holds them instead.
    """

    hint: SeriesHint | None  # None: there is no such Datastream
    length: int
    rows: list[Row] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    block: NumberBlock | None = None


async def read_groups(body: bytes) -> list[Group]:
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


class Reader:
    """Reads the groups of one request, one after the other."""

    def __init__(self, context: Context, key: Key, turns: Turns) -> None:
        self._context = context
        self._key = key
        self._turns = turns
        self._now = clock.now()
        self._features: dict[Id, Any] = {}
        self._count = 0

    async def read(self, group: Group, place: str, hint: SeriesHint | None) -> Read:
        """The rows of one group; what is wrong with one does not touch the others.

        Raises JsonError where the array is no good JSON or its count is wrong, Problem 413.
        """
        raw = bytes(group.dataArray)
        block = await self._plain(group, raw, hint) if hint is not None else None
        if hint is not None and block is not None:
            length = len(block.numbers)
            read = Read(hint, length, positions=list(range(length)), block=block)
            self._check_length(length)
        else:
            read = await self._careful(group, raw, place, hint)
        if group.count is not None and group.count != read.length:
            raise JsonError(
                f"The data array has {read.length} rows.", f"{place}['dataArray@iot.count']"
            )
        await self._turns.give()
        return read

    def _check_length(self, length: int) -> None:
        self._count += length
        if self._count > MAXIMUM_ROWS:
            raise Problem(413, f"One request brings at most {MAXIMUM_ROWS} observations.")

    async def _plain(self, group: Group, raw: bytes, hint: SeriesHint) -> NumberBlock | None:
        """Rows that are nothing but times and numbers, decoded without looking at each.

        None where any row is something else.
        """
        is_turned = group.components == _RESULT_FIRST
        if not hint.observation_type.endswith("OM_Measurement"):
            return None
        if not is_turned and group.components != _TIME_FIRST:
            return None
        try:
            rows: list[Any] = _decode_turned(raw) if is_turned else _decode_pairs(raw)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            return None
        times, numbers = [np.empty(0, np.int64)], [np.empty(0, np.float64)]
        for at in range(0, len(rows), _PLAIN_AT_ONCE):
            await self._turns.give()
            columns = tuple(zip(*rows[at : at + _PLAIN_AT_ONCE], strict=True))
            times_us = microseconds_of(columns[is_turned])
            values = np.array(columns[not is_turned], dtype=np.float64)
            if times_us is None or np.abs(values).max() >= _EXACT:
                return None
            times.append(times_us)
            numbers.append(values)
        return NumberBlock(hint.id, np.concatenate(times), np.concatenate(numbers))

    async def _careful(self, group: Group, raw: bytes, place: str, hint: SeriesHint | None) -> Read:
        """Each row by itself."""
        place = f"{place}.dataArray"
        try:
            raws = _decode_rows(raw)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            raise JsonError("The data array is a list of lists.", place) from error
        self._check_length(len(raws))
        read = Read(hint, len(raws))
        if hint is None:
            return read
        for at in range(0, len(raws), _ROWS_AT_ONCE):
            await self._turns.give()
            some = _values(raws[at : at + _ROWS_AT_ONCE], place, at)
            await self._rows(group.components, some, at, hint, read)
        return read

    async def _rows(
        self, components: list[str], some: list[Any], at: int, hint: SeriesHint, read: Read
    ) -> None:
        """Add the good ones of some rows, the first of which is number ``at``."""
        for position, values in enumerate(some, at):
            try:
                entity = _entity(components, values)
                row = row_of(entity, hint.observation_type, at=self._now)
                if entity.related:
                    row.rare["feature_id"] = await self._feature(entity)
            except (JsonError, Problem):
                continue
            read.rows.append(row)
            read.positions.append(position)

    async def _feature(self, entity: NewEntity) -> Any:
        """The key of the feature that a row names; each is looked up once a request."""
        identifier = entity.related["FeatureOfInterest"][0].id or ""
        known = self._features
        if identifier not in known:
            async with self._context.plane.reads.acquire() as connection:
                found = await find(connection, FEATURE_OF_INTEREST, identifier)
                is_seen = found is not None and await may_name(connection, self._key, found)
            known[identifier] = found.key if found and is_seen else None
        if known[identifier] is None:
            raise not_found()
        return known[identifier]


def _values(raws: list[msgspec.Raw], place: str, at: int) -> list[Any]:
    """Some rows of a data array, decoded strictly. Raises JsonError."""
    try:
        values: list[Any] = strict_json.decode(b"[%b]" % b",".join(raws))
    except JsonError:
        for position, raw in enumerate(raws, at):
            try:
                strict_json.decode(bytes(raw))
            except JsonError as error:
                where = f"{place}[{position}]{error.place.removeprefix('$')}"
                raise JsonError(error.detail, where) from error
        raise
    return values


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
