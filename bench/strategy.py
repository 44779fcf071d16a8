"""A strategy of 500 goals and 2,000 indicators: how soon lights follow, and pages are there."""

import json
import time
import urllib.request
from collections.abc import Iterator

from bench.city import Row, within
from bench.driver import Plan
from bench.house import SERIES, House
from bench.office import working
from bench.strategy_fill import GOALS, INDICATORS, KEY

LIGHTS = 200
LIGHT_WITHIN_MS = 5_000  # what the office is promised
ALL_WITHIN_MS = 10_000
TREE_WITHIN_MS = 1_000
_PATIENCE_S = 60
_LIGHT = (
    "select p.light from strategy_target_path p"
    " join strategy_binding b on b.indicator_id = p.indicator_id"
    " join strategy_binding_series s on s.binding_id = b.id where s.series_id = %s limit 1"
)


def lights(house: House, *, seconds: int) -> Iterator[Row]:
    """From an observation to the light, everything anew, the page of the strategy, its document."""
    size = f"{GOALS} goals and {INDICATORS:,} indicators"
    facts = house.told_by("bench.strategy_fill", str(SERIES))
    taken = facts["seconds"]
    yield _row(
        f"{size} worked out anew",
        taken[len(taken) // 2],
        ALL_WITHIN_MS,
        f"{facts['worked_out']:,} standings, the median of {len(taken)}",
    )
    pdf = facts["pdf"]
    yield _row(f"the document of {size}", pdf["seconds"], ALL_WITHIN_MS, f"{pdf['bytes']:,} bytes")
    path = f"/strategy/{KEY}/"
    house.drive(Plan(port=house.port, kind="get", clients=1, path=path, seconds=1))
    counted = house.drive(
        Plan(port=house.port, kind="get", clients=1, path=path, seconds=max(3.0, float(seconds)))
    )
    yield _row(
        f"the strategy as a tree of {size}, 95th percentile",
        counted.p95_s,
        TREE_WITHIN_MS,
        f"half within {counted.p50_s * 1000:.0f} ms, {counted.done} requests",
    )
    with working(house):
        _until_followed(house, SERIES)
        waited = sorted(_seconds_to_the_light(house, one) for one in range(1, LIGHTS + 1))
    yield _row(
        f"an observation turns the light of one of {size}, 99th percentile",
        waited[len(waited) * 99 // 100],
        LIGHT_WITHIN_MS,
        f"half within {waited[len(waited) // 2] * 1000:.0f} ms, {LIGHTS} observations",
    )


def _row(work: str, seconds: float, goal_ms: int, note: str) -> Row:
    return within(work, seconds * 1000, goal_ms, note)


def _until_followed(house: House, series: int) -> None:
    """Wait until the worker reads what changes; what was stored before that turns no light."""
    for _ in range(_PATIENCE_S):
        _post(house, series)
        time.sleep(1)
        if house.one(_LIGHT, series) == "GREEN":
            return
    raise RuntimeError("The worker does not turn a light.")


def _post(house: House, series: int) -> None:
    asked = urllib.request.Request(
        f"http://127.0.0.1:{house.port}/sta/v1.1/Datastreams({series})/Observations",
        data=json.dumps({"result": 100}).encode(),
        headers={"Authorization": f"Bearer {house.secret}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(asked, timeout=_PATIENCE_S) as answer:
        answer.read()


def _seconds_to_the_light(house: House, series: int) -> float:
    """Post one observation as a sensor does, and wait for the light of its indicator."""
    began = time.monotonic()
    _post(house, series)
    with house.connect() as connection:
        while connection.execute(_LIGHT, [series]).fetchone() != ("GREEN",):
            if time.monotonic() - began > _PATIENCE_S:
                raise RuntimeError("The worker does not turn a light.")
            time.sleep(0.005)
    return time.monotonic() - began
