"""Fonts that come late are for the next page."""

import pytest
from playwright.sync_api import Page, Route
from tests.browser.conftest import City
from tests.browser.waiting import until


@pytest.mark.parametrize("path", ["/contact-points/", "/account/sign-in/"])
def test_nothing_moves_under_the_pointer_when_the_fonts_come_late(city: City, path: str):
    context = city.browser.new_context()
    page = context.new_page()
    held: list[Route] = []
    page.route("**/*.woff2", lambda route: held.append(route))
    page.goto(city.address + path, wait_until="domcontentloaded")
    until(page, lambda: page.evaluate("performance.getEntriesByType('paint').length"), "a picture")
    before = places(page)
    assert held, "the page asks for fonts"

    for route in held:
        route.continue_()
    page.wait_for_load_state("networkidle")
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")

    assert places(page) == before
    context.close()


def places(page: Page) -> list[list[float]]:
    return page.evaluate(
        """() => [...document.querySelectorAll("h1, h2, a, button, input, p")].map((e) => {
          const { x, y, width, height } = e.getBoundingClientRect();
          return [x, y, width, height];
        })"""
    )
