"""Partitions of observations, made before they are needed. On demand: observations_add."""

from typing import Any

import psycopg

_ENSURE = (
    "select to_char(m, 'YYYY-MM') from (select now() at time zone 'UTC' as today) n, "
    "generate_series(date_trunc('month', today), today + make_interval(months => %s), '1 month') m "
    "where observation_partition_ensure(m::date)"
)


def ensure_ahead(connection: psycopg.Connection[Any], *, months: int = 3) -> list[str]:
    """Make this month's partition and those of the next ``months``; returns what was made.

    Each month that begins without one would hold its first writer up.
    """
    return [name for (name,) in connection.execute(_ENSURE, [months]).fetchall()]
