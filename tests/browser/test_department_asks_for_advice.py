"""A department asks in its words; the coordination answers; it becomes a project."""

import re

from playwright.sync_api import expect
from tests.browser.axe import violations
from tests.browser.conftest import City
from tests.browser.test_coordinator_measures_a_goal import submit


def test_a_department_asks_for_advice_and_it_becomes_a_project(city: City):
    asker = city.sign_in("administrator", "/office/advice/")
    asker.get_by_role("link", name="Ask for advice").click()
    asker.locator("input[name=title]").fill("Schwimmkurse online buchen")
    asker.locator("textarea[name=need]").fill(
        "Eltern stehen um sechs Uhr an. Das muss besser gehen."
    )
    unit = asker.locator("select[name=unit] option", has_text="GELSENDIENSTE")
    asker.locator("select[name=unit]").select_option(unit.get_attribute("value"))
    assert violations(asker) == []
    submit(asker)
    expect(asker.locator("main")).to_contain_text("Waits to be taken up")
    request = asker.url

    page = city.sign_in("coordinator", "/office/")
    page.get_by_role("link", name=re.compile("Schwimmkurse online buchen")).first.click()
    page.get_by_role("link", name="Take it up").click()
    submit(page)
    page.get_by_role("link", name="Answer", exact=True).click()
    page.locator("textarea[name=text]").fill("Das Buchungsmodul kann das.")
    page.locator("input[name=minutes]").fill("30")
    submit(page)
    expect(page.locator("main")).to_contain_text("Das Buchungsmodul kann das.")
    expect(page.locator("main")).to_contain_text("30 minutes")
    assert violations(page) == []

    asker.goto(request)
    asker.get_by_label("5 – very satisfied").check()
    with asker.expect_navigation():
        asker.locator("form[action$='/rate/'] button[type=submit]").click()
    expect(asker.locator("main")).to_contain_text("5 of 5")

    page.get_by_role("link", name="Make a project of it").click()
    expect(page.locator("input[name=title]")).to_have_value("Schwimmkurse online buchen")
    assert violations(page) == []
    submit(page)
    expect(page.locator("h1")).to_have_text("Schwimmkurse online buchen")
    page.get_by_role("link", name=re.compile("^B-.* Schwimmkurse online buchen")).first.click()
    expect(page).to_have_url(request)
    expect(page.locator("main")).to_contain_text("It became a project")
