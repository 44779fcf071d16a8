"""Who keeps a project plans it by keyboard: tasks, what waits for what, what comes too early; the
chart is read by keyboard, in light and dark, on a phone, and on paper."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from tests.browser.axe import violations
from tests.browser.conftest import City
from tests.browser.test_coordinator_measures_a_goal import submit

from netzstadt.core.days import today

TITLE = "Digitale Poststelle (Beispiel)"


def open_plan(page: Page) -> str:
    """From the list of projects to the plan of the demo's example; its address."""
    page.locator("main a", has_text=TITLE).first.click()
    page.get_by_role("link", name="Plan with tasks and Gantt chart").click()
    expect(page.locator("h1")).to_have_text("Plan")
    return page.url


def add_task(page: Page, title: str, first: int, last: int) -> None:
    page.get_by_role("link", name="New task").focus()
    page.keyboard.press("Enter")
    page.locator("input[name=title]").fill(title)
    for name, number in (("starts_on", first), ("ends_on", last)):
        day = (today() + timedelta(days=number)).isoformat()
        page.locator(f"input[name={name}]").fill(day)
    page.locator("input[name=title]").press("Enter")
    expect(page.get_by_role("rowheader", name=title)).to_be_visible()


def test_a_plan_is_written_and_read_by_keyboard(city: City):
    page = city.sign_in("coordinator", "/projects/")
    plan = open_plan(page)
    add_task(page, "Geräte bestellen", 10, 20)
    add_task(page, "Geräte aufstellen", 15, 17)

    # The later one waits for the earlier one: it comes too early, and is moved after a preview.
    page.get_by_role("link", name="New dependency").focus()
    page.keyboard.press("Enter")
    page.locator("select[name=successor]").select_option(label="Geräte aufstellen")
    page.locator("select[name=predecessor]").select_option(label="Geräte bestellen")
    assert violations(page) == []
    submit(page)
    expect(page.locator("main")).to_contain_text("too early")
    page.locator("main a", has_text="Move it after").filter(has_text="aufstellen").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Move what comes too early")
    assert violations(page) == []
    page.get_by_role("button", name="Move it after what it waits for").press("Enter")
    expect(page).to_have_url(plan)

    # Each bar is reached by Tab, says all of itself, and leads to its line.
    bar = page.locator("a.ns-gantt__row", has_text="Geräte aufstellen")
    bar.focus()
    name = bar.get_attribute("aria-label") or ""
    assert "Geräte aufstellen" in name
    assert ", Task, " in name
    assert "waits for" in name
    page.keyboard.press("Enter")
    line = page.locator("tr:target")
    expect(line).to_contain_text("Geräte aufstellen")

    # Five minutes a week: how far the tasks are.
    page.get_by_role("link", name="How far is it?").click()
    page.get_by_label("Geräte bestellen").fill("100")
    assert violations(page) == []
    submit(page)
    expect(page.get_by_role("row", name=re.compile(r"^\d+ Geräte bestellen"))).to_contain_text(
        re.compile(r"100\s%")
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_the_plan_is_accessible_in_any_light_and_on_a_phone(city: City, theme: str, width: int):
    page = city.sign_in("coordinator", "/projects/")
    plan = open_plan(page)
    page.context.add_cookies([{"name": "netzstadt_theme", "value": theme, "url": city.address}])
    page.set_viewport_size({"width": width, "height": 800})
    for zoom in ("weeks", "months", "quarters"):
        page.goto(f"{plan}?zoom={zoom}")
        assert violations(page) == []
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) <= 0
    page.goto(f"{city.address}/projects/timeline/")
    assert violations(page) == []


def test_the_plan_is_printed_in_landscape(city: City, tmp_path):
    page = city.sign_in("coordinator", "/projects/")
    open_plan(page)
    page.emulate_media(media="print")

    sheet = page.locator("svg.ns-gantt").first
    expect(sheet).to_be_visible()
    expect(page.get_by_role("navigation", name="Zoom")).to_be_hidden()
    box = sheet.bounding_box()
    assert box is not None
    assert box["width"] <= page.viewport_size["width"]  # type: ignore[index]
    printed = page.pdf(path=tmp_path / "plan.pdf", prefer_css_page_size=True)
    # A4 in landscape: 842 by 595 points, as Chromium writes it.
    sizes = set(re.findall(rb"/MediaBox \[0 0 (\d+)", printed))
    assert sizes <= {b"841", b"842"}
    assert sizes
