"""What people of the network consented to, and how it ends."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.lib import clock
from netzstadt.stakeholders import events
from netzstadt.stakeholders.models import Consent, Party, PartyKind
from netzstadt.stakeholders.services import network
from netzstadt.stakeholders.services.network_refusals import NetworkRefused, refused

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


@dataclass(frozen=True, kw_only=True, slots=True)
class ConsentFacts:
    """What a person consented to, how that is known, and its last day, if it has one."""

    purpose: str
    basis: str
    given_on: date
    until: date | None = None


@transaction.atomic
def note_consent(
    *, party: Party, facts: ConsentFacts, by: "Person | None", at: datetime
) -> Consent:
    """Write down what a person consented to. Raises NetworkRefused if it is no person."""
    if not facts.basis.strip():
        raise NetworkRefused(_("Say how we know that she consented."))
    with refused():
        made = Consent.objects.create(
            party=party,
            purpose=facts.purpose,
            basis=facts.basis.strip(),
            given_on=facts.given_on,
            until=facts.until,
            noted_at=at,
        )
    audit.record(
        events.ConsentNoted(
            object_id=party.pk,
            purpose=made.purpose,
            given_on=made.given_on,
            consent_until=made.until,
        ),
        by=by,
    )
    return made


@transaction.atomic
def withdraw_consent(*, consent: Consent, on: date, by: "Person | None", at: datetime) -> None:
    """Write down that a person withdrew a consent; from that day on it does not hold.

    Raises NetworkRefused if she did already, or before she gave it.
    """
    current = Consent.objects.select_for_update().get(pk=consent.pk)
    if current.withdrawn_on is not None:
        raise NetworkRefused(_("This consent was withdrawn already."))
    current.withdrawn_on = on
    with refused():
        current.save(update_fields=["withdrawn_on"])
    audit.record(
        events.ConsentWithdrawn(
            object_id=current.party_id, purpose=current.purpose, withdrawn_on=on
        ),
        by=by,
    )


def remove_after_consent(before: datetime, *, limit: int) -> int:
    """Remove people without an account all of whose consents had ended by then; return how many.

    Who never consented was taken in for a task of the administration; that is judged by people, in
    the list of those without consent.
    """
    day = timezone.localdate(before)
    given = Consent.objects.filter(party=OuterRef("pk"))
    lasting = given.filter(
        Q(until__isnull=True) | Q(until__gte=day),
        Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=day),
    )
    found = Party.objects.filter(
        Exists(given), ~Exists(lasting), kind=PartyKind.PERSON, person__isnull=True
    ).exclude(requests__state__in=["ASKED", "ACCEPTED"])
    gone = list(found.order_by("pk")[:limit])
    for party in gone:
        network.forget_party(party=party, by=None, at=clock.now())
    return len(gone)
