"""Health, metrics and logs of a running installation, as those who keep it running see them."""

import json
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from tests.launch.conftest import City, wait_until

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
    wait_until(lambda: httpx.get(city.url + "/health/ready").status_code == 200, "it is ready")
    return city


def metrics(city: City) -> dict[str, float]:
    text = httpx.get(city.url + "/metrics").text
    return {
        sample.name + json.dumps(sample.labels, sort_keys=True): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_who_watches_is_told_and_strangers_are_not(watched: City) -> None:
    proxied = {"X-Forwarded-For": "203.0.113.7"}
    told = httpx.get(watched.url + "/health/ready").json()
    stranger = httpx.get(watched.url + "/health/ready", headers=proxied)
    refused = httpx.get(watched.url + "/metrics", headers=proxied)
    wrong = httpx.get(watched.url + "/metrics", headers={"Authorization": "Bearer nonsense"})
    right = {**proxied, "Authorization": f"Bearer {TOKEN}"}

    assert told["faults"] == []
    assert told["facts"]["worker_heartbeat_age_s"] < 60
    assert told["facts"]["last_backup_age_s"] is None
    assert stranger.json() == {"status": "ready"}
    assert (refused.status_code, wrong.status_code) == (403, 403)
    assert httpx.get(watched.url + "/metrics", headers=right).status_code == 200
    assert httpx.post(watched.url + "/health/live").status_code == 405


def test_requests_are_counted_by_class_and_nobody_can_add_labels(watched: City) -> None:
    for number in range(3):
        httpx.get(f"{watched.url}/nothing-{number}/?q=Xaveria")
    httpx.get(watched.url + "/sta/v1.1/Things")
    httpx.request("BREW", watched.url + "/")

    found = metrics(watched)

    assert (
        found['netzstadt_requests_total{"method": "GET", "route": "public", "status": "4xx"}'] == 3
    )
    seconds = 'netzstadt_request_seconds_count{"route": "sensorthings"}'
    assert found[seconds] >= 1
    assert not any("nothing-" in name or "Xaveria" in name or "BREW" in name for name in found)
    assert found["netzstadt_ready{}"] == 1
    assert "netzstadt_ingest_waiting_rows{}" in found


def test_health_answers_while_the_database_is_gone(watched: City) -> None:
    (postgres,) = [one for one in watched.children("postgres") if one.parent() == watched.process]
    postgres.send_signal(signal.SIGSTOP)
    try:
        wait_until(lambda: httpx.get(watched.url + "/health/ready").status_code == 503, "503")
        answer = httpx.get(watched.url + "/health/ready", timeout=5)
        live = httpx.get(watched.url + "/health/live", timeout=1)
    finally:
        postgres.send_signal(signal.SIGCONT)

    assert answer.json()["faults"] == ["The database does not answer."]
    assert live.status_code == 200
    wait_until(lambda: httpx.get(watched.url + "/health/ready").status_code == 200, "it is back")


def test_no_address_search_word_or_token_is_in_the_log(watched: City, place: Path) -> None:
    page = watched.url + "/account/sign-in/"
    with httpx.Client() as client:
        client.get(page, params={"next": "/office/", "email": "xaveria@quitte.example"})
        client.get(watched.url + "/persons/", params={"q": "Quittenbaum"})
        client.get(
            watched.url + "/sta/v1.1/Things",
            params={"$filter": "name eq 'Geheimwort'"},
            headers={"Authorization": f"Bearer nst_{40 * 'x1'}"},
        )
    wait_until(lambda: "(sensorthings)" in watched.output, "the request is logged")

    lines = [json.loads(line) for line in watched.output.splitlines() if line.startswith("{")]
    answered = [line for line in lines if line["logger"] == "netzstadt.access"]
    assert any(line["route"] == "/account/sign-in/" for line in answered)
    assert all(line["request"] and line["ms"] >= 0 for line in answered)
    for secret in ("quitte", "Quittenbaum", "Geheimwort", "x1x1", TOKEN):
        assert secret not in watched.output


def test_an_answer_names_its_request(watched: City) -> None:
    first, second = (httpx.get(watched.url + "/") for _ in range(2))

    assert len(first.headers["x-request-id"]) == 12
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    assert socket.gethostname() not in first.headers["x-request-id"]
