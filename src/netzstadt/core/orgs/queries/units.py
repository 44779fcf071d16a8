"""Reading the tree of units, as it is on a day."""

import uuid
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from netzstadt.core.days import holding, not_over, today
from netzstadt.core.orgs.models.roles import Membership
from netzstadt.core.orgs.models.units import Unit, UnitAncestor, UnitVersion


def units(*, on: date | None = None, text: str = "", kind: str = "") -> QuerySet[UnitVersion, Any]:
    """The units that exist on a day (default: today), as they are called then."""
    found = UnitVersion.objects.filter(holding(on or today())).select_related("unit")
    if text:
        found = found.filter(
            Q(name__icontains=text) | Q(short_name__icontains=text) | Q(unit__key__icontains=text)
        )
    return found.filter(kind=kind) if kind else found


def unit(unit_id: uuid.UUID, *, on: date | None = None) -> UnitVersion:
    """One unit as it is on a day. Raises UnitVersion.DoesNotExist."""
    found: UnitVersion = units(on=on).get(unit_id=unit_id)
    return found


def last_version(unit_id: uuid.UUID) -> UnitVersion:
    """What a unit is called today, else the last time it was; raises UnitVersion.DoesNotExist."""
    versions = UnitVersion.objects.filter(unit_id=unit_id).select_related("unit")
    current = versions.filter(valid_from__lte=today()).order_by("-valid_from").first()
    return current or versions.earliest("valid_from")


def versions_of(unit_id: uuid.UUID) -> QuerySet[UnitVersion, Any]:
    """All versions of a unit, the latest first: what it was and what it will be."""
    return UnitVersion.objects.filter(unit_id=unit_id).order_by("-valid_from")


def children(parent_id: uuid.UUID | None, *, on: date | None = None) -> QuerySet[UnitVersion, Any]:
    """The units right below one, or the roots, in the order of their names; each with
    ``below``, how many lie right below it."""
    day = on or today()
    return (
        units(on=day)
        .filter(parent_id=parent_id)
        .annotate(
            below=Coalesce(
                UnitVersion.objects.filter(holding(day), parent_id=OuterRef("unit_id"))
                .order_by()
                .values("parent_id")
                .annotate(n=Count("pk"))
                .values("n"),
                0,
            )
        )
        .order_by(F("short_name").asc(), "name", "pk")
    )


def path_of(unit_id: uuid.UUID, *, on: date | None = None) -> list[UnitVersion]:
    """The units in which one lies, from the root down to itself."""
    day = on or today()
    depths = dict(
        UnitAncestor.objects.filter(holding(day), unit_id=unit_id).values_list(
            "ancestor_id", "depth"
        )
    )
    found = units(on=day).filter(unit_id__in=depths)
    return sorted(found, key=lambda version: -depths[version.unit_id])


def subtree_ids(unit_id: uuid.UUID, *, on: date | None = None) -> set[uuid.UUID]:
    """A unit and all below it."""
    below = UnitAncestor.objects.filter(holding(on or today()), ancestor_id=unit_id)
    return {unit_id, *below.values_list("unit_id", flat=True)}


def tree(*, on: date | None = None, limit: int = 2_000) -> list[tuple[int, UnitVersion]]:
    """The whole tree in the order in which it is read, each unit with its depth.

    Bounded by ``limit``: a city has some hundreds of units.
    """
    below: dict[uuid.UUID | None, list[UnitVersion]] = {}
    for version in units(on=on).order_by("short_name", "name", "pk")[:limit]:
        below.setdefault(version.parent_id, []).append(version)
    known = {version.unit_id for found in below.values() for version in found}
    # A unit whose parent has ended stands among the roots: nothing may vanish from the page.
    roots = [v for parent, found in below.items() if parent not in known for v in found]
    lines: list[tuple[int, UnitVersion]] = []
    waiting = [(0, version) for version in reversed(roots)]
    while waiting:
        depth, version = waiting.pop()
        lines.append((depth, version))
        waiting += [(depth + 1, child) for child in reversed(below.get(version.unit_id, []))]
    return lines


def choices(*, on: date | None = None) -> list[tuple[str, str]]:
    """The tree for a field that chooses a unit: id and indented name."""
    return [
        (str(version.unit_id), f"{'– ' * depth}{version.label}") for depth, version in tree(on=on)
    ]


def titles_of(unit_ids: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, str]:
    """What these units are called today, or were last."""
    wanted = {unit_id for unit_id in unit_ids if unit_id is not None}
    if not wanted:
        return {}
    rows = UnitVersion.objects.filter(unit_id__in=wanted, valid_from__lte=today())
    return {row.unit_id: row.label for row in rows.order_by("valid_from")}


def coming_changes(*, limit: int = 50) -> list[UnitVersion]:
    """Versions that begin in the future: re-organisations that are decided."""
    return list(
        UnitVersion.objects.filter(valid_from__gt=today())
        .select_related("unit")
        .order_by("valid_from", "name")[:limit]
    )


def units_by_key(keys: Collection[str]) -> dict[str, Unit]:
    """Units by their key, for an import."""
    return {unit.key: unit for unit in Unit.objects.filter(key__in=keys)}


def is_empty(unit_id: uuid.UUID, *, on: date) -> bool:
    """Whether nobody belongs to a unit and nothing lies below it from a day on."""
    return not (
        Membership.objects.filter(not_over(on), unit_id=unit_id).exists()
        or UnitVersion.objects.filter(not_over(on), parent_id=unit_id).exists()
    )


def are_founded(person: object) -> bool:
    """Whether the house has units, whoever asks."""
    return Unit.objects.exists()
