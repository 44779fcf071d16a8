"""Declares the room to the core."""

from netzstadt.core.rooms import RoomConfig


class AccessConfig(RoomConfig):
    name = "netzstadt.core.access"
    label = "access"
    purpose = "Who may do and see what: roles, grants, the one rule."
