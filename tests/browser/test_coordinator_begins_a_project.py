"""A coordinator makes a project from a measure; it passes a gate with a condition; the goal's page
shows how far it has come."""

import re
from urllib.parse import urljoin

from playwright.sync_api import Page, expect
from tests.browser.axe import violations
from tests.browser.conftest import City
from tests.browser.test_coordinator_measures_a_goal import submit

from netzstadt.core.days import today

COORDINATOR, READER = "coordination@demo.example", "reader@demo.example"


def open_element(page: Page, title: str) -> str:
    """Open an element from the tree, in which it may lie in a folded theme; return its address."""
    found = page.locator("a", has_text=title).first.get_attribute("href")
    page.goto(urljoin(page.url, found or ""))
    expect(page.locator("h1")).to_have_text(title)
    return page.url


def test_a_measure_becomes_a_project_that_passes_a_gate(city: City):
    page = city.sign_in("coordinator", "/strategy/vernetzte-stadt/")
    measure = open_element(page, "Tempo 30 nachts prüfen")
    expect(page.locator("main")).to_contain_text("No project carries this out yet.")
    page.get_by_role("link", name="Begin a project for it").click()
    expect(page.locator("input[name=title]")).to_have_value("Tempo 30 nachts prüfen")
    page.locator("input[name=title]").fill("Tempo 30 nachts in Schalke")
    page.locator("input[name=summary]").fill("Nachts wird es leiser.")
    page.locator("select[name=method]").select_option("SMALL")
    unit = page.locator("select[name=unit] option", has_text="Referat Verkehr")
    page.locator("select[name=unit]").select_option(unit.get_attribute("value"))
    page.locator("input[name=sponsor]").fill(COORDINATOR)
    page.locator("select[name=visibility]").select_option("PUBLIC")
    assert violations(page) == []
    submit(page)
    project = page.url
    expect(page.locator("h1")).to_have_text("Tempo 30 nachts in Schalke")
    expect(page.locator("main")).to_contain_text("Request")

    # A milestone, by keyboard alone.
    page.get_by_role("link", name="New milestone").focus()
    page.keyboard.press("Enter")
    page.locator("input[name=title]").fill("Lärm gemessen")
    page.locator("input[name=planned_on]").fill(today().isoformat())
    page.locator("input[name=planned_on]").press("Enter")
    expect(page.get_by_role("rowheader", name="Lärm gemessen")).to_be_visible()

    # The gate: criteria answered, one of them not met; asked; decided with a condition.
    page.locator("li[aria-current=step] a").first.click()
    gate = page.url
    page.get_by_role("link", name="Answer the criteria").click()
    page.locator("input[name=answer_1][value=MET]").check()
    page.locator("input[name=answer_2][value=NOT_MET]").check()
    submit(page)
    expect(page.get_by_role("alert").first).to_be_visible()  # it must say why
    page.locator("input[name=note_2]").fill("Die Leitung ist noch offen.")
    assert violations(page) == []
    submit(page)
    page.get_by_role("button", name="Ask for the decision").click()
    expect(page.locator("main")).to_contain_text("Asked to decide on")
    page.get_by_role("link", name="Decide", exact=True).click()
    page.locator("input[name=outcome][value=GO]").check()
    page.locator("textarea[name=reason]").fill("Der Bedarf ist groß.")
    submit(page)
    expect(page.locator("main")).to_contain_text("name a condition")
    page.locator("input[name=condition_1]").fill("Leitung benennen")
    page.locator("input[name=due_on_1]").fill(today().replace(year=today().year + 1).isoformat())
    page.locator("input[name=responsible_1]").fill(READER)
    assert violations(page) == []
    submit(page)
    expect(page).to_have_url(gate)
    expect(page.locator("main")).to_contain_text("Go on to the next stage")
    expect(page.locator("main")).to_contain_text("Leitung benennen")
    assert violations(page) == []

    # Who has to meet the condition finds it among her work, and meets it.
    reader = city.sign_in("reader", "/office/")
    reader.get_by_role("link", name=re.compile("Leitung benennen")).click()
    reader.locator("input[name=note]").fill("Benannt.")
    submit(reader)

    # Everybody reads on the measure's page, and on its goal's, how far it has come.
    citizen = city.open(measure.removeprefix(city.address))
    row = citizen.locator(".ns-projects li", has_text="Tempo 30 nachts in Schalke")
    expect(row).to_contain_text("Executing")
    citizen.goto(project)
    expect(citizen.locator("main")).to_contain_text("Nachts wird es leiser.")
    expect(citizen.locator("main")).not_to_contain_text("Der Bedarf ist groß.")
    assert violations(citizen) == []
    citizen.goto(f"{city.address}/strategy/vernetzte-stadt/")
    open_element(citizen, "Es wird leiser in den Quartieren")
    expect(citizen.locator(".ns-projects")).to_contain_text("Executing")
    german = city.open(project.removeprefix(city.address), language="de")
    expect(german.locator("main")).to_contain_text("Umsetzung")
