"""The place of the bytes: whole or not at all, never overwritten."""

import hashlib
import os
import signal
import subprocess
import sys

import pytest
from tests.core.files.samples import read

WRITER = """
import sys
from pathlib import Path
from netzstadt.core.files.store import FolderStore

def pieces():
    while True:
        print("piece", flush=True)
        yield b"x" * 1000

FolderStore(Path(sys.argv[1])).receive(pieces())
"""


def test_a_content_is_found_by_its_hash(store):
    arrived = store.receive([b"a", b"bc"])
    store.keep(arrived)
    store.discard(arrived)

    sha256 = hashlib.sha256(b"abc").hexdigest()
    assert (arrived.sha256, arrived.size) == (sha256, 3)
    assert read(store, sha256) == b"abc"
    assert list(store.contents()) == [sha256]


def test_a_content_that_is_there_is_not_written_again(store, folder):
    first = store.receive([b"abc"])
    store.keep(first)
    place = next(path for path in folder.glob("??/??/*"))
    before = place.stat().st_ino

    store.keep(store.receive([b"abc"]))

    assert place.stat().st_ino == before


def test_a_content_that_was_only_received_is_not_there(store):
    arrived = store.receive([b"abc"])

    with pytest.raises(FileNotFoundError):
        store.open(arrived.sha256)
    assert list(store.contents()) == []


def test_what_breaks_off_while_it_arrives_leaves_nothing(store, folder):
    def breaking():
        yield b"a"
        raise OSError("the line is dead")

    with pytest.raises(OSError, match="dead"):
        store.receive(breaking())

    assert list((folder / "incoming").iterdir()) == []


def test_a_process_that_is_killed_while_it_writes_leaves_no_content(store, folder):
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE, env=dict(os.environ)
    )
    assert process.stdout is not None
    for _ in range(20):
        process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    process.wait(120)
    process.stdout.close()

    assert list(store.contents()) == []
    assert store.forget_arrived(older_than_s=-1) == 1


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "0" * 63, "0" * 64 + "/"])
def test_a_name_that_is_no_hash_leads_nowhere(store, name):
    with pytest.raises(ValueError, match="SHA-256"):
        store.open(name)


def test_files_are_for_the_account_of_the_server_alone(store, folder):
    arrived = store.receive([b"abc"])
    store.keep(arrived)

    place = next(path for path in folder.glob("??/??/*"))

    assert place.stat().st_mode & 0o077 == 0
    assert folder.stat().st_mode & 0o077 == 0
