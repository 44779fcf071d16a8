"""Sums over what a query finds, made in the database where the query cannot sum it itself."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

if TYPE_CHECKING:
    from django.db.models import QuerySet


def rows_over(
    found: "QuerySet[Any, Any]", statement: str, *parameters: Any
) -> list[tuple[Any, ...]]:
    """The rows of a statement that groups the rows of ``found`` under this name.

    So the rule who may see what stays in the query, and is never written a second time.
    """
    try:
        query, values = found.query.sql_with_params()
    except EmptyResultSet:  # known without asking, as with "one of none"
        return []
    everything: list[Any] = [*values, *parameters]
    with connection.cursor() as cursor:
        cursor.execute(f"with found as materialized ({query}) {statement}", everything)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
