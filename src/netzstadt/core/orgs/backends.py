"""Who is let in: by e-mail address and password."""

from typing import Any
from urllib.parse import urlparse

from django.conf import settings
from django.contrib.auth.backends import ModelBackend

from netzstadt.config import Config
from netzstadt.lib.addresses import is_loopback


def is_for_this_machine_alone(config: Config) -> bool:
    """Whether nobody else is meant to reach the server: it listens on loopback, and no public
    address is set under which a proxy on this machine would pass requests on."""
    names = [name.strip() for name in config.allowed_hosts.split(",")]
    if config.base_url:
        names.append(urlparse(config.base_url).hostname or "?")
    return is_loopback(config.host) and all(is_loopback(name) for name in names if name)


class PersonBackend(ModelBackend):
    """Django's own check, which takes as long for unknown addresses as for known ones.

    Demo accounts, whose passwords everybody knows, are let in only where nobody else can reach
    the server; this is asked again with every request of their sessions.
    """

    def user_can_authenticate(self, user: Any) -> bool:
        """Whether this person may be signed in at all."""
        if getattr(user, "is_demo", False) and not is_for_this_machine_alone(settings.CONFIG):
            return False
        return super().user_can_authenticate(user)
