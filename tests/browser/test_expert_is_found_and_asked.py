"""A question on a project finds an expert; the project shows what her statement did."""

from playwright.sync_api import expect
from tests.browser.axe import violations
from tests.browser.conftest import City
from tests.browser.test_coordinator_measures_a_goal import submit

QUESTION = "Wer misst die Bodenfeuchte an jungen Bäumen?"


def test_a_question_finds_an_expert_whose_statement_does_something(city: City):
    page = city.sign_in("coordinator", "/projects/")
    page.get_by_role("link", name="GE grünt").click()
    project = page.url
    page.get_by_role("link", name="Find somebody who can help").click()
    page.locator("input[name=q]").fill(QUESTION)
    page.locator("input[name=q]").press("Enter")
    expect(page.locator(".ns-hits li").first).to_contain_text("Gießtouren nach Bedarf")
    expect(page.locator(".ns-hits li").first).to_contain_text("fits because of")
    assert violations(page) == []
    page.get_by_role("link", name="Ask Fachperson Stadtbäume (Beispiel)").click()
    expect(page.locator("textarea[name=question]")).to_have_value(QUESTION)
    assert violations(page) == []
    submit(page)
    request = page.url
    expect(page.locator("main")).to_contain_text("Asked")
    assert violations(page) == []

    # The expert finds it among her work, accepts, and gives her statement.
    hers = city.sign_in("reader", "/office/")
    hers.get_by_role("link", name=QUESTION).first.click()
    hers.get_by_role("button", name="Accept: a statement will come").click()
    hers.get_by_role("link", name="Give the statement").click()
    hers.locator("textarea[name=text]").fill("In dreißig Zentimetern Tiefe.")
    assert violations(hers) == []
    submit(hers)
    expect(hers.locator("main")).to_contain_text("In dreißig Zentimetern Tiefe.")

    # Who asked says what it did, and the project shows it.
    page.goto(request)
    page.get_by_role("link", name="Say what it did").click()
    page.locator("input[name=effect][value=FOLLOWED]").check()
    page.locator("input[name=note]").fill("Die Sensoren sitzen tiefer.")
    submit(page)
    assert violations(page) == []
    page.goto(project)
    expect(page.locator("main")).to_contain_text("Die Sensoren sitzen tiefer.")
    assert violations(page) == []

    # Nobody outside reads it, or finds who did not consent to be shown.
    citizen = city.open(project.removeprefix(city.address))
    expect(citizen.locator("main")).not_to_contain_text("Die Sensoren sitzen tiefer.")
    citizen.goto(f"{city.address}/experts/?q=Bodenfeuchte+an+Bäumen")
    expect(citizen.locator("main")).to_contain_text("Nobody in the network fits")
    german = city.open("/experts/?q=Gateways", language="de")
    expect(german.locator("main")).to_contain_text("Fachperson Funknetz (Beispiel)")
    assert violations(german) == []
