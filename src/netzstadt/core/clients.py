"""Where a request comes from: what limits count by, and what sessions show."""

from django.conf import settings
from django.http import HttpRequest

from netzstadt.lib import addresses


def client_address(request: HttpRequest) -> str:
    """The address that a request came from, or that the proxy on this machine names."""
    return addresses.client_address(
        str(request.META.get("REMOTE_ADDR", "")),
        request.headers.get("X-Forwarded-For", ""),
        is_behind_proxy=settings.SESSION_COOKIE_SECURE,
    )


def client_of(request: HttpRequest) -> str:
    """What counts as one sender, for limits: an address, or the network of an IPv6 address."""
    return addresses.client_of(client_address(request))
