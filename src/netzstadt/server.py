"""One ASGI application: the data plane in front, Django behind it, in one process.

Hot paths are answered by the plane and never enter Django.
"""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from netzstadt.config import Config
from netzstadt.embedded.address import database_url, secret_key
from netzstadt.plane.app import Plane

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


def make_application() -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """Build the application from the environment (granian's factory)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "netzstadt.settings")
    from django.core.asgi import get_asgi_application

    config = Config.from_environment()
    django = get_asgi_application()
    # Links may follow the Host header to these names; a configured address is always used as it is.
    names = {name.strip().lower() for name in config.allowed_hosts.split(",") if name.strip()}
    names |= {"localhost", "127.0.0.1", "[::1]"}
    hosts = frozenset() if config.base_url else frozenset(names)
    plane = Plane(
        database_url(config),
        public_url=config.public_url,
        hosts=hosts,
        secret_key=secret_key(config),
    )

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await plane.lifespan(receive, send)
        elif scope["path"].startswith(Plane.PREFIXES):
            await plane(scope, receive, send)
        else:
            await django(scope, receive, send)

    return application
