"""Strategies, their elements and indicators as others show and find them."""

import uuid
from collections.abc import Collection
from typing import TYPE_CHECKING

from django.urls import reverse

from netzstadt.core.rooms import ObjectCard
from netzstadt.strategy import queries
from netzstadt.strategy.models import ElementVersion
from netzstadt.strategy.queries.indicators import visible_indicators

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

Ids = Collection[uuid.UUID]
Cards = dict[uuid.UUID, ObjectCard]


def strategy_cards(ids: Ids, *, to: "Person | None") -> Cards:
    """The strategies of which ``to`` may see an edition."""
    found = queries.visible_editions(to=to).filter(strategy_id__in=ids)
    return {
        one.strategy_id: ObjectCard(
            model="strategy.strategy",
            id=one.strategy_id,
            title=one.strategy.title,
            url=reverse("strategy:strategy", args=[one.strategy.key]),
        )
        for one in found
    }


def find_strategies(text: str, *, to: "Person | None", limit: int) -> list[ObjectCard]:
    """Strategies that are called so."""
    found = queries.visible_editions(to=to).filter(strategy__title__icontains=text)
    ids = list(found.values_list("strategy_id", flat=True).distinct()[:limit])
    return list(strategy_cards(ids, to=to).values())


def element_cards(ids: Ids, *, to: "Person | None") -> Cards:
    """Elements as the edition that is read first calls them."""
    found = ElementVersion.objects.filter(
        element_id__in=ids, edition__in=queries.visible_editions(to=to)
    ).select_related("element", "edition")
    cards: Cards = {}
    # The best edition comes last and stays.
    for one in sorted(found, key=lambda one: (one.edition.state == "IN_FORCE", one.edition.number)):
        cards[one.element_id] = _element(one)
    return cards


def _element(version: ElementVersion) -> ObjectCard:
    return ObjectCard(
        model="strategy.element",
        id=version.element_id,
        title=version.title,
        url=reverse("strategy:element", args=[version.element_id]),
    )


def find_elements(text: str, *, to: "Person | None", limit: int) -> list[ObjectCard]:
    """Themes, fields, goals and measures that are called so."""
    found = ElementVersion.objects.filter(
        title__icontains=text, edition__in=queries.visible_editions(to=to)
    ).order_by("element_id", "-edition__number")
    ids = list(found.distinct("element_id").values_list("element_id", flat=True)[:limit])
    return list(element_cards(ids, to=to).values())


def indicator_cards(ids: Ids, *, to: "Person | None") -> Cards:
    """The indicators that ``to`` may see."""
    return {
        one.pk: ObjectCard(
            model="strategy.indicator",
            id=one.pk,
            title=f"{one.code} {one.title}",
            url=reverse("strategy:indicator", args=[one.pk]),
        )
        for one in visible_indicators(to=to).filter(pk__in=ids)
    }


def find_indicators(text: str, *, to: "Person | None", limit: int) -> list[ObjectCard]:
    """Indicators that are called so."""
    found = visible_indicators(to=to).filter(title__icontains=text).order_by("code", "id")
    return list(indicator_cards([one.pk for one in found[:limit]], to=to).values())
