"""Axe judges pages as they are drawn, in light and in dark."""

from collections.abc import Iterator

from playwright.sync_api import Page, expect
from tests.browser.conftest import ROOT

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
    # Without motion: no colour is judged half-way between two, nor that of a value just come in.
    page.emulate_media(reduced_motion="reduce")
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
