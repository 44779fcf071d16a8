"""Declares the room to the core."""

from netzstadt.core.rooms import RoomConfig


class OrgsConfig(RoomConfig):
    name = "netzstadt.core.orgs"
    label = "orgs"
