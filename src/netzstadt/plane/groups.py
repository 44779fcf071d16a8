"""A group of calls on its way into the database: written in one transaction, or taken apart."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg

from netzstadt.plane.batches import ADD, REFUSALS, Prepared, Rows, Rules, learn_rules, prepare
from netzstadt.plane.ones import ADD_ONES, arguments_of_ones
from netzstadt.plane.packed import NotPlain, pairs_of, record, write_packed
from netzstadt.plane.pending import STORED, Busy, KeyRefused, One, Pending
from netzstadt.plane.rollups import Days

# What a row may do to its transaction; tried again in parts until the row is alone.
_ROW_ERRORS = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.ProgramLimitExceededError,
)
_TRY_AGAIN = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
_ATTEMPTS = 5
# Which of the series somebody else holds just now.
BUSY = "select series_busy($1)"
HELD = "The Datastream is being changed by somebody else; try again."


class Writer:
    """Writes groups. Remembers the bounds of the plausible that it met; the database says where
    they are others by now."""

    def __init__(self, days: Days) -> None:
        self.days = days
        self._rules: Rules = {}

    async def commit(self, connection: Any, group: list[One] | list[Pending]) -> list[Pending]:
        """Write a group; afterwards everyone in it knows what became of it, but those whose series
        somebody else holds for long: they are returned."""
        pendings: list[Pending] = []
        try:
            pendings = await self._write_at_once(connection, group)
            await self._write(connection, pendings)
        except Exception as error:  # noqa: BLE001 - whatever it was, everyone is told
            # The connection may have broken during the commit: whether it is stored is not known,
            # so it is not tried again, and nothing is acknowledged.
            if isinstance(error, asyncpg.QueryCanceledError | asyncpg.LockNotAvailableError):
                error = Busy("The observation could not be stored in time; try again.")
            for call in pendings or group:
                call.fail(error)
            return []
        for pending in pendings:
            if not pending.is_busy:
                pending.finish()
        return [pending for pending in pendings if pending.is_busy]

    async def _write_at_once(
        self, connection: Any, group: list[One] | list[Pending]
    ) -> list[Pending]:
        """Write a group of which all rows are of the usual kind. Returns who needs a closer look:
        nobody, or everyone."""
        ones = [call for call in group if isinstance(call, One)]
        pendings = [call for call in group if isinstance(call, Pending)]
        is_held = False
        try:
            if ones:
                if await self._write_ones(connection, ones):
                    return []
            elif pendings and pendings[0].numbers is not None:
                await write_packed(connection, pendings, self._rules, self.days)
                for pending in pendings:
                    pending.finish()
                return []
        except asyncpg.LockNotAvailableError:
            is_held = True
        except (NotPlain, *_ROW_ERRORS, *_TRY_AGAIN):
            pass
        pendings += [one.as_pending() for one in ones]
        for pending in pendings:
            pending.unpack()
        if is_held:
            await _set_aside(connection, pendings)
        return pendings

    async def _write_ones(self, connection: Any, ones: Sequence[One]) -> bool:
        """Write one number each of different series. Returns whether it did."""
        if len({one.series_id for one in ones}) < len(ones):
            return False
        for _ in range(2):
            arguments = arguments_of_ones(ones, self._rules, self.days)
            if arguments is None:
                return False
            answer = await connection.fetchrow(ADD_ONES, *arguments)
            if answer["problem"] != "rules":
                break
            learn_rules(self._rules, answer)
        if answer["problem"] is not None:
            return False
        for one in ones:
            if not one.done.done():
                one.done.set_result(STORED)
        return True

    async def _write(self, connection: Any, group: list[Pending]) -> None:
        """Write, taking out what is refused, until the rest is committed."""
        attempts = 0
        while group := [p for p in group if p.rows and not p.is_busy and not p.done.done()]:
            is_alone = len(group) == 1 and len(group[0].rows) == 1
            attempts += 1
            try:
                if await self._try(connection, group):
                    # At once: what comes after it in the group may still fail.
                    for pending in group:
                        pending.finish()
                    return
            except (asyncpg.LockNotAvailableError, *_TRY_AGAIN) as error:
                if attempts > _ATTEMPTS:
                    raise
                if isinstance(error, asyncpg.LockNotAvailableError):
                    await _set_aside(connection, group)
            except _ROW_ERRORS as error:
                # Alone it is tried once more: what it met may be there to be named now.
                if not is_alone or attempts > 1:
                    await self._write_in_parts(connection, group, error)
                    return

    async def _write_in_parts(
        self, connection: Any, group: list[Pending], error: asyncpg.PostgresError
    ) -> None:
        """Halve until the row that the database refuses is alone; the others are written."""
        if len(group) > 1:
            middle = len(group) // 2
            await self._write(connection, group[:middle])
            await self._write(connection, group[middle:])
            return
        whole = group[0]
        if len(whole.rows) == 1:
            whole.drop({0: f"The observation cannot be stored: {error.args[0]}."})
            return
        middle = len(whole.rows) // 2
        parts = [whole.half(range(middle)), whole.half(range(middle, len(whole.rows)))]
        for part in parts:
            try:
                await self._write(connection, [part])
            except Exception as later:  # noqa: BLE001 - the other half may be stored: both are told
                part.fail(later)

    async def _try(self, connection: Any, group: list[Pending]) -> bool:
        """One transaction. Returns whether it wrote; else what was refused has been taken out."""
        rows = Rows()
        owners: list[tuple[Pending, int]] = []  # who sent which rows: first place in ``rows``
        for pending in group:
            owners.append((pending, len(rows)))
            rows.extend(pending.rows)
        pairs = pairs_of(group)
        prepared = prepare(rows, pairs, self._rules, self.days)
        answer = await _add(connection, prepared, group)
        match answer["problem"]:
            case None:
                _tell_sequences(owners, prepared.sequences(answer["sequences"]))
                return True
            case "rules":
                learn_rules(self._rules, answer)
            case "unknown_series" | "retired_series" as problem:
                _drop_series(group, set(answer["places"]), REFUSALS[problem])
            case "invalid_key" | "refused_key" as problem:
                refused = {pairs[place - 1] for place in answer["places"]}
                _refuse_keys(group, refused, KeyRefused(is_invalid=problem == "invalid_key"))
            case problem:
                _drop_rows(owners, set(map(prepared.place, answer["places"])), REFUSALS[problem])
        return False


async def _add(connection: Any, prepared: Prepared, group: list[Pending]) -> Any:
    """Call observations_add; where it writes, the events are written with it."""
    if not any(pending.is_recorded for pending in group):
        return await connection.fetchrow(ADD, *prepared.arguments)
    async with connection.transaction():
        answer = await connection.fetchrow(ADD, *prepared.arguments)
        if answer["problem"] is None:
            await record(connection, group)
    return answer


async def _set_aside(connection: Any, group: list[Pending]) -> None:
    """Mark the calls to series that somebody else holds: the others need not wait for them."""
    ids = sorted(set().union(*(pending.series() for pending in group)))
    busy = set(await connection.fetchval(BUSY, ids))
    for pending in group:
        if busy.isdisjoint(pending.series()):
            continue
        if pending.is_part:
            pending.fail(Busy(HELD))
        else:
            pending.is_busy = True


def _drop_series(group: list[Pending], refused: set[int], reason: str) -> None:
    for pending in group:
        series = pending.rows.series
        gone = [place for place in range(len(series)) if series[place] in refused]
        pending.drop(dict.fromkeys(gone, reason))


def _drop_rows(owners: list[tuple[Pending, int]], gone: set[int], reason: str) -> None:
    for pending, first in owners:
        mine = gone & set(range(first, first + len(pending.rows)))
        pending.drop({place - first: reason for place in mine})


def _refuse_keys(group: list[Pending], refused: set[tuple[UUID, int]], refusal: KeyRefused) -> None:
    for pending in group:
        key = pending.key_id
        if key and any((key, series_id) in refused for series_id in set(pending.rows.series)):
            pending.fail(refusal)


def _tell_sequences(owners: list[tuple[Pending, int]], sequences: list[int]) -> None:
    """Enter each row's sequence into its receipt."""
    for pending, first in owners:
        told = pending.receipt.sequence
        for n, place in enumerate(pending.places, first):
            told[place] = sequences[n]
