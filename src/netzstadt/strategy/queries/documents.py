"""Elements and indicators as the search knows them."""

import uuid
from collections.abc import Collection, Iterator

from django.urls import reverse

from netzstadt.core.rooms import SearchDocument
from netzstadt.strategy.models import Element, ElementVersion, Indicator

Ids = Collection[uuid.UUID]
Documents = dict[uuid.UUID, SearchDocument]


def element_documents(ids: Ids) -> Documents:
    """Elements as the widest seen of their editions calls them: what is drafted stays inside."""
    found = ElementVersion.objects.filter(element_id__in=ids).select_related(
        "element", "edition__strategy"
    )
    documents: Documents = {}
    for one in sorted(found, key=_worth):
        documents[one.element_id] = SearchDocument(
            id=one.element_id,
            title=one.title,
            url=reverse("strategy:element", args=[one.element_id]),
            words=" ".join([one.text, one.edition.strategy.title]),
            names=one.element.code,
            visibility=one.edition.visibility,
            unit_id=one.edition.strategy.unit_id,
            changed_at=one.edition.created_at,
        )
    return documents


_STATES = ("DRAFT", "SUPERSEDED", "CONSULTED", "ADOPTED", "IN_FORCE")


def _worth(version: ElementVersion) -> tuple[int, int]:
    return _STATES.index(version.edition.state), version.edition.number


def every_element() -> Iterator[uuid.UUID]:
    """The ids of all elements, in order."""
    return Element.objects.order_by("pk").values_list("pk", flat=True).iterator()


def elements_of(strategies: Ids) -> Iterator[uuid.UUID]:
    """The elements of some strategies: with an edition's state others may see them."""
    found = Element.objects.filter(strategy_id__in=strategies).order_by("pk")
    return found.values_list("pk", flat=True).iterator()


def indicator_documents(ids: Ids) -> Documents:
    """Indicators: their titles and method sheets."""
    documents: Documents = {}
    for one in Indicator.objects.filter(pk__in=ids).prefetch_related("definitions"):
        definition = max(one.definitions.all(), key=lambda each: each.valid_from)
        documents[one.pk] = SearchDocument(
            id=one.pk,
            title=definition.title,
            url=reverse("strategy:indicator", args=[one.pk]),
            words=" ".join([definition.title_en, definition.method]),
            names=one.code,
            visibility=one.visibility,
            unit_id=one.unit_id,
            changed_at=definition.created_at,
        )
    return documents


def every_indicator() -> Iterator[uuid.UUID]:
    """The ids of all indicators, in order."""
    return Indicator.objects.order_by("pk").values_list("pk", flat=True).iterator()
