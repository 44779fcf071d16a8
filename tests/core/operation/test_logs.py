"""Lines of the log hold no personal data, whatever somebody writes into them."""

import json
import logging

import pytest

from netzstadt.lib.logs import JsonFormatter, TextFormatter, request_id, without_secrets

KEY = "0198c7a2-1111-7222-8333-123456789abc"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("mail to anna.alt@stadt.example failed", "mail to [address] failed"),
        ("GET /search?q=Quittenbaum&page=2 failed", "GET /search?[query] failed"),
        ("Authorization: Bearer nst_abcdef.123", "Authorization: Bearer [secret]"),
        ("postgresql://netzstadt:geheim@host/db", "postgresql://[secret]@host/db"),
        ("password=geheim, retry", "password=[secret], retry"),
        ("key " + 20 * "a1", "key [secret]"),
        (f"job of {KEY} failed", f"job of {KEY} failed"),
        ("Why? Because it is so.", "Why? Because it is so."),
        ("a \x009\x00 that nobody kept", "a \\x009\\x00 that nobody kept"),
    ],
)
def test_what_leads_to_a_person_or_opens_a_door_is_taken_out(written, kept):
    assert without_secrets(written) == kept


@pytest.mark.parametrize("formatter", [JsonFormatter(), TextFormatter()])
def test_a_traceback_is_kept_without_the_address_in_it(formatter):
    try:
        raise ValueError("no such person anna@stadt.example")
    except ValueError as error:
        caught = (ValueError, error, error.__traceback__)
    record = logging.LogRecord("netzstadt", logging.ERROR, "", 1, "A %s", ("defect",), caught)

    line = formatter.format(record)

    assert "anna@" not in line
    assert "A defect" in line
    assert "ValueError" in line


def test_a_line_of_json_names_the_request_and_its_facts():
    record = logging.LogRecord("netzstadt.access", logging.INFO, "", 1, "answered", (), None)
    record.facts = {"route": "/office/", "status": 200, "ms": 1.5}
    mark = request_id.set("0123456789ab")
    try:
        line = json.loads(JsonFormatter().format(record))
    finally:
        request_id.reset(mark)

    assert line["request"] == "0123456789ab"
    assert (line["route"], line["status"], line["ms"]) == ("/office/", 200, 1.5)


@pytest.mark.parametrize("end", ["\n", "\r", "\u2028", "\x1b[2K\r", "\x85"])
def test_what_somebody_sends_makes_no_line_of_its_own(end):
    forged = f"access_denied{end}2026-01-01 00:00:00 ERROR netzstadt: forged"
    record = logging.LogRecord("netzstadt", logging.WARNING, "", 1, "no code: %s", (forged,), None)
    record.facts = {"route": forged}

    line = TextFormatter().format(record)

    assert len(line.splitlines()) == 1
    assert line.isprintable()


def test_no_line_of_a_traceback_looks_like_one_of_the_log():
    try:
        raise ValueError("bad\n2026-01-01 00:00:00 ERROR netzstadt: forged")
    except ValueError as error:
        caught = (ValueError, error, error.__traceback__)
    record = logging.LogRecord("netzstadt", logging.ERROR, "", 1, "A defect", (), caught)

    _first, *further = TextFormatter().format(record).splitlines()

    assert further
    assert all(line.startswith("  ") for line in further)
