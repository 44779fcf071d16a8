"""A real provider, and a forger: both on loopback."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
from django.test import Client
from tests.oidc.forger import Forger
from tests.ports import free_port

from netzstadt.core.accounts import oidc

HERE = Path(__file__).parent
CALLBACK = "/account/provider/callback/"
OURS = "http://127.0.0.1:8000"
CLIENT = ("netzstadt-test", "a-secret-of-the-test-provider")
PATIENCE_S = 120


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """The product waits five seconds for a provider; a busy Node may take longer."""
    monkeypatch.setattr(oidc, "TIMEOUT_S", PATIENCE_S)


def use(settings, issuer: str, **more: object) -> None:
    """Have this installation sign in with the provider ``issuer``."""
    oidc._remembered.forget()
    settings.CONFIG = replace(
        settings.CONFIG,
        base_url=OURS,
        oidc_issuer=issuer,
        oidc_name="City login",
        oidc_client_id=CLIENT[0],
        oidc_client_secret=CLIENT[1],
        **more,
    )


@pytest.fixture(scope="session")
def real_issuer() -> Iterator[str]:
    """oidc-provider, run by Node; its pages answer by themselves."""
    node = shutil.which("node")
    if node is None:
        pytest.fail("There is no Node on this machine; `make setup-test` says how to get it.")
    issuer = f"http://127.0.0.1:{free_port()}"
    process = subprocess.Popen(
        [node, HERE / "provider.mjs", issuer, OURS + CALLBACK, *CLIENT],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if line.strip() == "ready":
                break
        else:
            pytest.fail("oidc-provider did not start.")
        yield issuer
    finally:
        process.terminate()
        process.wait(PATIENCE_S)
        process.stdout.close()


@dataclass
class Visitor:
    """A browser that goes to the provider and comes back."""

    client: Client
    account: str

    def ask(self, target: str = "") -> str:
        """Begin at our sign-in page; the provider's address."""
        query = {"next": target} if target else {}
        response = self.client.get("/account/provider/", query)
        assert response.status_code == 302, response.content
        return response.url

    def answer_of(self, address: str) -> str:
        """What the provider sends the browser back to."""
        headers = {"x-test-account": self.account}
        with httpx.Client(headers=headers, timeout=PATIENCE_S) as browser:
            for _ in range(12):
                if address.startswith(OURS):
                    return address.removeprefix(OURS)
                response = browser.get(address)
                assert response.is_redirect, response.text
                address = str(response.next_request.url)
        raise AssertionError(f"the provider does not end at {address}")

    def sign_in(self, target: str = ""):
        """The whole way; our answer to what the provider sent."""
        return self.client.get(self.answer_of(self.ask(target)))


@pytest.fixture
def visitor(client) -> Visitor:
    """Somebody whom the provider knows, with a verified address."""
    return Visitor(client, "verified:anna@example.org")


@pytest.fixture
def forger() -> Iterator[Forger]:
    """A provider that can be made to lie."""
    with Forger(CLIENT[0]) as one:
        yield one
