"""SQL functions of the database as expressions of queries."""

from django.db.models import CharField, Func


class SortKey(Func):
    """What a search without accents and capitals compares (SQL: din_5007)."""

    function = "din_5007"
    output_field = CharField()
