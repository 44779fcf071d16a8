"""The storing half of an import: batches of one connection each, with the run's account."""

import queue
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import numpy as np
import psycopg
from numpy.typing import NDArray

from netzstadt.plane.batches import Columns
from netzstadt.plane.importing.account import Account, Counts, RejectFile
from netzstadt.plane.importing.chunks import Reject
from netzstadt.plane.load import LoadReceipt, NumberBlock, load

BATCH = 20_000
CONFLICT = "another value is stored for this time"
MOVED = "the observation of this time was given another time or Datastream"


@dataclass(slots=True)
class Piece:
    """A part of a batch that came from one file."""

    file: str
    series: NDArray[np.int64]  # series numbers of the database
    time: NDArray[np.int64]
    number: NDArray[np.float64]
    flags: NDArray[np.uint16]
    line: NDArray[np.int32]


@dataclass(slots=True)
class Batch:
    """What one transaction stores. ``refused`` counts what the reader rejected meanwhile."""

    pieces: list[Piece] = field(default_factory=list)
    columns: Columns | None = None
    origins: list[tuple[str, str]] = field(default_factory=list)  # file and place of the columns
    refused: int = 0

    @property
    def size(self) -> int:
        """Observations to be stored."""
        if self.columns is not None:
            return len(self.columns.series_id)
        return sum(len(piece.series) for piece in self.pieces)


class Storer:
    """A thread with a connection that stores batches in the order given.

    ``channels`` names series for the list of rejects; ``flags`` are the reader's sets of flags by
    number. Both grow while the import runs, and always before a batch that needs them.
    """

    def __init__(
        self,
        database_url: str,
        run_id: UUID,
        account: Account,
        rejects: RejectFile,
        channels: dict[int, str],
        flags: list[tuple[str, ...]],
    ) -> None:
        self._url = database_url
        self._run_id = run_id
        self._account = account
        self._rejects = rejects
        self._channels = channels
        self._flags = flags
        self._batches: queue.Queue[Batch | None] = queue.Queue(maxsize=2)
        self._is_stopping = threading.Event()
        self.failure: BaseException | None = None
        self.busy_s = 0.0
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def put(self, batch: Batch, timeout_s: float) -> bool:
        """Hand over a batch; False if there was no room in time."""
        try:
            self._batches.put(batch, timeout=timeout_s)
        except queue.Full:
            return False
        return True

    def finish(self) -> None:
        """Store what was handed over, then end."""
        while self._thread.is_alive():
            try:
                self._batches.put(None, timeout=0.2)
                break
            except queue.Full:
                continue
        self._thread.join()

    def stop(self) -> None:
        """End after the batch at work; what waits behind it is left for the next run."""
        self._is_stopping.set()
        self.finish()

    def _work(self) -> None:
        try:
            with psycopg.connect(self._url, autocommit=True) as connection:
                while (batch := self._batches.get()) is not None:
                    if not self._is_stopping.is_set():
                        self._store(connection, batch)
        except BaseException as error:  # noqa: BLE001 - told to the thread that waits for us
            self.failure = error
            self._is_stopping.set()
            while self._batches.get() is not None:
                pass

    def _store(self, connection: psycopg.Connection[Any], batch: Batch) -> None:
        started = time.perf_counter()
        with connection.transaction():
            if batch.columns is not None:
                receipt = load(connection, batch.columns)
                rejects = self._column_rejects(batch, receipt)
            else:
                receipt, rejects = self._store_pieces(connection, batch.pieces)
            self._rejects.write(rejects)
            counts = Counts(
                read=batch.size + batch.refused,
                loaded=receipt.loaded,
                unchanged=receipt.unchanged,
                rejected=len(rejects) + batch.refused,
            )
            note_progress(connection, self._run_id, counts)
        self.busy_s += time.perf_counter() - started
        self._account.add(counts)

    def _store_pieces(
        self, connection: psycopg.Connection[Any], pieces: list[Piece]
    ) -> tuple[LoadReceipt, list[Reject]]:
        series = np.concatenate([piece.series for piece in pieces])
        order = np.argsort(series, kind="stable")  # a series keeps the order of its lines
        series = series[order]
        times = np.concatenate([piece.time for piece in pieces])[order]
        values = np.concatenate([piece.number for piece in pieces])[order]
        codes = np.concatenate([piece.flags for piece in pieces])[order].astype(np.intp)
        starts = np.flatnonzero(np.diff(series, prepend=series[:1] - 1)).tolist()
        flags = tuple(self._flags)
        blocks = [
            NumberBlock(
                int(series[start]),
                times[start:end],
                values[start:end],
                codes[start:end] if codes[start:end].any() else None,
                flags,
            )
            for start, end in zip(starts, [*starts[1:], len(series)], strict=True)
        ]
        receipt = load(connection, blocks)
        if not receipt.conflicts and not receipt.errors:
            return receipt, []
        line = np.concatenate([piece.line for piece in pieces])[order]
        sizes = [len(piece.series) for piece in pieces]
        file = np.repeat(np.arange(len(pieces)), sizes)[order]
        stored = _stored_numbers(connection, series, times, receipt.conflicts)
        reasons = {
            place: f"{CONFLICT}: {_shown(stored[place])}" if place in stored else CONFLICT
            for place in receipt.conflicts
        }
        reasons |= dict.fromkeys(receipt.moved, MOVED) | receipt.errors
        return receipt, [
            Reject(
                pieces[file[place]].file,
                int(line[place]),
                self._channels.get(int(series[place]), ""),
                _shown(float(values[place])),
                reason,
            )
            for place, reason in sorted(reasons.items())
        ]

    def _column_rejects(self, batch: Batch, receipt: LoadReceipt) -> list[Reject]:
        columns = batch.columns
        assert columns is not None
        reasons = dict.fromkeys(receipt.conflicts, CONFLICT)
        reasons |= dict.fromkeys(receipt.moved, MOVED) | receipt.errors
        rejects = []
        for place, reason in sorted(reasons.items()):
            number = columns.number[place]
            result = columns.sparse.get("result", [])
            value = number if number is not None else result[place] if result else ""
            rejects.append(
                Reject(
                    batch.origins[place][0], 0, batch.origins[place][1], str(value)[:200], reason
                )
            )
        return rejects


def note_progress(connection: psycopg.Connection[Any], run_id: UUID, counts: Counts) -> None:
    """Add to the account that the run keeps in the database, in the transaction of the batch."""
    connection.execute(
        "update import_run set rows_read = rows_read + %s, rows_loaded = rows_loaded + %s, "
        "rows_unchanged = rows_unchanged + %s, rows_rejected = rows_rejected + %s where id = %s",
        [counts.read, counts.loaded, counts.unchanged, counts.rejected, run_id],
    )


def _stored_numbers(
    connection: psycopg.Connection[Any],
    series: NDArray[np.int64],
    times: NDArray[np.int64],
    places: list[int],
) -> dict[int, float]:
    """The numbers that stand against those of the places."""
    if not places:
        return {}
    found = connection.execute(
        "select p.place, o.number from unnest(%s::bigint[], %s::bigint[], %s::bigint[]) "
        "as p (place, series_id, time) join observation o on o.series_id = p.series_id "
        "and o.time = timestamptz 'epoch' + p.time * interval '1 microsecond' and o.sequence = 0 "
        "and o.number is not null",
        [places, series[places].tolist(), times[places].tolist()],
    ).fetchall()
    return dict(found)


def _shown(number: float) -> str:
    return str(int(number)) if number.is_integer() else repr(number)
