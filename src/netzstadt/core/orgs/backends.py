"""Who is let in: by e-mail address and password."""

import ipaddress
from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend


def is_loopback(host: str) -> bool:
    """Whether a server that listens on ``host`` can be reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


class PersonBackend(ModelBackend):
    """Django's own check, which takes as long for unknown addresses as for known ones.

    Demo accounts, whose passwords everybody knows, are let in only where nobody else can reach
    the server; this is asked again with every request of their sessions.
    """

    def user_can_authenticate(self, user: Any) -> bool:
        """Whether this person may be signed in at all."""
        if getattr(user, "is_demo", False) and not is_loopback(settings.CONFIG.host):
            return False
        return super().user_can_authenticate(user)
