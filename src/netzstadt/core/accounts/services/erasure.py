"""Removing what accounts know of a person."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

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

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


@transaction.atomic
def erase_account(person: "Person", *, by: "Person | None", at: datetime) -> dict[str, int | str]:
    """Remove everything by which ``person`` could sign in, and from where she did.

    What was sent to her address before she had an account leads to her by the address alone.
    The event is that of the erasure as a whole (``core/privacy``).
    """
    keys = SignedInSession.objects.filter(person=person).values_list("session_id", flat=True)
    erased: dict[str, int | str] = {
        _("sessions"): Session.objects.filter(pk__in=list(keys))
        .delete()[1]
        .get("sessions.Session", 0)
    }
    hers = Q(person=person)
    for what, model, which in (
        (_("authenticator apps"), CodeGenerator, hers),
        (_("passkeys"), Passkey, hers),
        (_("recovery codes"), RecoveryCode, hers),
        (_("links for a new password"), PasswordReset, hers | Q(account__iexact=person.email)),
        (_("identities at a provider"), ExternalIdentity, hers),
        (_("invitations"), Invitation, hers | Q(email__iexact=person.email)),
        (_("settings of the account"), Account, hers),
    ):
        erased[what] = model.objects.filter(which).delete()[0]
    if sent := Invitation.objects.filter(invited_by=person).count():
        erased[_("invitations that she sent")] = _(
            "%(count)s stay for thirty days, without her name: they are about others"
        ) % {"count": sent}
    return erased
