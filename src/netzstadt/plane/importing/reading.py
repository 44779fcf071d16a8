"""The reading half of an import, in a process of its own: one core parses while the other stores.

Started by ``Reader``; speaks pickles over pipes, which nobody but the two ends writes to.
"""

import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from netzstadt.plane.importing.chunks import End, Message, Refused
from netzstadt.plane.importing.csv_reader import CsvReader
from netzstadt.plane.importing.errors import ImportRefused
from netzstadt.plane.importing.headers import is_data_file
from netzstadt.plane.importing.profile import Profile
from netzstadt.plane.importing.sensorthings_reader import (
    read_document,
    read_entities,
    read_observations,
)
from netzstadt.plane.importing.sources import Limits, Member, members


@dataclass(frozen=True, slots=True)
class Task:
    """What the reading process is told."""

    path: Path
    profile: Profile
    limits: Limits


def messages(task: Task) -> Iterator[Message]:
    """Everything that a source holds, in a lasting order: that of its files and lines."""
    if task.profile.format == "csv":
        reader = CsvReader(task.profile, task.limits)
        for member in _data(task):
            yield from reader.read(member)
        return
    for member in _data(task):
        document, _ = read_document(member, task.limits)
        yield read_entities(document, member.name)
    for member in _data(task):
        document, size = read_document(member, task.limits)
        yield from read_observations(document, member.name, size)


def _data(task: Task) -> Iterator[Member]:
    for member in members(task.path, task.limits):
        if is_data_file(member.plain_name, task.profile):
            yield member


class Reader:
    """The reading process and what it says. Use as a context: it ends with it."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._received: queue.Queue[Message | None] = queue.Queue(maxsize=4)
        self._is_over = False

    def __enter__(self) -> "Reader":
        self._process = subprocess.Popen(
            [sys.executable, "-m", "netzstadt.plane.importing.reading"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for the storing half, which ends this one
        )
        assert self._process.stdin
        with self._process.stdin as stdin:
            pickle.dump(self._task, stdin)
        self._thread = threading.Thread(target=self._receive, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over = True
        self._process.kill()
        while self._thread.is_alive():  # it may be waiting for room
            self._drain()
            self._thread.join(0.05)
        self._process.wait()
        assert self._process.stdout
        self._process.stdout.close()

    def next(self, timeout_s: float) -> Message | None:
        """The next message, or None if none came in time.

        Raises ImportRefused if the process ended before its work.
        """
        try:
            message = self._received.get(timeout=timeout_s)
        except queue.Empty:
            return None
        if message is None:
            raise ImportRefused(
                f"The reading process ended unexpectedly (exit code {self._process.wait()}). "
                "What was stored stays; run the same command again to go on."
            )
        return message

    def _receive(self) -> None:
        assert self._process.stdout
        while not self._is_over:
            try:
                message: Message = pickle.load(self._process.stdout)  # noqa: S301 - our own process
            except (EOFError, pickle.UnpicklingError):
                self._received.put(None)
                return
            self._received.put(message)
            if isinstance(message, End | Refused):
                return

    def _drain(self) -> None:
        while not self._received.empty():
            self._received.get_nowait()


def main(stdin: BinaryIO, stdout: BinaryIO) -> None:
    """Read what ``stdin`` tells and write messages to ``stdout``."""
    task: Task = pickle.load(stdin)  # noqa: S301 - our own parent
    last: Message = End()
    try:
        for message in messages(task):
            pickle.dump(message, stdout, protocol=pickle.HIGHEST_PROTOCOL)
            stdout.flush()
    except ImportRefused as refusal:
        last = Refused(str(refusal))
    except BrokenPipeError:
        return  # the other half is gone
    pickle.dump(last, stdout)
    stdout.flush()


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
