"""Signing in with an OpenID Connect provider: whom its answer means, and ending the link."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from netzstadt.core.accounts import queries
from netzstadt.core.accounts.events import IdentityLinked, IdentityUnlinked
from netzstadt.core.accounts.models import ExternalIdentity
from netzstadt.core.accounts.oidc import Identity
from netzstadt.core.accounts.services import factors, invitations
from netzstadt.core.audit import services as audit
from netzstadt.core.orgs.queries import persons as person_queries
from netzstadt.core.orgs.services import persons
from netzstadt.core.refusal import Refusal

if TYPE_CHECKING:
    import uuid

    from netzstadt.core.orgs.models import Person


class IdentityRefused(Refusal):
    """The provider's answer is good, but leads to no account."""


@transaction.atomic
def person_of_identity(
    *, identity: Identity, domains: frozenset[str], creates_persons: bool, at: datetime
) -> "Person":
    """Whom the provider means: who was linked before, else who has the verified address.

    Subject and issuer decide once they are known; an address can change hands. An invitation for
    the address is accepted by this. Somebody unknown is given an account without any role, if the
    city wants that.

    Raises IdentityRefused if the address is not verified, of a foreign domain or unknown, or the
    account may not be used.
    """
    linked = (
        ExternalIdentity.objects.select_for_update()
        .select_related("person")
        .filter(issuer=identity.issuer, subject=identity.subject)
        .first()
    )
    if linked is not None:
        if not linked.person.is_active:
            raise IdentityRefused(_("This account is deactivated."))
        linked.used_at = at
        linked.save(update_fields=["used_at"])
        return linked.person
    address = _trusted_address(identity, domains)
    person = _person_with(address, identity, creates_persons=creates_persons, at=at)
    _refuse_another_subject(person, identity)
    ExternalIdentity.objects.create(
        person=person,
        issuer=identity.issuer,
        subject=identity.subject,
        linked_at=at,
        used_at=at,
    )
    audit.record(
        IdentityLinked(object_id=person.pk, issuer=identity.issuer, subject=identity.subject),
        by=person,
    )
    return person


@transaction.atomic
def unlink_identity(*, person: "Person", identity_id: "uuid.UUID", at: datetime) -> None:
    """End the link of one's account with a provider.

    It is made anew when the provider next vouches for her address: to keep somebody out, an account
    is deactivated. Sessions go on; she can end them.

    Raises IdentityRefused if there is no such link, or she could not sign in without it.
    """
    factors.lock(person)
    identity = ExternalIdentity.objects.filter(person=person, pk=identity_id).first()
    if identity is None:
        raise IdentityRefused(_("This link has been ended already."))
    if not queries.has_way_in(person, without=identity.pk):
        raise IdentityRefused(
            _(
                "This is your only way to sign in. Add a passkey first, or choose a password: have"
                " a link for it sent to you on the page “Forgotten your password?”."
            )
        )
    identity.delete()
    audit.record(
        IdentityUnlinked(object_id=person.pk, issuer=identity.issuer, subject=identity.subject),
        by=person,
    )


def _trusted_address(identity: Identity, domains: frozenset[str]) -> str:
    if not identity.email or not identity.email_is_verified:
        raise IdentityRefused(
            _("The provider does not vouch for your e-mail address, so it leads to no account.")
        )
    address = person_queries.account_named(identity.email)
    if domains and address.rpartition("@")[2] not in domains:
        raise IdentityRefused(_("Your e-mail address is not of a domain that may sign in here."))
    return address


def _person_with(
    address: str, identity: Identity, *, creates_persons: bool, at: datetime
) -> "Person":
    person = person_queries.person_with(address)
    if person is not None:
        if not person.is_active or person.is_demo:
            raise IdentityRefused(_("This account cannot be used to sign in."))
        return person
    invitation = queries.open_invitations(at=at).filter(email=address).first()
    if invitation is not None:
        return invitations.accept(invitation=invitation, password=None, at=at)
    if not creates_persons:
        raise IdentityRefused(
            _("There is no account for you yet. An administrator can invite you.")
        )
    name = " ".join(identity.name.split())[:200] or address.partition("@")[0]
    return persons.create_person(email=address, name=name, password=None, by=None, at=at)


def _refuse_another_subject(person: "Person", identity: Identity) -> None:
    if ExternalIdentity.objects.filter(person=person, issuer=identity.issuer).exists():
        raise IdentityRefused(
            _(
                "Another identity of the provider is linked with this account. Sign in another way,"
                " for example with a password, and end that link under My account → Second factor."
            )
        )
