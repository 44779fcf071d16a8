"""Reading a stakeholder analysis: the grid of influence and interest, the list, how it moved."""

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from netzstadt.stakeholders.models import Stakeholding
from netzstadt.stakeholders.queries import network

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

SCALE = (1, 2, 3, 4, 5)
MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a party is seen now, and how it was seen before, if that was otherwise."""

    now: Stakeholding
    before: Stakeholding | None

    @property
    def has_moved(self) -> bool:
        """Whether it was seen otherwise before."""
        if self.before is None:
            return False
        return _seen_as(self.now) != _seen_as(self.before)


def _seen_as(one: Stakeholding) -> tuple[int, int, str]:
    return one.influence, one.interest, one.attitude


def standings(model: str, key: uuid.UUID, *, to: "Person | None") -> list[Standing]:
    """The parties that were assessed for an object, most influence first, then most interest."""
    found: dict[uuid.UUID, list[Stakeholding]] = {}
    rows = _about(model, key, to).order_by("party_id", "-on", "-id")
    for one in rows[:MOST]:
        found.setdefault(one.party_id, []).append(one)
    all_ = [Standing(now=each[0], before=each[1] if each[1:] else None) for each in found.values()]
    all_.sort(key=lambda one: (-one.now.influence, -one.now.interest, one.now.party.name))
    return all_


def _about(model: str, key: uuid.UUID, to: "Person | None") -> "QuerySet[Stakeholding, Any]":
    found = Stakeholding.objects.filter(
        about_model=model, about_id=key, party__in=network.visible_parties(to=to)
    )
    return found.select_related("party", "noted_by")


def grid(found: list[Standing]) -> list[tuple[int, list[tuple[int, list[Standing]]]]]:
    """Rows of influence from 5 down, in each the cells of interest from 1 up with who stands
    there."""
    cells: dict[tuple[int, int], list[Standing]] = {}
    for one in found:
        cells.setdefault((one.now.influence, one.now.interest), []).append(one)
    return [
        (influence, [(interest, cells.get((influence, interest), [])) for interest in SCALE])
        for influence in reversed(SCALE)
    ]


def stakeholding(key: uuid.UUID, *, to: "Person | None") -> Stakeholding | None:
    """One assessment of somebody whom ``to`` may see."""
    found = Stakeholding.objects.filter(pk=key, party__in=network.visible_parties(to=to))
    return found.select_related("party").first()
