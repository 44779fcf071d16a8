"""What happens to links. Each is told twice: in the history of either object."""

import uuid
from dataclasses import InitVar, dataclass

from netzstadt.core.audit.events import Event


@dataclass(frozen=True, kw_only=True)
class LinkEvent(Event):
    """Something about a link, told in the history of the object at one of its ends."""

    object_model = "links.object"  # stands for the kind that ``of_model`` names

    of_model: InitVar[str]
    link_id: uuid.UUID
    relation: str
    is_source: bool
    other_model: str
    other_id: uuid.UUID

    def __post_init__(self, of_model: str) -> None:
        object.__setattr__(self, "object_model", of_model)


@dataclass(frozen=True, kw_only=True)
class LinkMade(LinkEvent):
    """An object was linked with another one."""

    name = "links.link.made"


@dataclass(frozen=True, kw_only=True)
class LinkEnded(LinkEvent):
    """A link between two objects was ended."""

    name = "links.link.ended"
