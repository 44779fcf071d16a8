"""SQL functions of the plane as expressions of queries."""

from django.db.models import BooleanField, CharField, FloatField, Func


class SortKey(Func):
    """The order of DIN 5007 and what a search without accents compares (SQL: din_5007)."""

    function = "din_5007"
    output_field = CharField()


class IsExtended(Func):
    """Whether a box is more than a point."""

    template = "not ((%(expressions)s)[0] ~= (%(expressions)s)[1])"
    output_field = BooleanField()


class Overlaps(Func):
    """Whether two boxes share a point; an index finds the boxes that do (SQL: &&)."""

    template = "(%(expressions)s)"
    arg_joiner = " && "
    output_field = BooleanField()


class Distance(Func):
    """How far a box is from a point; an index finds the nearest ones in order (SQL: <->)."""

    template = "(%(expressions)s::point)"
    arg_joiner = " <-> "
    output_field = FloatField()


class Centre(Func):
    """One coordinate of the middle of a box; axis 0 is the longitude."""

    template = "(center(%(expressions)s))[%(axis)s]"
    output_field = FloatField()
