"""Parties as other rooms point to them, as the search knows them, and what is known of a person."""

import uuid
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from netzstadt.core.rooms import ObjectCard, SearchDocument
from netzstadt.stakeholders.models import (
    Consent,
    Expertise,
    ExpertRequest,
    Party,
    PartyRelation,
    Stakeholding,
)
from netzstadt.stakeholders.queries import network

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

Ids = Collection[uuid.UUID]
MODEL = "stakeholders.party"
_AT_ONCE = 2_000


def party_cards(ids: Ids, *, to: "Person | None") -> dict[uuid.UUID, ObjectCard]:
    """The parties among ``ids`` that ``to`` may see."""
    return {one.pk: _card(one) for one in network.visible_parties(to=to).filter(pk__in=ids)}


def find_parties(text: str, *, to: "Person | None", limit: int) -> list[ObjectCard]:
    """Parties that are called so."""
    found = network.parties(network.PartiesWanted(text=text), to=to)[:limit]
    return [_card(one) for one in found]


def _card(one: Party) -> ObjectCard:
    return ObjectCard(
        model=MODEL, id=one.pk, title=one.name, url=reverse("stakeholders:party", args=[one.pk])
    )


def party_documents(ids: Ids) -> dict[uuid.UUID, SearchDocument]:
    """Parties: names, tasks, topics.

    People stay inside the administration here, also those who are public: a consent ends at
    midnight, and an index that follows later would still show them.
    """
    found = Party.objects.filter(pk__in=ids).select_related("organisation")
    topics = network.expertise_of(ids)
    return {
        one.pk: SearchDocument(
            id=one.pk,
            title=one.name,
            url=reverse("stakeholders:party", args=[one.pk]),
            words=" ".join(
                [
                    one.role,
                    one.organisation.name if one.organisation else "",
                    *(each.topic for each in topics.get(one.pk, [])),
                ]
            ),
            visibility=(
                "ADMINISTRATION" if one.is_person and one.visibility == "PUBLIC" else one.visibility
            ),
            unit_id=one.unit_id,
            changed_at=one.changed_at,
        )
        for one in found
    }


def every_party() -> Iterator[uuid.UUID]:
    """The keys of all parties, in order."""
    found: Any = Party.objects.order_by("pk").values_list("pk", flat=True)
    keys: Iterator[uuid.UUID] = found.iterator(chunk_size=_AT_ONCE)
    return keys


def what_is_known_of(person: "Person") -> dict[str, list[dict[str, Any]]]:
    """What the network knows of somebody with an account (GDPR Art. 15)."""
    of_her = {"party__person": person}
    return {
        "entry": _rows(
            Party.objects.filter(person=person).values(
                *("name", "sector", "role", "organisation__name", "email", "phone", "web"),
                *("note", "visibility"),
            )
        ),
        "relations": _rows(
            PartyRelation.objects.filter(source__person=person).values(
                "kind", "target__name", "since", "until", "evidence"
            )
        ),
        "consents": _rows(
            Consent.objects.filter(**of_her).values(
                "purpose", "basis", "given_on", "until", "withdrawn_on"
            )
        ),
        "expertise": _rows(
            Expertise.objects.filter(**of_her).values(
                "topic", "level", "evidence", "evidence_url", "last_used_on"
            )
        ),
        "confirmed": _rows(
            Expertise.objects.filter(confirmed_by=person).values("topic", "confirmed_at")
        ),
        "assessed": _rows(
            Stakeholding.objects.filter(**of_her).values(
                "on", "influence", "interest", "attitude", "need"
            )
        ),
        "assessments": _rows(Stakeholding.objects.filter(noted_by=person).values("on", "need")),
        "statements": _rows(
            ExpertRequest.objects.filter(**of_her).values("question", "statement", "asked_at")
        ),
        "experts_asked": _rows(
            ExpertRequest.objects.filter(asked_by=person).values("question", "asked_at", "state")
        ),
    }


def _rows(found: Any) -> list[dict[str, Any]]:
    return [dict(one) for one in found]
