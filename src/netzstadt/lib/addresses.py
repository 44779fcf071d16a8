"""Where a request comes from, as far as that can be known."""

import ipaddress

# A household or a machine has a whole network of IPv6 addresses and may use any of them.
IPV6_PREFIX = 64


def is_loopback(host: str) -> bool:
    """Whether a server that listens on ``host`` can be reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def client_address(peer: str, forwarded: str, *, is_behind_proxy: bool) -> str:
    """The address that a request came from: ``peer`` has the connection, ``forwarded`` is the
    header X-Forwarded-For.

    A proxy is believed only where one is to be expected (BASE_URL is https) and it runs on this
    machine: the last address it names is the one that it saw itself.
    """
    named = forwarded.rsplit(",", 1)[-1].strip()
    if not named or not is_behind_proxy or not is_loopback(peer):
        return peer
    try:
        return str(ipaddress.ip_address(named))
    except ValueError:
        return peer


def client_of(address: str) -> str:
    """What counts as one client: an IPv4 address, the network of an IPv6 address, else the text."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    if found.ipv4_mapped:  # a server that listens on [::] sees IPv4 so
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, IPV6_PREFIX), strict=False))
