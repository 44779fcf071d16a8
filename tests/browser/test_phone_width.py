"""A phone shows every page whole; a file of its own, for both walks take long."""

import pytest
from tests.browser.conftest import ACCOUNTS
from tests.browser.test_accessibility import open_as, settle, unlike


@pytest.mark.parametrize("role", ["nobody", *ACCOUNTS])
def test_no_page_is_wider_than_a_phone(city, role):
    page = open_as(city, role, viewport={"width": 390, "height": 844})

    wide = {}
    for path in unlike(page, city, "phone"):
        page.goto(city.address + path)
        settle(page)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 390:
            wide[path] = page.evaluate(
                "[...document.querySelectorAll('body *')]"
                ".filter(one => one.getBoundingClientRect().right > 391)"
                ".slice(0, 4).map(one => one.outerHTML.slice(0, 120))"
            )

    assert wide == {}
