"""Geospatial functions of $filter (OGC 18-088, table 23), judged exactly with Shapely.

The database has no geometry functions, so a term such as ``st_within(location, geography'…')`` is
worked out before the statement: the shapes whose box fits are read and judged here, and what comes
out (the keys of the rows, with the number where the function gives one) is a bind parameter.
"""

# ruff: noqa: S608 - statements are put together from the house's own names; values are bound

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import asyncpg
import shapely
from shapely.geometry.base import BaseGeometry

from netzstadt.plane.errors import Problem
from netzstadt.plane.sensorthings.values import AREA

MAXIMUM_SHAPES = 100_000
# Each term reads and judges its shapes anew, and no time limit of the database counts it.
MAXIMUM_TERMS = 8
MAXIMUM_WKT_DEPTH = 8

Judge = Callable[[Any, BaseGeometry, str], Any]

# Each takes an array of shapes, the given geometry, and the pattern of st_relate.
PREDICATES: dict[str, Judge] = {
    "st_equals": lambda shapes, given, _: shapely.equals(shapes, given),
    "st_disjoint": lambda shapes, given, _: shapely.disjoint(shapes, given),
    "st_touches": lambda shapes, given, _: shapely.touches(shapes, given),
    "st_within": lambda shapes, given, _: shapely.within(shapes, given),
    "st_overlaps": lambda shapes, given, _: shapely.overlaps(shapes, given),
    "st_crosses": lambda shapes, given, _: shapely.crosses(shapes, given),
    "st_intersects": lambda shapes, given, _: shapely.intersects(shapes, given),
    "geo.intersects": lambda shapes, given, _: shapely.intersects(shapes, given),
    "st_contains": lambda shapes, given, _: shapely.contains(shapes, given),
    "st_relate": lambda shapes, given, pattern: shapely.relate_pattern(shapes, given, pattern),
}
# In units of the coordinates, degrees, as OData has it for a reference system of this kind.
MEASURES: dict[str, Judge] = {
    "geo.distance": lambda shapes, given, _: shapely.distance(shapes, given),
    "geo.length": lambda shapes, _given, _: shapely.length(shapes),
}
# Of these a shape whose box does not meet the given one's can be no match.
_NEAR = frozenset(PREDICATES) - {"st_disjoint", "st_relate"}
# What each means with its arguments exchanged.
EXCHANGED = {"st_within": "st_contains", "st_contains": "st_within"}


@dataclass(frozen=True, slots=True)
class Term:
    """One geospatial term; its arguments' places in the statement are ``keys`` and, of a measure,
    ``values`` (positions in the list of bind parameters)."""

    function: str
    table: str
    wkt: str
    pattern: str
    keys: int
    values: int | None


@lru_cache(maxsize=64)
def geometry_of(wkt: str) -> BaseGeometry:
    """The geometry of a WKT text, longitude first. Raises ValueError where it is none."""
    depth = deepest = 0
    for letter in wkt:
        depth += (letter == "(") - (letter == ")")
        deepest = max(deepest, depth)
    if deepest > MAXIMUM_WKT_DEPTH:
        raise ValueError("it is nested too deep")
    _, semicolon, rest = wkt.partition(";")  # SRID=4326;POINT(…)
    try:
        geometry = shapely.from_wkt(rest if semicolon else wkt)
    except (shapely.errors.ShapelyError, UnicodeError) as error:
        raise ValueError("it is no well-known text") from error
    if geometry is None or geometry.is_empty:
        raise ValueError("it is empty")
    if not bool(shapely.is_valid(geometry)):
        raise ValueError("its lines cross or it is not closed")
    return geometry


_SQL = {
    "location": "select id, geometry from location where geometry is not null",
    "feature_of_interest": "select id, geometry from feature_of_interest "
    "where geometry is not null",
    "series": f"select s.id, ({AREA.format(a='s')})::text as geometry "
    "from series s left join series_state s_st on s_st.series_id = s.id",
}


async def judge(connection: asyncpg.Connection, term: Term) -> tuple[list[Any], list[float]]:
    """Keys of the rows for which the term holds, or of all with a shape and their measures.

    Raises Problem 400 where there are more than MAXIMUM_SHAPES candidates.
    """
    given = geometry_of(term.wkt) if term.wkt else None
    statement, arguments = _SQL[term.table], []
    if given is not None and term.function in _NEAR and term.table != "series":
        x1, y1, x2, y2 = given.bounds
        statement += " and bounds && box(point($1, $2), point($3, $4))"
        arguments = [x1, y1, x2, y2]
    rows = await connection.fetch(f"{statement} limit {MAXIMUM_SHAPES + 1}", *arguments)
    if len(rows) > MAXIMUM_SHAPES:
        raise Problem(400, f"More than {MAXIMUM_SHAPES} shapes would have to be judged.")
    # Beside the event loop, so that other requests are not held up; Shapely lets go of the lock.
    return await asyncio.to_thread(_judged, rows, term, given)


def _judged(
    rows: Sequence[asyncpg.Record], term: Term, given: BaseGeometry | None
) -> tuple[list[Any], list[float]]:
    keys = [row[0] for row in rows]
    read = shapely.from_geojson if term.table == "series" else shapely.from_wkb
    shapes = read([row[1] for row in rows], on_invalid="ignore")
    outcome = (PREDICATES | MEASURES)[term.function](shapes, given, term.pattern)
    if term.function in MEASURES:
        found = [(key, float(one)) for key, one in zip(keys, outcome, strict=True) if one == one]
        return [key for key, _ in found], [one for _, one in found]
    return [key for key, is_so in zip(keys, outcome, strict=True) if is_so], []
