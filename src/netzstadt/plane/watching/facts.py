"""What is known of a running installation: asked in one go, bounded, kept briefly."""

import asyncio
import logging
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from netzstadt.plane.statements import statement

logger = logging.getLogger("netzstadt.watching")

ANSWER_WITHIN_S = 2.0
KEPT_S = 2.0
# Below this nothing can be taken in for long, and PostgreSQL stops when the disk is full.
LEAST_FREE = 200 * 2**20
WORKER_WITHIN_S = 60.0

_STATE = statement("watch_state")
_JOBS = statement("watch_jobs")
_STEPS = statement("watch_steps")


@dataclass(frozen=True, slots=True)
class Facts:
    """One look at the installation; ``faults`` are sentences, and none means that it is ready."""

    faults: tuple[str, ...]
    values: dict[str, float | None] = field(default_factory=dict)
    jobs: tuple[tuple[str, int, float], ...] = ()
    free: int = 0


class Watch:
    """Looks at most every KEPT_S, however many ask, with one connection of its own."""

    def __init__(self, database_url: str, *, data: Path, steps: frozenset[str]) -> None:
        """``steps`` are the migrations that this version ships; all of them must have run."""
        self._url = database_url
        self._data = data
        self._steps = steps
        self._lock = asyncio.Lock()
        self._facts: Facts | None = None
        self._looked = 0.0

    async def facts(self) -> Facts:
        """What is known, at most KEPT_S old; answers within ANSWER_WITHIN_S and a little."""
        async with self._lock:
            if self._facts is None or time.monotonic() - self._looked > KEPT_S:
                self._facts = await self._look()
                self._looked = time.monotonic()
            return self._facts

    async def _look(self) -> Facts:
        free = self._free()
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                connection = await asyncpg.connect(self._url, timeout=ANSWER_WITHIN_S)
                try:
                    return await self._ask(connection, free)
                finally:
                    connection.terminate()
        except (TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            logger.warning("The database did not answer: %s", type(error).__name__)
            return Facts(("The database does not answer.",), free=free)

    async def _ask(self, connection: asyncpg.Connection, free: int) -> Facts:
        ran = {row["step"] for row in await connection.fetch(_STEPS)}
        missing, strange = sorted(self._steps - ran), sorted(ran - self._steps)
        if missing:
            return Facts((f"Migration {missing[0]} has not run.",), free=free)
        faults = []
        if strange:
            faults.append(f"The database has migration {strange[0]}, unknown to this version.")
        row = await connection.fetchrow(_STATE)
        values = {name: None if value is None else float(value) for name, value in row.items()}
        heartbeat = values["worker_heartbeat_age_s"]
        if heartbeat is None or heartbeat > WORKER_WITHIN_S:
            faults.append("No worker is at work.")
        if free < LEAST_FREE:
            faults.append("The disk is nearly full.")
        jobs = tuple(
            (each["status"], each["number"], float(each["age_s"] or 0))
            for each in await connection.fetch(_JOBS)
        )
        return Facts(tuple(faults), values, jobs, free)

    def _free(self) -> int:
        try:
            return shutil.disk_usage(self._data if self._data.is_dir() else "/").free
        except OSError:
            return 0
