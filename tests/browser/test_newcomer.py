"""A newcomer looks at her city."""

import json
import re
import socket
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import PATIENCE_MS
from tests.browser.waiting import until


def open_berger(city) -> Page:
    """The page of a station of the demo; the list before it has parts of the same names."""
    page = city.open("/stations/?q=berger")
    page.get_by_role("link", name="Berger See").click()
    expect(page.get_by_role("heading", level=1, name="Berger See")).to_be_visible()
    return page


def choose_span(page: Page, span: str) -> None:
    """Choose a day, week, month or year; until the next page is there, the last one is shown."""
    with page.expect_navigation():
        page.get_by_role("link", name=span, exact=True).click()
    expect(page.get_by_role("link", name=span, exact=True)).to_have_attribute(
        "aria-current", re.compile(".+")
    )


def test_a_newcomer_finds_a_station_by_list_and_reads_its_chart(city):
    page = city.open("/")
    page.get_by_role("link", name="Stations", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Stations")).to_be_visible()

    page.locator("input[name=q]").fill("berger")
    page.locator("main form[role=search] button[type=submit]").click()
    expect(page.locator(".ns-station")).to_have_count(1)
    page.get_by_role("link", name="Berger See").click()

    expect(page.get_by_role("heading", level=1, name="Berger See")).to_be_visible()
    expect(page.locator("main")).to_contain_text("simulated")
    expect(page.locator("ns-chart svg, ns-chart canvas").first).to_be_visible()
    for span in ("Week", "Month", "Year", "Day"):
        choose_span(page, span)
        page.get_by_text("The chart as a table").click()
        expect(page.locator("main table tbody tr").first).to_be_visible()


def test_a_newcomer_finds_a_station_on_the_map(city):
    page = city.open("/stations/")
    expect(page.locator("ns-map[data-ready]")).to_be_visible()
    page.get_by_role("button", name="Show on the map: Berger See").click()
    popup = page.locator("ns-map .ns-map__card")
    expect(popup).to_contain_text("Simulated value")
    page.locator("ns-map").get_by_role("button", name="Close").click()
    expect(popup).to_have_count(0)

    # Its middle, where the station is now, and drawn sooner or later: a click before meets nothing.
    middle = page.locator("ns-map canvas")
    middle.click()
    until(page, popup.count, "No click opens the station.", again=middle.click, every_ms=2_000)

    expect(page.locator("li.ns-chosen")).to_contain_text("Berger See")
    popup.get_by_role("link", name="Berger See").click()
    expect(page.get_by_role("heading", level=1, name="Berger See")).to_be_visible()


def test_a_value_changes_while_the_page_is_open(city):
    page = city.open("/stations/")
    before = page.locator("[data-live=value]").all_inner_texts()
    ages = page.locator("time[data-live=age]").evaluate_all("all => all.map(one => one.dateTime)")

    page.wait_for_function(
        "([texts, ages]) => "
        "[...document.querySelectorAll('[data-live=value]')]"
        ".some((one, n) => one.innerText !== texts[n]) && "
        "[...document.querySelectorAll('time[data-live=age]')]"
        ".some((one, n) => one.dateTime !== ages[n])",
        arg=[before, ages],
    )

    assert page.locator("[data-live=value]").all_inner_texts() != before


def test_a_page_without_a_place_to_listen_shows_its_values_and_tries_again(city):
    def take_place():
        place = socket.create_connection(("127.0.0.1", urlsplit(city.address).port))
        place.settimeout(PATIENCE_MS / 1000)
        place.sendall(b"GET /live/values?series=1 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        return place, b" 200 " in place.recv(4096)

    def take_all_places():
        is_free = True
        while is_free:
            place, is_free = take_place()
            places.append(place)

    def take_again():
        take_all_places()
        page.reload()

    page = city.open("/account/sign-in/")  # which does not listen
    page.clock.install()
    places = []
    take_all_places()

    page.goto(city.address + "/stations/?sort=newest")

    # Of pages that were closed before, the server notices in its own time that they are gone.
    refused = page.locator("ns-live", has_text="Values are not updated live at the moment")
    until(page, refused.count, "A place is left.", again=take_again, every_ms=2_000)
    expect(page.get_by_role("link", name="Load the newest values")).to_be_visible()
    expect(page.locator("[data-live=value]").first).to_contain_text(re.compile("[0-9]"))

    for place in places:
        place.close()
    # So it is with these places: until it notices, the page is refused and asks again.
    listening = page.locator("ns-live", has_text="Values are updated live")

    def half_a_minute_later():
        page.clock.fast_forward(31_000)

    half_a_minute_later()
    until(page, listening.count, "No value.", again=half_a_minute_later, every_ms=2_000)
    assert [one for one in city.complaints.found if not one.startswith("429 ")] == []
    city.complaints.found.clear()


def background(page) -> str:
    """The colour of the page that is shown now. Its text may be there before its style is."""
    page.wait_for_load_state("load")
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


def test_language_and_theme_are_switched_and_kept(city):
    page = city.open("/stations/", language="")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.get_by_role("heading", level=1, name="Stationen")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1, name="Stations")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")

    page.get_by_text("Display", exact=True).click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-kern-theme", "dark")
    dark = background(page)
    page.goto(city.address + "/")
    expect(page.locator("html")).to_have_attribute("data-kern-theme", "dark")
    expect(page.locator("html")).to_have_attribute("lang", "en")

    page.get_by_text("Display", exact=True).click()
    page.get_by_role("button", name="Light").click()
    expect(page.locator("html")).to_have_attribute("data-kern-theme", "light")
    assert background(page) != dark


def test_a_series_is_downloaded_as_csv_and_json(city):
    page = open_berger(city)
    choose_span(page, "Week")

    with page.expect_download() as csv:
        page.get_by_role("link", name=re.compile("CSV")).first.click()
    with page.expect_download() as json_:
        page.get_by_role("link", name=re.compile("JSON")).first.click()

    rows = csv.value.path().read_text("utf-8-sig").splitlines()
    values = json.loads(json_.value.path().read_text("utf-8"))
    assert csv.value.suggested_filename.endswith(".csv")
    assert len(rows) > 24
    assert values


def test_the_call_behind_the_chart_answers_with_its_values(city):
    page = open_berger(city)
    link = page.locator(".ns-api-link").first.get_attribute("href")

    answer = page.request.get(urljoin(city.address, link), timeout=PATIENCE_MS)

    assert answer.status == 200
    assert "value" in answer.json()


def test_a_series_is_overdue_no_longer_than_until_its_next_value(city):
    page = open_berger(city)
    foot = page.locator(".ns-value-card__foot").first
    foot.evaluate("part => part.insertAdjacentHTML('beforeend', '<b data-live=overdue>x</b>')")

    expect(page.locator("[data-live=overdue]")).to_have_count(0)
    expect(foot.locator("time")).to_have_text("just now")


def test_the_chart_is_zoomed_with_javascript(city):
    page = open_berger(city)

    page.locator("ns-chart").get_by_role("button").first.click()

    expect(page.locator("ns-chart canvas").first).to_be_visible()


def test_the_chart_is_zoomed_and_moved_with_the_keyboard(city):
    page = open_berger(city)
    choose_span(page, "Month")
    chart = page.locator("ns-chart")
    chart.get_by_role("button", name="Zoom and read values").press("Enter")
    expect(chart.locator("canvas").first).to_be_visible()

    for name in ("Zoom in", "Earlier", "Later", "Zoom out", "Show everything"):
        with page.expect_response(lambda answer: "values.json" in answer.url) as asked:
            chart.get_by_role("button", name=name).press("Enter")
        assert asked.value.ok


def test_a_chart_whose_values_do_not_come_says_so(city):
    page = open_berger(city)
    page.route("**/values.json*", lambda route: route.fulfill(status=200, body="no JSON"))

    page.locator("ns-chart").get_by_role("button").first.click()

    expect(page.locator("ns-chart [role=alert]")).to_contain_text("cannot be loaded")


@pytest.mark.parametrize("font", ["own", "of the phone"])
def test_a_phone_shows_tables_whole(city, font):
    phone = {"viewport": {"width": 360, "height": 780}}
    page = city.open("/observed-properties/", **phone)
    if font != "own":  # which comes too late where the network or the machine is slow
        page.context.route("**/*.woff2", lambda route: route.abort())
    with page.expect_navigation():  # the list before it is a table as well
        page.get_by_role("link", name="Feinstaub PM10").click()
    office = city.sign_in("administrator", "/office/audit/", **phone)

    for opened in (page, office):
        table = opened.locator(".ns-table").first
        expect(table).to_be_visible()
        assert table.evaluate("part => part.scrollWidth <= part.clientWidth")
    if font != "own":
        city.complaints.found.clear()  # of the fonts that did not come


def test_the_front_page_is_the_picture_in_the_readme(city, request):
    """Writes the screenshot of README.md where asked to (``NETZSTADT_SCREENSHOT=yes``)."""
    import os

    page = city.open("/", viewport={"width": 1280, "height": 860})
    expect(page.locator("ns-map[data-ready]")).to_be_visible()
    picture = page.screenshot()

    assert picture.startswith(b"\x89PNG")
    target = request.config.rootpath / "docs" / "images" / "front-page.png"
    if os.environ.get("NETZSTADT_SCREENSHOT"):
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(picture)
    assert target.exists()
