"""The hold on a data directory: one process at a time starts PostgreSQL in it, and is named."""

import fcntl
import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Holder:
    """Who uses a data directory: the command, its process, since when, and where it answers."""

    command: str
    pid: int
    since: str
    address: str = ""

    def sentence(self, directory: Path) -> str:
        """Who holds ``directory``, and the three ways to go on."""
        answers = f" and answers at {self.address}" if self.address else ""
        return (
            f"The data directory {directory} is in use by {self.command} (process {self.pid}, "
            f"since {self.since}){answers}. Use that one, stop it (kill {self.pid}), or give this "
            "one its own directory and port with NETZSTADT_DATA_DIR and NETZSTADT_PORT."
        )


class Hold:
    """An exclusive lock on ``directory``; the system frees it when its process ends, however."""

    def __init__(self, directory: Path) -> None:
        self.file = directory / "in-use"
        self._handle: int | None = None

    def take(self, *, command: str, address: str = "") -> Holder | None:
        """Take the hold; None if it is ours now, else who has it. Raises OSError."""
        if self._handle is not None:
            return None
        handle = os.open(self.file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = _read(handle)
            os.close(handle)
            return holder
        since = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        holder = Holder(command=command, pid=os.getpid(), since=since, address=address)
        try:
            os.ftruncate(handle, 0)
            os.pwrite(handle, json.dumps(asdict(holder)).encode(), 0)
        except OSError:  # a full disk: a hold that cannot be named is none
            os.close(handle)
            raise
        self._handle = handle
        return None

    def holder(self) -> Holder | None:
        """Who holds the directory now, or None. May be ourselves."""
        try:
            handle = os.open(self.file, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return _read(handle)
        finally:
            os.close(handle)
        return None

    def release(self) -> None:
        """Give the directory back; the file stays, for removing it would race with the next."""
        if self._handle is not None:
            os.ftruncate(self._handle, 0)
            os.close(self._handle)
            self._handle = None


def _read(handle: int) -> Holder:
    try:
        return Holder(**json.loads(os.pread(handle, 4096, 0)))
    except (ValueError, TypeError):  # caught between taking the lock and writing the name
        return Holder(command="another process", pid=0, since="just now")
