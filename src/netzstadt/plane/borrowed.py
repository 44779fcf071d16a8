"""Somebody else's psycopg connection as the plane's functions know one.

The rules of changing entities are written once, as coroutines on an asyncpg connection. The house's
pages run them in the transaction of their own change: on this connection nothing is ever waited
for, so a coroutine comes to its end in one go, without a loop (``finish``).
"""

from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

import asyncpg
import psycopg
from psycopg.rows import dict_row
from psycopg.types.string import TextLoader

T = TypeVar("T")


class Borrowed:
    """What the plane's functions ask of a connection; ``$1`` and JSON as text, as in asyncpg."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    async def execute(self, statement: str, *arguments: Any) -> None:
        """Run a statement."""
        self._run(statement, arguments)

    async def executemany(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Run a statement with each of the rows."""
        for arguments in rows:
            self._run(statement, arguments)

    async def fetch(self, statement: str, *arguments: Any) -> list[dict[str, Any]]:
        """All rows."""
        return self._run(statement, arguments).fetchall()

    async def fetchrow(self, statement: str, *arguments: Any) -> dict[str, Any] | None:
        """The first row; None without one."""
        return self._run(statement, arguments).fetchone()

    async def fetchval(self, statement: str, *arguments: Any) -> Any:
        """The first column of the first row; None without one."""
        row = await self.fetchrow(statement, *arguments)
        return None if row is None else next(iter(row.values()), None)

    def _run(self, statement: str, arguments: tuple[Any, ...]) -> psycopg.Cursor[dict[str, Any]]:
        cursor = psycopg.RawCursor(self._connection, row_factory=dict_row)
        for kind in ("json", "jsonb"):
            cursor.adapters.register_loader(kind, TextLoader)
        cursor.execute(statement.encode(), [_argument(each) for each in arguments])
        return cursor


def finish(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine of the plane that works on a borrowed connection alone; its result.

    Raises what the coroutine raises.
    """
    try:
        work.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    work.close()
    raise RuntimeError("This function of the plane waits for more than its connection.")


def _argument(value: Any) -> Any:
    """asyncpg's own types as PostgreSQL reads them from text."""
    if isinstance(value, asyncpg.Range):
        ends = [end.isoformat() if end is not None else "" for end in (value.lower, value.upper)]
        return f"{'[' if value.lower_inc else '('}{','.join(ends)}{']' if value.upper_inc else ')'}"
    if isinstance(value, asyncpg.Box):
        return f"({value.high.x!r},{value.high.y!r}),({value.low.x!r},{value.low.y!r})"
    return value
