"""Every page of the house: all addresses without parameters, and one of each with them."""

import re

from django.urls import URLPattern, URLResolver, get_resolver

# Answers that are no page, and addresses that only take a form.
NO_PAGE = re.compile(r"\.(geojson|json|csv)|<|sign-out|settings/")


def addresses_without_parameters() -> list[str]:
    """All addresses of the resolver that name a page by themselves."""

    def walk(resolver: URLResolver, prefix: str) -> list[str]:
        found = []
        for entry in resolver.url_patterns:
            where = prefix + str(entry.pattern)
            if isinstance(entry, URLResolver):
                found += walk(entry, where)
            elif isinstance(entry, URLPattern) and not NO_PAGE.search(where):
                found.append(where)
        return found

    return sorted(walk(get_resolver(), "/"))


# Where a page of one object is found: a list, and the addresses of its entries.
DETAILS = {
    "/stations/": r"^/stations/[0-9a-f-]{36}/$",
    "/observed-properties/": r"^/observed-properties/[0-9a-f-]{36}/$",
    "/office/persons/": r"^/office/persons/[0-9a-f-]{36}/$",
}
# Pages that a form or a mistake leads to.
OTHERS = ["/no-such-page/", "/stations/?q=nothing-is-called-so", "/stations/?sort=newest"]


def all_pages(page, address: str) -> list[str]:
    """Every page that the reader of ``page`` can be shown; ``page`` is used to look for some."""
    found = [*addresses_without_parameters(), *OTHERS]
    for list_, pattern in DETAILS.items():
        page.goto(address + list_)
        links = page.locator("a[href]").evaluate_all(
            "all => all.map(one => one.getAttribute('href'))"
        )
        details = [link for link in links if re.match(pattern, link)]
        found += details[:1]
        if details and list_ == "/stations/":
            found += [f"{details[0]}?span={span}" for span in ("day", "year")]
            found.append(f"{details[0]}visibility/")
    return found
