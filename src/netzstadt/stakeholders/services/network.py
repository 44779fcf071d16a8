"""People and organisations of the network: taken in, changed, related, removed."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.core.links import services as links
from netzstadt.core.meanwhile import refuse_if_changed
from netzstadt.stakeholders import events
from netzstadt.stakeholders.models import (
    Consent,
    Expertise,
    ExpertRequest,
    ExpertWord,
    Party,
    PartyKind,
    PartyRelation,
    PartyVisibility,
    Stakeholding,
)
from netzstadt.stakeholders.queries import network as queries
from netzstadt.stakeholders.services.expert_words import index_parties
from netzstadt.stakeholders.services.network_refusals import NetworkRefused, refused

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


@dataclass(frozen=True, kw_only=True, slots=True)
class PartyFacts:
    """What is said of a party. ``organisation`` is the name of where a person belongs: one that is
    not known yet is taken in with her."""

    name: str
    sector: str
    unit_id: uuid.UUID
    role: str = ""
    organisation: str = ""
    person: "Person | None" = None
    email: str = ""
    phone: str = ""
    web: str = ""
    note: str = ""
    visibility: str = PartyVisibility.ADMINISTRATION


@transaction.atomic
def enter_party(
    *, kind: str, facts: PartyFacts, by: "Person | None", at: datetime, is_demo: bool = False
) -> Party:
    """Take a person or an organisation into the network.

    Raises NetworkRefused if it is called nothing, or the account has an entry already.
    """
    values = _values(kind, facts, by=by, at=at, is_demo=is_demo)
    with refused():
        made = Party.objects.create(
            kind=kind, created_at=at, changed_at=at, is_demo=is_demo, **values
        )
    audit.record(
        events.PartyEntered(
            object_id=made.pk,
            party_kind=made.kind,
            sector=made.sector,
            visibility=made.visibility,
            unit_id=made.unit_id,
        ),
        by=by,
    )
    return made


@transaction.atomic
def change_party(
    *,
    party: Party,
    facts: PartyFacts,
    by: "Person | None",
    at: datetime,
    seen_at: datetime | None = None,
) -> None:
    """Change what is said of a party. Raises NetworkRefused, ChangedMeanwhile."""
    current = held(party)
    refuse_if_changed(current.changed_at, seen_at=seen_at)
    new = _values(current.kind, facts, by=by, at=at, is_demo=current.is_demo)
    changed = tuple(name for name, value in new.items() if getattr(current, name) != value)
    if not changed:
        return
    for name in changed:
        setattr(current, name, new[name])
    current.changed_at = at
    with refused():
        current.save()
    audit.record(
        events.PartyChanged(
            object_id=current.pk, fields_changed=changed, visibility=current.visibility
        ),
        by=by,
    )
    _index_again(current, changed)


def _index_again(party: Party, changed: tuple[str, ...]) -> None:
    """What the search for experts knows of it, and of those who belong to it."""
    if {"role", "organisation"} & set(changed):
        index_parties([party.pk])
    if "name" in changed and not party.is_person:
        index_parties(Party.objects.filter(organisation=party).values_list("pk", flat=True))


@transaction.atomic
def remove_party(*, party: Party, by: "Person | None", at: datetime) -> None:
    """Remove a party with all that is known of it; statements that she gave stay without her name.

    Raises NetworkRefused if people belong to the organisation, or a statement is awaited.
    """
    current = held(party)
    if current.people.exists():
        raise NetworkRefused(
            _("People of the network belong to this organisation. Change or remove them first.")
        )
    if current.requests.filter(state__in=["ASKED", "ACCEPTED"]).exists():
        raise NetworkRefused(_("A request waits for an answer. Withdraw it first."))
    forget_party(party=current, by=by, at=at)


@transaction.atomic
def forget_party(*, party: Party, by: "Person | None", at: datetime) -> None:
    """Remove a party whatever waits for it: somebody's right to be forgotten, a consent's end."""
    kept = ExpertRequest.objects.filter(party=party).update(party=None, changed_at=at)
    ref = links.Ref("stakeholders.party", party.pk)
    links.end_links_of(ref=ref, by=by, at=at)
    PartyRelation.objects.filter(source=party).delete()
    PartyRelation.objects.filter(target=party).delete()
    Consent.objects.filter(party=party).delete()
    Expertise.objects.filter(party=party).delete()
    ExpertWord.objects.filter(party=party).delete()
    Stakeholding.objects.filter(party=party).delete()
    key = party.pk
    party.delete()
    audit.record(events.PartyRemoved(object_id=key, statements_kept=kept), by=by)


@dataclass(frozen=True, kw_only=True, slots=True)
class RelationFacts:
    """How a party stands to another one, which is named."""

    kind: str
    other: Party
    since: date | None = None
    evidence: str = ""


@transaction.atomic
def relate(
    *, party: Party, facts: RelationFacts, by: "Person | None", at: datetime
) -> PartyRelation:
    """Note a relation between two parties. Raises NetworkRefused if it is noted already."""
    with refused():
        made = PartyRelation.objects.create(
            source=party,
            target=facts.other,
            kind=facts.kind,
            since=facts.since,
            evidence=facts.evidence,
            made_at=at,
        )
    audit.record(
        events.RelationMade(
            object_id=party.pk, party_relation=made.kind, other_party_id=facts.other.pk
        ),
        by=by,
    )
    return made


@transaction.atomic
def end_relation(*, relation: PartyRelation, on: date, by: "Person | None", at: datetime) -> None:
    """Say that a relation has ended. Raises NetworkRefused if it had, or did before it began."""
    current = PartyRelation.objects.select_for_update().get(pk=relation.pk)
    if current.until is not None:
        raise NetworkRefused(_("This relation has ended already."))
    current.until = on
    with refused():
        current.save(update_fields=["until"])
    audit.record(
        events.RelationEnded(
            object_id=current.source_id,
            party_relation=current.kind,
            other_party_id=current.target_id,
            ended_on=on,
        ),
        by=by,
    )


def held(party: Party) -> Party:
    """The party of now, held. Raises NetworkRefused if it is gone."""
    found = Party.objects.select_for_update(no_key=True).filter(pk=party.pk).first()
    if found is None:
        raise NetworkRefused(_("This entry is not there any more."))
    return found


def _values(
    kind: str, facts: PartyFacts, *, by: "Person | None", at: datetime, is_demo: bool
) -> dict[str, object]:
    values: dict[str, object] = _by_name(facts)
    name = str(values.pop("organisation")).strip()
    values["name"] = facts.name.strip()
    if not values["name"]:
        raise NetworkRefused(_("Say what it is called."))
    values["organisation"] = (
        _organisation(name, facts, by=by, at=at, is_demo=is_demo)
        if name and kind == PartyKind.PERSON
        else None
    )
    return values


def _by_name(facts: PartyFacts) -> dict[str, object]:
    """The facts by name; the account is a row and not taken apart."""
    return {name: getattr(facts, name) for name in PartyFacts.__dataclass_fields__}


def _organisation(
    name: str, facts: PartyFacts, *, by: "Person | None", at: datetime, is_demo: bool
) -> Party:
    found = queries.organisation_called(name)
    if found is not None:
        return found
    of_it = PartyFacts(name=name, sector=facts.sector, unit_id=facts.unit_id)
    return enter_party(kind=PartyKind.ORGANISATION, facts=of_it, by=by, at=at, is_demo=is_demo)
