"""What a handler of SensorThings requests is given: the plane, the request, who asks, the links."""

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from uuid import UUID

from netzstadt.plane.http import Request
from netzstadt.plane.keys import Key
from netzstadt.standards.sensorthings.model import EntityType
from netzstadt.standards.sensorthings.path import Id, id_in_url

if TYPE_CHECKING:
    from netzstadt.plane.app import Plane

VERSION = "/sta/v1.1"


@dataclass(frozen=True, slots=True)
class Reader:
    """On whose behalf something is read: a person (None: anybody), perhaps only some Things.

    ``keyed`` tells whether a key was shown; then answers show visibilities.
    """

    person_id: UUID | None = None
    thing_ids: frozenset[UUID] | None = None
    keyed: bool = False

    @classmethod
    def of(cls, key: Key | None) -> "Reader":
        """The reader that a key acts for; without one, or with one that may not read: anybody."""
        if key is None:
            return ANYBODY
        return cls(key.reader, key.thing_ids, keyed=True)


ANYBODY = Reader()


@dataclass(slots=True)
class Context:
    """One request on its way. ``base`` is the service root without a slash at its end."""

    plane: "Plane"
    request: Request
    base: str

    def link(self, type_: EntityType, identifier: Id) -> str:
        """The @iot.selfLink of an entity (8.1)."""
        return f"{self.base}/{type_.set_name}({id_in_url(identifier)})"


def base_of(plane: "Plane", request: Request) -> str:
    """The service root for links: the public address, or the request's own host if it is known."""
    host = request.headers.get(b"host")
    if not host or not plane.hosts:
        return plane.public_url + VERSION
    return _base(plane.public_url, plane.hosts, request.scheme, host)


@lru_cache(maxsize=256)
def _base(public_url: str, hosts: frozenset[str], scheme: str, host: bytes) -> str:
    text = host.decode("latin-1").lower()
    name, _, port = text.rpartition(":") if text.rpartition(":")[2].isdigit() else (text, "", "")
    if name in hosts and scheme in {"http", "https"}:
        return f"{scheme}://{name}{':' + port if port else ''}{VERSION}"
    return public_url + VERSION
