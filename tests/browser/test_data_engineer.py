"""A data engineer connects a sensor."""

import json
import re
import urllib.error
import urllib.request

from playwright.sync_api import expect
from tests.browser.conftest import PATIENCE_MS, ROOT

PATIENCE_S = PATIENCE_MS / 1000
TUTORIAL = (ROOT / "docs" / "tutorial" / "first-city.md").read_text("utf-8")
# What the tutorial tells its reader to send.
STATION = json.loads(re.search(r"-d '(\{\n.*?\n\})'", TUTORIAL, re.DOTALL).group(1))


def send(url: str, body: object, key: str) -> tuple[int, str]:
    """POST as a machine does it, without a browser: status, and Location or problem."""
    request = urllib.request.Request(
        url,
        data=json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
            return answer.status, answer.headers["Location"] or ""
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_a_key_is_made_used_and_revoked(city):
    page = city.sign_in("data engineer", "/api-keys/")
    page.locator("main a[href='/api-keys/new/']").first.click()
    page.locator("input[name=name]").fill("Weather gateway")
    for right in page.locator("main input[name=scope]").all():
        right.check()
    with page.expect_navigation():
        page.locator("main form button[type=submit]").last.click()
    key = re.search(r"nst_[\w-]{43}", page.locator("main").inner_text())
    assert key, "the secret is shown once"
    secret = key.group()

    status, thing = send(f"{city.address}/sta/v1.1/Things", STATION, secret)
    assert status == 201, thing
    with urllib.request.urlopen(f"{thing}/Datastreams?$select=id", timeout=PATIENCE_S) as answer:
        stream = json.load(answer)["value"][0]
    status, observation = send(f"{thing}/Datastreams('none')/Observations", {"result": 1}, secret)
    assert status in {400, 404}, "no such Datastream below this Thing"
    link = f"{city.address}/sta/v1.1/Datastreams('{stream['@iot.id']}')/Observations"
    status, observation = send(link, {"result": 21.5}, secret)
    assert status == 201, observation

    page.goto(f"{city.address}/stations/?q=balcony")
    page.get_by_role("link", name=STATION["name"]).click()
    expect(page.locator("main")).to_contain_text("21.5")

    page.goto(f"{city.address}/api-keys/")
    expect(page.locator("main")).to_contain_text("Weather gateway")
    expect(page.locator("main")).not_to_contain_text(secret)
    own = page.locator("main tr", has_text="Weather gateway")  # others have keys, too
    own.locator("a[href$='/revoke/']").click()
    page.locator("main form[method=post] button[type=submit]").last.click()
    # The page that asked names the key, too: what follows it is the list.
    page.wait_for_url(f"{city.address}/api-keys/")
    expect(page.locator("main")).to_contain_text("Weather gateway")

    status, problem = send(link, {"result": 22}, secret)
    assert status == 401
    assert "revoked" in json.loads(problem)["detail"]
    with urllib.request.urlopen(f"{link}?$count=true&$top=0", timeout=PATIENCE_S) as answer:
        assert json.load(answer)["@iot.count"] == 1


def test_a_reader_may_not_make_keys_and_is_told_whom_to_ask(city):
    page = city.sign_in("reader", "/api-keys/")

    expect(page.locator("main")).to_contain_text(re.compile("administrator", re.IGNORECASE))
    assert page.locator("main a[href='/api-keys/new/']").count() == 0


def test_a_wrong_password_is_refused_without_telling_which_part_was_wrong(city):
    page = city.open("/account/sign-in/")
    page.locator("input[name=username]").fill("data@demo.example")
    page.locator("input[name=password]").fill("not the password")
    page.locator("main form button[type=submit]").first.click()

    expect(page.locator("main")).to_contain_text("do not belong together")
    assert "/sign-in/" in page.url
