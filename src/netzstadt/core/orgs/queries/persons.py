"""Finding persons."""

import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from netzstadt.core.access import queries as access
from netzstadt.core.orgs.models import Person, account_of

if TYPE_CHECKING:
    from netzstadt.core.audit.models import AuditEvent

PERSON_COLUMNS = {"name": "sort_key", "email": "email", "last_login": "last_login"}


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


def erased_name() -> str:
    """What stands in place of the name of a person who is erased, in the city's language."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("Erased person")


def account_named(given: str) -> str:
    """The one form in which an e-mail address is kept and compared."""
    return account_of(given)


def person(person_id: uuid.UUID) -> Person | None:
    """The person with this id, also one who may no longer sign in."""
    return Person.objects.filter(pk=person_id).first()


def person_with(account: str) -> Person | None:
    """The person with this e-mail address, whatever its case."""
    return Person.objects.filter(email=account_of(account)).first()


def whose_account(event: "AuditEvent") -> list[uuid.UUID]:
    """Whose account an event is about."""
    return [event.object_id]
