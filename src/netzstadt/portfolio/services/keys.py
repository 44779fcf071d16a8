"""Numbers that people call projects and requests by."""

from datetime import datetime

from django.db import connection
from django.utils.timezone import localtime

_STATEMENTS = {
    "portfolio_project": "select coalesce(max(split_part(key, '-', 3)::int), 0) + 1"
    " from portfolio_project where key like %s",
    "portfolio_advice": "select coalesce(max(split_part(key, '-', 3)::int), 0) + 1"
    " from portfolio_advice where key like %s",
}


def next_key(table: str, letter: str, at: datetime) -> str:
    """The next number of a year, such as V-2026-001. One after the other: two at once would take
    the same."""
    year = localtime(at).year
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('netzstadt.portfolio.key'))")
        cursor.execute(_STATEMENTS[table], [f"{letter}-{year}-%"])
        row = cursor.fetchone()
    return f"{letter}-{year}-{row[0] if row else 1:03d}"
