"""A head of team is invited, has a second factor, is away, is stood in for, and is forgotten."""

import uuid
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect
from tests.browser.people import PASSWORD, accept, invite, send
from tests.browser.waiting import until


def test_a_head_of_team_is_invited_stood_in_for_and_forgotten(city):
    email = f"head-{uuid.uuid4().hex[:8]}@city.example"
    name = f"Henrike Haupt {uuid.uuid4().hex[:4]}"
    today = timezone.localdate()

    standing_in = f"deputy-{uuid.uuid4().hex[:8]}@city.example"

    page, _key = accept(city, invite(city, email, name))
    deputy, _key = accept(city, invite(city, standing_in, "Vera Vertretung"))

    # She is made head of a team by the office's coordination.
    office = city.sign_in("coordinator", "/office/units/")
    office.get_by_role("link", name="Open Innovation Lab").click()
    office.get_by_role("link", name="Add somebody").click()
    office.locator("input[name=person]").fill(email)
    office.locator("select[name=function]").select_option("HEAD")
    send(office)
    expect(office.locator("main")).to_contain_text(name)
    unit = office.url

    # She names a deputy and notes that she is away.
    page.goto(city.address + "/account/absence/")
    page.locator("input[name=deputy]").fill(standing_in)
    with page.expect_navigation():
        page.get_by_role("button", name="Name the deputy").click()
    page.locator("input[name=first_day]").fill(today.isoformat())
    page.locator("#absence-last_day").fill((today + timedelta(days=2)).isoformat())
    page.get_by_role("button", name="Note it").click()
    expect(page.locator("body")).to_contain_text("Your absence is noted")

    # The deputy acts, and the page says for whom.
    deputy.goto(unit + "members/new/")
    expect(deputy.locator("body")).to_contain_text(f"You are here standing in for {name}.")
    deputy.locator("input[name=person]").fill("data@demo.example")
    send(deputy)
    expect(deputy.locator("main")).to_contain_text("Demo-Datentechnik")

    # The auditor reads who changed what, for whom.
    auditor = city.sign_in("auditor", "/office/audit/?name=orgs.membership.begun")
    expect(auditor.locator("main")).to_contain_text(f"standing in for {name}")

    # She comes back; the deputy may no longer.
    page.goto(city.address + "/account/absence/")
    with page.expect_navigation():
        page.get_by_role("button", name="I am back").click()
    deputy.goto(unit + "members/new/")
    expect(deputy.locator("h1")).not_to_contain_text("New member")

    # She takes her data out and asks to be erased.
    page.goto(city.address + "/account/data/")
    expect(page.locator("main")).to_contain_text(email)
    with page.expect_download() as download:
        page.get_by_role("button", name="Take it all out as a file").click()
    assert email in download.value.path().read_text("utf-8")
    page.locator("input[name=understood]").check()
    page.get_by_role("button", name="Ask for erasure").click()
    expect(page.locator("main")).to_contain_text("Your request is being looked at")

    # The data protection officer erases her.
    officer = city.sign_in("privacy officer", "/office/privacy/requests/")
    officer.get_by_role("link", name=name).click()
    officer.get_by_role("link", name="Look at the data and erase").click()
    officer.locator("input[name=email]").fill(email)
    officer.get_by_role("button", name="Erase for good").click()
    expect(officer.locator("body")).to_contain_text("The person is erased.")

    # Her name is gone from the trail, and the chain still verifies.
    auditor.reload()
    expect(auditor.locator("main")).not_to_contain_text(name)
    auditor.goto(city.address + "/office/audit/chain/")
    checks = auditor.locator("main tbody tr")
    before = checks.count()  # what an earlier check found says nothing of now
    with auditor.expect_navigation():
        auditor.get_by_role("button", name="Check now").click()
    auditor.goto(city.address + "/office/audit/chain/")
    until(
        auditor,
        lambda: checks.count() > before,
        "The trail is not checked.",
        again=auditor.reload,
    )
    expect(auditor.locator("main")).to_contain_text("the trail is whole")
    expect(auditor.locator("main")).not_to_contain_text("the trail is broken")

    # She cannot sign in any more.
    again = city.open("/account/sign-in/")
    again.locator("input[name=username]").fill(email)
    again.locator("input[name=password]").fill(PASSWORD)
    again.locator("main form button[type=submit]").first.click()
    expect(again.locator("main")).to_contain_text("do not belong together")
