"""Health, metrics and logs of a running installation, as those who keep it running see them."""

import json
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families
from tests.launch.conftest import City
from tests.waiting import PATIENCE_S, wait_until

from netzstadt.embedded.cluster import read_pid_file

pytestmark = pytest.mark.processes
TOKEN = "a-token-of-the-tests-4711"


@pytest.fixture
def watched(city: City) -> Iterator[City]:
    city.settings |= {
        "NETZSTADT_METRICS_TOKEN": TOKEN,
        "NETZSTADT_LOG_FORMAT": "json",
        "NETZSTADT_ACCESS_LOG": "yes",
    }
    city.up()
    ready(city)
    return city


def ready(city: City, **options: Any) -> dict[str, Any]:
    """What is told once it is ready; on a busy machine the database is late now and then."""
    answers: list[httpx.Response] = []

    def is_ready() -> bool:
        answers.append(city.get("/health/ready", **options))
        return answers[-1].status_code == 200

    wait_until(is_ready, "it is ready")
    return dict(answers[-1].json())


def metrics(city: City) -> dict[str, float]:
    text = city.get("/metrics").text
    return {
        sample.name + json.dumps(sample.labels, sort_keys=True): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_who_watches_is_told_and_strangers_are_not(watched: City) -> None:
    proxied = {"X-Forwarded-For": "203.0.113.7"}
    told = ready(watched)
    stranger = ready(watched, headers=proxied)
    refused = watched.get("/metrics", headers=proxied)
    wrong = watched.get("/metrics", headers={"Authorization": "Bearer nonsense"})
    right = {**proxied, "Authorization": f"Bearer {TOKEN}"}

    assert told["faults"] == []
    assert told["facts"]["worker_heartbeat_age_s"] <= 60
    assert told["facts"]["last_backup_age_s"] is None
    assert stranger == {"status": "ready"}
    assert (refused.status_code, wrong.status_code) == (403, 403)
    assert watched.get("/metrics", headers=right).status_code == 200
    assert httpx.post(watched.url + "/health/live", timeout=PATIENCE_S).status_code == 405


def test_requests_are_counted_by_class_and_nobody_can_add_labels(watched: City) -> None:
    for number in range(3):
        watched.get(f"/nothing-{number}/?q=Xaveria")
    watched.get("/sta/v1.1/Things")
    httpx.request("BREW", watched.url + "/", timeout=PATIENCE_S)
    refused = 'netzstadt_requests_total{"method": "GET", "route": "public", "status": "4xx"}'
    seconds = 'netzstadt_request_seconds_count{"route": "sensorthings"}'
    found: dict[str, float] = {}

    def is_counted() -> bool:
        """A request is counted after its answer, and ready is what answered in time."""
        found.clear()
        found.update(metrics(watched))
        return (
            found.get(refused, 0) >= 3
            and found.get(seconds, 0) >= 1
            and any('"method": "other"' in name for name in found)
            and found["netzstadt_ready{}"] == 1
        )

    wait_until(is_counted, "all are counted")

    assert found[refused] == 3
    assert not any("nothing-" in name or "Xaveria" in name or "BREW" in name for name in found)
    assert "netzstadt_ingest_waiting_rows{}" in found


def test_health_answers_while_the_database_is_gone(watched: City) -> None:
    found = read_pid_file(watched.data / "pg")
    assert found
    postgres = psutil.Process(found.pid)
    postgres.send_signal(signal.SIGSTOP)
    try:
        wait_until(
            lambda: (
                (answer := watched.get("/health/ready")).status_code == 503
                and answer.json()["faults"] == ["The database does not answer."]
            ),
            "503",
        )
        live = watched.get("/health/live")
    finally:
        postgres.send_signal(signal.SIGCONT)

    assert live.status_code == 200
    ready(watched)


def access(city: City) -> list[dict[str, Any]]:
    """What the log says of requests."""
    lines = [json.loads(line) for line in city.output.splitlines() if line.startswith("{")]
    return [line for line in lines if line["logger"] == "netzstadt.access"]


def routes(city: City) -> set[str]:
    return {line["route"] for line in access(city)}


def test_no_address_search_word_or_token_is_in_the_log(watched: City, place: Path) -> None:
    page = watched.url + "/account/sign-in/"
    with httpx.Client(timeout=PATIENCE_S) as client:
        client.get(page, params={"next": "/office/", "email": "xaveria@quitte.example"})
        client.get(watched.url + "/persons/", params={"q": "Quittenbaum"})
        client.get(
            watched.url + "/sta/v1.1/Things",
            params={"$filter": "name eq 'Geheimwort'"},
            headers={"Authorization": f"Bearer nst_{40 * 'x1'}"},
        )
    # A request is logged after its answer, so in no certain order.
    for route in ("(sensorthings)", "/account/sign-in/", "(public)"):
        wait_until(lambda route=route: route in routes(watched), f"{route} is logged")

    answered = access(watched)
    assert all(line["request"] and line["ms"] >= 0 for line in answered)
    for secret in ("quitte", "Quittenbaum", "Geheimwort", "x1x1", TOKEN):
        assert secret not in watched.output


def test_an_answer_names_its_request(watched: City) -> None:
    first, second = (watched.get() for _ in range(2))

    assert len(first.headers["x-request-id"]) == 12
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    assert socket.gethostname() not in first.headers["x-request-id"]
