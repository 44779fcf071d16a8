"""What people of the network know: noted with evidence, confirmed by others, removed."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.core.meanwhile import refuse_if_changed
from netzstadt.stakeholders import events
from netzstadt.stakeholders.models import EvidenceKind, Expertise, Party
from netzstadt.stakeholders.services.expert_words import index_parties
from netzstadt.stakeholders.services.network_refusals import NetworkRefused, refused

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpertiseFacts:
    """A topic that somebody knows, how well, and where one sees that."""

    topic: str
    level: int
    evidence: str
    evidence_kind: str = EvidenceKind.PROJECT
    evidence_url: str = ""
    last_used_on: date | None = None


@transaction.atomic
def note_expertise(
    *, party: Party, facts: ExpertiseFacts, by: "Person | None", at: datetime
) -> Expertise:
    """Say what somebody knows. Raises NetworkRefused without evidence, or if it is said already."""
    with refused():
        made = Expertise.objects.create(party=party, changed_at=at, **_stripped(facts))
    _tell(made, by)
    index_parties([party.pk])
    return made


@transaction.atomic
def change_expertise(
    *,
    expertise: Expertise,
    facts: ExpertiseFacts,
    by: "Person | None",
    at: datetime,
    seen_at: datetime | None = None,
) -> None:
    """Say otherwise what somebody knows; who confirmed it confirmed something else.

    Raises NetworkRefused, ChangedMeanwhile.
    """
    current = _held(expertise)
    refuse_if_changed(current.changed_at, seen_at=seen_at)
    new = _stripped(facts)
    if all(getattr(current, name) == value for name, value in new.items()):
        return
    for name, value in new.items():
        setattr(current, name, value)
    current.confirmed_by = current.confirmed_at = None
    current.changed_at = at
    with refused():
        current.save()
    _tell(current, by)
    index_parties([current.party_id])


@transaction.atomic
def confirm_expertise(*, expertise: Expertise, by: "Person", at: datetime) -> None:
    """Confirm what somebody else knows. Raises NetworkRefused for one's own."""
    current = _held(expertise)
    current.confirmed_by, current.confirmed_at = by, at
    with refused():
        current.save(update_fields=["confirmed_by", "confirmed_at"])
    audit.record(
        events.ExpertiseConfirmed(object_id=current.party_id, expertise_id=current.pk), by=by
    )


@transaction.atomic
def remove_expertise(*, expertise: Expertise, by: "Person | None", at: datetime) -> None:
    """Say no longer that somebody knows a topic. Raises NetworkRefused if it is gone."""
    current = _held(expertise)
    party_id, key = current.party_id, current.pk
    current.delete()
    audit.record(events.ExpertiseRemoved(object_id=party_id, expertise_id=key), by=by)
    index_parties([party_id])


def _held(expertise: Expertise) -> Expertise:
    found = Expertise.objects.select_for_update(no_key=True).filter(pk=expertise.pk).first()
    if found is None:
        raise NetworkRefused(_("This topic is not there any more."))
    return found


def _stripped(facts: ExpertiseFacts) -> dict[str, object]:
    return {
        name: value.strip() if isinstance(value, str) else value
        for name, value in asdict(facts).items()
    }


def _tell(expertise: Expertise, by: "Person | None") -> None:
    audit.record(
        events.ExpertiseNoted(
            object_id=expertise.party_id,
            expertise_id=expertise.pk,
            expertise_level=str(expertise.level),
        ),
        by=by,
    )
