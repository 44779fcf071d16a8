"""Declares the room to the core."""

from netzstadt.core.rooms import RoomConfig


class AuditConfig(RoomConfig):
    name = "netzstadt.core.audit"
    label = "audit"
