"""Declares the room to the core."""

from netzstadt.core.rooms import RoomConfig


class WebConfig(RoomConfig):
    name = "netzstadt.web"
    label = "web"
