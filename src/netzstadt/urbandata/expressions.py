"""SQL functions of the plane as expressions of queries."""

from django.db.models import CharField, FloatField, Func


class SortKey(Func):
    """The order of DIN 5007 and what a search without accents compares (SQL: din_5007)."""

    function = "din_5007"
    output_field = CharField()


class Centre(Func):
    """One coordinate of the middle of a box; axis 0 is the longitude."""

    template = "(center(%(expressions)s))[%(axis)s]"
    output_field = FloatField()
