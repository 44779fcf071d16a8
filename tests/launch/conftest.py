"""Whole installations in directories of their own: `netzstadt up` as people run it."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg
import pytest
from tests.ports import free_port
from tests.waiting import PATIENCE_S, wait_until

from netzstadt.embedded.postgres import Postgres

NETZSTADT = [sys.executable, "-m", "netzstadt"]


def kill_all(processes: list[psutil.Process]) -> None:
    """`kill -9` for all of them."""
    assert processes
    for process in processes:
        # A child that sees its supervisor die may be quicker than we are.
        with suppress(psutil.NoSuchProcess):
            process.kill()


def is_dying(process: psutil.Process) -> bool:
    """Whether it was killed already, and is only not gone yet: that takes a moment, too."""
    try:
        text = Path(f"/proc/{process.pid}/status").read_text()
    except OSError:
        return False
    pending = re.search(r"^ShdPnd:\s*([0-9a-f]+)$", text, re.M)
    return pending is not None and bool(int(pending[1], 16) >> (signal.SIGKILL - 1) & 1)


class City:
    """One installation: its directory, its port, and the `netzstadt up` that runs in it."""

    def __init__(self, directory: Path) -> None:
        self.data = directory / "data"
        self.port = free_port()
        self.lines: list[str] = []
        self.settings = {"NETZSTADT_DEMO": "no"}
        self._up: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None

    @property
    def environment(self) -> dict[str, str]:
        """Ours without any setting of the installation that tests may run beside."""
        kept = {key: text for key, text in os.environ.items() if not key.startswith("NETZSTADT_")}
        own = {"NETZSTADT_DATA_DIR": str(self.data), "NETZSTADT_PORT": str(self.port)}
        return kept | own | self.settings

    @property
    def output(self) -> str:
        return "".join(self.lines)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def database_url(self) -> str:
        return Postgres(self.data).url()

    def up(self, *, wait: bool = True) -> psutil.Process:
        """Start everything."""
        self._close()
        self.lines.clear()
        self._up = subprocess.Popen(
            [*NETZSTADT, "up"],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, args=(self._up,))
        self._reader.start()
        if wait:
            self.wait_for("Ctrl-C stops it.")
        return self.process

    @property
    def process(self) -> psutil.Process:
        """The `netzstadt up` that runs."""
        assert self._up is not None
        return psutil.Process(self._up.pid)

    def _read(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        self.lines.extend(iter(process.stdout.readline, ""))

    def wait_for(self, text: str, *, times: int = 1) -> None:
        """Wait until it has said something."""

        def is_said() -> bool:
            assert self._reader is not None
            # What it said last may be read after it has ended.
            is_all_read = not self._reader.is_alive()
            said = self.output
            assert text in said or not is_all_read, f"it ended without {text!r}:\n{said}"
            return said.count(text) >= times

        wait_until(is_said, f"{text!r} in:\n{self.output}")

    def ended(self) -> int:
        """Wait until it has ended, and its exit code."""
        assert self._up is not None
        status = self._up.wait(PATIENCE_S)
        self._close()
        return status

    def stop(self, number: int = signal.SIGINT) -> int:
        """Ask it to stop; its exit code."""
        assert self._up is not None
        self._up.send_signal(number)
        return self.ended()

    def run(self, *command: str, **settings: str) -> "subprocess.CompletedProcess[str]":
        """Run another command of the installation to its end."""
        return subprocess.run(
            [*NETZSTADT, *command],
            env=self.environment | settings,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )

    def begin(self, *command: str) -> "subprocess.Popen[str]":
        """Begin another command of the installation."""
        return subprocess.Popen(
            [*NETZSTADT, *command],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def children(self, command: str) -> list[psutil.Process]:
        """The processes of one part: ``web``, ``worker`` or ``postgres``."""
        assert self._up is not None
        if self._up.poll() is not None:
            return []
        found = []
        for child in psutil.Process(self._up.pid).children():
            with suppress(psutil.NoSuchProcess):  # it ends while we look
                words = child.cmdline()
                is_database = command == "postgres" and Path("".join(words[:1])).name == "postgres"
                if is_database or words[1:4] == ["-m", "netzstadt", command]:
                    found += [child, *child.children(recursive=True)]
        return found

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.database_url) as connection:
            return connection.execute(statement).fetchall()  # type: ignore[call-overload]

    def get(self, path: str = "/", **options: Any) -> httpx.Response:
        """The answer, however long a busy server takes."""
        return httpx.get(self.url + path, timeout=PATIENCE_S, **options)

    def answers(self, path: str = "/sta/v1.1") -> bool:
        try:
            return httpx.get(self.url + path, timeout=60).status_code == 200
        except httpx.HTTPError:
            return False

    def left_over(self) -> list[str]:
        """Command lines of processes that still have to do with this installation."""
        found = []
        for process in psutil.process_iter():
            try:
                words = process.cmdline()
                mine = process.environ().get("NETZSTADT_DATA_DIR") == str(self.data)
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
            is_ours = mine or any(str(self.data) in word for word in words)
            if is_ours and not is_dying(process):
                found.append(" ".join(words))
        return found

    def _close(self) -> None:
        if self._up is not None and self._up.poll() is not None:
            if self._reader is not None:
                self._reader.join()
            if self._up.stdout is not None:
                self._up.stdout.close()

    def destroy(self) -> None:
        """End whatever is left, at the end of a test."""
        if self._up is None:
            return
        if self._up.poll() is None:
            self.stop()
        self._close()
        postgres = Postgres(self.data)
        if postgres.cluster.exists() and postgres.is_ready():
            postgres.start()  # takes over what a killed supervisor left
            postgres.stop()


@pytest.fixture(scope="session")
def prepared() -> Iterator[Path]:
    """A data directory with a migrated, empty database: made once, copied by each test."""
    path = Path(tempfile.mkdtemp(prefix="netzstadt-test-", dir="/var/tmp"))
    path.chmod(0o755)
    city = City(path)
    done = city.run("migrate")
    assert done.returncode == 0, done.stderr
    yield city.data
    shutil.rmtree(path)


def copy_of(prepared: Path, directory: Path) -> City:
    """An installation in ``directory`` with the prepared database; nobody changes that one."""
    # cp keeps the owners: PostgreSQL insists on them.
    subprocess.run(["cp", "-a", prepared, directory / "data"], check=True)
    return City(directory)


@pytest.fixture
def new_city(place: Path) -> Iterator[City]:
    """An installation that was never started."""
    city = City(place)
    yield city
    city.destroy()


@pytest.fixture
def city(place: Path, prepared: Path) -> Iterator[City]:
    """An installation whose database is there and migrated."""
    city = copy_of(prepared, place)
    yield city
    city.destroy()
