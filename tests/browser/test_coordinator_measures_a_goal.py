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


def describe_indicator(page: Page, city: City, *, code: str, title: str, unit: str) -> None:
    """Describe an indicator; the page of where its values come from follows."""
    page.goto(f"{city.address}/office/strategy/indicators/new/")
    page.locator("input[name=code]").fill(code)
    page.locator("input[name=title]").fill(title)
    page.locator("input[name=measurement_unit]").fill(unit)
    submit(page)


def look_for_datastreams(page: Page, text: str) -> None:
    page.locator("input[name=q]").fill(text)
    with page.expect_navigation():
        page.get_by_role("button", name="Look for Datastreams").click()


def import_strategy(page: Page, table: Path, *, shows: str) -> None:
    """From an empty edition on: choose a table, look what it ``shows``, import it."""
    page.get_by_role("link", name="Import from a table").click()
    page.locator("input[type=file]").set_input_files(table)
    submit(page)
    expect(page.locator("main")).to_contain_text(shows)
    with page.expect_navigation():
        page.get_by_role("button", name="Import it").click()


def answer_for_it(page: Page) -> None:
    """On the page of a goal: the coordinator herself answers for it."""
    page.get_by_role("link", name="Say who answers for it").click()
    page.locator("input[name=responsible]").fill(COORDINATOR)
    submit(page)


def measure_by(page: Page, indicator: str, **path: str) -> None:
    """On the page of a goal: measure it by an indicator on a path."""
    page.get_by_role("link", name="Measure it by an indicator").click()
    page.get_by_role("link", name=re.compile(indicator)).click()
    for name, value in path.items():
        page.locator(f"[name={name}]").fill(value)
    submit(page)


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

    import_strategy(page, table, shows="Sohle ausbaggern")
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

    describe_indicator(page, city, code="H-1", title="Wasserstand im Hafen", unit="cm")
    look_for_datastreams(page, "Hafenbecken")
    page.get_by_label("Wasserstand am Hafenbecken").check()
    page.locator("select[name=window]").select_option("HOUR")
    page.locator("input[name=minimum_coverage]").fill("0")
    submit(page)
    expect(page.locator("h1")).to_contain_text("Wasserstand im Hafen")

    page.goto(edition)
    page.get_by_role("link", name=re.compile("Der Hafen bleibt schiffbar$")).first.click()
    goal = page.url
    answer_for_it(page)
    measure_by(
        page,
        "Wasserstand im Hafen",
        baseline_on=(today() - timedelta(days=365)).isoformat(),
        baseline="300",
        target_on=(today() + timedelta(days=365)).isoformat(),
        target="300",
        amber_at="20",
        red_at="50",
    )
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
