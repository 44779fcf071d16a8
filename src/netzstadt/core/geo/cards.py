"""Areas as others point to them and as the search knows them; everybody may see them."""

import uuid
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from django.urls import reverse

from netzstadt.core.geo import queries
from netzstadt.core.geo.models import Area
from netzstadt.core.geo.spelling import name_key
from netzstadt.core.rooms import ObjectCard, SearchDocument

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


def area_cards(ids: Collection[uuid.UUID], *, to: "Person | None") -> dict[uuid.UUID, ObjectCard]:
    """The areas among ``ids``."""
    found = Area.objects.filter(pk__in=ids).values_list("pk", "name")
    return {key: _card(key, name) for key, name in found}


def find_areas(text: str, *, to: "Person | None", limit: int) -> list[ObjectCard]:
    """Areas that are called so."""
    found = queries.areas(text_key=name_key(text)).values_list("pk", "name")
    return [_card(key, name) for key, name in found[:limit]]


def area_documents(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, SearchDocument]:
    """What the search knows of areas."""
    found = Area.objects.filter(pk__in=ids).select_related("parent")
    return {
        one.pk: SearchDocument(
            id=one.pk,
            title=one.name,
            url=reverse("geo:area", args=[one.pk]),
            words=" ".join([str(one.get_kind_display()), one.parent.name if one.parent else ""]),
            names=one.key,
            changed_at=one.changed_at,
        )
        for one in found
    }


def every_area_id() -> Iterator[uuid.UUID]:
    """The ids of all areas, in order."""
    return Area.objects.order_by("pk").values_list("pk", flat=True).iterator()


def _card(key: uuid.UUID, name: str) -> ObjectCard:
    return ObjectCard(model="geo.area", id=key, title=name, url=reverse("geo:area", args=[key]))


def areas_after_imports(_imports: Collection[uuid.UUID]) -> Iterator[uuid.UUID]:
    """All areas: an import says how many it changed, not which."""
    return every_area_id()
