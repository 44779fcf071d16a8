"""Which area each of many points lies in, with one tree over all areas in memory."""

import uuid
from collections.abc import Sequence

import numpy as np
import shapely

from netzstadt.core.geo import queries
from netzstadt.core.geo.columns import Point
from netzstadt.core.geo.models import AreaKind


class Assigner:
    """Answers like ``queries.area_of`` for whole lists of points."""

    def __init__(self) -> None:
        found = queries.areas().filter(geometry__isnull=False).exclude(kind=AreaKind.STATISTICAL)
        # The large kinds first; within a kind the first key last: what comes later overrides.
        rows = sorted(found, key=lambda one: one.key, reverse=True)
        self._areas = sorted(rows, key=lambda one: queries.RANKS[one.kind])
        shapes = [shapely.from_wkb(bytes(one.geometry or b"")) for one in self._areas]
        self._tree = shapely.STRtree(shapes)

    def areas_of(self, points: Sequence[Point]) -> list[uuid.UUID | None]:
        """The smallest area of each point; None outside all."""
        found: list[uuid.UUID | None] = [None] * len(points)
        if not points or not self._areas:
            return found
        at, areas = self._tree.query(shapely.points(np.array(points)), predicate="intersects")
        for area, point in sorted(zip(areas.tolist(), at.tolist(), strict=True)):
            found[point] = self._areas[area].pk
        return found
