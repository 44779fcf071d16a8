"""Waiting for what another process does: the worker, the server, a script of the page.

The machine may be ten times slower than the writer's. Every wait ends as soon as it is over, so
patience costs nothing where all is well.
"""

import time
from collections.abc import Callable

from playwright.sync_api import Locator, Page
from tests.browser.conftest import PATIENCE_MS

EVERY_MS = 500


def until(
    page: Page,
    is_so: Callable[[], object],
    what: str,
    *,
    again: Callable[[], object] | None = None,
    every_ms: float = EVERY_MS,
) -> None:
    """Wait until something is so; ``again`` is done before every further look."""
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while not is_so():
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} ({page.url})")
        page.wait_for_timeout(every_ms)
        if again is not None:
            again()


def reload_until(page: Page, there: Locator, what: str) -> None:
    """Load the page again and again until it shows what a worker brings about."""
    until(page, there.count, what, again=page.reload)
