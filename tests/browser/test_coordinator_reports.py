"""A coordinator writes down a risk and reports; who stands for the project approves; the committee
gets its PDF."""

from pathlib import Path

from playwright.sync_api import expect
from tests.browser.axe import violations
from tests.browser.conftest import City
from tests.browser.test_coordinator_measures_a_goal import submit

TITLE = "Bäume in Bulmke"


def test_a_report_is_written_approved_and_printed_for_the_committee(city: City):
    page = city.sign_in("coordinator", "/office/projects/new/")
    page.locator("input[name=title]").fill(TITLE)
    page.locator("select[name=method]").select_option("SMALL")
    unit = page.locator("select[name=unit] option", has_text="Referat Verkehr")
    page.locator("select[name=unit]").select_option(unit.get_attribute("value"))
    page.locator("input[name=sponsor]").fill("admin@demo.example")
    submit(page)
    project = page.url

    # A risk, which stands in the matrix.
    page.get_by_role("link", name="Risks, issues, changes and decisions").click()
    page.get_by_role("link", name="New risk").click()
    page.locator("input[name=title]").fill("Die Pflanzzeit ist vorbei")
    page.locator("select[name=probability]").select_option("4")
    page.locator("select[name=impact]").select_option("4")
    assert violations(page) == []
    submit(page)
    expect(page.locator(".ns-matrix__taken")).to_have_text("1 risk")
    assert violations(page) == []

    # The light of the risk says why; the report is written and submitted.
    page.goto(f"{project}status/")
    expect(page.locator("main")).to_contain_text("16 of 25 points")
    assert violations(page) == []
    page.get_by_role("link", name="Write the status report").click()
    page.locator("textarea[name=happened]").fill("Zehn Bäume stehen.")
    page.locator("textarea[name=needed]").fill("Ein Termin mit dem Gartenamt.")
    assert violations(page) == []
    page.get_by_role("button", name="Submit for approval").click()
    expect(page.locator("main")).to_contain_text("Waits for approval")
    expect(page.get_by_role("button", name="Approve and seal")).to_have_count(0)
    report = page.url

    # Who stands for the project finds it among her work, reads it and approves.
    sponsor = city.sign_in("administrator", "/office/")
    sponsor.get_by_role("link", name=f"Approve: status report of {TITLE}").click()
    expect(sponsor.locator("main")).to_contain_text("Zehn Bäume stehen.")
    assert violations(sponsor) == []
    sponsor.get_by_role("button", name="Approve and seal").click()
    expect(sponsor.locator("main")).to_contain_text("Seal (SHA-256)")

    # The list shows the light; the committee's PDF holds what was chosen.
    page.goto(report)
    expect(page.locator("main")).to_contain_text("Nothing of this report changes any more.")
    assert violations(page) == []
    page.goto(f"{city.address}/projects/?light=RED")
    row = page.locator("tbody tr", has_text=TITLE)
    expect(row).to_contain_text("off course")
    row.get_by_role("checkbox").check()
    assert violations(page) == []
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Committee report as PDF").click()
    assert Path(waiting.value.path()).read_bytes().startswith(b"%PDF-")
