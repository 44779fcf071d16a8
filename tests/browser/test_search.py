"""Everything is found from every page, by keyboard, by touch and without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, TimeoutError, expect
from tests.browser.axe import violations
from tests.browser.waiting import reload_until, until


@pytest.fixture(autouse=True)
def indexed(city):
    """The worker of a new city has taken in its stations."""
    page = city.open("/search/?words=berger")
    found = page.locator(".ns-search-result")
    reload_until(page, found, "The stations of the demo city are not found.")


def see_suggestions(page: Page) -> None:
    """Wait for the list of suggestions; a server that was too busy for them is asked again."""

    def ask_again() -> None:
        page.keyboard.press("Space")
        page.keyboard.press("Backspace")

    def are_there() -> bool:
        try:
            page.get_by_role("option").first.wait_for(timeout=10_000)
        except TimeoutError:
            return False
        return True

    until(page, are_there, "Nothing is suggested.", again=ask_again)


def test_a_station_is_found_with_the_keyboard_from_any_page(city):
    page = city.open("/stations/")
    box = page.get_by_role("combobox", name="Search everything")

    page.keyboard.press("/")
    expect(box).to_be_focused()
    # Two letters are not asked for and the rest comes at once: one list, and none that follows it
    # and forgets what was chosen in the first.
    page.keyboard.type("be")
    page.keyboard.insert_text("rger")
    see_suggestions(page)
    option = page.get_by_role("option").first
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", option.get_attribute("id"))
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1, name="Berger See")).to_be_visible()


def test_escape_closes_the_suggestions_and_enter_searches(city):
    page = city.open("/")
    box = page.get_by_role("combobox", name="Search everything")
    box.fill("berger")
    see_suggestions(page)

    page.keyboard.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    expect(box).to_be_focused()
    expect(box).to_have_value("berger")
    page.keyboard.press("Enter")

    expect(page.locator(".ns-search-result").first).to_contain_text("Berger")
    expect(page).to_have_url(re.compile("words=berger"))


def test_the_key_stands_in_the_list_of_keys_and_goes_with_the_others(city):
    page = city.open("/stations/")
    page.keyboard.press("?")
    expect(page.locator("dialog.ns-keys dl")).to_contain_text("/go to the search")

    page.get_by_label("Single letters are keys").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("/")

    expect(page.locator("#ns-search-words")).not_to_be_focused()


def test_the_key_is_text_in_a_field_and_can_be_switched_off(city):
    page = city.open("/search/")
    box = page.locator("#ns-search-words")
    box.fill("a")
    page.keyboard.press("/")
    expect(box).to_have_value("a/")

    page.get_by_label("Open the search with the key /").uncheck()
    page.reload()
    page.keyboard.press("/")
    expect(box).not_to_be_focused()
    page.get_by_label("Open the search with the key /").check()
    page.reload()
    page.keyboard.press("/")

    expect(box).to_be_focused()


def test_it_works_without_javascript(city):
    page = city.open("/", java_script_enabled=False)
    page.locator("#ns-search-words").fill("berger")
    page.get_by_role("button", name="Search", exact=True).click()

    page.locator(".ns-search-result a").first.click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Berger")


def test_open_suggestions_have_no_barrier_and_fit_a_phone(city):
    page = city.open("/", viewport={"width": 390, "height": 844})
    page.locator("#ns-search-words").fill("berger")
    see_suggestions(page)

    for theme in ("light", "dark"):
        page.locator("html").evaluate("(html, theme) => html.dataset.kernTheme = theme", theme)
        assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("words", ["temperatur", "!!!", "gibtesnicht", "x%20-y", "luft%20berger"])
def test_pages_of_results_have_no_barrier(city, words):
    page = city.open(f"/search/?words={words}")

    for theme in ("light", "dark"):
        page.locator("html").evaluate("(html, theme) => html.dataset.kernTheme = theme", theme)
        assert violations(page) == []


def test_an_administrator_finds_the_trail_by_its_name(city):
    page = city.sign_in("administrator", "/search/?words=audit")

    page.locator("main").get_by_role("link", name="Audit trail").click()

    expect(page.get_by_role("heading", level=1, name="Audit trail")).to_be_visible()
