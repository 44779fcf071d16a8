"""What becomes of the network when somebody's account is erased."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from netzstadt.stakeholders.models import Expertise, ExpertRequest, Party, Stakeholding
from netzstadt.stakeholders.services import network

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


@transaction.atomic
def forget_person(person: "Person", *, by: "Person | None", at: datetime) -> dict[str, int | str]:
    """Remove her entry with all that is known of her; statements stay without her name."""
    entries = list(Party.objects.filter(person=person))
    for party in entries:
        network.forget_party(party=party, by=by, at=at)
    return {
        "entry": len(entries),
        "confirmed": Expertise.objects.filter(confirmed_by=person).update(confirmed_by=None),
        "assessments": Stakeholding.objects.filter(noted_by=person).update(noted_by=None),
        "experts_asked": ExpertRequest.objects.filter(asked_by=person).update(asked_by=None),
    }
