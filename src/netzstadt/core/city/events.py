"""What happens to the city's facts, its set-up and its feedback."""

from dataclasses import dataclass
from typing import Any, ClassVar

from netzstadt.core.audit.events import Event

_FACTS = frozenset({"before", "after"})


@dataclass(frozen=True, kw_only=True)
class CityNamed(Event):
    """The city's name, key, language or contact was set."""

    name = "city.city.named"
    object_model = "city.city"

    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class LookChanged(Event):
    """The city's colour or logo was changed; of a logo the digest is written down."""

    name = "city.look.changed"
    object_model = "city.city"

    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class ImprintWritten(Event):
    """The imprint was written or changed; it may name a person."""

    name = "city.imprint.written"
    object_model = "city.city"
    personal: ClassVar[frozenset[str]] = _FACTS

    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class PrivacyNoticeWritten(Event):
    """The privacy notice was written or changed; it may name a person."""

    name = "city.privacy_notice.written"
    object_model = "city.city"
    personal: ClassVar[frozenset[str]] = _FACTS

    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class StatementWritten(Event):
    """The accessibility statement was written or changed; it may name a person."""

    name = "city.statement.written"
    object_model = "city.city"
    personal: ClassVar[frozenset[str]] = _FACTS

    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class SetupAddressIssued(Event):
    """An address was made under which the first administrator sets the city up."""

    name = "city.setup.address_issued"
    object_model = "city.setup"


@dataclass(frozen=True, kw_only=True)
class SetupFinished(Event):
    """The city was set up; the address of the set-up is gone."""

    name = "city.setup.finished"
    object_model = "city.setup"


@dataclass(frozen=True, kw_only=True)
class FeedbackReceived(Event):
    """Somebody reported a barrier or wrote a message."""

    name = "city.feedback.received"
    object_model = "city.feedback"

    kind: str
    category: str


@dataclass(frozen=True, kw_only=True)
class FeedbackTaken(Event):
    """Somebody in the office works on a message."""

    name = "city.feedback.taken"
    object_model = "city.feedback"


@dataclass(frozen=True, kw_only=True)
class FeedbackReplied(Event):
    """The office answered a message, for good or with word in between."""

    name = "city.feedback.replied"
    object_model = "city.feedback"

    is_final: bool
    was_mailed: bool
