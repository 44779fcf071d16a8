"""Finding persons."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from netzstadt.core.access import queries as access
from netzstadt.core.orgs.models import Person

PERSON_COLUMNS = {"name": "name", "email": "email", "last_login": "last_login"}


def persons(*, text: str = "", role: str = "") -> QuerySet[Person, Any]:
    """Persons whose name or address contains ``text`` and who have ``role``."""
    found = Person.objects.all()
    if text:
        found = found.filter(Q(name__icontains=text) | Q(email__icontains=text))
    if role:
        held = access.current_grants().filter(person_id=OuterRef("pk"), role=role)
        found = found.filter(Exists(held.select_related(None)))
    return found


def names_of(person_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """What these persons are called; whoever has since been removed is left out."""
    return dict(Person.objects.filter(pk__in=set(person_ids)).values_list("pk", "name"))
