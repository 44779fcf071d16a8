"""Declares the room to the core."""

from django.utils.translation import gettext_lazy as _

from netzstadt.core.rooms import NavigationItem, RoomConfig


class WebConfig(RoomConfig):
    name = "netzstadt.web"
    label = "web"
    purpose = "Shows the rooms together: addresses, front page."
    navigation = (NavigationItem(title=_("The city now"), url_name="web:home", order=10),)
