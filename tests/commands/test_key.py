"""Keys and accounts are made on the command line, beside a running installation."""

import os
import subprocess
import sys

import psycopg
import pytest

from netzstadt.lib import api_keys


@pytest.fixture
def netzstadt(database):
    """Run a command of ours on a database of its own."""

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "netzstadt", *arguments],
            env=os.environ | {"NETZSTADT_DATABASE_URL": database},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture
def anna(netzstadt) -> str:
    """The address of a data engineer."""
    made = netzstadt(
        *("person", "make", "anna@stadt.example", "Anna Alt", "--role", "DATA_ENGINEER"),
        *("--password", "wolkenbruch-im-mai"),
    )
    assert made.returncode == 0, made.stderr
    return "anna@stadt.example"


def test_a_key_is_made_listed_and_revoked(netzstadt, anna, database):
    secret = netzstadt("key", "make", "Gateway", "--for", anna, "--write").stdout.strip()
    listed = netzstadt("key", "list").stdout
    revoked = netzstadt("key", "revoke", api_keys.prefix_of(secret))
    again = netzstadt("key", "revoke", api_keys.prefix_of(secret))

    assert api_keys.is_secret(secret)
    assert f"{api_keys.prefix_of(secret)}  valid  write" in listed
    assert revoked.stdout == "Gateway is revoked.\n"
    assert again.returncode == 1
    assert "revoked already" in again.stderr
    with psycopg.connect(database) as connection:
        names = [row[0] for row in connection.execute("select name from audit_event").fetchall()]
    assert sum(name.startswith("urbandata.api_key.") for name in names) == 2


def test_a_key_that_would_open_nothing_is_refused_with_a_sentence(netzstadt, anna):
    refused = netzstadt("key", "make", "Gateway", "--for", anna)

    assert refused.returncode == 1
    assert refused.stderr == "netzstadt: A key must be allowed to read or to write.\n"


def test_a_weak_password_is_refused(netzstadt):
    refused = netzstadt("person", "make", "b@stadt.example", "B", "--password", "short")

    assert refused.returncode == 1
    assert "12" in refused.stderr


def test_a_new_password_is_set(netzstadt, anna):
    done = netzstadt("person", "password", anna, "--password", "morgenrot-und-regen")

    assert done.stdout == "The password of anna@stadt.example is set.\n"
