"""Declares the room to the core."""

from django.utils.translation import gettext_lazy as _

from netzstadt.core.rooms import NavigationItem, RoomConfig


class WebConfig(RoomConfig):
    name = "netzstadt.web"
    label = "web"
    purpose = "show the rooms together: home, search, cockpit"
    navigation = (NavigationItem(title=_("The city now"), url_name="web:home", order=10),)
