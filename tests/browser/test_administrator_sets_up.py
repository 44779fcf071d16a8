"""An administrator sets a city up from nothing."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.axe import violations
from tests.browser.conftest import PATIENCE_MS, City, Complaints, running_city
from tests.browser.people import code_of

LOGO = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><script>alert(1)</script>'
    b'<circle cx="20" cy="20" r="18" fill="#7a0b2e" onclick="alert(1)"/></svg>'
)
PASSWORD = "a long and quiet password"


@pytest.fixture(scope="module")
def empty_city(make_database: Callable[[str | None], str]) -> Iterator[tuple[str, Path]]:
    """A city without the demo and without anybody: its address, and what it said."""
    with running_city(make_database(None), demo=False) as started:
        yield started


@pytest.fixture
def nowhere(empty_city: tuple[str, Path], chromium: Browser) -> Iterator[City]:
    """That city in a browser."""
    complaints = Complaints()
    city = City(empty_city[0], chromium, complaints)
    yield city
    city.close()
    assert complaints.found == []


def printed_address(log: Path) -> str:
    """Where the first administrator is told to go."""
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while time.monotonic() < deadline:
        if found := re.search(r"http://127\.0\.0\.1:\d+(/setup/[\w-]{43}/)", log.read_text()):
            return found.group(1)
        time.sleep(0.1)
    pytest.fail(f"no address in:\n{log.read_text()}")


def go_on(page: Page, name: str = "Save and go on") -> None:
    """Press the button of the step, after a look with axe and on a phone."""
    assert violations(page) == []
    size = page.viewport_size
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size(size)
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


def later(page: Page) -> None:
    """Leave the step for later; the next one has a link of the same name."""
    with page.expect_navigation():
        page.get_by_role("link", name="Later").click()


def test_a_city_is_set_up_from_nothing_to_a_working_front_page(
    nowhere: City, empty_city: tuple[str, Path]
) -> None:
    setup = printed_address(empty_city[1])
    stranger = nowhere.open("/")
    assert "/setup/" not in stranger.content()

    # Administrator
    page = nowhere.open(setup)
    page.get_by_label("Your name").fill("Kim Muster")
    page.get_by_label("Your e-mail address").fill("kim@musterstadt.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password again").fill("something else, mistyped")
    go_on(page)
    expect(page.get_by_role("alert")).to_contain_text("The two passwords are not the same.")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password again").fill(PASSWORD)
    go_on(page)

    # Her second factor, before anything else is shown to her
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up a second factor")
    page.get_by_role("link", name="Set up an app").click()
    key = page.locator("main code").first.inner_text()
    page.get_by_label("Code").fill(code_of(key, time.time()))
    go_on(page, "Set up")
    go_on(page, "Make recovery codes")
    page.get_by_role("link", name="I have kept them").click()

    # City: left, and resumed
    page.get_by_label("Name of the city").fill("Musterstadt")
    page.get_by_label("Municipality key").fill("05513000")
    page.get_by_label("E-mail address").fill("stadt@musterstadt.example")
    go_on(page)
    expect(page.get_by_role("heading", level=1, name="Look")).to_be_visible()
    page.goto(f"{nowhere.address}/imprint/")
    page.goto(nowhere.address + setup)
    expect(page.get_by_label("Name of the city")).to_have_value("Musterstadt")
    go_on(page)

    # Look: a colour that cannot be read is refused, another one previewed
    page.get_by_label("Accent colour").fill("#ffcc00")
    go_on(page)
    expect(page.locator("main")).to_contain_text("at least 4.5 to 1 is needed")
    page.get_by_label("Accent colour").fill("#7a0b2e")
    go_on(page, "Preview")
    sample = page.locator(".ns-look-sample--light .ns-look-sample__button")
    expect(sample).to_have_css("background-color", "rgb(122, 11, 46)")
    page.locator("input[name=logo_file]").set_input_files(
        {"name": "wappen.svg", "mimeType": "image/svg+xml", "buffer": LOGO}
    )
    go_on(page)

    # Legal pages: one now, the others later
    page.get_by_label("Responsible body").fill("Stadt Musterstadt")
    page.get_by_label("Represented by").fill("Die Oberbürgermeisterin")
    page.get_by_label("Postal address").fill("Rathausplatz 1\n12345 Musterstadt")
    page.get_by_label("E-mail address").fill("stadt@musterstadt.example")
    page.get_by_label("Phone").fill("0123 4567")
    go_on(page)
    later(page)
    later(page)
    expect(page.locator("main")).to_contain_text("Without a mail server")
    later(page)
    expect(page.locator("main")).to_contain_text("Privacy, Accessibility")
    go_on(page, "Finish the set-up")

    # A working front page, for everybody
    expect(page).to_have_url(f"{nowhere.address}/")
    visitor = nowhere.open("/")
    expect(visitor.locator(".ns-brand__city")).to_have_text("Musterstadt")
    expect(visitor.locator(".ns-brand__logo")).to_be_visible()
    assert visitor.locator(".ns-brand__logo").evaluate("image => image.naturalWidth") > 0
    action = "getComputedStyle(document.documentElement).getPropertyValue('--ns-action').trim()"
    assert visitor.evaluate(action) == "#7a0b2e"
    assert violations(visitor) == []
    visitor.get_by_role("link", name="Imprint").click()
    expect(visitor.locator("main")).to_contain_text("Rathausplatz 1")
    dark = nowhere.open("/", theme="dark")
    assert dark.evaluate(action) not in {"", "#7a0b2e"}
    assert violations(dark) == []
    gone = visitor.goto(nowhere.address + setup)
    assert gone is not None
    assert gone.status == 404
