"""Every address says who may see it."""

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

# Addresses of other packages that we mount as they are.
FOREIGN: frozenset[str] = frozenset()


def addresses(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address below the resolver with its full pattern."""
    for entry in resolver.url_patterns:
        where = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry, where)
        else:
            yield where, entry


def test_every_address_has_an_access_rule():
    without = [
        f"/{where} ({pattern.lookup_str})"
        for where, pattern in addresses(get_resolver())
        if not getattr(pattern.callback, "access_rule", None) and where not in FOREIGN
    ]

    assert without == [], "decorate the view with @public, @signed_in or @needs(PERMISSION)"


def test_there_are_addresses_to_walk():
    assert len(list(addresses(get_resolver()))) > 5


def test_every_address_has_a_name_of_its_room():
    names = [pattern.name for _, pattern in addresses(get_resolver())]

    assert None not in names
    assert all("_" not in name for name in names if name), "portfolio:project-detail, not _detail"


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_every_error_has_a_page_of_its_own(status):
    handler = get_resolver().resolve_error_handler(status)

    assert handler.__module__.startswith("netzstadt.") or _has_template(f"{status}.html")


def _has_template(name: str) -> bool:
    from django.template import TemplateDoesNotExist
    from django.template.loader import get_template

    try:
        get_template(name)
    except TemplateDoesNotExist:
        return False
    return True
