"""Everybody can use every page: axe finds nothing, and the keyboard reaches all."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import ACCOUNTS, ROOT, City
from tests.browser.pages import all_pages

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
COLOUR_RULES = ("color-contrast", "link-in-text-block")


def violations(page: Page, *, rules: tuple[str, ...] = ()) -> list[str]:
    """What axe finds on the page, by all its rules or some: rule, how bad, where."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(
        "rules => axe.run(document, {resultTypes: ['violations'],"
        " ...(rules.length ? {runOnly: rules} : {})})",
        list(rules),
    )
    return [
        f"{one['id']} ({one['impact']}): {node['target']} {node['html'][:150]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def in_each_theme(page: Page) -> Iterator[str]:
    """The page in light, then in dark, each with the theme's name."""
    for theme in ("light", "dark"):
        page.locator("html").evaluate("(html, theme) => html.dataset.kernTheme = theme", theme)
        yield theme


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


# What is another on every visit or for every object, and looks the same.
CHANGING = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=csrfmiddlewaretoken\" value=\")\w+|\d+"
    r"|(?<=>)[^<]*[^<\s][^<]*(?=<)"
)
WALKED: dict[str, set[str]] = {"axe": set(), "phone": set()}


def unlike(page: Page, city: City, walk: str) -> Iterator[str]:
    """The pages that the reader can be shown and that do not look like one walked before.

    Roles share most pages, and all pages that say who may not. A page whose content is made of the
    same elements with the same attributes, with text in the same places, is walked once; what
    stands around the content is walked with the front page of each role.
    """
    yield "/"
    for path in all_pages(page, city.address):
        answer = page.context.request.get(city.address + path)
        content = answer.text().partition("<main")[2].replace(path, "x")
        looks = CHANGING.sub("x", content)
        if looks not in WALKED[walk]:
            WALKED[walk].add(looks)
            yield path


@pytest.mark.parametrize("role", ["nobody", *ACCOUNTS])
def test_axe_finds_nothing_on_any_page_in_light_and_dark(city, role):
    page = open_as(city, role, theme="light")

    pages = list(unlike(page, city, "axe"))
    found = {}
    for path in pages:
        page.goto(city.address + path)
        settle(page)
        page.locator("main details:not([open])").evaluate_all(
            "all => all.forEach(one => { one.open = true; })"
        )
        # The dark page is the same but for its colours.
        for theme in in_each_theme(page):
            if wrong := violations(page, rules=COLOUR_RULES if theme == "dark" else ()):
                found[f"{path} ({theme})"] = wrong

    assert not found, "\n".join(f"{path}: {one}" for path, all_ in found.items() for one in all_)
    assert pages


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
