"""What is known of a person in the organisation, taken out or erased."""

from datetime import datetime
from typing import Any

from axes.models import AccessAttempt
from django.db.models import Q

from netzstadt.core.orgs.models import Absence, Contact, Deputy, Membership, Person
from netzstadt.core.orgs.models.persons import ERASED
from netzstadt.core.orgs.queries import persons, units


def export_person(person: Person) -> dict[str, list[dict[str, Any]]]:
    """The account, memberships, deputies, absences, contact points of a person, and the wrong
    passwords that were given for her account."""
    memberships = Membership.objects.filter(person=person).order_by("valid_from")
    titles = units.titles_of(row.unit_id for row in memberships)
    named = Deputy.objects.filter(person=person).select_related("deputy").order_by("valid_from")
    for_others = Deputy.objects.filter(deputy=person).select_related("person")
    return {
        "account": [
            {
                "name": person.name,
                "email": person.email,
                "created_at": person.created_at.isoformat(),
                "last_login": person.last_login.isoformat() if person.last_login else None,
                "is_active": person.is_active,
            }
        ],
        "memberships": [
            {
                "unit": titles.get(row.unit_id, ""),
                "function": row.function,
                "title": row.title,
                **_period(row),
            }
            for row in memberships
        ],
        "deputies": [{"deputy": row.deputy.name, **_period(row)} for row in named],
        "stands_in_for": [{"person": row.person.name, **_period(row)} for row in for_others],
        "absences": [_period(row) for row in Absence.objects.filter(person=person)],
        "contact_points": [
            {"function": row.function, "email": row.email, "phone": row.phone, "note": row.note}
            for row in Contact.objects.filter(_contacts_of(person))
        ],
        "wrong_passwords": [
            {
                "at": row.attempt_time.isoformat(),
                "count": row.failures_since_start,
                "ip_address": row.ip_address,
                "browser": row.user_agent,
            }
            for row in AccessAttempt.objects.filter(username=person.email)
        ],
    }


def _contacts_of(person: Person) -> Q:
    """Contact points that she stands for, or that are reached at her own address."""
    return Q(person=person) | Q(email__iexact=person.email)


def _period(row: Membership | Deputy | Absence) -> dict[str, str | None]:
    return {
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat() if row.valid_to else None,
    }


def erase_person(person: Person, *, by: Person | None, at: datetime) -> dict[str, int | str]:
    """Empty the account and remove what ties a person to units and others.

    The row stays without name, address and password: entries of the trail and rows of other rooms
    point to it.
    """
    locked = Person.objects.select_for_update().get(pk=person.pk)
    counts: dict[str, int | str] = {
        "memberships": Membership.objects.filter(person=locked).delete()[0],
        "deputies": Deputy.objects.filter(person=locked).delete()[0]
        + Deputy.objects.filter(deputy=locked).delete()[0],
        "absences": Absence.objects.filter(person=locked).delete()[0],
        # A contact point is the unit's; who stood for it is not.
        "contact_points": Contact.objects.filter(_contacts_of(locked)).delete()[0],
        "wrong_passwords": AccessAttempt.objects.filter(username=locked.email).delete()[0],
        "account": 1,
    }
    locked.name = persons.erased_name()
    locked.email = f"{locked.pk}{ERASED}"
    locked.set_unusable_password()
    locked.is_active = False
    locked.last_login = None
    locked.save()
    return counts
