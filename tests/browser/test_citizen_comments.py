"""A citizen comments a draft, the office answers, the council adopts; editions are compared."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect
from pypdf import PdfReader
from tests.browser.axe import in_each_theme, violations
from tests.browser.conftest import City

from netzstadt.core.days import today
from netzstadt.core.guarded_form import QUICKEST

SAID = "Bitte mehr Bänke im Schatten."


def submit(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form[method=post] button[type=submit]").first.click()


def looks_well(page: Page) -> None:
    """Axe finds nothing in light and dark, and a phone shows the page whole."""
    for theme in in_each_theme(page):
        assert violations(page) == [], f"{page.url} ({theme})"
    size = page.viewport_size
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, page.url
    page.set_viewport_size(size)


def opened_to_comments(city: City, table: Path) -> Page:
    """A strategy of the office in consultation; the page of its edition."""
    table.write_text("Handlungsfeld;Ziel\nPlätze;Schatten auf allen Plätzen\n", "utf-8")
    page = city.sign_in("coordinator", "/office/strategy/new/")
    page.locator("input[name=title]").fill("Schattenstrategie")
    page.locator("input[name=key]").fill("schatten")
    submit(page)
    page.get_by_role("link", name="Import from a table").click()
    page.locator("input[type=file]").set_input_files(table)
    submit(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Import it").click()
    page.get_by_role("link", name="Open to comments").click()
    page.locator("[name=last]").fill(today().isoformat())
    submit(page)
    return page


def write(city: City) -> Page:
    """A citizen without an account comments the goal."""
    page = city.open("/strategy/schatten/")
    page.get_by_text("Plätze", exact=True).click()
    page.get_by_role("link", name="Schatten auf allen Plätzen").click()
    page.get_by_role("link", name="Write a comment").click()
    page.wait_for_timeout(QUICKEST.total_seconds() * 1000)  # as people take to write
    page.locator("main [name=text]").fill(SAID)
    page.locator("main [name=name]").fill("Eine Nachbarin")
    looks_well(page)
    submit(page)
    expect(page.locator("body")).to_contain_text("shown once somebody has looked at it")
    expect(page.locator("main")).not_to_contain_text(SAID)
    return page


def test_a_draft_is_commented_answered_adopted_and_compared(city: City, tmp_path: Path):
    office = opened_to_comments(city, tmp_path / "table.csv")
    edition = office.url
    citizen = write(city)

    office.goto(edition)
    office.get_by_role("link", name="Comments", exact=True).click()
    office.get_by_role("link", name="To be looked at (1)").click()
    looks_well(office)
    office.get_by_role("link", name="Comment 1").click()
    submit(office)
    looks_well(office)
    office.locator("[name=outcome]").select_option("TAKEN")
    office.locator("[name=answer]").fill("Steht jetzt im Ziel.")
    with office.expect_navigation():
        office.get_by_role("button", name="Save the answer").click()

    citizen.reload()
    expect(citizen.locator("article")).to_contain_text(SAID)
    expect(citizen.locator("article")).to_contain_text("Eine Nachbarin")
    expect(citizen.locator("article")).to_contain_text("Steht jetzt im Ziel.")
    looks_well(citizen)

    office.goto(edition)
    office.get_by_role("link", name="Adopted by the council").click()
    office.locator("[name=adopted_by]").fill("Rat der Stadt")
    submit(office)
    office.get_by_role("link", name="Put in force").click()
    submit(office)
    with office.expect_navigation():
        office.get_by_role("button", name="Begin a new edition from this one").click()
    change = office.get_by_role("link", name=re.compile("Change.*Schatten auf allen Plätzen"))
    change.first.click()
    office.locator("[name=title]").fill("Schatten und Bänke auf allen Plätzen")
    submit(office)
    office.goto(f"{city.address}/strategy/schatten/compare/?old=1&new=2")
    expect(office.locator("del")).to_contain_text("Schatten auf allen Plätzen")
    expect(office.locator("ins")).to_contain_text("Schatten und Bänke auf allen Plätzen")

    citizen.goto(f"{city.address}/strategy/schatten/")
    with citizen.expect_download() as download:
        citizen.get_by_role("link", name=re.compile("Download as a document")).click()
    assert download.value.suggested_filename == "schatten-1.pdf"
    text = "\n".join(page.extract_text() for page in PdfReader(download.value.path()).pages)
    assert "Schatten auf allen Plätzen" in text
    assert "Bänke" not in text  # the draft is nobody's
