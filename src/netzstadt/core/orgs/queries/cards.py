"""Persons and units as others show them: cards, and what the search knows of them."""

import uuid
from collections.abc import Collection, Iterator

from django.urls import reverse

from netzstadt.core.access import queries as access
from netzstadt.core.access.permissions import MANAGE_PERSONS, SEE_DIRECTORY
from netzstadt.core.orgs.models import Person, Unit
from netzstadt.core.orgs.queries import units
from netzstadt.core.rooms import ObjectCard, SearchDocument


def person_cards(ids: Collection[uuid.UUID], *, to: Person | None) -> dict[uuid.UUID, ObjectCard]:
    """Persons as who keeps accounts sees them; others see their own account."""
    if to is None:
        return {}
    if not access.may(to, MANAGE_PERSONS):
        own = ObjectCard(
            model="orgs.person", id=to.pk, title=to.name, url=reverse("accounts:account")
        )
        return {to.pk: own} if to.pk in ids and to.is_active else {}
    return {
        person.pk: ObjectCard(
            model="orgs.person",
            id=person.pk,
            title=person.name,
            url=reverse("orgs:person", args=[person.pk]),
        )
        for person in Person.objects.filter(pk__in=ids)
    }


def unit_cards(ids: Collection[uuid.UUID], *, to: Person | None) -> dict[uuid.UUID, ObjectCard]:
    """Units as who works in the house sees them."""
    if access.anywhere(access.held(to), SEE_DIRECTORY) is None:
        return {}
    return {
        key: ObjectCard(
            model="orgs.unit", id=key, title=title, url=reverse("orgs:unit", args=[key])
        )
        for key, title in units.titles_of(ids).items()
    }


def find_persons(text: str, *, to: Person | None, limit: int) -> list[ObjectCard]:
    """Persons who are called so, for who keeps accounts."""
    found = Person.objects.filter(name__icontains=text).order_by("name", "id")
    ids = list(found.values_list("pk", flat=True)[:limit])
    cards = person_cards(ids, to=to)
    return [cards[key] for key in ids if key in cards]


def find_units(text: str, *, to: Person | None, limit: int) -> list[ObjectCard]:
    """Units that are called so today."""
    ids = [version.unit_id for version in units.units(text=text)[:limit]]
    cards = unit_cards(ids, to=to)
    return [cards[key] for key in ids if key in cards]


def unit_documents(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, SearchDocument]:
    """What the search knows of units, as they are today."""
    return {
        version.unit_id: SearchDocument(
            id=version.unit_id,
            title=version.label,
            url=reverse("orgs:unit", args=[version.unit_id]),
            words=f"{version.get_kind_display()} {version.unit.task}",
            names=f"{version.unit.key} {version.short_name} {version.unit.email}",
            visibility="ADMINISTRATION",
            unit_id=version.unit_id,  # what lies on a unit is kept by who has a role there
        )
        for version in units.units().filter(unit_id__in=ids)
    }


def every_unit() -> Iterator[uuid.UUID]:
    """The ids of all units, in order."""
    return Unit.objects.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=2_000)


def units_after_imports(_imports: Collection[uuid.UUID]) -> Iterator[uuid.UUID]:
    """All units: an import says how many it changed, not which."""
    return every_unit()


def person_documents(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, SearchDocument]:
    """What the search knows of persons; only who keeps accounts finds them."""
    return {
        person.pk: SearchDocument(
            id=person.pk,
            title=person.name,
            url=reverse("orgs:person", args=[person.pk]),
            names=person.email,
            visibility="ADMINISTRATION",
        )
        for person in Person.objects.filter(pk__in=ids)
    }


def every_person() -> Iterator[uuid.UUID]:
    """The ids of all persons, in order."""
    return Person.objects.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=2_000)
