"""Declares the room to the core."""

from netzstadt.core.rooms import RoomConfig


class UiConfig(RoomConfig):
    name = "netzstadt.core.ui"
    label = "ui"
