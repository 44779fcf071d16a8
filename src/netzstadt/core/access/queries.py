"""Who may do and see what."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import BooleanField, F, Func, Model, Q, QuerySet, UUIDField, Value
from django.db.models.functions import Cast

from netzstadt.core.access.models import Grant
from netzstadt.core.access.permissions import Permission, Role
from netzstadt.core.rooms import rooms
from netzstadt.lib import clock

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

M = TypeVar("M", bound=Model)


def valid_grants(person: "Person | None", *, at: datetime | None = None) -> list[Grant]:
    """The grants of ``person`` that hold at ``at`` (default: now); none for who may not sign in."""
    if person is None or not person.is_active:
        return []
    moment = at or clock.now()
    return list(
        Grant.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=moment)).filter(
            person=person, valid_from__lte=moment
        )
    )


def allows(grants: Iterable[Grant], permission: Permission, obj: object | None = None) -> bool:
    """Whether one of ``grants`` carries ``permission``, everywhere or for ``obj``.

    A grant in a unit counts for objects whose ``unit_id`` is that unit, a grant for an object for
    the object with that key.
    """
    for grant in grants:
        if Role(grant.role) not in permission.roles:
            continue
        if grant.is_everywhere:
            return True
        if obj is None:
            continue
        if grant.object_id is not None and grant.object_id == getattr(obj, "pk", None):
            return True
        if grant.unit_id is not None and grant.unit_id == getattr(obj, "unit_id", None):
            return True
    return False


def may(person: "Person | None", permission: Permission, obj: object | None = None) -> bool:
    """Whether ``person`` may do this, in general or with ``obj``."""
    return allows(valid_grants(person), permission, obj)


def permissions_of(person: "Person | None") -> frozenset[Permission]:
    """Every permission of the house that ``person`` has everywhere."""
    grants = valid_grants(person)
    declared = (permission for room in rooms() for permission in room.permissions)
    return frozenset(permission for permission in declared if allows(grants, permission))


class MaySee(Func):
    """The SQL rule ``may_see(visibility, unit, key, reader)``."""

    function = "may_see"
    output_field = BooleanField()


def visible(
    queryset: QuerySet[M, Any],
    *,
    to: "Person | uuid.UUID | None",
    visibility: str = "visibility",
    unit: str = "unit_id",
    key: str = "id",
) -> QuerySet[M, Any]:
    """Leave what ``to`` may see: the one SQL rule, as it stands in every statement of the plane.

    ``visibility``, ``unit`` and ``key`` are the fields of what is asked for, also across relations
    (``thing__visibility``).
    """
    reader = to if isinstance(to, uuid.UUID) or to is None else to.pk
    # Most rows are public: the comparison saves calling the function for them.
    public = Q(**{visibility: "PUBLIC"})
    if reader is None:
        return queryset.filter(public)
    rule = MaySee(F(visibility), F(unit), F(key), Cast(Value(reader), UUIDField()))
    return queryset.filter(public | Q(rule))


def current_grants() -> QuerySet[Grant, Any]:
    """Grants that hold now or later, with their persons."""
    return Grant.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=clock.now())
    ).select_related("person")


def grants_of_persons(persons: "Iterable[Person]") -> dict[uuid.UUID, list[Grant]]:
    """The current grants of each of ``persons``, in one statement."""
    found: dict[uuid.UUID, list[Grant]] = {}
    keys = [person.pk for person in persons]
    for grant in current_grants().filter(person_id__in=keys).order_by("role", "valid_from"):
        found.setdefault(grant.person_id, []).append(grant)
    return found


def people_with(role: Role, *, limit: int = 5) -> list["Person"]:
    """Persons who have ``role`` everywhere now: whom to ask for help."""
    grants = current_grants().filter(
        role=role,
        valid_from__lte=clock.now(),
        unit_id__isnull=True,
        object_id__isnull=True,
        person__is_active=True,
    )[:limit]
    return sorted((grant.person for grant in grants), key=lambda person: person.name)
