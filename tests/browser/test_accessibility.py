"""Everybody can use the pages: what axe would find, and how far the keyboard reaches."""

import pytest
from playwright.sync_api import expect
from tests.browser.axe import violations


def test_axe_would_find_something(city):
    page = city.open("/")
    page.locator("main").evaluate("main => main.append(document.createElement('img'))")

    assert any("image-alt" in one for one in violations(page))


def test_a_station_is_found_with_the_keyboard_alone(city):
    page = city.open("/stations/")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("input[name=q]")).to_be_focused()
    page.keyboard.type("berger")
    page.keyboard.press("Enter")
    expect(page.locator(".ns-station")).to_have_count(1)
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText") == "Berger See":
            break
        reached.add(page.evaluate("document.activeElement.outerHTML.slice(0, 80)"))
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1, name="Berger See")).to_be_visible()
    assert len(reached) > 2


@pytest.mark.parametrize("path", ["/stations/", "/stations/?q=berger"])
def test_every_focus_is_seen(city, path):
    page = city.open(path)
    if "berger" in path:
        page.get_by_role("link", name="Berger See").click()
        page.get_by_text("The chart as a table").click()
        page.evaluate("document.activeElement.blur()")
    # A date field has several stops; the browser rings the button of its calendar itself.
    stops: dict[str, bool] = {}
    for _ in range(45):
        page.keyboard.press("Tab")
        name, is_ringed = page.evaluate(
            "(() => { const one = document.activeElement; let ringed = false;"
            "for (let part = one, n = 0; part && n < 4; part = part.parentElement, n += 1) {"
            "const s = getComputedStyle(part);"  # a card may be ringed for the link that it is
            "ringed ||= s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0"
            " || s.boxShadow !== 'none'; }"
            "return [one.outerHTML.slice(0, 160), ringed]; })()"
        )
        stops[name] = stops.get(name, False) or is_ringed
    unseen = [name for name, is_ringed in stops.items() if not is_ringed and "<body" not in name]

    assert len(stops) > 10
    assert unseen == []


def test_menus_open_and_close_with_the_keyboard(city):
    page = city.open("/")
    summary = page.locator("summary", has_text="Display")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Dark")).to_be_visible()

    page.keyboard.press("Escape")

    expect(page.get_by_role("button", name="Dark")).to_be_hidden()
    expect(summary).to_be_focused()
