"""Declares the room to the core."""

from netzstadt.core.rooms import RoomConfig


class UrbanDataConfig(RoomConfig):
    name = "netzstadt.urbandata"
    label = "urbandata"
