"""A role is given: she sees the bell, reads, mutes the topic, and her calendar's address works."""

import re
import urllib.request
import uuid

from playwright.sync_api import expect
from tests.browser.conftest import ACCOUNTS, PATIENCE_MS
from tests.browser.people import accept, invite
from tests.browser.waiting import reload_until


def test_who_is_given_a_role_is_told_and_can_mute_it(city):
    email = f"told-{uuid.uuid4().hex[:8]}@city.example"
    page, _key = accept(city, invite(city, email, "Tilda Told"))
    admin = city.sign_in("administrator", f"/office/persons/?q={email}")
    admin.locator("main table tbody a").first.click()
    admin.wait_for_url(re.compile(r"persons/[0-9a-f-]{36}/$"))
    admin.goto(admin.url + "roles/new/")
    admin.locator("select[name=role]").select_option("COORDINATOR")
    admin.locator("main form.ns-form button[type=submit]").click()
    expect(admin.locator(".ns-messages")).to_be_visible()

    # The bell counts what else she was told, too: that of the role is waited for where it stands.
    notice = page.locator(".ns-told__item", has_text="Role given").first
    page.goto(f"{city.address}/notices/")
    reload_until(page, notice, "Nobody tells her of the role.")
    page.goto(f"{city.address}/office/")
    expect(page.locator(".ns-bell__count")).to_be_visible()
    page.keyboard.press("n")
    expect(page.get_by_role("heading", level=1, name="Notices")).to_be_visible()
    expect(notice).to_contain_text("Coordinator")
    notice.locator("button.ns-told__link").click()
    expect(page.get_by_role("heading", level=1, name="My account")).to_be_visible()

    page.goto(f"{city.address}/account/notices/")
    page.locator("select[name=topic-access-roles]").select_option("OFF")
    page.locator("main form.ns-form button[type=submit]").first.click()
    expect(page.locator(".ns-messages")).to_be_visible()
    expect(page.locator("select[name=topic-access-roles]")).to_have_value("OFF")

    page.goto(f"{city.address}/account/calendar/")
    with page.expect_navigation():
        page.locator("main button[type=submit]").first.click()
    address = re.search(r"/calendar/\S+\.ics", page.locator("main").inner_text())
    assert address, "the address is shown once"
    with urllib.request.urlopen(city.address + address[0], timeout=PATIENCE_MS / 1000) as answer:
        assert answer.headers["Content-Type"].startswith("text/calendar")
        assert answer.read().startswith(b"BEGIN:VCALENDAR\r\n")


def test_keys_are_listed_and_can_be_switched_off(city):
    assert "reader" in ACCOUNTS
    page = city.sign_in("reader", "/office/")

    page.keyboard.press("?")
    dialog = page.locator("dialog.ns-keys")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("Notices")
    dialog.locator("input[type=checkbox]").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("n")

    expect(page).to_have_url(f"{city.address}/office/")


def test_tiles_are_arranged_without_javascript(city):
    page = city.sign_in("reader", "/office/arrange/", java_script_enabled=False)
    hide = page.locator("button[value=hide]").first
    hide.click()
    expect(page.locator("button[value=show]")).to_have_count(1)

    page.locator("button[value=reset]").click()

    expect(page.locator("button[value=show]")).to_have_count(0)
