"""Reading the network: lists of people and organisations, and what is known of one."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import (
    BooleanField,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    UUIDField,
    Value,
)
from django.db.models.functions import Cast

from netzstadt.core.access import queries as access
from netzstadt.core.access.permissions import SEE_DIRECTORY
from netzstadt.core.days import today
from netzstadt.stakeholders.expressions import SortKey
from netzstadt.stakeholders.models import (
    Consent,
    Expertise,
    ExpertRequest,
    Party,
    PartyKind,
    PartyRelation,
    PartyVisibility,
)

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

MOST_OF_ONE = 200


class _Sees(Func):
    """The SQL rule ``stakeholders_sees(scope, kind, visibility, unit, party)``."""

    function = "stakeholders_sees"
    output_field = BooleanField()


@dataclass(frozen=True, kw_only=True, slots=True)
class PartiesWanted:
    """What a list of parties is asked for; empty is no condition.

    ``consent`` is HOLDS, ENDED (there was one, and none holds) or NONE, of people.
    """

    text: str = ""
    kind: str = ""
    sector: str = ""
    topic: str = ""
    unit_id: uuid.UUID | None = None
    consent: str = ""

    @property
    def is_anything(self) -> bool:
        """Whether there is a condition at all."""
        return bool(
            self.text or self.kind or self.sector or self.topic or self.unit_id or self.consent
        )


def is_inside(person: "Person | None") -> bool:
    """Whether somebody belongs to the administration: contact data and notes are for her."""
    return access.anywhere(access.held(person), SEE_DIRECTORY) is not None


def visible_parties(*, to: "Person | None") -> "QuerySet[Party, Any]":
    """The parties that ``to`` may see: outside the administration nobody without her consent."""
    reader = Cast(Value(to.pk if to else None), UUIDField())
    rule = _Sees(access.Scope(reader), F("kind"), F("visibility"), F("unit_id"), F("id"))
    return Party.objects.filter(Q(rule))


def consents_on(day: date) -> Q:
    """Consents that hold on a day; ``stakeholders_consents`` of the database says the same."""
    return (
        Q(given_on__lte=day)
        & (Q(until__isnull=True) | Q(until__gte=day))
        & (Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=day))
    )


def parties(wanted: PartiesWanted, *, to: "Person | None") -> "QuerySet[Party, Any]":
    """Parties that fit, in the order of their names."""
    found = visible_parties(to=to).select_related("organisation")
    for word in wanted.text.split()[:10]:
        found = found.filter(words_key__contains=SortKey(Value(word)))
    for name in ("kind", "sector", "unit_id"):
        if value := getattr(wanted, name):
            found = found.filter(**{name: value})
    if wanted.topic:
        known = Expertise.objects.filter(party=OuterRef("pk"), topic__icontains=wanted.topic)
        found = found.filter(Exists(known))
    if wanted.consent:
        found = _with_consent(found, wanted.consent)
    return found.order_by("words_key", "id")


def _with_consent(found: "QuerySet[Party, Any]", consent: str) -> "QuerySet[Party, Any]":
    given = Consent.objects.filter(party=OuterRef("pk"))
    holding = given.filter(consents_on(today()))
    people = found.filter(kind=PartyKind.PERSON)
    if consent == "HOLDS":
        return people.filter(Exists(holding))
    if consent == "ENDED":
        return people.filter(Exists(given), ~Exists(holding))
    return people.filter(~Exists(given))


def party(key: uuid.UUID, *, to: "Person | None") -> Party | None:
    """One party; None if it is not there, or not for this reader."""
    found = visible_parties(to=to).select_related("organisation", "person", "unit")
    return found.filter(pk=key).first()


def expertise_of(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Expertise]]:
    """What each of these parties knows, best first."""
    found: dict[uuid.UUID, list[Expertise]] = {}
    rows = Expertise.objects.filter(party_id__in=ids).select_related("confirmed_by")
    for one in rows.order_by("-level", "topic", "id"):
        found.setdefault(one.party_id, []).append(one)
    return found


def one_expertise(key: uuid.UUID, *, to: "Person | None") -> Expertise | None:
    """A topic that somebody knows, if ``to`` may see her."""
    found = Expertise.objects.filter(pk=key, party__in=visible_parties(to=to))
    return found.select_related("party").first()


def relations_of(party: Party, *, to: "Person | None") -> list[tuple[PartyRelation, Party, bool]]:
    """The relations of a party that hold or held, each with the other one and whether it begins
    here; those with parties that ``to`` may not see are left out."""
    seen = visible_parties(to=to)
    found = (
        PartyRelation.objects.filter(Q(source=party) | Q(target=party))
        .filter(source__in=seen, target__in=seen)
        .select_related("source", "target")
        .order_by(F("until").desc(nulls_first=True), "kind", "id")[:MOST_OF_ONE]
    )
    return [
        (one, one.target, True) if one.source_id == party.pk else (one, one.source, False)
        for one in found
    ]


def relation(key: uuid.UUID, *, to: "Person | None") -> PartyRelation | None:
    """One relation between parties that ``to`` may both see."""
    seen = visible_parties(to=to)
    found = PartyRelation.objects.filter(pk=key, source__in=seen, target__in=seen)
    return found.select_related("source", "target").first()


def people_of(party: Party, *, to: "Person | None") -> "QuerySet[Party, Any]":
    """Who works for an organisation or speaks for it."""
    return visible_parties(to=to).filter(organisation=party).order_by("words_key", "id")


def consents_of(party: Party) -> list[tuple[Consent, bool]]:
    """What somebody consented to, the newest first, each with whether it holds today."""
    holding = set(party.consents.filter(consents_on(today())).values_list("pk", flat=True))
    found = party.consents.order_by("-given_on", "-id")[:MOST_OF_ONE]
    return [(one, one.pk in holding) for one in found]


def consent(key: uuid.UUID, *, to: "Person | None") -> Consent | None:
    """One consent of somebody whom ``to`` may see."""
    found = Consent.objects.filter(pk=key, party__in=visible_parties(to=to))
    return found.select_related("party").first()


def shown_outside(party: Party) -> bool:
    """Whether everybody sees a party today."""
    return party.visibility == PartyVisibility.PUBLIC and (
        not party.is_person or party.consents.filter(consents_on(today()), purpose="SHOW").exists()
    )


def organisation_called(name: str) -> Party | None:
    """The organisation of this name, whatever its accents and capitals."""
    key = SortKey(Value(name.strip()))
    found = Party.objects.filter(kind=PartyKind.ORGANISATION, words_key__startswith=key)
    return found.annotate(name_key=SortKey(F("name"))).filter(name_key=key).order_by("id").first()


def party_of(person: "Person") -> Party | None:
    """The entry of somebody who has an account."""
    return Party.objects.filter(person=person).first()


def open_requests_of(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many requests wait for each of these parties."""
    found: dict[uuid.UUID, int] = {}
    waiting = ExpertRequest.objects.filter(party_id__in=ids, state__in=["ASKED", "ACCEPTED"])
    for key in waiting.values_list("party_id", flat=True):
        if key is not None:
            found[key] = found.get(key, 0) + 1
    return found
