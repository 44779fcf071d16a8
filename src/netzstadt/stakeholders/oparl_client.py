"""Asks council information systems over HTTP: only the one host, of limited size, in limited time.

An address is typed in by a person and followed by this server, so it must not lead into the city's
own network (server-side request forgery): https only, no other host, no address that is not public.
The setting NETZSTADT_COUNCIL_HOSTS names single hosts for which this does not hold.
"""

import http.client
import ipaddress
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urlsplit, urlunsplit

TIMEOUT_S = 20.0
# The whole of one answer, however slowly it comes.
LONGEST_S = 120.0
LARGEST_ANSWER = 32 * 2**20
ATTEMPTS = 4
FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 30.0
_CHUNK = 256 * 1024
_PORTS = {"http": 80, "https": 443}
_AGAIN = {429, 500, 502, 503, 504}


class NotAnswered(Exception):
    """No answer that can be used; ``failure`` is a value of ``models.harvests.Failure``."""

    def __init__(self, failure: str, detail: str) -> None:
        super().__init__(f"{failure}: {detail}")
        self.failure = failure
        self.detail = detail


@dataclass(frozen=True, kw_only=True, slots=True)
class Client:
    """Asks the host of ``address``, and no other one."""

    address: str
    allowed_hosts: frozenset[str] = frozenset()
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)

    def get(self, address: str) -> bytes:
        """What stands at an address of this host. Raises NotAnswered."""
        address = self.own(address)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._ask(address)
            except _Later as later:
                if attempt == ATTEMPTS:
                    raise NotAnswered("UNREACHABLE", later.detail) from later
                wait = later.wait_s or FIRST_WAIT_S * 2 ** (attempt - 1)
                self.sleep(min(wait, LONGEST_WAIT_S))
        raise AssertionError("the last attempt returns or raises")

    def own(self, address: str) -> str:
        """The address as it is asked for. Raises NotAnswered if it is not one of this host.

        Systems behind a proxy write links with http, though they are asked with https: such a link
        is followed with https.
        """
        home, there = urlsplit(self.address), _split(address)
        if there.scheme == "http" and home.scheme == "https" and there.hostname == home.hostname:
            there = there._replace(scheme="https", netloc=home.netloc)
        if (there.scheme, *_host(there)) != (home.scheme, *_host(home)):
            raise NotAnswered("OTHER_HOST", address)
        if there.scheme != "https" and not self._is_allowed(there):
            raise NotAnswered("FORBIDDEN_HOST", address)
        return urlunsplit(there._replace(fragment=""))

    def _is_allowed(self, there: SplitResult) -> bool:
        """Whether the setting names the host, alone or with its port."""
        host, port = _host(there)
        return host in self.allowed_hosts or f"{host}:{port}" in self.allowed_hosts

    def _ask(self, address: str) -> bytes:
        is_proxied = _proxy_of(address) is not None  # who may be reached is then its business
        guard = _Guard(may_be_private=is_proxied or self._is_allowed(urlsplit(address)))
        opener = urllib.request.build_opener(
            _Https(guard), _Http(guard), _SameHost(self), urllib.request.ProxyHandler()
        )
        request = urllib.request.Request(  # noqa: S310 - https, or a host of the setting: own()
            address, headers={"Accept": "application/json", "User-Agent": "Netzstadt (OParl)"}
        )
        until = time.monotonic() + LONGEST_S
        try:
            with opener.open(request, timeout=TIMEOUT_S) as response:
                return _read(response, until)
        except urllib.error.HTTPError as error:
            error.close()
            detail = f"HTTP {error.code}, {address}"
            if error.code in _AGAIN:
                raise _Later(detail, _seconds(error.headers.get("Retry-After"))) from error
            raise NotAnswered("REFUSED", detail) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise _Later(f"{_reason(error)}, {address}") from error


class _Later(Exception):
    """It may answer when it is asked again, after ``wait_s`` where it says so."""

    def __init__(self, detail: str, wait_s: float = 0.0) -> None:
        super().__init__(detail)
        self.detail = detail[:900]
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True)
class _Guard:
    """Looks at where a connection leads before anything is asked: a name may be resolved to
    another address each time, so what it was resolved to before says nothing."""

    may_be_private: bool

    def check(self, connection: http.client.HTTPConnection) -> None:
        if self.may_be_private or connection.sock is None:
            return
        peer = str(connection.sock.getpeername()[0])
        address = ipaddress.ip_address(peer.partition("%")[0])
        mapped = getattr(address, "ipv4_mapped", None)
        if not (mapped or address).is_global:
            connection.close()
            raise NotAnswered("FORBIDDEN_HOST", f"{connection.host} ({peer})")


class _Http(urllib.request.HTTPHandler):
    def __init__(self, guard: _Guard) -> None:
        super().__init__()
        self._guard = guard

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        guard = self._guard

        class Connection(http.client.HTTPConnection):
            def connect(self) -> None:
                super().connect()
                guard.check(self)

        return self.do_open(Connection, req)


class _Https(urllib.request.HTTPSHandler):
    def __init__(self, guard: _Guard) -> None:
        super().__init__()
        self._guard = guard

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        guard = self._guard

        class Connection(http.client.HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                guard.check(self)

        return self.do_open(Connection, req)


class _SameHost(urllib.request.HTTPRedirectHandler):
    """Follows a redirect on the same host only."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        try:
            target = self._client.own(newurl)
        except NotAnswered:
            fp.close()
            raise
        return super().redirect_request(req, fp, code, msg, headers, target)


def _read(response: http.client.HTTPResponse, until: float) -> bytes:
    parts: list[bytes] = []
    size = 0
    while part := response.read1(_CHUNK):
        size += len(part)
        if size > LARGEST_ANSWER:
            raise NotAnswered("TOO_LARGE", f"{LARGEST_ANSWER // 2**20} MiB")
        if time.monotonic() > until:
            raise NotAnswered("TOO_LARGE", f"{LONGEST_S:.0f} s")
        parts.append(part)
    return b"".join(parts)


def _split(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        _host(parts)
    except ValueError as error:
        raise NotAnswered("OTHER_HOST", address[:900]) from error
    return parts


def _host(parts: SplitResult) -> tuple[str, int]:
    """Host and port, where a port that is not said is the usual one."""
    return parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)


def _proxy_of(address: str) -> str | None:
    parts = urlsplit(address)
    if urllib.request.proxy_bypass(parts.netloc):
        return None
    return urllib.request.getproxies().get(parts.scheme)


def _seconds(given: str | None) -> float:
    return float(given) if given and given.isdecimal() else 0.0


def _reason(error: Exception) -> str:
    """Why, in the words of the operating system."""
    return str(getattr(error, "reason", "") or error or type(error).__name__)[:300]
