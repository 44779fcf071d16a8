"""Declares the room to the core."""

from netzstadt.core.rooms import RoomConfig


class UiConfig(RoomConfig):
    name = "netzstadt.core.ui"
    label = "ui"
    purpose = "The frame of all pages: layout, component kit, language, theme, errors."
