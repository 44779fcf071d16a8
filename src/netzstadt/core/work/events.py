"""What happens to start pages."""

from dataclasses import dataclass

from netzstadt.core.audit.events import Event


@dataclass(frozen=True, kw_only=True)
class TilesArranged(Event):
    """A person moved, hid or showed a tile of her start pages."""

    name = "work.tiles.arranged"
    object_model = "orgs.person"

    tiles: tuple[str, ...]
    hidden: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TilesReset(Event):
    """A person put her start pages back to how the rooms declare them."""

    name = "work.tiles.reset"
    object_model = "orgs.person"
