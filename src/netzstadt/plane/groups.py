"""A group of calls on its way into the database: written in one transaction, or taken apart."""

from typing import Any
from uuid import UUID

import asyncpg

from netzstadt.plane.batches import REFUSALS, Prepared, Rows, Rules, learn_rules, prepare
from netzstadt.plane.ones import prepare_ones
from netzstadt.plane.packed import NotPlain, pairs_of, record, write_packed
from netzstadt.plane.pending import KeyRefused, Pending
from netzstadt.plane.rollups import Days

# What a row may do to its transaction; tried again in parts until the row is alone.
_ROW_ERRORS = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.ProgramLimitExceededError,
)
_TRY_AGAIN = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)


class Writer:
    """Writes groups. Remembers the bounds of the plausible that it met; the database says where
    they are others by now."""

    def __init__(self, days: Days) -> None:
        self.days = days
        self._rules: Rules = {}

    async def commit(self, connection: Any, group: list[Pending]) -> None:
        """Write a group; afterwards everyone in it knows what became of it."""
        try:
            if not await self._write_packed(connection, group):
                await self._write(connection, group)
        except Exception as error:  # noqa: BLE001 - whatever it was, everyone is told
            # The connection may have broken during the commit: whether it is stored is not known,
            # so it is not tried again, and nothing is acknowledged.
            for pending in group:
                pending.fail(error)
        for pending in group:
            pending.finish()

    async def _write_packed(self, connection: Any, group: list[Pending]) -> bool:
        """Write numbers as they came, if they are nothing else. Where one of them needs a closer
        look, all become rows."""
        if any(pending.numbers is None for pending in group):
            return False
        try:
            await write_packed(connection, group, self._rules, self.days)
        except (NotPlain, *_ROW_ERRORS, *_TRY_AGAIN):
            for pending in group:
                pending.unpack()
            return False
        return True

    async def _write(self, connection: Any, group: list[Pending]) -> None:
        """Write, taking out what is refused, until the rest is committed."""
        attempts = 0
        while group := [p for p in group if p.rows and not p.done.done()]:
            try:
                if await self._try(connection, group):
                    return
            except _TRY_AGAIN:
                attempts += 1
                if attempts > 5:
                    raise
            except _ROW_ERRORS as error:
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
        for part in (range(middle), range(middle, len(whole.rows))):
            half = Pending(
                whole.rows.take(part),
                [whole.places[place] for place in part],
                whole.key_id,
                whole.is_recorded,
                whole.receipt,
                whole.done,
            )
            await self._write(connection, [half])

    async def _try(self, connection: Any, group: list[Pending]) -> bool:
        """One transaction. Returns whether it wrote; else what was refused has been taken out."""
        rows = Rows()
        owners: list[tuple[Pending, int]] = []  # who sent which rows: first place in ``rows``
        for pending in group:
            owners.append((pending, len(rows)))
            rows.extend(pending.rows)
        pairs = pairs_of(group)
        facts = (rows, pairs, self._rules, self.days)
        prepared = prepare_ones(*facts) or prepare(*facts)
        answer = await _add(connection, prepared, group)
        if answer["problem"] == "not_plain":
            prepared = prepare(*facts)
            answer = await _add(connection, prepared, group)
        match answer["problem"]:
            case None:
                _tell_sequences(owners, prepared.sequences(answer["sequences"]))
                return True
            case "rules":
                learn_rules(self._rules, answer)
            case "unknown_series":
                _drop_series(group, set(answer["places"]))
            case "invalid_key" | "refused_key" as problem:
                refused = {pairs[place - 1] for place in answer["places"]}
                _refuse_keys(group, refused, KeyRefused(is_invalid=problem == "invalid_key"))
            case problem:
                _drop_rows(owners, set(map(prepared.place, answer["places"])), REFUSALS[problem])
        return False


async def _add(connection: Any, prepared: Prepared, group: list[Pending]) -> Any:
    """Call observations_add; where it writes, the events are written with it."""
    if not any(pending.is_recorded for pending in group):
        return await connection.fetchrow(prepared.statement, *prepared.arguments)
    async with connection.transaction():
        answer = await connection.fetchrow(prepared.statement, *prepared.arguments)
        if answer["problem"] is None:
            await record(connection, group)
    return answer


def _drop_series(group: list[Pending], unknown: set[int]) -> None:
    for pending in group:
        series = pending.rows.series
        gone = [place for place in range(len(series)) if series[place] in unknown]
        pending.drop(dict.fromkeys(gone, REFUSALS["unknown_series"]))


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
