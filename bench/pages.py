"""Pages of a city with ten thousand stations, as one reader after the other opens them."""

from collections.abc import Iterator
from dataclasses import dataclass

from bench import town
from bench.city import Row, within
from bench.driver import Counted, Plan
from bench.house import House, serving


@dataclass(frozen=True, slots=True)
class Page:
    """An address, and the time within which 19 of 20 readers shall have it."""

    name: str
    path: str
    goal_ms: int


def pages(house: House, *, seconds: int) -> Iterator[Row]:
    """The 95th percentile of each page against its goal."""
    large = town.built(house)
    with serving(large):
        for page in _pages(large):
            # The first requests of a path pay for what is read only once.
            _get(large, page, seconds=0.5)
            counted = _get(large, page, seconds=seconds * 0.7)
            p95_ms = counted.p95_s * 1000
            yield within(
                f"{page.name} with {town.STATIONS:,} stations, 95th percentile",
                p95_ms,
                page.goal_ms,
                f"half within {counted.p50_s * 1000:.0f} ms, {counted.done} requests",
            )


def _get(house: House, page: Page, *, seconds: float) -> Counted:
    return house.drive(
        Plan(port=house.port, kind="get", clients=1, path=page.path, seconds=seconds)
    )


def _pages(house: House) -> list[Page]:
    quantity = house.one("select id from observed_property where iot_id = '1'")
    series = house.one("select min(id) from series")
    station = house.one("select thing_id from series where id = %s", series)
    part = "bounds=6.96,51.47,7.18,51.65&zoom=11"
    chart = f"/stations/{station}/?series={series}&span=year&on=2025-06-10"
    return [
        Page("front page", "/", 250),
        Page("map, the first look", "/stations.geojson", 250),
        Page("map, a part of it", f"/stations.geojson?{part}", 250),
        Page("list of stations", "/stations/", 200),
        Page("list of one quantity", f"/stations/?property={quantity}&sort=newest", 200),
        Page("chart of a year of quarter-hours", chart, 1000),
    ]
