"""Arranging one's start pages."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.core.orgs.queries import persons
from netzstadt.core.refusal import Refusal
from netzstadt.core.work.events import TilesArranged, TilesReset
from netzstadt.core.work.models import TilePlace

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


class ArrangementRefused(Refusal):
    """The tiles cannot be arranged this way."""


@transaction.atomic
def arrange_tiles(
    *, person: "Person", tiles: Sequence[str], hidden: Sequence[str], at: datetime
) -> None:
    """Put a person's tiles into this order and hide some; nothing is written where it is so.

    Raises ArrangementRefused if a tile is named twice or hidden without standing in the order.
    """
    if len(set(tiles)) != len(tiles) or not set(hidden) <= set(tiles):
        raise ArrangementRefused(_("Every tile stands in one place."))
    # Two windows of one person arrange one after the other.
    persons.persons().select_for_update().get(pk=person.pk)
    rows = TilePlace.objects.filter(person=person).order_by("position")
    known = [(row.tile, row.is_hidden) for row in rows]
    wanted = [(tile, tile in hidden) for tile in tiles]
    if known == wanted:
        return
    TilePlace.objects.filter(person=person).delete()
    TilePlace.objects.bulk_create(
        TilePlace(person=person, tile=tile, position=position, is_hidden=is_hidden)
        for position, (tile, is_hidden) in enumerate(wanted)
    )
    audit.record(
        TilesArranged(object_id=person.pk, tiles=tuple(tiles), hidden=tuple(sorted(hidden))),
        by=person,
    )


@transaction.atomic
def reset_tiles(*, person: "Person", at: datetime) -> None:
    """Put a person's start pages back to how the rooms declare them."""
    if TilePlace.objects.filter(person=person).delete()[0]:
        audit.record(TilesReset(object_id=person.pk), by=person)


@transaction.atomic
def erase_person(person: "Person", *, by: "Person | None", at: datetime) -> dict[str, int | str]:
    """Remove how a person arranged her start pages."""
    return {"tiles": TilePlace.objects.filter(person=person).delete()[0]}
