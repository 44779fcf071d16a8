"""Loading rows of any kind, and what every load does before and after it writes."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import psycopg

from netzstadt.plane.batches import Rows, Rules, prepare
from netzstadt.plane.rollups import Days


class UnknownSeries(ValueError):
    """One of the series is not there; nothing of the batch was loaded."""


@dataclass(slots=True)
class LoadReceipt:
    """What became of the rows: loaded + unchanged + conflicts + errors are all of them.

    ``conflicts`` are positions whose key is stored with another value, which stays, or was left by
    an observation that moved: those are in ``moved``, too. ``errors`` say by position what cannot
    be stored at all. Positions count through all blocks.
    """

    loaded: int
    unchanged: int
    conflicts: list[int] = field(default_factory=list)
    moved: list[int] = field(default_factory=list)
    errors: dict[int, str] = field(default_factory=dict)


def lock(connection: psycopg.Connection[Any], ids: list[int]) -> tuple[Rules, bool]:
    """Lock the series. Returns their rules, and whether one of them has moved from the feature
    that its observations belong to by default."""
    row = connection.execute("select series_lock(%s::bigint[])", [ids]).fetchone()
    if row and row[0]:
        raise UnknownSeries(f"There is no series {row[0][0]}.")
    facts = connection.execute(
        "select id, (quality_rules -> 'minimum')::float8, (quality_rules -> 'maximum')::float8, "
        "current_feature_id is distinct from default_feature_id from series where id = any (%s)",
        [ids],
    ).fetchall()
    connection.execute("select series_feature_note(%s::bigint[])", [ids])
    rules = {id_: (low, high) for id_, low, high, _ in facts if low is not None or high is not None}
    return rules, any(moved for *_, moved in facts)


_TYPES = (
    *("bigint", "integer", "float8", "float8", "float8", "float8", "float8"),
    *("smallint", "float8", "text", "text"),
    *("bigint", "float8", "integer", "integer", "float8", "float8", "float8") * 2,
)
_ACCOUNT = "select observations_account({})".format(", ".join(f"%s::{t}[]" for t in _TYPES))


def call_account(connection: psycopg.Connection[Any], arguments: list[list[Any]]) -> None:
    connection.execute(_ACCOUNT, arguments)


def ensure_partitions(connection: psycopg.Connection[Any], months: list[date]) -> None:
    """Make the partitions of the months that have none yet."""
    connection.execute("select observation_partition_ensure(m) from unnest(%s::date[]) m", [months])


# Rows whose keys are not free: whether the same is stored; null where an observation left the key.
_MATCH = """
with r as (
    select n, series_id, to_timestamp(second) as time, number, result::jsonb as result
    from unnest(%s::bigint[], %s::float8[], %s::float8[], %s::text[]) with ordinality
         as u (series_id, second, number, result, n))
select r.n, o.number is not distinct from r.number and o.result is not distinct from r.result
from r join observation o on o.series_id = r.series_id and o.time = r.time and o.sequence = 0
 and o.time between to_timestamp(%s) and to_timestamp(%s)
union all
select r.n, null
from r join observation_moved m
  on m.series_id = r.series_id and m.time = r.time and m.sequence = 0
"""


def load_rows(
    connection: psycopg.Connection[Any],
    rows: Rows,
    places: list[int],
    errors: dict[int, str],
    days: Days,
) -> LoadReceipt:
    """Load rows of any kind; each has the sequence 0."""
    receipt = LoadReceipt(0, 0, errors=errors)
    if not places:
        return receipt
    rules, _ = lock(connection, sorted(set(rows.series)))
    results = rows.rare.get("result") or [None] * len(rows)
    times = (min(rows.seconds), max(rows.seconds))
    found = connection.execute(
        _MATCH, [rows.series, rows.seconds, rows.numbers, results, *times]
    ).fetchall()
    stored: dict[int, bool | None] = {n - 1: is_equal for n, is_equal in found}
    seen: dict[tuple[int, float], int] = {}
    for n, key in enumerate(zip(rows.series, rows.seconds, strict=True)):
        if n in stored:
            continue
        earlier = seen.setdefault(key, n)
        if earlier != n:
            stored[n] = (rows.numbers[n], results[n]) == (rows.numbers[earlier], results[earlier])
    taken = sorted(stored)
    receipt.unchanged = sum(bool(is_equal) for is_equal in stored.values())
    receipt.conflicts = [places[n] for n in taken if not stored[n]]
    receipt.moved = [places[n] for n in taken if stored[n] is None]
    new = [n for n in range(len(rows)) if n not in stored]
    receipt.loaded = len(new)
    if new:
        insert_rows(connection, rows.take(new), [0] * len(new), rules, days)
    return receipt


_INSERT = (
    "select * from observations_insert(%s::bigint[], %s::float8[], %s::float8[], false, "
    "%s::text[], %s::float8[], %s::float8[], %s::uuid[], %s::text[], %s::text[], %s::text[], "
    "%s::text[], %s::text[], %s::smallint[])"
)


def insert_rows(
    connection: psycopg.Connection[Any],
    rows: Rows,
    sequences: list[int],
    rules: Rules,
    days: Days,
) -> None:
    """Insert rows whose keys are free, with everything that they add up to."""
    prepared = prepare(rows, [], rules, days)
    arguments = prepared.arguments
    if prepared.order is not None:
        sequences = [sequences[n] for n in prepared.order]
    ensure_partitions(connection, arguments[4])
    series, rare = arguments[7:18], arguments[32:]
    answer = connection.execute(_INSERT, [*arguments[:3], *rare, sequences]).fetchone()
    if answer and answer[0]:
        raise ValueError(f"The batch cannot be loaded: {answer[0]} in row {answer[1][0]}.")
    lasts = [position - 1 for position in series[7]]
    results, qualities = rare[0], rare[4]
    call_account(
        connection,
        [
            *series[:7],
            [sequences[n] for n in lasts],
            series[8],
            [results[n] if results else None for n in lasts],
            [qualities[n] if qualities else None for n in lasts],
            *arguments[18:32],
        ],
    )
