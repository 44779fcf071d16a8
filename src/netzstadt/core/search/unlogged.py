"""Statements whose words stay out of the database's log.

Django writes values into the text of a statement, and a server that cancels a statement logs that
text. Here the values travel apart from it, and a server logs the text alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection


@contextmanager
def unlogged_cursor() -> Iterator["psycopg.Cursor[tuple[Any, ...]]"]:
    """A cursor on Django's connection, in its transaction."""
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        yield cursor
