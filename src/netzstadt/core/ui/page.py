"""What every page's frame shows: city, navigation, theme, language."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise, SimpleLazyObject

from netzstadt.core.access import rules
from netzstadt.core.rooms import rooms

THEME_COOKIE = "netzstadt_theme"
THEMES = ("system", "light", "dark")


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the navigation on this page."""

    title: str | Promise
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Navigation:
    """The entries of both sides that this person may open."""

    public: list[Place]
    office: list[Place]

    @property
    def is_office(self) -> bool:
        """Whether this page belongs to the office side."""
        return any(place.is_current for place in self.office)


def theme_of(request: HttpRequest) -> str:
    """The chosen theme; "system" follows the device."""
    chosen = request.COOKIES.get(THEME_COOKIE, "system")
    return chosen if chosen in THEMES else "system"


def navigation_of(request: HttpRequest) -> Navigation:
    """Collect what the rooms declare, without what this person may not open."""
    items = [item for room in rooms() for item in room.navigation]
    # One place is current: the one whose address begins this page's and is longest.
    public: list[tuple[Any, str]] = []
    office: list[tuple[Any, str]] = []
    for item in sorted(items, key=lambda item: item.order):
        try:
            url = reverse(item.url_name)
        except NoReverseMatch:
            continue  # a room whose pages this installation does not mount
        if item.permission is None:
            public.append((item, url))
        elif rules.request_may(request, item.permission):
            office.append((item, url))
    matching = [url for _, url in public + office if _leads_to(url, request.path)]
    current = max(matching, key=len, default="")
    return Navigation(
        public=[Place(item.title, url, url == current) for item, url in public],
        office=[Place(item.title, url, url == current) for item, url in office],
    )


def _leads_to(url: str, path: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))


def context(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``city_name``, ``theme``, ``navigation``, ``here``, ``is_demo_city``."""
    return {
        "city_name": settings.CONFIG.city_name,
        "is_demo_city": settings.CONFIG.demo,
        "theme": theme_of(request),
        "navigation": SimpleLazyObject(lambda: navigation_of(request)),
        "here": request.get_full_path() if request.method == "GET" else request.path,
        "languages": settings.LANGUAGES,
    }
