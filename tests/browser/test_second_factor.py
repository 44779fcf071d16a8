"""Somebody new sets up her second factor, loses a session and gets in again; by app and passkey."""

import re
import time
import uuid
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.axe import in_each_theme, violations
from tests.browser.conftest import City, Complaints
from tests.browser.people import PASSWORD, accept, code_of, invite, send


def new_address() -> str:
    return f"new-{uuid.uuid4().hex[:8]}@city.example"


def looks_well(page: Page) -> bool:
    """Whether axe finds nothing in light and dark, and a phone shows everything."""
    for theme in in_each_theme(page):
        assert violations(page) == [], f"{page.url} ({theme})"
    size = page.viewport_size
    page.set_viewport_size({"width": 390, "height": 844})
    width = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size(size)
    return width <= 390


def give_password(city: City, email: str) -> Page:
    """Sign in with the password alone."""
    page = city.open("/account/sign-in/")
    page.locator("input[name=username]").fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: not url.endswith("/sign-in/"))
    return page


def test_somebody_new_signs_in_with_an_app_and_keeps_her_recovery_codes(city: City) -> None:
    email = new_address()

    page, key = accept(city, invite(city, email, "Nele Neu", role="Reader"))

    # Recovery codes: shown once, to be downloaded.
    assert looks_well(page)
    page.get_by_role("button", name="Make recovery codes").click()
    expect(page.locator(".ns-recovery-codes code")).to_have_count(10)
    codes = page.locator(".ns-recovery-codes code").all_inner_texts()
    assert looks_well(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as a text file").click()
    assert download.value.suggested_filename == "recovery-codes.txt"
    assert download.value.path().read_text().split() == codes
    page.get_by_role("link", name="I have kept them").click()

    # Elsewhere the password leads to the second factor, which is the next code of the app.
    elsewhere = give_password(city, email)
    assert looks_well(elsewhere)
    elsewhere.locator("input[name=code]").fill("000000")
    send(elsewhere)
    expect(elsewhere.get_by_role("alert")).to_contain_text("wrong, too old or already used")
    elsewhere.locator("input[name=code]").fill(code_of(key, time.time() + 30))
    send(elsewhere)
    expect(elsewhere.get_by_text("Nele Neu").first).to_be_visible()

    # And a recovery code where the phone is lost.
    lost = give_password(city, email)
    lost.locator("input[name=code]").fill(codes[0])
    send(lost)
    expect(lost.get_by_text("Nele Neu").first).to_be_visible()


def test_a_session_is_ended_from_another_one(city: City) -> None:
    email = new_address()
    page, key = accept(city, invite(city, email, "Sina Sitz"))
    elsewhere = give_password(city, email)
    elsewhere.locator("input[name=code]").fill(code_of(key, time.time() + 30))
    send(elsewhere)

    page.goto(f"{city.address}/account/sessions/")
    assert looks_well(page)
    expect(page.locator("tbody tr")).to_have_count(2)
    page.locator("tbody tr", has_not_text="this session").get_by_role("button").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    elsewhere.goto(f"{city.address}/account/")

    expect(elsewhere).to_have_url(re.compile("/account/sign-in/"))


@pytest.fixture
def localhost(address: str, chromium: Browser) -> Iterator[City]:
    """The city under a host name: WebAuthn knows no IP addresses."""
    complaints = Complaints()
    city = City(address.replace("127.0.0.1", "localhost"), chromium, complaints)
    yield city
    city.close()
    assert complaints.found == []


def give_authenticator(page: Page) -> None:
    """A device that keeps passkeys and knows its person by her finger."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_is_set_up_and_signs_in_without_a_password(localhost: City) -> None:
    page = localhost.open(invite(localhost, new_address(), "Paula Pass", role="Reader"))
    give_authenticator(page)
    for field in page.locator("main input[type=password]").all():
        field.fill(PASSWORD)
    assert looks_well(page)
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up a second factor")
    assert looks_well(page)

    page.get_by_label("Name of the passkey").fill("Office laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    page.goto(f"{localhost.address}/account/security/")
    expect(page.locator("main")).to_contain_text("Office laptop")
    assert looks_well(page)

    page.goto(f"{localhost.address}/account/")
    page.locator("summary", has_text="Paula Pass").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Sign out").click()
    page.goto(f"{localhost.address}/account/sign-in/?next=/account/")
    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page).to_have_url(f"{localhost.address}/account/")
    expect(page.locator("main")).to_contain_text("Paula Pass")


def test_who_cancels_her_passkey_reads_what_to_do(localhost: City) -> None:
    page = localhost.open("/account/sign-in/")
    give_authenticator(page)  # knows no key of this house

    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_role("alert")).to_contain_text("No passkey was used")
    assert looks_well(page)


def test_under_an_ip_address_the_page_says_where_passkeys_work(city: City) -> None:
    page = city.open("/account/sign-in/")

    link = page.get_by_role("link", name=city.address.replace("127.0.0.1", "localhost"))

    expect(link).to_be_visible()
