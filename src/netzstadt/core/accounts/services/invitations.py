"""Inviting people."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from netzstadt.core.access import queries as rights
from netzstadt.core.access import services as access
from netzstadt.core.access.permissions import EVERYWHERE, GIVE_ADMINISTRATOR, IN_A_UNIT, Role
from netzstadt.core.accounts import mails, queries, tokens
from netzstadt.core.accounts.events import (
    InvitationAccepted,
    InvitationRenewed,
    InvitationSent,
    InvitationWithdrawn,
    PersonInvited,
)
from netzstadt.core.accounts.models import Account, Invitation
from netzstadt.core.audit import services as audit
from netzstadt.core.orgs.queries import persons as person_queries
from netzstadt.core.orgs.services import persons
from netzstadt.core.refusal import Refusal

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

VALID_FOR = timedelta(days=7)
KEPT_FOR = timedelta(days=30)
_TYPED = {"email", "name", "language"}
_NOT_TYPED = {field.name for field in Invitation._meta.fields} - _TYPED


class InvitationRefused(Refusal):
    """The invitation cannot be made, changed or accepted."""


@transaction.atomic
def invite_person(
    *,
    email: str,
    name: str,
    roles: Sequence[Role],
    language: str,
    by: "Person",
    at: datetime,
    unit_id: uuid.UUID | None = None,
) -> Invitation:
    """Ask somebody to join with these roles, everywhere or in a unit; a job sends the link.

    Raises InvitationRefused if the address has an account or is invited already, or the roles
    cannot be given there or by ``by``.
    """
    _check_roles(roles, unit_id=unit_id, by=by)
    address = person_queries.account_named(email)
    if person_queries.person_with(address) is not None:
        raise InvitationRefused(_("There is an account with this e-mail address already."))
    # An old one that nobody answered makes room for a new one.
    _withdraw_expired(address, by=by, at=at)
    invitation = Invitation(
        email=address,
        name=" ".join(name.split()),
        roles=[role.value for role in roles],
        unit_id=unit_id,
        language=language,
        invited_by=by,
        invited_at=at,
        expires_at=at + VALID_FOR,
    )
    try:
        with transaction.atomic():
            invitation.clean_fields(exclude=_NOT_TYPED)
            invitation.save(force_insert=True)
    except IntegrityError as error:
        raise InvitationRefused(
            _("This address is invited already. Send that invitation anew or withdraw it.")
        ) from error
    except ValidationError as error:
        raise InvitationRefused(" ".join(error.messages)) from error
    audit.record(
        PersonInvited(
            object_id=invitation.pk,
            person_name=invitation.name,
            email=invitation.email,
            roles=tuple(invitation.roles),
            unit_id=unit_id,
        ),
        by=by,
    )
    return invitation


def send_invitation(*, invitation_id: uuid.UUID | str, at: datetime) -> None:
    """Send an invited person the link; its token is made here and is in the mail alone."""
    with transaction.atomic():
        invitation = Invitation.objects.select_for_update().filter(pk=invitation_id).first()
        if invitation is None or not _is_open(invitation, at):
            return
        token = tokens.new_token()
        invitation.token_digest, invitation.sent_at = tokens.digest_of(token), at
        invitation.save(update_fields=["token_digest", "sent_at"])
        audit.record(InvitationSent(object_id=invitation.pk), by=None)
    mails.send_invitation(
        to=invitation.email,
        name=invitation.name,
        token=token,
        language=invitation.language,
        until=invitation.expires_at,
    )


@transaction.atomic
def renew_invitation(*, invitation: Invitation, by: "Person", at: datetime) -> None:
    """Have the link sent anew, valid for another seven days; the earlier one ends at once.

    From then on it is ``by`` who invites: she answers for the roles.

    Raises InvitationRefused if it was accepted or withdrawn, or ``by`` cannot give the roles.
    """
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if locked.used_at is not None or locked.withdrawn_at is not None:
        raise InvitationRefused(_("This invitation was accepted or withdrawn. Invite anew."))
    _check_roles([Role(role) for role in locked.roles], unit_id=locked.unit_id, by=by)
    locked.expires_at, locked.token_digest, locked.invited_by = at + VALID_FOR, None, by
    locked.save(update_fields=["expires_at", "token_digest", "invited_by"])
    audit.record(InvitationRenewed(object_id=locked.pk), by=by)


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: "Person | None", at: datetime) -> None:
    """Take an invitation back: its link ends.

    Raises InvitationRefused if it was accepted or withdrawn.
    """
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if locked.used_at is not None or locked.withdrawn_at is not None:
        raise InvitationRefused(_("This invitation was accepted or withdrawn before."))
    locked.withdrawn_at = at
    locked.save(update_fields=["withdrawn_at"])
    audit.record(InvitationWithdrawn(object_id=locked.pk), by=by)


@transaction.atomic
def accept_invitation(*, token: str, password: str, at: datetime) -> "Person":
    """Make the account of an invited person, with the roles that she was invited for.

    Raises InvitationRefused if the link is used, withdrawn or too old, PersonRefused if the
    password is too weak.
    """
    found = queries.open_invitation(token, at=at)
    if found is None:
        raise InvitationRefused(
            _("This invitation was used, withdrawn or is too old. Ask for a new one.")
        )
    return accept(invitation=found, password=password, at=at)


@transaction.atomic
def accept(*, invitation: Invitation, password: str | None, at: datetime) -> "Person":
    """Make the account of an invitation; without a password for who signs in with a provider.

    Raises InvitationRefused if it was accepted or withdrawn meanwhile, PersonRefused if the
    password is too weak.
    """
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if not _is_open(locked, at) or locked.token_digest != invitation.token_digest:
        raise InvitationRefused(
            _("This invitation was used, withdrawn or is too old. Ask for a new one.")
        )
    person = persons.create_person(
        email=locked.email, name=locked.name, password=password, by=None, at=at
    )
    Account.objects.create(person=person, language=locked.language)
    for role in map(Role, locked.roles):
        # Whoever invited an administrator had elevated rights then; they have ended since.
        giver = None if role == Role.ADMINISTRATOR else locked.invited_by
        access.grant_role(person=person, role=role, unit_id=locked.unit_id, by=giver, at=at)
    locked.used_at, locked.person = at, person
    locked.save(update_fields=["used_at", "person"])
    audit.record(InvitationAccepted(object_id=locked.pk, person_id=person.pk), by=person)
    return person


def forget_invitations(*, at: datetime) -> None:
    """Remove invitations thirty days after their links ran out: they name people."""
    before = at - KEPT_FOR
    Invitation.objects.filter(expires_at__lt=before).delete()


def _check_roles(roles: Sequence[Role], *, unit_id: uuid.UUID | None, by: "Person") -> None:
    """Refuse now what could not be given when the invitation is accepted."""
    known = EVERYWHERE if unit_id is None else IN_A_UNIT
    for role in roles:
        if role not in known:
            raise InvitationRefused(
                _("This role needs a unit: %(role)s.") % {"role": role.label}
                if unit_id is None
                else _("This role holds everywhere, not in a unit: %(role)s.")
                % {"role": role.label}
            )
    if Role.ADMINISTRATOR in roles and not rights.may(by, GIVE_ADMINISTRATOR):
        raise InvitationRefused(
            _("Take elevated rights first: administrators are not made or ended by accident.")
        )


def _is_open(invitation: Invitation, at: datetime) -> bool:
    is_ended = invitation.used_at is not None or invitation.withdrawn_at is not None
    return not is_ended and invitation.expires_at > at


def _withdraw_expired(address: str, *, by: "Person", at: datetime) -> None:
    old = Invitation.objects.filter(
        email=address, used_at__isnull=True, withdrawn_at__isnull=True, expires_at__lte=at
    )
    for invitation in old:
        withdraw_invitation(invitation=invitation, by=by, at=at)
