"""A demo city that really runs, and a browser that notices what a reader would not report."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlparse

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    expect,
    sync_playwright,
)
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",  # the tests may run as root, as in a container
    "--disable-background-networking",
    "--disable-quic",
    "--disable-gpu",
    "--enable-unsafe-swiftshader",  # draws the map without a graphics card
]
ACCOUNTS = {
    "administrator": ("admin@demo.example", "demo-administrator"),
    "data engineer": ("data@demo.example", "demo-data-engineer"),
    "reader": ("reader@demo.example", "demo-reader"),
    "coordinator": ("coordination@demo.example", "demo-coordinator"),
    "auditor": ("audit@demo.example", "demo-auditor"),
    "privacy officer": ("privacy@demo.example", "demo-privacy-officer"),
}
STARTS_WITHIN_S = 600
# How long a page may take beside everything else that is tested: no measure of its speed.
PATIENCE_MS = 120_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(item.fspath).parent.name == "browser":
            item.add_marker(pytest.mark.browser)


@dataclass
class Complaints:
    """What went wrong in the browser without anybody seeing it on the page."""

    found: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext, address: str) -> None:
        """Note errors of scripts, refusals of the content security policy, foreign requests."""
        home = urlparse(address).netloc

        def ask(route, request) -> None:
            parts = urlparse(request.url)
            if parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc != home:
                self.found.append(f"asks a foreign host: {request.url}")
                route.abort()
            else:
                route.continue_()

        context.route("**/*", ask)
        context.on("weberror", lambda error: self.found.append(f"script error: {error.error}"))
        context.on("console", self._listen)
        context.on("response", self._answered)

    def _listen(self, message) -> None:
        # A page that answers 4xx on purpose is listed by the browser as an error as well.
        if message.type == "error" and "the server responded with a status" not in message.text:
            self.found.append(f"console: {message.text}")

    def _answered(self, response) -> None:
        is_part = response.request.resource_type != "document"
        if response.status >= 500 or (is_part and response.status >= 400):
            self.found.append(f"{response.status} for {response.url}")


@dataclass
class City:
    """A running server, and how to open its pages."""

    address: str
    browser: Browser
    complaints: Complaints
    contexts: list[BrowserContext] = field(default_factory=list)

    def open(
        self, path: str = "/", *, language: str = "en", theme: str = "", **options: object
    ) -> Page:
        """Open a page in a browser of its own; an empty language is a first visit."""
        context = self.browser.new_context(
            **({"locale": "de-DE", "viewport": {"width": 1280, "height": 900}} | options)
        )
        chosen = {"netzstadt_language": language, "netzstadt_theme": theme}
        context.add_cookies(
            [
                {"name": name, "value": value, "url": self.address}
                for name, value in chosen.items()
                if value
            ]
        )
        context.set_default_timeout(PATIENCE_MS)
        self.complaints.watch(context, self.address)
        self.contexts.append(context)
        page = context.new_page()
        page.goto(self.address + path)
        return page

    def close(self) -> None:
        """Close all pages. What they still ask for is let go: nobody is there to answer it."""
        for context in self.contexts:
            context.unroute_all(behavior="ignoreErrors")
            context.close()

    def sign_in(self, role: str, path: str = "/", **options: object) -> Page:
        """Sign in with the demo account of a role and open a page."""
        page = self.open("/account/sign-in/", **options)
        email, password = ACCOUNTS[role]
        page.locator("input[name=username]").fill(email)
        page.locator("input[name=password]").fill(password)
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url(lambda url: "sign-in" not in url)
        page.goto(self.address + path)
        return page


@contextmanager
def running_city(database_url: str, *, demo: bool) -> Iterator[tuple[str, Path]]:
    """A city, started as operators start it: its address, and the file of what it said."""
    if not (ROOT / "build" / "static" / "version").exists():
        pytest.fail("The static files were not collected; run `make setup-test`.")
    # Below a directory that everybody may enter: as root, parts of the server are another account.
    directory = Path(tempfile.mkdtemp(prefix="netzstadt-city-", dir="/var/tmp"))
    directory.chmod(0o755)
    port = free_port()
    environment = os.environ | {
        "NETZSTADT_DATABASE_URL": database_url,
        "NETZSTADT_DATA_DIR": str(directory / "data"),
        "NETZSTADT_PORT": str(port),
        "NETZSTADT_DEMO": "yes" if demo else "no",
    }
    with (directory / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "netzstadt", "up"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(url, server, directory / "log")
        yield url, directory / "log"
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(PATIENCE_MS / 1000)
        shutil.rmtree(directory)


@pytest.fixture(scope="session")
def city_database(make_database: Callable[[str | None], str]) -> str:
    """The database of the demo city, for what no page can bring about."""
    return make_database(None)


@pytest.fixture(scope="session")
def address(city_database: str) -> Iterator[str]:
    """A demo city of its own."""
    with running_city(city_database, demo=True) as (url, _log):
        yield url


def _wait_for(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while True:
        if server.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"The demo city did not start:\n{log.read_text()}")
        try:
            with urllib.request.urlopen(url, timeout=30):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The system's Chromium. By module: Playwright's loop must not meet that of async tests."""
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        pytest.fail("There is no Chromium on this machine; `make setup-test` installs it.")
    playwright: Playwright
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=ARGUMENTS, timeout=PATIENCE_MS
        )
        yield browser
        browser.close()


@pytest.fixture
def city(address: str, chromium: Browser) -> Iterator[City]:
    """The city in a browser. At the end nothing may have gone wrong behind the page."""
    complaints = Complaints()
    city = City(address, chromium, complaints)
    yield city
    city.close()
    assert complaints.found == []
