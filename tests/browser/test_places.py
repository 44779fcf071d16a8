"""Somebody says where something is: by keyboard alone, by name, without scripts."""

import re

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import City

DRAWN = "ns-map-picker[data-ready]"


def tab_to(page: Page, what: str) -> None:
    """Press Tab until the focus is where the selector says."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("what => document.activeElement.matches(what)", what):
            return
    raise AssertionError(f"The keyboard does not reach {what}.")


def value(page: Page, part: str) -> float:
    return float(page.locator(f"input[data-part={part}]").input_value() or "nan")


def drawn(page: Page) -> None:
    """Wait until the map is there; it is drawn when it comes near the window."""
    page.locator(".ns-picker__map").scroll_into_view_if_needed()
    expect(page.locator(DRAWN)).to_be_attached()


def test_a_point_is_picked_by_keyboard_alone(city: City):
    page = city.open("/areas/find/")
    drawn(page)
    page.evaluate("document.body.focus()")
    tab_to(page, "input[data-part=search]")
    page.keyboard.type("Ebertstr. 11")
    page.keyboard.press("Enter")
    expect(page.locator(".ns-picker__status")).to_contain_text("Altstadt")
    north, east = value(page, "latitude"), value(page, "longitude")

    tab_to(page, ".ns-picker__map")
    for key in ("ArrowUp", "ArrowUp", "ArrowRight"):
        page.keyboard.press(key)
    page.keyboard.press("Shift+ArrowLeft")
    expect(page.locator(".ns-picker__status")).to_contain_text("north")
    assert value(page, "latitude") > north
    assert value(page, "longitude") > east
    page.keyboard.press("-")
    step = value(page, "latitude")
    page.keyboard.press("ArrowDown")
    assert value(page, "latitude") < step

    tab_to(page, "main form button[type=submit]")
    page.keyboard.press("Enter")

    result = page.get_by_role("region", name=re.compile("° N"))
    expect(result).to_contain_text("Altstadt")
    expect(result).to_contain_text("Gelsenkirchen-Mitte")


def test_a_place_with_several_fits_is_chosen_from_the_list(city: City):
    page = city.open("/areas/find/")
    page.locator("input[data-part=search]").fill("Ebertstr. 9")
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.locator(".ns-picker__status")).to_contain_text("Places found")

    page.locator(".ns-picker__result").first.press("Enter")

    expect(page.locator("input[data-part=search]")).to_be_focused()
    expect(page.locator("input[data-part=latitude]")).to_have_value(re.compile(r"^51\.5"))


def test_a_click_on_the_map_sets_the_point_and_outside_is_told(city: City):
    page = city.open("/areas/find/", viewport={"width": 390, "height": 844})
    drawn(page)

    page.locator(".ns-picker__map canvas").click(position={"x": 20, "y": 40})

    expect(page.locator("input[data-part=longitude]")).to_have_value(re.compile(r"\d\.\d{6}"))
    expect(page.locator(".ns-picker__status")).to_contain_text("°")
    page.locator("input[data-part=latitude]").fill("53")
    page.locator("input[data-part=longitude]").fill("10")
    page.get_by_role("button", name="Which area is that?").click()
    expect(page.locator("main")).to_contain_text("outside the city")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_without_scripts_names_and_coordinates_do(city: City):
    page = city.open("/areas/find/", java_script_enabled=False)
    page.get_by_label("Address or name of a place").fill("Goldbergstr 13")
    page.get_by_role("button", name="Which area is that?").click()
    page.get_by_label(re.compile("Goldbergstraße 12")).check()
    page.get_by_role("button", name="Which area is that?").click()

    expect(page.locator("main")).to_contain_text("Buer")
    page.get_by_role("link", name="Buer", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Buer")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Demo")


def test_a_station_is_linked_placed_and_traced(city: City):
    page = city.sign_in("data engineer", "/stations/?q=berger")
    page.locator("main").get_by_role("link", name="Berger See").click()
    page.get_by_role("link", name="Link with something").click()
    page.get_by_label("This object").select_option(label="measures")
    page.get_by_label("Name of the other object").fill("Buer")
    page.get_by_role("button", name="Look for it").click()
    page.get_by_label("Buer – Area", exact=True).check()
    page.get_by_role("button", name="Link", exact=True).click()

    expect(page.get_by_role("link", name="Buer", exact=True)).to_be_visible()
    page.get_by_role("link", name="Trace where it leads").click()
    expect(page.locator("main svg")).to_be_visible()
    expect(page.locator(".ns-trace").get_by_role("link", name="Gelsenkirchen-Nord")).to_be_visible()
    page.get_by_role("link", name="Berger See").first.click()
    page.get_by_role("link", name=re.compile("^End measures Buer")).click()
    with page.expect_navigation():
        page.get_by_role("button", name="End the link").click()
    expect(page.get_by_role("link", name="Buer", exact=True)).to_have_count(0)


def test_a_station_is_placed_by_keyboard_alone(city: City):
    page = city.sign_in("data engineer", "/things/new/")
    tab_to(page, "input[name=name]")
    page.keyboard.type("Gauge by keyboard")
    drawn(page)
    tab_to(page, "input[data-part=search]")
    page.keyboard.type("Ebertstr. 11")
    page.keyboard.press("Enter")
    expect(page.locator(".ns-picker__status")).to_contain_text("Altstadt")
    east = value(page, "longitude")
    tab_to(page, ".ns-picker__map")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".ns-picker__status")).to_contain_text("north")
    moved = page.locator("input[data-part=longitude]").input_value()
    tab_to(page, "main form button[type=submit]:not(.ns-picker button)")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Gauge by keyboard")
    page.goto(f"{page.url}edit/")

    assert float(moved) > east
    expect(page.locator("input[data-part=longitude]")).to_have_value(moved)


def test_a_station_is_placed_and_moved_without_scripts(city: City):
    page = city.sign_in("data engineer", "/things/new/", java_script_enabled=False)
    page.locator("input[name=name]").fill("Gauge without scripts")
    page.get_by_label("Address or name of a place").fill("Goldbergstr 13")
    page.get_by_role("button", name="Save").click()
    page.get_by_label(re.compile("Goldbergstraße 12")).check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Gauge without scripts")
    page.goto(f"{page.url}edit/")
    before = value(page, "longitude"), value(page, "latitude")
    page.get_by_label("Address or name of a place").fill("Ebertstr. 11")
    with page.expect_navigation():
        page.get_by_role("button", name="Save").click()
    page.goto(f"{page.url}edit/")

    assert (value(page, "longitude"), value(page, "latitude")) != before


@pytest.mark.parametrize("path", ["/areas/", "/areas/find/"])
def test_the_maps_are_drawn(city: City, path: str):
    page = city.open(path)
    page.locator("ns-area-map, .ns-picker__map").first.scroll_into_view_if_needed()

    expect(
        page.locator("ns-area-map[data-ready], ns-map-picker[data-ready]").first
    ).to_be_attached()
