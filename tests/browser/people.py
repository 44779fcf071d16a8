"""People of a test's own: invited, with a password and a second factor, as anybody comes in."""

import base64
import hashlib
import hmac
import re
import struct
import time

from playwright.sync_api import Page
from tests.browser.conftest import City
from tests.browser.waiting import reload_until

PASSWORD = "a long and quiet password"


def code_of(key: str, at: float) -> str:
    """The code that an authenticator app shows (RFC 6238: SHA-1, 30 seconds, six digits)."""
    plain = "".join(key.split()).upper()
    secret = base64.b32decode(plain + "=" * (-len(plain) % 8))
    digest = hmac.new(secret, struct.pack(">Q", int(at // 30)), hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def send(page: Page) -> None:
    """Send the last form of the page."""
    with page.expect_navigation():
        page.locator("main form button[type=submit]").last.click()


def invite(city: City, email: str, name: str, *, role: str = "") -> str:
    """The administrator invites; the link stands in the mail, which the demo keeps."""
    page = city.sign_in("administrator", "/office/invitations/new/")
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=name]").fill(name)
    if role:
        page.get_by_label(role, exact=True).check()
    with page.expect_navigation():
        page.get_by_role("button", name="Send the invitation").click()
    mail = page.locator("main tr", has_text=email).get_by_role("link")
    page.goto(city.address + "/office/mail/")
    reload_until(page, mail, "No worker writes the invitation.")
    mail.click()
    page.wait_for_url(re.compile(r"/office/mail/.+"))
    found = re.search(r"/account/invitation/[\w~.:-]+/", page.locator("main").inner_text())
    assert found, page.locator("main").inner_text()
    return found[0]


def accept(city: City, link: str) -> tuple[Page, str]:
    """She follows the link, chooses a password and sets up an app; the page and the app's key."""
    page = city.open(link)
    for field in page.locator("main input[type=password]").all():
        field.fill(PASSWORD)
    send(page)
    page.goto(city.address + "/account/security/app/")
    key = page.locator("main code").first.inner_text().strip()
    page.locator("input[name=code]").fill(code_of(key, time.time()))
    send(page)
    page.wait_for_url(lambda url: "security/app" not in url)
    return page, key
