"""Stakeholder analysis: how a party is seen on a day."""

import uuid
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.core.objects import card_of
from netzstadt.stakeholders import events
from netzstadt.stakeholders.models import Party, Stakeholding
from netzstadt.stakeholders.services.network_refusals import NetworkRefused, refused

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


@dataclass(frozen=True, kw_only=True, slots=True)
class Assessment:
    """How a party is seen: influence and interest 1 (little) to 5 (much)."""

    on: date
    influence: int
    interest: int
    attitude: str
    need: str = ""


@transaction.atomic
def assess_stakeholder(
    *,
    party: Party,
    about: tuple[str, uuid.UUID],
    assessment: Assessment,
    by: "Person",
    at: datetime,
) -> Stakeholding:
    """Write down how a party stands to an object (its kind and id) on a day; again on the same day
    corrects that.

    Raises NetworkRefused if ``by`` does not see the object.
    """
    model, key = about
    if card_of(model, key, to=by) is None:
        raise NetworkRefused(_("What this is about is not there any more."))
    values = asdict(assessment)
    day = values.pop("on")
    with refused():
        made, _is_new = Stakeholding.objects.update_or_create(
            party=party,
            about_model=model,
            about_id=key,
            on=day,
            defaults=values | {"noted_by": by, "changed_at": at},
        )
    audit.record(
        events.StakeholderAssessed(
            object_id=party.pk, about_model=model, about_id=key, assessed_on=day
        ),
        by=by,
    )
    return made


@transaction.atomic
def remove_assessment(*, stakeholding: Stakeholding, by: "Person", at: datetime) -> None:
    """Remove an assessment. Raises NetworkRefused if it is gone."""
    found = Stakeholding.objects.select_for_update().filter(pk=stakeholding.pk).first()
    if found is None:
        raise NetworkRefused(_("This assessment is not there any more."))
    party_id, model, key, day = found.party_id, found.about_model, found.about_id, found.on
    found.delete()
    audit.record(
        events.AssessmentRemoved(
            object_id=party_id, about_model=model, about_id=key, assessed_on=day
        ),
        by=by,
    )
