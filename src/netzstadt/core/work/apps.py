"""Declares the room to the core."""

from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from netzstadt.core.rooms import NavigationItem, PersonalData, RoomConfig, Tile
from netzstadt.core.work.permissions import OPEN_COCKPIT, OPEN_MY_WORK


class WorkConfig(RoomConfig):
    name = "netzstadt.core.work"
    label = "work"
    verbose_name = _("My work")
    purpose = _("My work and the cockpit: what waits, what is late, what changed.")
    permissions = (OPEN_MY_WORK, OPEN_COCKPIT)
    navigation = (
        NavigationItem(
            title=_("My work"), url_name="work:my-work", permission=OPEN_MY_WORK, order=1
        ),
        NavigationItem(
            title=_("Cockpit"), url_name="work:cockpit", permission=OPEN_COCKPIT, order=2
        ),
    )
    event_titles = MappingProxyType(
        {
            "work.tiles.arranged": _("Start page arranged"),
            "work.tiles.reset": _("Start page reset"),
        }
    )
    fact_titles = MappingProxyType({"tiles": _("Tiles"), "hidden": _("Hidden")})
    tiles = (
        Tile(
            key="work.changed",
            title=_("Where I had a hand in"),
            content="netzstadt.core.work.queries.changed_tile",
            place="changed",
            empty=_("What others change where you changed something lately appears here."),
            order=10,
        ),
    )
    personal_data = PersonalData(
        export="netzstadt.core.work.queries.personal_data",
        erase="netzstadt.core.work.services.erase_person",
        titles=MappingProxyType(
            {
                "tiles": _("Tiles of the start page"),
                "tile": _("Tile"),
                "position": _("Position"),
                "is_hidden": _("Hidden"),
            }
        ),
    )
