"""What every page's frame shows: city, navigation, theme, language."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise, SimpleLazyObject

from netzstadt.core.access import rules
from netzstadt.core.city import queries as cities
from netzstadt.core.rooms import NavigationGroup, rooms

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
    """The entries of both sides that this person may open; of the office side in their groups."""

    public: list[Place]
    office: dict[NavigationGroup | None, list[Place]]
    is_office: bool

    @property
    def current(self) -> Place | None:
        """The place of the office side to which this page belongs."""
        places = (place for group in self.office.values() for place in group)
        return next((place for place in places if place.is_current), None)

    @property
    def first(self) -> Place | None:
        """Where the office side begins."""
        return next((place for group in self.office.values() for place in group), None)


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
        elif rules.request_may(request, item.permission, anywhere=True):
            office.append((item, url))
    urls = [url for _, url in public + office]
    current = max((url for url in urls if request.path.startswith(url)), key=len, default="")
    # A page like the front page, below whose address others lie, is the place of itself alone.
    if current != request.path and any(url != current and url.startswith(current) for url in urls):
        current = ""
    return Navigation(
        public=[Place(item.title, url, url == current) for item, url in public],
        office={
            group: [
                Place(item.title, url, url == current)
                for item, url in office
                if item.group == group
            ]
            for group in (None, *NavigationGroup)
            if any(item.group == group for item, _ in office)
        },
        is_office=request.path.startswith("/office/") or current in {url for _, url in office},
    )


def context(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``city_name`` and its look, ``theme``, ``navigation``, ``here``,
    ``is_demo_city``."""
    city = cities.current()
    return {
        "city_name": city.shown_name,
        "city_accent": city.accent.removeprefix("#"),
        "city_logo": city.logo_digest,
        "is_demo_city": settings.CONFIG.demo,
        "theme": theme_of(request),
        "navigation": SimpleLazyObject(lambda: navigation_of(request)),
        "here": request.get_full_path() if request.method == "GET" else request.path,
        "languages": settings.LANGUAGES,
    }
