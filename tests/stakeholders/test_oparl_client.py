"""Asking another host: no other one, nothing inside the own network, of limited size and time."""

import http.client
import socket

import pytest

from netzstadt.stakeholders import oparl_client
from netzstadt.stakeholders.fake_oparl import FakeOParl
from netzstadt.stakeholders.oparl_client import Client, NotAnswered

LOOPBACK = frozenset({"127.0.0.1"})


@pytest.fixture
def fake():
    """A system that listens on loopback."""
    with FakeOParl() as served:
        yield served


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    """What this machine is set up with does not count."""
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)


def client_of(fake, **more) -> Client:
    waits = more.pop("waits", [])
    given = {"allowed_hosts": LOOPBACK, "sleep": waits.append} | more
    return Client(address=fake.address, **given)


def refused(client, address) -> str:
    with pytest.raises(NotAnswered) as error:
        client.get(address)
    return str(error.value.failure)


def test_an_answer_is_given(fake):
    assert b"/bodies" in client_of(fake).get(fake.address)


@pytest.mark.parametrize(
    "address",
    [
        "https://other.example/system",
        "https://ris.example:8443/system",
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "ftp://ris.example/system",
        "https://ris.example@other.example/system",
        "https://ris.example:port/",
        "//ris.example/system",
        "",
    ],
)
def test_no_other_host_is_asked(address):
    client = Client(address="https://ris.example/system")

    assert refused(client, address) == "OTHER_HOST"


def test_a_link_without_encryption_is_followed_with_it():
    client = Client(address="https://ris.example/system")

    assert client.own("http://ris.example/paper?page=2#top") == "https://ris.example/paper?page=2"


@pytest.mark.parametrize("hosts", [frozenset(), frozenset({"other"}), frozenset({"127.0.0.1:1"})])
def test_plain_http_needs_the_setting(fake, hosts):
    assert refused(client_of(fake, allowed_hosts=hosts), fake.address) == "FORBIDDEN_HOST"
    assert fake.asked == []


def test_the_setting_may_name_the_port(fake):
    hosts = frozenset({fake.root.removeprefix("http://")})

    assert client_of(fake, allowed_hosts=hosts).get(fake.address)


@pytest.mark.parametrize(
    ("address", "is_allowed"),
    [
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("192.168.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("0.0.0.0", False),
        ("193.99.144.85", True),
        ("2a02:2e0:3fe:1001:302::", True),
    ],
)
def test_a_public_name_that_leads_inside_is_not_asked(address, is_allowed):
    """Looked at after connecting: a name may be resolved to another address each time."""

    class Socket:
        def getpeername(self):
            return (address, 443)

        def close(self):
            """Nothing is open."""

    connection = http.client.HTTPConnection("ris.example")
    connection.sock = Socket()
    guard = oparl_client._Guard(may_be_private=False)

    if is_allowed:
        guard.check(connection)
        assert connection.sock is not None
    else:
        with pytest.raises(NotAnswered, match="FORBIDDEN_HOST"):
            guard.check(connection)


def test_the_guard_stands_before_every_connection(fake, monkeypatch):
    monkeypatch.setattr(Client, "_is_allowed", lambda _self, _there: True)
    seen = []
    monkeypatch.setattr(oparl_client._Guard, "check", lambda _self, one: seen.append(one.host))

    client_of(fake).get(fake.address)

    assert seen == ["127.0.0.1"]


def test_a_redirect_on_the_same_host_is_followed_and_to_another_is_not(fake):
    fake.redirects["/old"] = f"{fake.root}/system"
    fake.redirects["/away"] = "http://127.0.0.2:80/system"

    assert b"/bodies" in client_of(fake).get(f"{fake.root}/old")
    assert refused(client_of(fake), f"{fake.root}/away") == "OTHER_HOST"


def test_who_is_busy_is_asked_again_after_a_while(fake):
    fake.failures = [503, 429]
    waits: list[float] = []

    assert client_of(fake, waits=waits).get(fake.address)

    assert len(waits) == 2
    assert len(fake.asked) == 3


def test_who_stays_silent_is_given_up(fake):
    fake.failures = [500] * 10

    assert refused(client_of(fake), fake.address) == "UNREACHABLE"
    assert len(fake.asked) == oparl_client.ATTEMPTS


def test_who_refuses_is_not_asked_again(fake):
    assert refused(client_of(fake), f"{fake.root}/nothing") == "REFUSED"
    assert len(fake.asked) == 1


def test_nobody_listens():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/system"
    client = Client(address=address, allowed_hosts=LOOPBACK, sleep=lambda _: None)

    assert refused(client, address) == "UNREACHABLE"


def test_an_answer_without_end_is_cut_off(fake, monkeypatch):
    monkeypatch.setattr(oparl_client, "LARGEST_ANSWER", 1_000)
    fake.answers["/system"] = b" " * 1_001

    assert refused(client_of(fake), fake.address) == "TOO_LARGE"


def test_an_answer_that_drips_is_cut_off(fake, monkeypatch):
    monkeypatch.setattr(oparl_client, "LONGEST_S", -1.0)

    assert refused(client_of(fake), fake.address) == "TOO_LARGE"
