"""Reading who belongs where, who stands in for whom, who is away."""

import uuid
from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from netzstadt.core.days import holding, not_over, today
from netzstadt.core.orgs.models.persons import Person
from netzstadt.core.orgs.models.roles import Absence, Deputy, Membership


def members_of(
    unit_ids: Collection[uuid.UUID], *, on: date | None = None, and_later: bool = False
) -> QuerySet[Membership, Any]:
    """Who belongs to these units on a day, with whether she is away; heads first."""
    day = on or today()
    return (
        Membership.objects.filter(
            not_over(day) if and_later else holding(day), unit_id__in=unit_ids
        )
        .select_related("person")
        .annotate(is_away=Exists(_away(OuterRef("person_id"), day)))
        .order_by("function", "person__name", "pk")
    )


def deputies_of(person: Person, *, on: date | None = None) -> list[Person]:
    """Who stands in for a person on a day: always, or because she is away."""
    day = on or today()
    found = Deputy.objects.filter(holding(day), person=person, deputy__is_active=True)
    if not is_away(person, on=day):
        found = found.filter(only_when_absent=False)
    return [row.deputy for row in found.select_related("deputy").order_by("deputy__name", "pk")]


def deputies_of_absent(
    person_ids: Collection[uuid.UUID], *, on: date | None = None
) -> dict[uuid.UUID, list[uuid.UUID]]:
    """Of these persons those who are away on a day, each with who stands in for her then."""
    day = on or today()
    found: dict[uuid.UUID, list[uuid.UUID]] = {}
    rows = (
        Deputy.objects.filter(holding(day), person_id__in=person_ids, deputy__is_active=True)
        .filter(Exists(_away(OuterRef("person_id"), day)))
        .order_by("person_id", "pk")
    )
    for person_id, deputy_id in rows.values_list("person_id", "deputy_id").distinct():
        found.setdefault(person_id, []).append(deputy_id)
    return found


def deputies_named_by(person: Person, *, on: date | None = None) -> QuerySet[Deputy, Any]:
    """The deputies that a person has named, now and later, whether she is away or not."""
    return (
        Deputy.objects.filter(not_over(on or today()), person=person)
        .select_related("deputy", "unit")
        .order_by("valid_from", "pk")
    )


def represented_by(person: Person, *, on: date | None = None) -> list[Deputy]:
    """For whom a person stands in on a day; each with its ``person``."""
    day = on or today()
    found = (
        Deputy.objects.filter(holding(day), deputy=person, person__is_active=True)
        .filter(Q(only_when_absent=False) | Exists(_away(OuterRef("person_id"), day)))
        .select_related("person")
        .order_by("person__name", "pk")
    )
    return list(found[:50])


def absences_of(person: Person, *, on: date | None = None) -> QuerySet[Absence, Any]:
    """When a person is away, from a day on."""
    return Absence.objects.filter(person=person, valid_to__gt=on or today()).order_by("valid_from")


def is_away(person: Person, *, on: date | None = None) -> bool:
    """Whether a person is away on a day."""
    return _away(person.pk, on or today()).exists()


def _away(person: uuid.UUID | OuterRef, day: date) -> QuerySet[Absence, Any]:
    return Absence.objects.filter(person_id=person, valid_from__lte=day, valid_to__gt=day)


def has_deputy(person: Person) -> bool:
    """Whether a person has named somebody who stands in for her, now or later."""
    return deputies_named_by(person).exists()
