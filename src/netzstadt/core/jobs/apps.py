"""Declares the room to the core."""

from netzstadt.core.rooms import RoomConfig


class JobsConfig(RoomConfig):
    name = "netzstadt.core.jobs"
    label = "jobs"
    purpose = "Work in the background: jobs, and duties that come round."
