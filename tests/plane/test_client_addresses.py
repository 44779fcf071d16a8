"""What counts as one client, where places are shared out."""

import pytest

from netzstadt.lib.addresses import client_of


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2::7", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::7", "2001:db8:1:3::/64"),
        ("", ""),
        ("unknown", "unknown"),
    ],
)
def test_a_network_of_ipv6_is_one_client_and_an_address_of_ipv4_is_one(address, client):
    assert client_of(address) == client
