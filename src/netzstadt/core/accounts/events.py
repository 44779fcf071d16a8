"""What happens to accounts."""

import uuid
from dataclasses import dataclass
from typing import ClassVar

from netzstadt.core.audit.events import Event


@dataclass(frozen=True, kw_only=True)
class PersonInvited(Event):
    """Somebody was asked to join, with these roles."""

    name = "accounts.invitation.made"
    object_model = "accounts.invitation"
    personal: ClassVar[frozenset[str]] = frozenset({"person_name", "email"})

    person_name: str
    email: str
    roles: tuple[str, ...]
    unit_id: uuid.UUID | None = None


@dataclass(frozen=True, kw_only=True)
class InvitationSent(Event):
    """The mail with the link of an invitation was sent; an earlier link no longer works."""

    name = "accounts.invitation.sent"
    object_model = "accounts.invitation"


@dataclass(frozen=True, kw_only=True)
class InvitationRenewed(Event):
    """An invitation is to be sent anew; it is valid for another seven days."""

    name = "accounts.invitation.renewed"
    object_model = "accounts.invitation"


@dataclass(frozen=True, kw_only=True)
class InvitationWithdrawn(Event):
    """An invitation was withdrawn; its link no longer works."""

    name = "accounts.invitation.withdrawn"
    object_model = "accounts.invitation"


@dataclass(frozen=True, kw_only=True)
class InvitationAccepted(Event):
    """The invited person made her account."""

    name = "accounts.invitation.accepted"
    object_model = "accounts.invitation"

    person_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class PasswordResetSent(Event):
    """Somebody asked for a new password; the person was sent a link to choose one."""

    name = "accounts.password_reset.sent"
    object_model = "orgs.person"


@dataclass(frozen=True, kw_only=True)
class PasswordResetUsed(Event):
    """A person chose a new password with the link that she was sent."""

    name = "accounts.password_reset.used"
    object_model = "orgs.person"


@dataclass(frozen=True, kw_only=True)
class CodeGeneratorAdded(Event):
    """A person signs in with time-based codes from now on."""

    name = "accounts.code_generator.added"
    object_model = "orgs.person"


@dataclass(frozen=True, kw_only=True)
class CodeGeneratorRemoved(Event):
    """A person no longer signs in with time-based codes."""

    name = "accounts.code_generator.removed"
    object_model = "orgs.person"


@dataclass(frozen=True, kw_only=True)
class PasskeyAdded(Event):
    """A person added a passkey."""

    name = "accounts.passkey.added"
    object_model = "orgs.person"
    personal: ClassVar[frozenset[str]] = frozenset({"passkey_name"})

    passkey_name: str


@dataclass(frozen=True, kw_only=True)
class PasskeyRemoved(Event):
    """A person removed a passkey."""

    name = "accounts.passkey.removed"
    object_model = "orgs.person"
    personal: ClassVar[frozenset[str]] = frozenset({"passkey_name"})

    passkey_name: str


@dataclass(frozen=True, kw_only=True)
class PasskeyCopied(Event):
    """A passkey's counter went backwards: it may have been copied. It was not accepted."""

    name = "accounts.passkey.copied"
    object_model = "orgs.person"
    personal: ClassVar[frozenset[str]] = frozenset({"passkey_name"})

    passkey_name: str


@dataclass(frozen=True, kw_only=True)
class RecoveryCodesMade(Event):
    """A person was shown new recovery codes; older ones no longer work."""

    name = "accounts.recovery_codes.made"
    object_model = "orgs.person"


@dataclass(frozen=True, kw_only=True)
class RecoveryCodeUsed(Event):
    """A person signed in with a recovery code."""

    name = "accounts.recovery_codes.used"
    object_model = "orgs.person"

    left: int


@dataclass(frozen=True, kw_only=True)
class SecondFactorReset(Event):
    """An administrator took all second factors of a person away, who must set one up anew."""

    name = "accounts.second_factor.reset"
    object_model = "orgs.person"
    personal: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason: str


@dataclass(frozen=True, kw_only=True)
class CodesPaused(Event):
    """Too many wrong codes after the right password: codes are not accepted for a while."""

    name = "accounts.codes.paused"
    object_model = "orgs.person"


@dataclass(frozen=True, kw_only=True)
class SignInPaused(Event):
    """Too many wrong passwords from one address: signing in from there is paused."""

    name = "accounts.sign_in.paused"
    object_model = "orgs.person"


@dataclass(frozen=True, kw_only=True)
class SessionsEnded(Event):
    """Sessions of a person were ended before their time."""

    name = "accounts.sessions.ended"
    object_model = "orgs.person"

    count: int


@dataclass(frozen=True, kw_only=True)
class IdentityLinked(Event):
    """A person signs in with an OpenID Connect provider from now on."""

    name = "accounts.identity.linked"
    object_model = "orgs.person"
    personal: ClassVar[frozenset[str]] = frozenset({"subject"})

    issuer: str
    subject: str


@dataclass(frozen=True, kw_only=True)
class IdentityUnlinked(Event):
    """A person ended the link of her account with an OpenID Connect provider."""

    name = "accounts.identity.unlinked"
    object_model = "orgs.person"
    personal: ClassVar[frozenset[str]] = frozenset({"subject"})

    issuer: str
    subject: str
