"""Numbers of bulk requests on their way into the database: one packed COPY a group."""

import io
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import numpy as np

from netzstadt.plane.batches import Rules, bounds_of, learn_rules, months_of
from netzstadt.plane.blocks import Numbers
from netzstadt.plane.packing import HEADER, TRAILER
from netzstadt.plane.pending import Pending
from netzstadt.plane.rollups import Days

_JUDGE = "select * from observations_judge($1, $2, $3, $4, $5, $6, $7, $8)"
_SLOTS = ", ".join(f"${n}" for n in range(1, 26))
# One event for what a request brought at once: the key's, so that its trail tells what it wrote.
_EVENTS = (
    "select count(audit_append(e.id, 'plane.observations.added', k.person_id, k.id, "
    "'urbandata.api_key', k.id, e.facts)) "
    "from unnest({}::uuid[], {}::uuid[], {}::jsonb[]) as e (id, key_id, facts) "
    "join api_key k on k.id = e.key_id"
)
_RECORD = _EVENTS.format("$1", "$2", "$3")
_ACCOUNT = (
    f"select observations_account({_SLOTS}), api_keys_touch($26), "
    f"({_EVENTS.format('$27', '$28', '$29')})"
)
_NOTE_FEATURES = "select series_feature_note($1)"


class NotPlain(Exception):
    """Not all rows are new ones of series and keys that are what they should be."""


async def write_packed(connection: Any, group: Sequence[Pending], rules: Rules, days: Days) -> None:
    """Write a group of numbers in one transaction; afterwards its receipts are filled in.

    Raises NotPlain, or what asyncpg raises; then nothing is written.
    """
    whole = _together([pending.numbers for pending in group if pending.numbers is not None])
    if not whole.is_distinct():
        raise NotPlain
    pairs = pairs_of(group)
    keys = [key for key, _ in pairs] or None
    states = whole.states()
    async with connection.transaction():
        await _judge(connection, whole, pairs, states, rules)
        columns, data = whole.packed()
        await connection.copy_to_table(
            "observation",
            source=io.BytesIO(b"".join((HEADER, data, TRAILER))),
            columns=columns.split(", "),
            format="binary",
        )
        sums = (*whole.hours().arguments(), *whole.days(days).arguments())
        await connection.fetchrow(_ACCOUNT, *whole.states(), *sums, keys, *_events(group))
    for pending in group:
        pending.tell_stored()


async def _judge(
    connection: Any,
    whole: Numbers,
    pairs: list[tuple[UUID, int]],
    states: list[list[Any]],
    rules: Rules,
) -> None:
    """Lock the series, see that all is plain, and flag what is not plausible.

    Raises NotPlain.
    """
    ids, _, firsts, lasts = states[:4]
    for _ in range(2):
        judged = await connection.fetchrow(
            _JUDGE,
            [key for key, _ in pairs] or None,
            [series_id for _, series_id in pairs] or None,
            ids,
            firsts,
            lasts,
            *bounds_of(ids, rules),
            months_of(whole.times),
        )
        if judged["problem"] != "rules":
            break
        learn_rules(rules, judged)
    if judged["problem"] is not None or judged["is_moved"] or not judged["is_fresh"]:
        raise NotPlain
    whole.flag({series_id: rules[series_id] for series_id in ids if series_id in rules})
    if judged["needs_feature"]:
        await connection.execute(_NOTE_FEATURES, ids)


def _together(all_numbers: list[Numbers]) -> Numbers:
    """The numbers of a group as one, sorted; none of them has flags yet."""
    all_numbers.sort(key=lambda numbers: int(numbers.series[0]))
    if len(all_numbers) == 1:
        return all_numbers[0]
    whole = Numbers(
        np.concatenate([numbers.series for numbers in all_numbers]),
        np.concatenate([numbers.times for numbers in all_numbers]),
        np.concatenate([numbers.sequence for numbers in all_numbers]),
        np.concatenate([numbers.numbers for numbers in all_numbers]),
        np.concatenate([numbers.quality for numbers in all_numbers]),
        np.concatenate([numbers.place for numbers in all_numbers]),
        [()],
    )
    return whole if whole.is_distinct() else whole.take(np.lexsort((whole.times, whole.series)))


def pairs_of(group: Sequence[Pending]) -> list[tuple[UUID, int]]:
    """The keys that write, and to which series."""
    pairs: dict[tuple[UUID, int], None] = {}
    for pending in group:
        if pending.key_id is not None:
            for series_id in pending.series():
                pairs[pending.key_id, series_id] = None
    return list(pairs)


async def record(connection: Any, group: Sequence[Pending]) -> None:
    """Write the events of those calls that want one."""
    await connection.execute(_RECORD, *_events(group))


def _events(group: Sequence[Pending]) -> tuple[list[Any], list[Any], list[Any]]:
    events = [pending.event() for pending in group if pending.is_recorded]
    return [id_ for id_, _, _ in events], [key for _, key, _ in events], [x for _, _, x in events]
