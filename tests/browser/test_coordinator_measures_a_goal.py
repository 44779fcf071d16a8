"""A coordinator imports a strategy and measures a goal by a sensor; a value turns its light."""

import json
import re
import urllib.request
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, expect
from tests.browser.conftest import City
from tests.browser.test_data_engineer import send
from tests.browser.waiting import reload_until
from tests.waiting import PATIENCE_S

from netzstadt.core.days import today

COORDINATOR = "coordination@demo.example"
STATION = {
    "name": "Pegel am Hafenbecken",
    "description": "A gauge of the test",
    "Datastreams": [
        {
            "name": "Wasserstand am Hafenbecken",
            "description": "",
            "observationType": (
                "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"
            ),
            "unitOfMeasurement": {"name": "Zentimeter", "symbol": "cm", "definition": "ucum:cm"},
            "Sensor": {
                "name": "Pegel",
                "description": "",
                "encodingType": "text/plain",
                "metadata": "",
            },
            "ObservedProperty": {
                "name": "Pegelstand",
                "definition": "https://example.org/pegelstand",
                "description": "",
            },
        }
    ],
}


def submit(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form[method=post] button[type=submit]").first.click()


def key_of_a_data_engineer(city: City) -> str:
    page = city.sign_in("data engineer", "/api-keys/new/")
    page.locator("input[name=name]").fill("Pegel")
    page.locator("main input[name=scope]").last.check()
    with page.expect_navigation():
        page.locator("main form button[type=submit]").last.click()
    found = re.search(r"nst_[\w-]{43}", page.locator("main").inner_text())
    assert found, "the secret is shown once"
    return found.group()


def test_a_strategy_is_imported_and_a_sensor_turns_a_light(city: City, tmp_path: Path):
    table = tmp_path / "strategie.csv"
    table.write_text(
        "Handlungsfeld;Ziel;Maßnahme;Wichtigkeit\n"
        "Hafen;Der Hafen bleibt schiffbar;;\n"
        "Hafen;Der Hafen bleibt schiffbar;Sohle ausbaggern;4\n",
        "utf-8",
    )
    page = city.sign_in("coordinator", "/office/strategy/new/")
    page.locator("input[name=title]").fill("Hafenstrategie")
    page.locator("input[name=key]").fill("hafen")
    submit(page)

    page.get_by_role("link", name="Import from a table").click()
    page.locator("input[type=file]").set_input_files(table)
    submit(page)
    expect(page.locator("main")).to_contain_text("Sohle ausbaggern")
    with page.expect_navigation():
        page.get_by_role("button", name="Import it").click()
    expect(page.locator("main")).to_contain_text("Der Hafen bleibt schiffbar")
    edition = page.url

    secret = key_of_a_data_engineer(city)
    status, thing = send(f"{city.address}/sta/v1.1/Things", STATION, secret)
    assert status == 201, thing
    asked = urllib.request.Request(
        f"{thing}/Datastreams?$select=id", headers={"Authorization": f"Bearer {secret}"}
    )
    with urllib.request.urlopen(asked, timeout=PATIENCE_S) as answer:
        stream = json.load(answer)["value"][0]["@iot.id"]
    observations = f"{city.address}/sta/v1.1/Datastreams('{stream}')/Observations"

    page.goto(f"{city.address}/office/strategy/indicators/new/")
    page.locator("input[name=code]").fill("H-1")
    page.locator("input[name=title]").fill("Wasserstand im Hafen")
    page.locator("input[name=measurement_unit]").fill("cm")
    submit(page)
    page.locator("input[name=q]").fill("Hafenbecken")
    with page.expect_navigation():
        page.get_by_role("button", name="Look for Datastreams").click()
    page.get_by_label("Wasserstand am Hafenbecken").check()
    page.locator("select[name=window]").select_option("HOUR")
    page.locator("input[name=minimum_coverage]").fill("0")
    submit(page)
    expect(page.locator("h1")).to_contain_text("Wasserstand im Hafen")

    page.goto(edition)
    page.get_by_role("link", name=re.compile("Der Hafen bleibt schiffbar$")).first.click()
    goal = page.url
    page.get_by_role("link", name="Say who answers for it").click()
    page.locator("input[name=responsible]").fill(COORDINATOR)
    submit(page)
    page.get_by_role("link", name="Measure it by an indicator").click()
    page.get_by_role("link", name=re.compile("Wasserstand im Hafen")).click()
    for name, value in (
        ("baseline_on", (today() - timedelta(days=365)).isoformat()),
        ("baseline", "300"),
        ("target_on", (today() + timedelta(days=365)).isoformat()),
        ("target", "300"),
        ("amber_at", "20"),
        ("red_at", "50"),
    ):
        page.locator(f"[name={name}]").fill(value)
    submit(page)
    expect(page.locator("#because")).to_contain_text("has no value yet")

    status, made = send(observations, {"result": 310}, secret)
    assert status == 201, made
    reload_until(page, page.locator(".ns-standing", has_text="on course"), "the light is green")

    for _ in range(40):  # the mean of the hour goes down with them
        status, made = send(observations, {"result": 100}, secret)
        assert status == 201, made
    reload_until(page, page.locator(".ns-standing", has_text="off course"), "the light is red")
    expect(page.locator("#because")).to_contain_text("Wasserstand im Hafen at")

    page.goto(f"{city.address}/notices/")
    told = page.locator("main").get_by_text("Der Hafen bleibt schiffbar")
    reload_until(page, told, "who answers for it is told")
    page.goto(goal)
    page.get_by_role("link", name="From where to where: the trace").click()
    expect(page.locator("main")).to_contain_text("Wasserstand am Hafenbecken")
