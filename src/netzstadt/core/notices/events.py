"""What happens to how a person wants to be told. That she read something is nobody's business."""

from dataclasses import dataclass

from netzstadt.core.audit.events import Event


@dataclass(frozen=True, kw_only=True)
class ChannelChosen(Event):
    """A person chose how she is told of some topics; her own page or a mail's link did it."""

    name = "notices.channel.chosen"
    object_model = "orgs.person"

    channels: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class DigestPlanned(Event):
    """A person chose when her collected notices are mailed."""

    name = "notices.digest.planned"
    object_model = "orgs.person"

    rhythm: str
    hour: int
    weekday: int


@dataclass(frozen=True, kw_only=True)
class CalendarOpened(Event):
    """A person gave her calendar a secret address; an earlier one no longer leads anywhere."""

    name = "notices.calendar.opened"
    object_model = "orgs.person"


@dataclass(frozen=True, kw_only=True)
class CalendarClosed(Event):
    """A person's calendar has no address any more."""

    name = "notices.calendar.closed"
    object_model = "orgs.person"
