"""With JavaScript off everything works but drawing the map and zooming the chart."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect


def follow(page: Page, where: Locator) -> None:
    """Click and wait for the page that it leads to: it looks much like the one before."""
    with page.expect_navigation():
        where.click()


@pytest.fixture
def plain():
    """What a browser without JavaScript is."""
    return {"java_script_enabled": False}


def test_stations_are_found_read_and_downloaded(city, plain):
    page = city.open("/", **plain)
    page.get_by_role("link", name="Stations", exact=True).click()
    page.locator("input[name=q]").fill("berger")
    page.locator("main form[role=search] button[type=submit]").click()
    expect(page.locator(".ns-station")).to_have_count(1)
    page.get_by_role("link", name="Berger See").click()
    expect(page.locator("ns-chart svg")).to_be_visible()
    follow(page, page.get_by_role("link", name="Year", exact=True))
    expect(page.locator("ns-chart svg")).to_be_visible()
    follow(page, page.get_by_role("link", name="Earlier"))
    page.get_by_text("The chart as a table").click()
    expect(page.locator("main table tbody tr").first).to_be_visible()

    with page.expect_download() as csv:
        page.get_by_role("link", name=re.compile("CSV")).first.click()

    assert len(csv.value.path().read_text("utf-8-sig").splitlines()) > 24


def test_a_day_is_chosen(city, plain):
    page = city.open("/stations/?q=berger", **plain)
    follow(page, page.get_by_role("link", name="Berger See"))
    follow(page, page.get_by_role("link", name="Day", exact=True))
    page.locator("input[type=date]").fill("2026-01-15")
    follow(page, page.get_by_role("button", name="Show"))

    expect(page.locator("main")).to_contain_text("2026")
    assert "on=2026-01-15" in page.url


def test_newest_values_are_a_click_away(city, plain):
    page = city.open("/stations/", **plain)

    follow(page, page.get_by_role("link", name="Load the newest values").first)

    expect(page.get_by_role("heading", level=1, name="Stations")).to_be_visible()


def test_language_and_theme_are_switched(city, plain):
    page = city.open("/", language="", **plain)
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_text("Display", exact=True).click()
    page.get_by_role("button", name="Dark").click()

    expect(page.locator("html")).to_have_attribute("data-kern-theme", "dark")


def test_a_key_is_made_and_revoked(city, plain):
    page = city.sign_in("data engineer", "/api-keys/new/", **plain)
    page.locator("input[name=name]").fill("Key without scripts")
    page.locator("main input[name=scope]").first.check()
    follow(page, page.locator("main form button[type=submit]").last)
    assert re.search(r"nst_[\w-]{43}", page.locator("main").inner_text())

    page.goto(f"{city.address}/api-keys/")
    own = page.locator("main tr", has_text="Key without scripts")
    follow(page, own.locator("a[href$='/revoke/']"))
    follow(page, page.locator("main form[method=post] button[type=submit]").last)

    expect(page.locator("main")).to_contain_text("Key without scripts")
    page.get_by_text("Demo-Datentechnik").first.click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
