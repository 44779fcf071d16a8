"""Adding observations: Ingest.add."""

import asyncio
from datetime import UTC, datetime

from netzstadt.plane.ingest import Columns

from .conftest import make_series

T = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)


async def test_many_observations_of_one_time_are_all_kept_apart(pool, ingest):
    [series] = await make_series(pool)

    receipts = await asyncio.gather(
        *(ingest.add(Columns([series], [T], [float(n)]), key_id=None) for n in range(200))
    )

    assert sorted(r.sequence[0] for r in receipts) == list(range(200))
    rows = await pool.fetch("select sequence, number from observation where series_id = $1", series)
    assert {row["sequence"]: row["number"] for row in rows} == {
        r.sequence[0]: float(n) for n, r in enumerate(receipts)
    }
