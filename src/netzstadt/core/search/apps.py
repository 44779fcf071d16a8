"""Declares the room to the core."""

from django.utils.translation import gettext_lazy as _

from netzstadt.core.rooms import RoomConfig


class SearchConfig(RoomConfig):
    name = "netzstadt.core.search"
    label = "search"
    verbose_name = _("Search")
    purpose = _("One search over everything that the reader may see.")
