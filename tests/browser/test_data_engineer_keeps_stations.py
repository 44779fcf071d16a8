"""A data engineer makes a station by hand, lets it send, corrects a value, and retires it."""

import json
import re
import urllib.request

from playwright.sync_api import Page, expect
from tests.browser.test_data_engineer import PATIENCE_S, send


def choose(page: Page, name: str, value: str) -> None:
    page.locator(f"main select[name={name}]").select_option(value)


def add_datastream(page: Page, name: str, unit: str) -> None:
    """Add a Datastream to the station that is shown."""
    page.locator("main a[href$='/datastreams/new/']").click()
    page.locator("main input[name=name]").fill(name)
    choose(page, "observed", "new")
    page.locator("main input[name=observed_name]").fill(name)
    choose(page, "sensor", "new")
    page.locator("main input[name=sensor_name]").fill(f"Sensor {name}")
    choose(page, "unit", unit)
    submit(page)
    expect(page.locator("h1")).to_contain_text(name)


def submit(page: Page) -> None:
    """Send the form; it is done when the next page is there, which may look much the same."""
    with page.expect_navigation():
        page.locator("main form[method=post] button[type=submit]").first.click()


def test_a_station_is_made_sends_is_corrected_and_retired(city):
    page = city.sign_in("data engineer", "/things/new/")
    page.locator("main input[name=name]").fill("Handmade gauge")
    choose(page, "visibility", "PUBLIC")
    page.locator("main input[name=place-latitude]").fill("51.51")
    page.locator("main input[name=place-longitude]").fill("7.09")
    page.locator("main input[name='property-0-key']").fill("height")
    page.locator("main input[name='property-0-value']").fill("3 m")
    submit(page)
    expect(page.locator("h1")).to_contain_text("Handmade gauge")
    station = page.url
    for name, unit in (("Water level", "m"), ("Water temperature", "Cel")):
        page.goto(station)
        add_datastream(page, name, unit)
    stream = page.url

    # A key for this station; its values come in as from any gateway.
    page.goto(station.replace("/things/", "/stations/"))
    page.locator("main a[href*='/api-keys/new/']").click()
    page.locator("input[name=name]").fill("Handmade gauge")
    page.locator("main input[name=scope][value=both]").check()
    submit(page)
    secret = re.search(r"nst_[\w-]{43}", page.locator("main").inner_text()).group()
    page.goto(stream)
    link = page.locator("main a[href*='/sta/v1.1/Datastreams']").get_attribute("href")
    address = f"{city.address}{link}/Observations"
    for number, minute in ((21.5, 10), (215, 20)):
        body = {"result": number, "phenomenonTime": f"2026-11-18T10:{minute}:00Z"}
        status, made = send(address, body, secret)
        assert status == 201, made

    # The second value lost its decimal point.
    page.goto(f"{stream}values/")
    page.locator("main input[name=value]").first.check()
    page.locator("main form[method=get] button[type=submit]").nth(1).click()
    page.locator("main input[name=result]").fill("21,5")
    page.locator("main input[name=reason]").fill("decimal point lost")
    submit(page)
    expect(page.locator("#preview")).to_be_visible()
    submit(page)
    expect(page.locator("main")).to_contain_text("decimal point lost")
    with urllib.request.urlopen(f"{address}?$orderby=phenomenonTime", timeout=PATIENCE_S) as answer:
        assert [each["result"] for each in json.load(answer)["value"]] == [21.5, 21.5]

    page.goto(f"{station}retire/")
    page.locator("main input[name=reason]").fill("The pole fell over")
    submit(page)
    expect(page.locator("main")).to_contain_text("The pole fell over")
    status, problem = send(address, {"result": 22}, secret)
    assert status == 409
    assert "retired" in json.loads(problem)["detail"]
    page.goto(f"{city.address}/stations/?q=handmade")
    page.get_by_role("link", name="Handmade gauge").click()
    expect(page.locator("main")).to_contain_text("21.5")
