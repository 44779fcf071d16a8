"""What a room declares to the core: its purpose, permissions and navigation."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.apps import AppConfig, apps
from django.utils.functional import Promise

from netzstadt.core.access.permissions import Permission


@dataclass(frozen=True, kw_only=True, slots=True)
class NavigationItem:
    """A place in the navigation. Without a permission it stands on the public side."""

    title: str | Promise
    url_name: str
    permission: Permission | None = None
    order: int = 100


class RoomConfig(AppConfig):
    """Base of every room's AppConfig. The core collects these and never lists its rooms."""

    # apps.py imports this class too; Django must take the room's own and not hesitate between them.
    default = False

    def __init_subclass__(cls) -> None:
        cls.default = True

    purpose: str | Promise = ""
    permissions: tuple[Permission, ...] = ()
    navigation: tuple[NavigationItem, ...] = ()
    # What people read in the audit trail instead of an event's name.
    event_titles: Mapping[str, str | Promise] = MappingProxyType({})
    # What they read instead of the names of an event's facts, and of values from a fixed list.
    fact_titles: Mapping[str, str | Promise] = MappingProxyType({})
    fact_values: Mapping[str, Mapping[str, str | Promise]] = MappingProxyType({})


def rooms() -> Iterator[RoomConfig]:
    """All installed rooms, in the order of INSTALLED_APPS."""
    for app in apps.get_app_configs():
        if isinstance(app, RoomConfig):
            yield app
