"""Who leads a project pays, is reminded of a deadline of its grant, and proves the use of it."""

from datetime import timedelta

from playwright.sync_api import Page, expect
from tests.browser.axe import violations
from tests.browser.conftest import City
from tests.browser.test_coordinator_measures_a_goal import submit

from netzstadt.core.days import today


def choose(page: Page, name: str, words: str) -> None:
    """Choose by what stands there."""
    option = page.locator(f"select[name={name}] option", has_text=words).first
    page.locator(f"select[name={name}]").select_option(option.get_attribute("value"))


def test_a_payment_shows_in_the_proof_of_use_to_the_cent(city: City):
    page = city.sign_in("coordinator", "/projects/?q=GE+gr%C3%BCnt")
    page.locator("main th a").first.click()
    page.get_by_role("link", name="Budget, orders and grants").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Money")
    assert violations(page) == []
    page.get_by_role("link", name="Ledger", exact=True).click()
    ledger = page.url

    # A payment, typed by keyboard; then one that was wrong is taken back.
    page.get_by_role("link", name="New posting").focus()
    page.keyboard.press("Enter")
    choose(page, "line", "2025 · Materials")
    page.locator("input[name=amount_cents]").fill("1,000.07")
    page.locator("input[name=paid_on]").fill("2025-12-30")
    page.locator("input[name=payee]").fill("Gartenbau (Beispiel)")
    page.locator("input[name=reference]").fill("PROBE-1")
    choose(page, "financing_line", "Position")
    assert violations(page) == []
    page.locator("input[name=reference]").press("Enter")
    expect(page).to_have_url(ledger)
    row = page.locator("tr", has_text="PROBE-1")
    expect(row).to_contain_text("1,000.07")
    assert violations(page) == []

    page.goto(page.url.replace("/ledger/", "/money/"))
    page.locator("main th a", has_text="Förderung des Bundes").click()
    grant = page.url
    expect(page.locator("main")).to_contain_text("Verwendungsnachweis senden (Beispiel)")
    assert violations(page) == []
    page.locator("main a", has_text="figures up to").first.click()
    # The vouchers of the demo come to 520,417.13; with this one:
    expect(page.locator("main")).to_contain_text("521,417.20")
    page.get_by_role("link", name="Write", exact=True).click()
    page.locator("textarea[name=success]").fill("Beispiel: Die Bäume werden rechtzeitig gegossen.")
    submit(page)
    assert violations(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as a document").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
    page.get_by_role("link", name="Seal it").click()
    assert violations(page) == []
    page.get_by_role("button", name="Seal it").click()
    expect(page.locator("main")).to_contain_text("Seal (SHA-256)")
    page.goto(grant)
    expect(page.locator("main")).to_contain_text("Use proven")

    # What is taken back afterwards is told on the sealed proof, which stands.
    page.goto(ledger)
    page.locator("tr", has_text="PROBE-1").get_by_role("link", name="Take it back").click()
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator("main")).to_contain_text("taken back")
    page.goto(grant)
    page.locator("main a", has_text="figures up to").first.click()
    expect(page.locator("main")).to_contain_text("The ledger says otherwise now")
    expect(page.locator("main")).to_contain_text("521,417.20")


def test_a_deadline_of_a_grant_reminds_who_has_to_keep_it(city: City):
    page = city.sign_in("coordinator", "/office/funding/")
    page.locator("main td a").first.click()
    page.get_by_role("link", name="New obligation").click()
    page.locator("select[name=kind]").select_option("REPORT")
    page.locator("input[name=text]").fill("Zwischenstand melden (Beispiel)")
    page.locator("input[name=due_on]").fill((today() + timedelta(days=5)).isoformat())
    page.locator("input[name=responsible]").fill("reader@demo.example")
    submit(page)
    expect(page.locator("main")).to_contain_text("Zwischenstand melden (Beispiel)")
    page.close()

    reader = city.sign_in("reader", "/office/")
    expect(reader.locator("main")).to_contain_text("Grant: Zwischenstand melden (Beispiel)")
    reader.get_by_role("link", name="Grant: Zwischenstand melden (Beispiel)").first.click()
    reader.locator("textarea[name=evidence]").fill("Gemeldet (Beispiel)")
    assert violations(reader) == []
    submit(reader)
    reader.goto(reader.url.split("/projects/")[0] + "/office/")
    expect(reader.locator("main")).not_to_contain_text("Grant: Zwischenstand melden (Beispiel)")
