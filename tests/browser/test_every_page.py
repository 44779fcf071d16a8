"""Every page of every role: axe finds nothing in light and dark, and a phone shows it whole."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page
from tests.browser.axe import COLOUR_RULES, in_each_theme, settle, violations
from tests.browser.conftest import ACCOUNTS, PATIENCE_MS, City, Complaints
from tests.browser.pages import all_pages

DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
# What is another on every visit or for every object, and looks the same.
CHANGING = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=csrfmiddlewaretoken\" value=\")\w+|\d+"
    r"|(?<=>)[^<]*[^<\s][^<]*(?=<)"
)


@dataclass
class Walk:
    """What somebody saw who opened the pages of a role one after the other."""

    paths: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    wide: dict[str, list[str]] = field(default_factory=dict)
    complaints: Complaints = field(default_factory=Complaints)


@pytest.fixture(scope="module")
def looks() -> set[str]:
    """What the pages look like that were walked before, in any role."""
    return set()


@pytest.fixture(scope="module", params=["nobody", *ACCOUNTS])
def walk(request: pytest.FixtureRequest, address: str, chromium: Browser, looks: set[str]) -> Walk:
    """All pages of a role that look like none before, each opened once."""
    walk = Walk()
    city = City(address, chromium, walk.complaints)
    page = open_as(city, request.param)
    for path in unlike(page, city, looks):
        walk.paths.append(path)
        page.set_viewport_size(PHONE)
        page.goto(city.address + path)
        settle(page)
        if wide := wider_than(page, PHONE["width"]):
            walk.wide[path] = wide
        page.set_viewport_size(DESK)
        settle(page)
        page.locator("main details:not([open])").evaluate_all(
            "all => all.forEach(one => { one.open = true; })"
        )
        # The dark page is the same but for its colours.
        for theme in in_each_theme(page):
            found = violations(page, rules=COLOUR_RULES if theme == "dark" else ())
            walk.violations += [f"{path} ({theme}): {one}" for one in found]
    city.close()
    return walk


def open_as(city: City, role: str) -> Page:
    """The front page for somebody with a role, or for nobody in particular."""
    return city.open("/") if role == "nobody" else city.sign_in(role, "/")


def unlike(page: Page, city: City, looks: set[str]) -> Iterator[str]:
    """The pages that the reader can be shown and that do not look like one walked before.

    Roles share most pages, and all pages that say who may not. A page whose content is made of the
    same elements with the same attributes, with text in the same places, is walked once; what
    stands around the content is walked with the front page of each role.
    """
    yield "/"
    for path in all_pages(page, city.address):
        answer = page.context.request.get(city.address + path, timeout=PATIENCE_MS)
        content = answer.text().partition("<main")[2].replace(path, "x")
        look = CHANGING.sub("x", content)
        if look not in looks:
            looks.add(look)
            yield path


def wider_than(page: Page, width: int) -> list[str]:
    """What makes the page wider than its window; nothing if it is not."""
    if page.evaluate("document.documentElement.scrollWidth") <= width:
        return []
    return page.evaluate(
        "width => [...document.querySelectorAll('body *')]"
        ".filter(one => one.getBoundingClientRect().right > width + 1)"
        ".slice(0, 4).map(one => one.outerHTML.slice(0, 120))",
        width,
    )


def test_axe_finds_nothing_on_any_page_in_light_and_dark(walk):
    assert walk.violations == []
    assert walk.paths


def test_no_page_is_wider_than_a_phone(walk):
    assert walk.wide == {}


def test_nothing_goes_wrong_behind_any_page(walk):
    assert walk.complaints.found == []


def test_a_wide_page_would_be_found(city):
    page = city.open("/", viewport=PHONE)
    before = wider_than(page, PHONE["width"])
    page.locator("main").evaluate(
        "main => { const wide = main.appendChild(document.createElement('div'));"
        " wide.textContent = 'wide'; wide.style.minWidth = '500px'; }"
    )

    assert before == []
    assert wider_than(page, PHONE["width"]) != []
