"""A vocabulary is begun, filled, imported into and used for tags."""

import re

import pytest
from playwright.sync_api import expect
from tests.browser.axe import in_each_theme, violations

FILE = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix : <https://example.org/v/> .
:vehicle a skos:Concept ; skos:prefLabel "Fahrzeug"@de, "Vehicle"@en .
:bicycle a skos:Concept ; skos:prefLabel "Fahrrad"@de, "Bicycle"@en ; skos:broader :vehicle ;
    skos:altLabel "Velo"@de .
:lorry a skos:Concept ; skos:prefLabel "Lastkraftwagen"@de, "Lorry"@en ; skos:broader :vehicle .
"""


@pytest.fixture(scope="module")
def key():
    """The vocabulary of this file's tests."""
    return "browser-traffic"


@pytest.fixture
def imported(city, key):
    """The vocabulary, read from a file by the administrator; again it changes nothing."""
    page = city.sign_in("administrator", "/office/vocabularies/import/", java_script_enabled=False)
    page.get_by_label("Key", exact=True).fill(key)
    page.locator("input[type=file]").set_input_files(
        {"name": "traffic.ttl", "mimeType": "text/turtle", "buffer": FILE.encode()}
    )
    page.get_by_role("button", name="See what would change").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What the file would change")
    page.get_by_role("button", name="Take the file in").click()
    expect(page.locator(".ns-tree")).to_contain_text("Vehicle")
    return page


def test_a_vocabulary_is_read_by_everybody_and_taken_away_as_a_file(city, imported, key):
    page = city.open(f"/vocabularies/{key}/", java_script_enabled=False)
    expect(page.locator(".ns-tree")).to_contain_text("Bicycle")
    page.locator("input[name=q]").fill("velo")
    with page.expect_navigation():  # before it, the tree has a link of this name as well
        page.keyboard.press("Enter")
    page.get_by_role("link", name="Bicycle").click()
    expect(page.get_by_role("navigation", name="You are here")).to_contain_text("Vehicle")
    page.goto(f"{city.address}/vocabularies/{key}/")

    with page.expect_download() as download:
        page.get_by_role("link", name="Turtle").click()

    assert "skos:prefLabel" in download.value.path().read_text()


def test_the_tree_opens_and_closes_with_the_keyboard(city, imported, key):
    page = city.open(f"/vocabularies/{key}/")
    summary = page.locator(".ns-tree summary").first
    summary.focus()
    expect(page.get_by_role("link", name="Lorry")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Lorry")).to_be_hidden()
    page.keyboard.press("Enter")

    expect(page.get_by_role("link", name="Lorry")).to_be_visible()


def test_a_term_is_moved_and_merged(city, imported, key):
    page = imported
    page.get_by_role("link", name="New term", exact=True).click()
    page.get_by_label("Term, German").fill("Drahtesel")
    page.get_by_role("button", name="Add the term").click()
    page.get_by_role("link", name="Move").click()
    page.get_by_label("Broader term").fill("Vehicle")
    page.get_by_role("button", name="Move").click()
    expect(page.get_by_role("navigation", name="You are here")).to_contain_text("Vehicle")
    page.get_by_role("link", name="Merge into another").click()
    page.get_by_label("The term that stays").fill("velo")
    page.get_by_role("button", name="Merge").click()

    expect(page.locator("main")).to_contain_text("Drahtesel, Velo")


def test_terms_are_suggested_while_one_types_and_tag_a_station(city, imported, key):
    page = city.sign_in("data engineer", "/stations/?q=berger")
    page.get_by_role("link", name="Berger See").click()
    expect(page.locator("#tag-term")).to_be_visible()  # the station's page, no longer the list
    schemes = page.locator("#tag-scheme")
    if schemes.count():
        schemes.select_option(key)
    page.locator("#tag-term").press_sequentially("lor")
    expect(page.locator("#tag-terms option[value=Lorry]")).to_be_attached()
    page.locator("#tag-term").fill("Lorry")
    page.keyboard.press("Enter")
    expect(page.locator(".ns-tags__list")).to_contain_text("Lorry")
    page.get_by_role("button", name="Take off: Lorry").click()

    expect(page.locator(".ns-tags")).not_to_contain_text("Lorry")


def test_pages_of_vocabularies_are_for_everybody(city, imported, key):
    page = city.sign_in("administrator", viewport={"width": 390, "height": 844})
    page.goto(f"{city.address}/office/vocabularies/{key}/")
    terms = page.locator(".ns-tree a").evaluate_all("all => all.map(one => one.href)")
    term = next(one for one in terms if re.search(r"[0-9a-f-]{36}/$", one))
    public = term.replace("/office", "")
    acts = ("change", "move", "merge", "retire")

    found = {}
    pages = [
        *(f"{city.address}{path}" for path in (f"/vocabularies/{key}/", "/vocabularies/")),
        *(f"{city.address}/office/vocabularies/{key}/{one}/" for one in ("change", "new")),
        *(term, public, *(f"{term}{one}/" for one in acts)),
    ]
    for path in pages:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        for theme in in_each_theme(page):
            if wrong := violations(page):
                found[f"{path} ({theme})"] = wrong

    assert found == {}
