"""A search ends in its time, and what was searched for stands in no log."""

import logging
import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from django.test import Client

from netzstadt.core.search import queries
from netzstadt.core.search.asked import asked

SECRET_WORD = "Zuckerbergwerksstollen"
CANCELLED = "canceling statement due to statement timeout"
PATIENCE_S = 120


@pytest.fixture
def held(committed):
    """Somebody holds the index, so that a search cannot end."""
    with psycopg.connect(committed) as other:
        other.execute("lock table search_searchentry in access exclusive mode")
        yield other


def test_a_search_that_takes_too_long_is_ended(held):
    with pytest.raises(queries.SearchTookTooLong):
        queries.find(asked("pegel"), to=None, within_ms=50)

    held.rollback()
    assert queries.find(asked("pegel"), to=None, within_ms=120_000).rows == []


def test_the_page_says_what_to_do_and_suggestions_stay_away(held, monkeypatch):
    monkeypatch.setattr(
        queries.find, "__kwdefaults__", queries.find.__kwdefaults__ | {"within_ms": 50}
    )
    monkeypatch.setattr(queries, "SUGGEST_MS", 50)

    page = Client().get("/search/", {"words": "pegel"})
    suggestions = Client().get("/search/suggestions.json", {"words": "pegel"})

    assert page.status_code == 503
    assert "längeres" in page.content.decode()
    assert suggestions.json() == {"suggestions": []}


def test_the_limit_ends_with_the_search(committed):
    with psycopg.connect(committed) as other:
        before = other.execute("show statement_timeout").fetchone()
    from django.db import connection, transaction

    with transaction.atomic():
        queries.find(asked("pegel"), to=None)
        with connection.cursor() as cursor:
            cursor.execute("show statement_timeout")
            assert cursor.fetchone() == before


def test_words_that_were_searched_for_stand_in_no_log(held, caplog, server_url):
    caplog.set_level(logging.DEBUG, logger="netzstadt")
    before = _database_log(server_url).count(CANCELLED)

    with pytest.raises(queries.SearchTookTooLong) as ended:
        queries.find(asked(SECRET_WORD), to=None, within_ms=50)

    assert SECRET_WORD.lower() not in caplog.text.lower()
    # What the database says of a statement that it cancels is what stands in its log.
    assert SECRET_WORD.lower() not in str(ended.value.__cause__).lower()
    # A process of its own writes the log, a while after the answer.
    deadline = time.monotonic() + PATIENCE_S
    while (log := _database_log(server_url)).count(CANCELLED) == before:
        assert time.monotonic() < deadline, "what the database cancels stands in its log"
        time.sleep(0.1)
    assert SECRET_WORD.lower() not in log.lower()


def _database_log(server_url: str) -> str:
    with psycopg.connect(server_url) as connection:
        folder = connection.execute("show data_directory").fetchone()[0]
    logs = [path for path in Path(folder).parent.rglob("*log*") if path.is_file()]
    return "".join(path.read_text("utf-8", errors="replace") for path in logs)


def test_commands_renew_and_check_the_index(committed):
    with psycopg.connect(committed) as other:
        other.execute(
            "insert into thing (id, iot_id, name, description, visibility)"
            " values (gen_random_uuid(), '\"1\"', 'Pegel', '', 'PUBLIC')"
        )

    missing = run(committed, "check", "search")
    renewed = run(committed, "search", "rebuild")
    anew = run(committed, "search", "rebuild", "--anew")
    fits = run(committed, "check", "search")

    assert missing.returncode == 1
    assert "missing entry of urbandata.thing" in missing.stderr
    assert "1 entries written" in renewed.stdout
    assert "1 entries written" in anew.stdout
    assert (fits.returncode, fits.stderr) == (0, "")


def run(url: str, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [Path(sys.executable).with_name("netzstadt"), *arguments],
        env=os.environ | {"NETZSTADT_DATABASE_URL": url, "NETZSTADT_SECRET_KEY": "k" * 50},
        capture_output=True,
        text=True,
        check=False,
    )
