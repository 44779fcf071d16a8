"""Files on the page of a station: by keyboard, by dropping, without JavaScript, for everybody."""

import re

import pytest
from playwright.sync_api import Page, expect
from tests.browser.axe import in_each_theme, violations


def station(city, page: Page) -> str:
    """The address of a station."""
    page.goto(f"{city.address}/stations/?q=berger")
    page.get_by_role("link", name="Berger See").click()
    page.wait_for_url(re.compile(r"/stations/[0-9a-f-]{36}/"))
    return page.url


def wide_parts(page: Page) -> list[str]:
    """What sticks out of a phone's screen; nothing where the page fits."""
    found: list[str] = page.evaluate(
        "() => { const scrolls = (one) => { for (let up = one.parentElement; up !== document.body;"
        " up = up.parentElement) if (getComputedStyle(up).overflowX !== 'visible') return true;"
        " return false; };"
        " return document.documentElement.scrollWidth <= 390 ? [] :"
        " [...document.querySelectorAll('main *')]"
        ".filter(one => one.getBoundingClientRect().right > 391 && !scrolls(one))"
        ".slice(0, 4).map(one => one.outerHTML.slice(0, 120)); }"
    )
    return found


@pytest.fixture
def plain():
    """What a browser without JavaScript is."""
    return {"java_script_enabled": False}


def attach(page: Page) -> None:
    """Send the form; it is done when the next page is there."""
    with page.expect_navigation():
        page.get_by_role("button", name="Attach the file").click()


def choose(page: Page, name: str, content: bytes = b"Der Weg\n") -> None:
    """Choose a file in the form."""
    page.locator("input[type=file]").first.set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )


def test_a_file_is_attached_opened_removed_and_restored_without_javascript(city, plain):
    page = city.sign_in("data engineer", **plain)
    station(city, page)
    choose(page, "Lageplan ä.txt")
    page.get_by_label("Title").fill("Lageplan")
    attach(page)

    with page.expect_download() as download:
        page.locator(".ns-files").get_by_role("link", name=re.compile("^Lageplan")).first.click()
    assert download.value.suggested_filename == "Lageplan ä.txt"
    assert download.value.path().read_bytes() == b"Der Weg\n"

    page.get_by_role("button", name="Remove: Lageplan").first.click()
    expect(page.get_by_role("heading", name="Removed files")).to_be_visible()
    page.get_by_role("button", name="Restore: Lageplan").first.click()
    expect(page.get_by_role("button", name="Remove: Lageplan").first).to_be_visible()


def test_what_is_refused_is_said_at_the_field(city, plain):
    page = city.sign_in("data engineer", **plain)
    station(city, page)
    choose(page, "tool.pdf", b"MZ\x90\x00 a program")
    attach(page)

    expect(page.locator("#id_file-error")).to_contain_text("program")


def test_a_file_that_is_larger_than_a_form_is_attached_and_comes_back_whole(city, plain):
    content = b"a line of a long file\n" * 600_000
    page = city.sign_in("data engineer", **plain)
    station(city, page)
    choose(page, "long.csv", content)
    attach(page)

    with page.expect_download() as download:
        page.locator(".ns-files").get_by_role("link", name=re.compile("^long")).first.click()

    assert download.value.path().read_bytes() == content


def test_a_file_is_attached_with_the_keyboard_alone(city):
    page = city.sign_in("data engineer")
    station(city, page)
    choose(page, "keyboard.txt", b"typed")
    page.locator("input[type=file]").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.type("Keyboard")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Attach the file")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator(".ns-files")).to_contain_text("Keyboard")


def test_a_file_is_dropped_on_the_form(city):
    page = city.sign_in("data engineer")
    station(city, page)
    expect(page.get_by_text("You can also drop a file here.")).to_be_visible()
    data = page.evaluate_handle(
        "() => { const data = new DataTransfer();"
        " data.items.add(new File(['dropped'], 'dropped.txt')); return data; }"
    )
    page.locator("ns-drop").dispatch_event("drop", {"dataTransfer": data})
    attach(page)

    expect(page.locator(".ns-files")).to_contain_text("dropped")


def test_pages_with_files_are_for_everybody(city):
    page = city.sign_in("data engineer", viewport={"width": 390, "height": 844})
    address = station(city, page)
    choose(page, "a-very-long-name-without-any-space-in-it-for-narrow-screens-0123456789.txt")
    attach(page)
    page.goto(address)
    versions = page.locator(".ns-files__note a").first.get_attribute("href")
    everything = page.locator("form[action$='/attach/']").first.get_attribute("action")
    assert versions is not None
    assert everything is not None

    found = {}
    for path in (address, city.address + versions, city.address + everything[: -len("attach/")]):
        page.goto(path)
        assert wide_parts(page) == [], path
        for theme in in_each_theme(page):
            if wrong := violations(page):
                found[f"{path} ({theme})"] = wrong

    assert found == {}


def test_everybody_opens_the_files_of_a_public_station(city, plain):
    engineer = city.sign_in("data engineer", **plain)
    address = station(city, engineer)
    choose(engineer, "public.txt", b"for all")
    attach(engineer)

    page = city.open(address.removeprefix(city.address), **plain)
    with page.expect_download() as download:
        page.locator(".ns-files").get_by_role("link", name=re.compile("^public")).first.click()

    assert download.value.path().read_bytes() == b"for all"
    expect(page.get_by_role("button", name="Attach the file")).to_have_count(0)
