"""Places of the navigation, found by their names: "Audit" leads to the audit trail."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from netzstadt.core.access.rules import request_may
from netzstadt.core.rooms import NavigationItem, rooms
from netzstadt.core.search.asked import Asked
from netzstadt.lib.folding import fold

MOST = 5


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the house that the reader may open."""

    title: str
    url: str


def find_places(asked: Asked, request: HttpRequest) -> list[Place]:
    """The places whose name, in any language of the house, has every word that was asked for."""
    if not asked or asked.without:
        return []
    found = []
    for item in _items(request):
        names = _names(item)
        if all(any(word in name for name in names) for term in asked.terms for word in term.words):
            try:
                found.append(Place(str(item.title), reverse(item.url_name)))
            except NoReverseMatch:
                continue  # a room whose pages this installation does not mount
    return found[:MOST]


def _items(request: HttpRequest) -> list[NavigationItem]:
    items = (item for room in rooms() for item in room.navigation)
    may = [item for item in items if not item.permission or request_may(request, item.permission)]
    return sorted(may, key=lambda item: item.order)


def _names(item: NavigationItem) -> list[str]:
    names = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            names.append(fold(str(item.title)))
    return names
