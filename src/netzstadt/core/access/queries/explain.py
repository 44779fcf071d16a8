"""Why somebody may do or see something, in words."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from django.db import connection
from django.utils.translation import gettext as _

from netzstadt.core.access import queries
from netzstadt.core.access.models import Grant
from netzstadt.core.access.permissions import Permission
from netzstadt.core.access.queries import Held
from netzstadt.core.days import last_day_text
from netzstadt.core.orgs.queries import persons, units

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """One role that a person holds, and where it comes from."""

    held: Held
    where: str
    whence: str


def reasons(roles: Iterable[Held], *, to: "Person | None" = None) -> list[Reason]:
    """Each role with where it holds and what brings it, as a sentence; objects are named that
    ``to`` sees.
    """
    roles = list(roles)
    titles = units.titles_of(role.unit_id for role in roles)
    names = persons.names_of(role.acting_for_id for role in roles if role.acting_for_id)
    grants = {
        grant.pk: grant for grant in Grant.objects.filter(pk__in=[role.source_id for role in roles])
    }
    titles |= {card.id: card.title for card in queries.objects_of(grants.values(), to=to).values()}
    return [
        Reason(
            held=role,
            where=_where(role, titles),
            whence=_whence(role, grants.get(role.source_id), names),
        )
        for role in roles
    ]


def _where(role: Held, titles: dict[uuid.UUID, str]) -> str:
    if role.unit_id is not None:
        return _("in %(unit)s and below") % {"unit": titles.get(role.unit_id, "–")}
    if role.object_id in titles:
        return _("for “%(title)s”") % {"title": titles[role.object_id]}
    return _("for one object") if role.object_id is not None else _("everywhere")


def _whence(role: Held, grant: Grant | None, names: dict[uuid.UUID, str]) -> str:
    until = ""
    if role.valid_to is not None:
        # A membership ends by days: the database gives the day as its midnight in UTC.
        is_day = role.source == "MEMBERSHIP"
        end = role.valid_to.astimezone(UTC).date() if is_day else role.valid_to
        until = " " + _("until %(time)s") % {"time": last_day_text(end)}
    if role.acting_for_id is not None:
        return _("standing in for %(name)s") % {"name": names.get(role.acting_for_id, "–")}
    if role.source == "MEMBERSHIP":
        return _("as a member of the unit") + until
    given = _("given to her") if grant is None or not grant.reason else grant.reason
    return given + until


def why(person: "Person", permission: Permission, obj: object | None = None) -> list[Reason]:
    """The roles by which ``person`` may do this with ``obj``; empty if she may not."""
    return reasons(
        role for role in queries.held(person) if role.role in permission.roles and role.covers(obj)
    )


def why_seen(
    person: "Person", *, visibility: str, unit_id: uuid.UUID | None, key: uuid.UUID
) -> tuple[bool, list[Reason]]:
    """Whether ``person`` sees an object (``may_see``), and the roles that show it to her."""
    with connection.cursor() as cursor:
        cursor.execute("select may_see(%s, %s, %s, %s)", (visibility, unit_id, key, person.pk))
        sees = bool((cursor.fetchone() or (False,))[0])
    return sees, reasons(
        role
        for role in queries.held(person)
        if role.shows(visibility=visibility, unit_id=unit_id, key=key)
    )
