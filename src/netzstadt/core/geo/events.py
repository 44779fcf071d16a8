"""What happens to areas, addresses and places."""

import uuid
from dataclasses import InitVar, dataclass

from netzstadt.core.audit.events import Event


@dataclass(frozen=True, kw_only=True)
class PlacesImported(Event):
    """What all imports tell: of each row read, what became of it."""

    object_model = "geo.import"

    file_name: str
    source: str
    rows_read: int
    rows_new: int
    rows_changed: int
    rows_unchanged: int
    rows_rejected: int


@dataclass(frozen=True, kw_only=True)
class AreasImported(PlacesImported):
    """Areas were imported from a file."""

    name = "geo.areas.imported"

    area_kind: str


@dataclass(frozen=True, kw_only=True)
class AddressesImported(PlacesImported):
    """Addresses were imported from a file."""

    name = "geo.addresses.imported"


@dataclass(frozen=True, kw_only=True)
class PlaceEvent(Event):
    """Something about where an object is, told in the history of that object."""

    object_model = "geo.object"  # stands for the kind that ``of_model`` names

    of_model: InitVar[str]

    def __post_init__(self, of_model: str) -> None:
        object.__setattr__(self, "object_model", of_model)


@dataclass(frozen=True, kw_only=True)
class PlaceSet(PlaceEvent):
    """Somebody said where an object is."""

    name = "geo.place.set"

    area_id: uuid.UUID | None
    address_id: uuid.UUID | None
    longitude: float | None
    latitude: float | None


@dataclass(frozen=True, kw_only=True)
class PlaceRemoved(PlaceEvent):
    """It is no longer said where an object is."""

    name = "geo.place.removed"
