"""Reckoning how often each series usually sends, so that silence is noticed."""

from datetime import datetime
from typing import Any

import psycopg

from netzstadt.plane.statements import statement

_RECKON = statement("expectations")


def reckon(connection: psycopg.Connection[Any], *, at: datetime, limit: int = 5000) -> int:
    """Reckon the usual gaps of up to ``limit`` series that changed since; return of how many.

    A series counts as sending once its newest value came about when it was measured: what an
    import brought of the past is never missed.
    """
    cursor = psycopg.RawCursor(connection)
    cursor.execute(_RECKON.encode(), [at, limit])
    return cursor.rowcount
