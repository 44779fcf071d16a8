"""PostgreSQL's ``box`` and ``point`` as columns, and what is asked of them (ADR 0021)."""

import re
from typing import Any

from django.db.models import BooleanField, Field, FloatField, Func

Bounds = tuple[float, float, float, float]  # west, south, east, north
Point = tuple[float, float]  # longitude, latitude

_NUMBERS = re.compile(r"-?[0-9.]+(?:e[-+]?\d+)?")


def _numbers(text: str) -> list[float]:
    return [float(number) for number in _NUMBERS.findall(text)]


class BoxColumn(Field):  # type: ignore[type-arg]
    """The bounds of a geometry as a ``box``; a GiST index finds those that overlap."""

    def db_type(self, connection: Any) -> str:
        return "box"

    def from_db_value(self, value: str | None, *_: object) -> Bounds | None:
        if value is None:
            return None
        east, north, west, south = _numbers(value)
        return west, south, east, north

    def get_prep_value(self, value: Any) -> Any:
        if value is None or isinstance(value, str):
            return value
        west, south, east, north = (float(number) for number in value)
        return f"({east!r},{north!r}),({west!r},{south!r})"

    def get_placeholder(self, value: Any, *_: object) -> str:
        return "%s::box"


class PointColumn(Field):  # type: ignore[type-arg]
    """Longitude and latitude as a ``point``; a GiST index finds the nearest ones in order."""

    def db_type(self, connection: Any) -> str:
        return "point"

    def from_db_value(self, value: str | None, *_: object) -> Point | None:
        if value is None:
            return None
        longitude, latitude = _numbers(value)
        return longitude, latitude

    def get_prep_value(self, value: Any) -> Any:
        if value is None or isinstance(value, str):
            return value
        longitude, latitude = (float(number) for number in value)
        return f"({longitude!r},{latitude!r})"

    def get_placeholder(self, value: Any, *_: object) -> str:
        return "%s::point"


class Overlaps(Func):
    """Whether two boxes share a point."""

    template = "(%(expressions)s)"
    arg_joiner = " && "
    output_field = BooleanField()


class LiesIn(Func):
    """Whether a point lies in a box."""

    template = "(%(expressions)s)"
    arg_joiner = " <@ "
    output_field = BooleanField()


class Apart(Func):
    """How far two points are apart, in degrees: an order, not a distance."""

    template = "(%(expressions)s)"
    arg_joiner = " <-> "
    output_field = FloatField()


class SoundsLike(Func):
    """Whether two texts share enough trigrams; an index finds those that do (SQL: %)."""

    template = "(%(expressions)s)"
    arg_joiner = " %% "
    output_field = BooleanField()


class Similarity(Func):
    """How many trigrams two texts share, from 0 to 1."""

    function = "similarity"
    output_field = FloatField()
