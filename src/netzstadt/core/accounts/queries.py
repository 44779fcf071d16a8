"""Reading accounts: who may sign in how, from where she is signed in, who is invited."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db.models import Model, Q, QuerySet
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from netzstadt.core.access import queries as access
from netzstadt.core.accounts import totp
from netzstadt.core.accounts.models import (
    Account,
    CodeGenerator,
    ExternalIdentity,
    Invitation,
    Passkey,
    PasswordReset,
    RecoveryCode,
    SignedInSession,
)
from netzstadt.core.accounts.tokens import digest_of

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


@dataclass(frozen=True, kw_only=True, slots=True)
class Factors:
    """What a person can sign in with beside her password."""

    generator: CodeGenerator | None
    passkeys: list[Passkey]
    recovery_codes_left: int

    @property
    def is_set_up(self) -> bool:
        """Whether there is a second factor. Recovery codes alone are none."""
        return self.generator is not None or bool(self.passkeys)


def factors_of(person: "Person") -> Factors:
    """Everything that ``person`` has set up."""
    codes = RecoveryCode.objects.filter(person=person, used_at__isnull=True)
    return Factors(
        generator=CodeGenerator.objects.filter(person=person).first(),
        passkeys=list(Passkey.objects.filter(person=person).order_by("added_at")),
        recovery_codes_left=codes.count(),
    )


def can_read_keys() -> bool:
    """Whether the keys of authenticator apps were encrypted with the secret that is used now."""
    newest = CodeGenerator.objects.order_by("-added_at").first()
    if newest is None:
        return True
    try:
        totp.decrypted(bytes(newest.encrypted_key), secret=settings.SECRET_KEY)
    except InvalidToken:
        return False
    return True


def has_second_factor(person: "Person") -> bool:
    """Whether ``person`` has set up codes or a passkey."""
    return (
        CodeGenerator.objects.filter(person=person).exists()
        or Passkey.objects.filter(person=person).exists()
    )


def needs_second_factor(person: "Person") -> bool:
    """Whether ``person`` may sign in with two factors only: whoever has a role.

    Demo accounts are excepted; they can be used on one's own machine alone.
    """
    return not person.is_demo and bool(access.held(person))


def passkey_with(credential_id: bytes) -> Passkey | None:
    """The passkey with this credential id and its person, if she may still sign in."""
    found = Passkey.objects.select_related("person").filter(credential_id=credential_id)
    return found.filter(person__is_active=True).first()


def codes_paused_until(person: "Person", *, at: datetime) -> datetime | None:
    """Until when no code of ``person`` is accepted; None if codes are."""
    until = (
        Account.objects.filter(person=person).values_list("codes_paused_until", flat=True).first()
    )
    return until if until is not None and until > at else None


def language_of(person_id: uuid.UUID) -> str:
    """The language in which ``person`` reads her mails: the one she last signed in with."""
    found = Account.objects.filter(person_id=person_id).values_list("language", flat=True).first()
    return found or settings.LANGUAGE_CODE


def sessions_of(person: "Person", *, at: datetime) -> QuerySet[SignedInSession, Any]:
    """Where ``person`` is signed in, the last active first."""
    return (
        SignedInSession.objects.filter(person=person, session__expire_date__gt=at)
        .defer("session__session_data")
        .order_by("-seen_at", "-begun_at")
    )


def has_way_in(person: "Person", *, without: uuid.UUID) -> bool:
    """Whether ``person`` could begin to sign in ``without`` a passkey or identity that she has.

    Ways are a password, a passkey and the provider; an app's codes alone open nothing, and an
    identity of a provider that the city no longer uses is no way in.
    """
    passkeys = Passkey.objects.filter(person=person)
    identities = ExternalIdentity.objects.filter(person=person, issuer=settings.CONFIG.oidc_issuer)
    return (
        person.has_usable_password()
        or passkeys.exclude(pk=without).exists()
        or identities.exclude(pk=without).exists()
    )


def identities_of(person: "Person") -> list[ExternalIdentity]:
    """The OpenID Connect providers that ``person`` signs in with."""
    return list(ExternalIdentity.objects.filter(person=person).order_by("linked_at"))


def invitations() -> QuerySet[Invitation, Any]:
    """All invitations that are still kept, the newest first."""
    return Invitation.objects.select_related("invited_by").order_by("-invited_at", "-id")


def open_invitation(token: str, *, at: datetime) -> Invitation | None:
    """The invitation whose link carries ``token``, while it can be accepted."""
    if not token:
        return None
    return open_invitations(at=at).filter(token_digest=digest_of(token)).first()


def open_invitations(*, at: datetime) -> QuerySet[Invitation, Any]:
    """Invitations that can be accepted at ``at``.

    One whose sender's account is out of use cannot: nobody answers for its roles, and she may have
    sent it to herself.
    """
    return Invitation.objects.filter(
        used_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=at
    ).exclude(invited_by__is_active=False)


def open_reset(token: str, *, at: datetime) -> PasswordReset | None:
    """The reset whose link carries ``token``, while a password can be chosen with it.

    It ended with its use, an hour, another password, and the deactivation of the account.
    """
    if not token:
        return None
    found = (
        PasswordReset.objects.select_related("person")
        .filter(token_digest=digest_of(token), ended_at__isnull=True)
        .filter(Q(expires_at__gt=at), person__is_active=True)
        .first()
    )
    if found is None or found.person is None or found.password_digest is None:
        return None
    now = digest_of(found.person.password)
    return found if constant_time_compare(bytes(found.password_digest), now) else None


def personal_data(person: "Person") -> dict[str, list[dict[str, Any]]]:
    """What accounts know of ``person``; secrets are left out, also from her own copy, and so are
    the names of whom she invited."""
    hers = Q(person=person)

    def records(model: type[Model], *columns: str, which: Q = hers) -> list[dict[str, Any]]:
        return list(model._default_manager.filter(which).values(*columns))

    return {
        _("Account"): records(Account, "language", "codes_paused_until", "pause_told_at"),
        _("Authenticator app"): records(CodeGenerator, "added_at", "used_at"),
        _("Passkeys"): records(Passkey, "name", "added_at", "used_at"),
        _("Recovery codes"): records(RecoveryCode, "made_at", "used_at"),
        _("Links for a new password"): records(
            PasswordReset, "asked_at", "ended_at", which=hers | Q(account__iexact=person.email)
        ),
        _("Sessions"): records(SignedInSession, "device", "place", "begun_at", "seen_at"),
        _("Identities at a provider"): records(
            ExternalIdentity, "issuer", "subject", "linked_at", "used_at"
        ),
        _("Invitation"): records(
            Invitation,
            *("email", "name", "roles", "invited_at", "used_at", "withdrawn_at"),
            which=hers | Q(email__iexact=person.email),
        ),
        _("Invitations that you sent"): records(
            Invitation, "roles", "invited_at", "used_at", which=Q(invited_by=person)
        ),
    }
