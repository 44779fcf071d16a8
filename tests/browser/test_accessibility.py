"""Everybody can use every page: axe finds nothing, the keyboard reaches all, a phone shows all."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import ACCOUNTS, ROOT, City
from tests.browser.pages import all_pages

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


def violations(page: Page) -> list[str]:
    """What axe finds on the page: rule, how bad, where."""
    page.evaluate(Path(AXE).read_text("utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']} ({one['impact']}): {node['target']} {node['html'][:150]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def settle(page: Page) -> None:
    """Wait until maps and fonts are there: axe judges what is drawn."""
    page.wait_for_load_state("load")
    for map_ in page.locator("ns-map").all():
        map_.scroll_into_view_if_needed()
        expect(map_.locator("> *").first).to_be_attached()
    page.evaluate("document.fonts.ready")


def open_as(city: City, role: str, **options: object) -> Page:
    """The front page for somebody with a role, or for nobody in particular."""
    return city.open("/", **options) if role == "nobody" else city.sign_in(role, "/", **options)


@pytest.mark.parametrize("role", ["nobody", *ACCOUNTS])
def test_axe_finds_nothing_on_any_page_in_light_and_dark(city, role):
    page = open_as(city, role, theme="light")

    pages = all_pages(page, city.address)
    found = {}
    for path in pages:
        page.goto(city.address + path)
        settle(page)
        for details in page.locator("main details:not([open]) > summary").all():
            details.click()
        for theme in ("light", "dark"):
            page.locator("html").evaluate("(html, theme) => html.dataset.kernTheme = theme", theme)
            if wrong := violations(page):
                found[f"{path} ({theme})"] = wrong

    assert not found, "\n".join(f"{path}: {one}" for path, all_ in found.items() for one in all_)
    assert len(pages) > 10


def test_axe_would_find_something(city):
    page = city.open("/")
    page.locator("main").evaluate("main => main.append(document.createElement('img'))")

    assert any("image-alt" in one for one in violations(page))


@pytest.mark.parametrize("role", ["nobody", *ACCOUNTS])
def test_no_page_is_wider_than_a_phone(city, role):
    page = open_as(city, role, viewport={"width": 390, "height": 844})

    wide = {}
    for path in all_pages(page, city.address):
        page.goto(city.address + path)
        settle(page)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 390:
            wide[path] = page.evaluate(
                "[...document.querySelectorAll('body *')]"
                ".filter(one => one.getBoundingClientRect().right > 391)"
                ".slice(0, 4).map(one => one.outerHTML.slice(0, 120))"
            )

    assert wide == {}


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
