"""One import from beginning to end: lock, run row, reading and storing side by side."""

import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

import numpy as np
import psycopg

from netzstadt.lib.ids import new_id
from netzstadt.plane import audit
from netzstadt.plane.batches import Columns
from netzstadt.plane.importing.account import Account, Counts, RejectFile
from netzstadt.plane.importing.chunks import Chunk, End, Entities, Message, Refused, Reject, Rows
from netzstadt.plane.importing.csv_entities import CsvEntities
from netzstadt.plane.importing.entities import EntityStore
from netzstadt.plane.importing.errors import ImportRefused
from netzstadt.plane.importing.reading import Reader, Task
from netzstadt.plane.importing.sensorthings_entities import SensorThingsEntities
from netzstadt.plane.importing.sources import Limits
from netzstadt.plane.importing.storing import BATCH, Batch, Piece, Storer, note_progress
from netzstadt.plane.importing.survey import Survey
from netzstadt.plane.load import UnknownSeries

CONNECTIONS = 2
_WAIT_S = 0.2


class Progress(Protocol):
    """Told how far the import is; called often."""

    def __call__(self, *, done_bytes: int, counts: Counts) -> None:
        """``done_bytes`` of the survey's size were read; ``counts`` are committed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be imported, how and where to."""

    path: Path
    survey: Survey
    database_url: str
    rejects: Path
    visibility: str  # of the Things that are made, as the database writes it
    unit_id: UUID | None = None
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the import ended. ``store_s`` is the time the connections were at work, added up."""

    state: str  # DONE or INTERRUPTED
    counts: Counts
    rejects: Path | None
    series: int
    seconds: float
    store_s: float


def run_import(order: Order, *, at: datetime, stop: threading.Event, progress: Progress) -> Outcome:
    """Import what the survey found. Running it again goes on where it was stopped, or changes
    nothing: every observation is known by its series and time.

    ``stop`` ends it after the batches at work. Raises ImportRefused if it cannot begin or go on;
    what was committed stays and is accounted for in ``import_run``.
    """
    try:
        with (
            psycopg.connect(order.database_url, autocommit=True) as connection,
            _locked(connection, order.survey.profile.key),
        ):
            return _run_locked(connection, order, at, stop, progress)
    except psycopg.OperationalError as error:
        raise ImportRefused(
            f"The database cannot be reached: {str(error).strip()}. What was stored stays; run the "
            "same command again to go on."
        ) from error
    except UnknownSeries as error:
        raise ImportRefused(
            f"{error} It was deleted while the import ran; run the same command again to go on."
        ) from error


def _run_locked(
    connection: psycopg.Connection[Any],
    order: Order,
    at: datetime,
    stop: threading.Event,
    progress: Progress,
) -> Outcome:
    run = _Run(order, connection, _begin(connection, order, at))
    started = time.perf_counter()
    try:
        state = run.work(stop, progress)
    except BaseException as error:
        message = str(error) if isinstance(error, ImportRefused) else repr(error)
        with contextlib.suppress(psycopg.OperationalError):  # then the next run closes it
            _end(connection, run, "FAILED", message)
        raise
    _end(connection, run, state, "")
    rejects = order.rejects if run.rejects.count else None
    seconds = time.perf_counter() - started
    return Outcome(state, run.account.counts, rejects, len(run.channels), seconds, run.store_s)


@contextlib.contextmanager
def _locked(connection: psycopg.Connection[Any], key: str) -> Iterator[None]:
    """Alone with this source. If this process dies, the lock ends with its session."""
    row = connection.execute(
        "select pg_try_advisory_lock(hashtext('netzstadt.import'), hashtext(%s))", [key]
    ).fetchone()
    if not row or not row[0]:
        raise ImportRefused(
            f"Another import of {key} is running. Wait for its end, or stop it with Ctrl-C."
        )
    try:
        yield
    finally:
        # The session itself ends a moment after it was closed, too late for who comes next.
        with contextlib.suppress(psycopg.OperationalError):
            connection.execute(
                "select pg_advisory_unlock(hashtext('netzstadt.import'), hashtext(%s))", [key]
            )


def _begin(connection: psycopg.Connection[Any], order: Order, at: datetime) -> UUID:
    run_id = new_id()
    with connection.transaction():
        # Whoever holds the lock is alone: a run that still says RUNNING was killed.
        connection.execute(
            "update import_run set state = 'INTERRUPTED', finished_at = %s, "
            "message = 'The process ended without a word.' "
            "where profile = %s and state = 'RUNNING'",
            [at, order.survey.profile.key],
        )
        connection.execute(
            "insert into import_run (id, profile, source, started_at) values (%s, %s, %s, %s)",
            [run_id, order.survey.profile.key, order.path.name, at],
        )
    return run_id


def _end(connection: psycopg.Connection[Any], run: "_Run", state: str, message: str) -> None:
    """Close the run in the account and in the audit trail."""
    counts = run.account.counts
    facts = {
        "profile": run.order.survey.profile.key,
        "source": run.order.path.name,
        "state": state,
        **{name: getattr(counts, name) for name in ("read", "loaded", "unchanged", "rejected")},
    }
    with connection.transaction():
        connection.execute(
            "update import_run set state = %s, finished_at = clock_timestamp(), message = %s "
            "where id = %s",
            [state, message, run.run_id],
        )
        _keep_rejects(connection, run)
        audit.record(connection, "plane.import_run.finished", "plane.import_run", run.run_id, facts)


def _keep_rejects(connection: psycopg.Connection[Any], run: "_Run") -> None:
    """Keep the first rejects for the page of the import; all of them are in its file."""
    statement = "copy import_reject (run_id, number, file, line, field, value, reason) from stdin"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for number, each in enumerate(run.rejects.first, start=1):
            # PostgreSQL's text knows no NUL, and a file may hold anything.
            texts = [
                text.replace("\0", "\ufffd")[:1000]
                for text in (each.file, each.column, each.value, each.reason)
            ]
            copy.write_row((run.run_id, number, texts[0], each.line or None, *texts[1:]))


class _Run:
    """The moving parts of one import."""

    def __init__(self, order: Order, connection: psycopg.Connection[Any], run_id: UUID) -> None:
        self.order = order
        self.run_id = run_id
        self.account = Account()
        self.rejects = RejectFile(order.rejects)
        self.channels: dict[int, str] = {}  # series number: what it is called in rejects
        self.store_s = 0.0
        self._connection = connection
        self._entities = EntityStore(
            connection,
            order.survey.profile,
            visibility=order.visibility,
            unit_id=order.unit_id,
        )
        is_csv = order.survey.profile.format == "csv"
        rule = order.survey.profile.sensorthings
        self._csv = CsvEntities(order.survey) if is_csv else None
        self._json = SensorThingsEntities(rule) if rule and not is_csv else None
        self._series = np.zeros(0, dtype=np.int64)  # the reader's number: the database's
        self._flags: list[tuple[str, ...]] = []
        self._batches = [Batch() for _ in range(CONNECTIONS)]
        self._done_bytes = 0
        self._read = 0  # observations, as the reader counts them

    def work(self, stop: threading.Event, progress: Progress) -> str:
        """Read and store until the end or until stopped; the state of the run."""
        order = self.order
        task = Task(order.path, order.survey.profile, order.limits)
        self._storers = [
            Storer(
                order.database_url,
                self.run_id,
                self.account,
                self.rejects,
                self.channels,
                self._flags,
            )
            for _ in range(CONNECTIONS)
        ]
        is_done = False
        try:
            with Reader(task) as reader:
                while not stop.is_set() and not is_done:
                    message = reader.next(_WAIT_S)
                    self._raise_failures()
                    if message is not None:
                        is_done = self._take(message, stop)
                    progress(done_bytes=self._done_bytes, counts=self.account.counts)
                if is_done:
                    self._flush(stop)
        finally:
            is_complete = is_done and not stop.is_set()
            for storer in self._storers:
                storer.finish() if is_complete else storer.stop()
            self.store_s = sum(storer.busy_s for storer in self._storers)
            self.rejects.close()
        self._raise_failures()
        progress(done_bytes=self._done_bytes, counts=self.account.counts)
        counts = self.account.counts
        if not counts.is_balanced or (is_complete and counts.read != self._read):
            raise RuntimeError(f"The account does not balance: {counts}; read were {self._read}.")
        return "DONE" if is_complete else "INTERRUPTED"

    def _raise_failures(self) -> None:
        for storer in self._storers:
            if storer.failure is not None:
                raise storer.failure

    def _take(self, message: Message, stop: threading.Event) -> bool:
        """Take one message of the reader's; True at the end."""
        if isinstance(message, End):
            return True
        if isinstance(message, Refused):
            self._flush(stop)
            raise ImportRefused(message.message)
        if isinstance(message, Entities):
            assert self._json
            with self._connection.transaction():
                self._json.make(self._entities, message)
            return False
        if isinstance(message, Chunk):
            self._take_chunk(message, stop)
        else:
            self._take_rows(message, stop)
        self._done_bytes += message.size
        self._read += message.read
        return False

    def _take_chunk(self, chunk: Chunk, stop: threading.Event) -> None:
        self._flags.extend(chunk.new_flags)
        if chunk.new_series:
            assert self._csv
            with self._connection.transaction():
                numbers = [self._csv.series(self._entities, key) for key in chunk.new_series]
            for number, key in zip(numbers, chunk.new_series, strict=True):
                self.channels[number] = key.channel
            self._series = np.append(self._series, np.array(numbers, dtype=np.int64))
        self.rejects.write(chunk.rejects)
        series = self._series[chunk.series]
        for shard, batch in enumerate(self._batches):
            mine = np.flatnonzero(series % CONNECTIONS == shard)
            if len(mine):
                batch.pieces.append(
                    Piece(
                        chunk.file,
                        series[mine],
                        chunk.time[mine],
                        chunk.number[mine],
                        chunk.flags[mine],
                        chunk.line[mine],
                    )
                )
        self._batches[0].refused += len(chunk.rejects)
        for shard, batch in enumerate(self._batches):
            if batch.size >= BATCH:
                self._hand_over(shard, stop)

    def _take_rows(self, rows: Rows, stop: threading.Event) -> None:
        assert self._json
        with self._connection.transaction():
            series = [
                self._json.series(self._entities, datastream) for datastream in rows.datastreams
            ]
        known = [place for place, number in enumerate(series) if number is not None]
        rejects = rows.rejects + [
            Reject(
                rows.file,
                0,
                rows.places[place],
                _value_of(rows, place),
                f"there is no Datastream {rows.datastreams[place]}",
            )
            for place, number in enumerate(series)
            if number is None
        ]
        self.rejects.write(rejects)
        for place in known:
            self.channels[series[place] or 0] = rows.datastreams[place]
        batch = Batch(
            columns=Columns(
                [series[place] or 0 for place in known],
                [rows.times[place] for place in known],
                [rows.numbers[place] for place in known],
                {
                    name: [values[place] for place in known]
                    for name, values in rows.sparse.items()
                    if any(values[place] is not None for place in known)
                },
            ),
            origins=[(rows.file, rows.places[place]) for place in known],
            refused=len(rejects),
        )
        self._batches[0] = batch
        self._hand_over(0, stop)

    def _flush(self, stop: threading.Event) -> None:
        for shard in range(CONNECTIONS):
            self._hand_over(shard, stop)

    def _hand_over(self, shard: int, stop: threading.Event) -> None:
        batch, self._batches[shard] = self._batches[shard], Batch()
        if not batch.size:
            self._note_refused(batch)
            return
        while not stop.is_set() and not self._storers[shard].put(batch, _WAIT_S):
            self._raise_failures()

    def _note_refused(self, batch: Batch) -> None:
        """Rejects without a single good row beside them."""
        if batch.refused:
            counts = Counts(read=batch.refused, rejected=batch.refused)
            with self._connection.transaction():
                note_progress(self._connection, self.run_id, counts)
            self.account.add(counts)


def _value_of(rows: Rows, place: int) -> str:
    number = rows.numbers[place]
    value = number if number is not None else rows.sparse["result"][place]
    return str(value)[:200]
