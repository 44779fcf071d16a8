"""Who may do and see what."""

import uuid
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import connection
from django.db.models import BooleanField, F, Func, Model, Q, QuerySet, TextField, UUIDField, Value
from django.db.models.functions import Cast
from django.urls import reverse

from netzstadt.core.access.models import Grant
from netzstadt.core.access.permissions import KEEPERS, SEE_RIGHTS, Permission, Role
from netzstadt.core.days import holding, last_day, not_over
from netzstadt.core.rooms import ObjectCard, TileContent, TileLine, rooms
from netzstadt.lib import clock

if TYPE_CHECKING:
    from netzstadt.core.audit.models import AuditEvent
    from netzstadt.core.orgs.models import Person

M = TypeVar("M", bound=Model)
_TILE_LINES = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """A role that a person holds now: where, where it comes from, and until when.

    ``units`` are the unit and all below it; ``source`` is GRANT, MEMBERSHIP or DEPUTY and
    ``source_id`` the row that brings it. ``acting_for_id`` is whom she stands in for.
    """

    role: Role
    unit_id: uuid.UUID | None
    units: frozenset[uuid.UUID]
    object_id: uuid.UUID | None
    source: str
    source_id: uuid.UUID
    acting_for_id: uuid.UUID | None
    valid_to: datetime | None

    @property
    def is_everywhere(self) -> bool:
        """Whether the role holds in the whole house."""
        return self.unit_id is None and self.object_id is None

    def shows(self, *, visibility: str, unit_id: uuid.UUID | None, key: uuid.UUID) -> bool:
        """Whether this role shows an object; for explaining: lists are judged by ``visible``."""
        if self.object_id is not None:
            return self.object_id == key
        if self.unit_id is None and self.role in KEEPERS:
            return True
        return visibility == "ADMINISTRATION" or (visibility == "UNIT" and unit_id in self.units)

    def covers(self, obj: object | None) -> bool:
        """Whether it holds for ``obj``: everywhere, for that object, or in the unit it is in."""
        if self.is_everywhere:
            return True
        if obj is None:
            return False
        if self.object_id is not None:
            return self.object_id == getattr(obj, "pk", None)
        return getattr(obj, "unit_id", None) in self.units


def held(person: "Person | None") -> list[Held]:
    """What ``person`` holds now, her own first; nothing for who may not sign in."""
    if person is None or not person.is_active:
        return []
    known = _known.get()
    if known is not None:
        if person.pk not in known:
            known[person.pk] = _held(person)
        return known[person.pk]
    return _held(person)


_known: ContextVar[dict[uuid.UUID, list[Held]] | None] = ContextVar("held", default=None)


@contextmanager
def held_once(person: "Person | None" = None, roles: list[Held] | None = None) -> Iterator[None]:
    """Ask the database for a person's roles once while the block runs, and not at all where they
    are given: for lists that collect cards from many rooms, each of which asks."""
    given = {person.pk: roles} if person is not None and roles is not None else {}
    token = _known.set({**(_known.get() or {}), **given})
    try:
        yield
    finally:
        _known.reset(token)


def _held(person: "Person") -> list[Held]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select role, unit_id, units, object_id, source, source_id, acting_for_id, valid_to"
            " from access_held(%s) order by acting_for_id nulls first, role, source_id",
            (person.pk,),
        )
        return [
            Held(
                role=Role(row[0]),
                unit_id=row[1],
                units=frozenset(row[2] or ()),
                object_id=row[3],
                source=row[4],
                source_id=row[5],
                acting_for_id=row[6],
                valid_to=row[7],
            )
            for row in cursor.fetchall()
        ]


def carrying(
    roles: Iterable[Held], permission: Permission, obj: object | None = None
) -> Held | None:
    """The first of ``roles`` that carries ``permission``, everywhere or for ``obj``.

    A role in a unit counts for objects whose ``unit_id`` is that unit or lies below it, a role for
    an object for the object with that key.
    """
    for role in roles:
        if role.role in permission.roles and role.covers(obj):
            return role
    return None


def anywhere(roles: Iterable[Held], permission: Permission) -> Held | None:
    """The first of ``roles`` that carries ``permission`` in the house, in a unit or an object."""
    return next((role for role in roles if role.role in permission.roles), None)


def may(person: "Person | None", permission: Permission, obj: object | None = None) -> bool:
    """Whether ``person`` may do this, in general or with ``obj``."""
    return carrying(held(person), permission, obj) is not None


def units_where(roles: Iterable[Held], permission: Permission) -> frozenset[uuid.UUID] | None:
    """The units in which ``permission`` holds; None for the whole house."""
    found: set[uuid.UUID] = set()
    for role in roles:
        if role.role in permission.roles:
            if role.is_everywhere:
                return None
            found |= role.units
    return frozenset(found)


def all_permissions() -> list[Permission]:
    """Every permission that the rooms declare."""
    return [permission for room in rooms() for permission in room.permissions]


class Scope(Func):
    """What a reader sees (``access_scope_of``): a subquery, worked out once a statement."""

    function = "access_scope_of"
    template = "(select %(function)s(%(expressions)s))"
    output_field = TextField()


class Sees(Func):
    """The SQL rule ``access_sees(scope, visibility, unit, key)``."""

    function = "access_sees"
    output_field = BooleanField()


def sees(reader: uuid.UUID, visibility: str, unit: str, key: str) -> Sees:
    """Whether ``reader`` sees a row; the others name its fields, also across relations."""
    return Sees(Scope(Cast(Value(reader), UUIDField())), F(visibility), F(unit), F(key))


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
    return queryset.filter(public | Q(sees(reader, visibility, unit, key)))


def current_grants() -> QuerySet[Grant, Any]:
    """Grants that hold now or later, with their persons."""
    return Grant.objects.filter(not_over(clock.now())).select_related("person")


def persons_with(permission: Permission) -> list[uuid.UUID]:
    """Who may do something in the whole house by a role of her own, and has an active account."""
    grants = current_grants().filter(
        role__in=[role.value for role in permission.roles],
        valid_from__lte=clock.now(),
        unit_id__isnull=True,
        object_id__isnull=True,
        person__is_active=True,
    )
    return sorted({grant.person_id for grant in grants})


def grants_of_persons(persons: "Iterable[Person]") -> dict[uuid.UUID, list[Grant]]:
    """The current grants of each of ``persons``, in one statement."""
    found: dict[uuid.UUID, list[Grant]] = {}
    keys = [person.pk for person in persons]
    for grant in current_grants().filter(person_id__in=keys).order_by("role", "valid_from"):
        found.setdefault(grant.person_id, []).append(grant)
    return found


def is_last_administrator(person: "Person", *, at: datetime) -> bool:
    """Whether nobody but ``person`` is an administrator of the house at ``at``, or nobody else is
    for good where she is: the others' role would end by itself, and leave nobody.
    """
    administrators = Grant.objects.filter(
        holding(at),
        role=Role.ADMINISTRATOR,
        unit_id__isnull=True,
        object_id__isnull=True,
        person__is_active=True,
    )
    if administrators.filter(person=person, valid_to__isnull=True).exists():
        administrators = administrators.filter(valid_to__isnull=True)
    return (
        administrators.filter(person=person).exists()
        and not administrators.exclude(person=person).exists()
    )


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


def grant_cards(ids: Collection[uuid.UUID], *, to: "Person | None") -> dict[uuid.UUID, ObjectCard]:
    """Roles as who has them sees them, and who may see the rights of others."""
    if to is None:
        return {}
    grants = Grant.objects.filter(pk__in=ids)
    sees_all = may(to, SEE_RIGHTS)
    if not sees_all:
        grants = grants.filter(person_id=to.pk)
    objects = objects_of(grants, to=to)
    found = {}
    for grant in grants:
        title, url = str(Role(grant.role).label), reverse("accounts:account")
        if card := objects.get(grant.pk):
            title, url = f"{title}: {card.title}", card.url
        elif sees_all:
            url = reverse("access:person-rights", args=[grant.person_id])
        found[grant.pk] = ObjectCard(model="access.grant", id=grant.pk, title=title, url=url)
    return found


def objects_of(grants: Iterable[Grant], *, to: "Person | None") -> dict[uuid.UUID, ObjectCard]:
    """By grant the object that it is for, where ``to`` sees it."""
    from netzstadt.core.objects import cards_of_many

    keys = {
        grant.pk: (grant.object_model, grant.object_id)
        for grant in grants
        if grant.object_model and grant.object_id
    }
    cards = cards_of_many(keys.values(), to=to)
    return {grant: cards[key] for grant, key in keys.items() if key in cards}


def opened_tile(person: "Person", *, at: datetime) -> TileContent:
    """The objects that a person was let in to, the newest first."""
    grants = current_grants().filter(person=person, valid_from__lte=at).exclude(object_model="")
    newest = list(grants.order_by("-valid_from", "pk")[:_TILE_LINES])
    objects = objects_of(newest, to=person)
    lines = tuple(
        TileLine(
            text=f"{card.title} ({Role(grant.role).label})",
            url=card.url,
            at=last_day(grant.valid_to) if grant.valid_to else None,
        )
        for grant in newest
        if (card := objects.get(grant.pk))
    )
    return TileContent(lines=lines, count=grants.count())


def whose_role(event: "AuditEvent") -> list[uuid.UUID]:
    """Whom an event of a role is about."""
    return [uuid.UUID(event.data["person_id"])]
