"""A place for files, an object to attach them to, and a real virus scanner."""

import io
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from tests.core.files.samples import TEXT
from tests.urbandata.conftest import make_station  # noqa: F401 - a fixture

from netzstadt.core.access.permissions import Role
from netzstadt.core.files import clamd, services
from netzstadt.core.files.models import FileVersion
from netzstadt.core.files.store import FolderStore
from netzstadt.lib import clock

# What our own signatures find; nothing of it is a real virus.
BAD = b"netzstadt test content that the local signature database calls infected"
STARTS_WITHIN_S = 300


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """What services say is compared in the language of the sources."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    """Every test keeps its files in a folder of its own; there is no scanner."""
    settings.CONFIG = replace(
        settings.CONFIG, data_dir=str(tmp_path), clamd="", scan_required=False, largest_file_mb=2
    )
    return tmp_path / "files"


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A scanner that is there is waited for, however busy the machine is."""
    monkeypatch.setattr(clamd, "CONNECT_WITHIN_S", 120.0)


@pytest.fixture
def store(folder: Path) -> FolderStore:
    """The place of the bytes, looked at directly."""
    return FolderStore(folder)


@pytest.fixture
def engineer(make_person: Any) -> Any:
    """Somebody who may attach files everywhere."""
    return make_person(Role.DATA_ENGINEER, name="Eva Technik")


@pytest.fixture
def thing(make_station: Any) -> Any:  # noqa: F811
    """A public station."""
    return make_station("Markt").thing


@pytest.fixture
def attach(thing: Any, engineer: Any) -> Callable[..., FileVersion]:
    """Attach a file to the station."""

    def make(
        content: bytes = TEXT, name: str = "weg.txt", *, of: Any = None, title: str = ""
    ) -> FileVersion:
        return services.attach(
            model="urbandata.thing",
            object_id=(of or thing).pk,
            file=io.BytesIO(content),
            name=name,
            title=title,
            by=engineer,
            at=clock.now(),
        )

    return make


@pytest.fixture(scope="session")
def clamd_socket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A real clamd with a signature of our own; no network, no freshclam."""
    program = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin")
    if program is None:
        pytest.skip("THERE IS NO CLAMD: nothing of virus scanning is tested (make setup-test)")
    place = tmp_path_factory.mktemp("clamd")
    (place / "db").mkdir()
    (place / "db" / "own.ndb").write_text(f"Netzstadt.Test:0:*:{BAD.hex()}\n")
    address = place / "s"
    (place / "clamd.conf").write_text(
        f"LocalSocket {address}\nDatabaseDirectory {place / 'db'}\nForeground yes\n"
        f"PidFile {place / 'pid'}\nStreamMaxLength 1M\nMaxThreads 2\nOfficialDatabaseOnly no\n"
        f"TemporaryDirectory {place}\nConcurrentDatabaseReload no\n"
    )
    with (place / "log").open("w") as log:
        process = subprocess.Popen(
            [program, "--config-file", str(place / "clamd.conf")], stdout=log, stderr=log
        )
    try:
        _wait_for(address, process, place / "log")
        yield address
    finally:
        process.terminate()
        process.wait(STARTS_WITHIN_S)


def _wait_for(address: Path, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while process.poll() is None and time.monotonic() < deadline:
        with socket.socket(socket.AF_UNIX) as connection:
            try:
                connection.connect(str(address))
            except OSError:
                time.sleep(0.1)
            else:
                return
    process.kill()
    pytest.fail(f"clamd did not start:\n{log.read_text()}")


@pytest.fixture
def scanner(clamd_socket: Path, settings: Any) -> Path:
    """The installation scans with the real clamd."""
    settings.CONFIG = replace(settings.CONFIG, clamd=f"unix:{clamd_socket}")
    return clamd_socket
