"""Every page of the house: all addresses without parameters, and one of each with them."""

import re

from django.urls import URLPattern, URLResolver, get_resolver

# Answers that are no page, and addresses that only take a form.
NO_PAGE = re.compile(
    r"\.(geojson|json|csv|xlsx)|<|sign-out|settings/|server/test/|export/|data/file"
    r"|notices/(read|undo|bell)/|things/several/|sessions/end-others/|passkeys/(ask|add)/|sign-in/passkey/"
)


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
    "/things/": r"^/things/[0-9a-f-]{36}/$",
    "/imports/": r"^/imports/[0-9a-f-]{36}/$",
    "/vocabularies/": r"^/vocabularies/[a-z-]+/$",
    "/vocabularies/demo-themes/": r"^/vocabularies/demo-themes/[0-9a-f-]{36}/$",
    "/strategy/vernetzte-stadt/": r"^/strategy/elements/[0-9a-f-]{36}/$",
    "/strategy/indicators/": r"^/strategy/indicators/[0-9a-f-]{36}/$",
    "/projects/": r"^/projects/[0-9a-f-]{36}/$",
    "/office/advice/": r"^/office/advice/[0-9a-f-]{36}/$",
    "/office/strategy/": r"^/office/strategy/editions/[0-9a-f-]{36}/$",
    "/office/persons/": r"^/office/persons/[0-9a-f-]{36}/$",
    "/office/feedback/": r"^/office/feedback/[0-9a-f-]{36}/$",
    "/office/mail/": r"^/office/mail/[0-9a-f-]{36}/$",
    "/office/units/": r"^/office/units/[0-9a-f-]{36}/$",
    "/office/rights/": r"^/office/rights/persons/[0-9a-f-]{36}/$",
    "/office/contacts/": r"^/office/contacts/[0-9a-f-]{36}/$",
    "/network/?kind=PERSON": r"^/network/[0-9a-f-]{36}/$",
    "/council/resolutions/": r"^/council/resolutions/[0-9a-f-]{36}/$",
    "/council/meetings/": r"^/council/meetings/[0-9a-f-]{36}/$",
    "/council/papers/": r"^/council/papers/[0-9a-f-]{36}/$",
    "/areas/": r"^/areas/[0-9a-f-]{36}/$",
}
# Pages that a form or a mistake leads to.
OTHERS = [
    "/no-such-page/",
    "/stations/?q=nothing-is-called-so",
    "/stations/?sort=newest",
    "/areas/find/?place-search=Ebertstr+9",
    "/areas/find/?place-latitude=51.52&place-longitude=7.09",
    "/search/?words=temperatur",
]


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
            station = details[0].split("/")[2]
            found.append(f"/trace/urbandata.thing/{station}/")
            found += [
                f"/office/links/urbandata.thing/{station}/new/?relation=uses&q=see",
                f"/office/places/urbandata.thing/{station}/",
            ]
        if details and list_ == "/projects/":
            found += _of_a_project(page, address, details[0])
        if details and list_ in _FURTHER:
            found += _FURTHER[list_](details[0])
        if details and list_ == "/office/strategy/":
            found += [
                f"{details[0]}{what}/"
                for what in ("about", "describe", "import", "ranking", "comments", "add/MEASURE")
            ]
            edition = details[0].replace("/office", "")
            found += [f"{edition}comments/", f"{edition}comment/"]
            found.append("/strategy/vernetzte-stadt/compare/")
        if details and list_ == "/strategy/indicators/":
            key = details[0].split("/")[3]
            found += [
                f"/office/strategy/indicators/{key}/{what}/"
                for what in ("bind", "define", "assign", "enter", "values/import")
            ]
            found += [f"/trace/strategy.indicator/{key}/", f"{details[0]}?whole=yes&all=yes"]
        if details and list_.startswith("/council/"):
            # What everybody reads, and how the office keeps it.
            kept = details[0].replace("/council/resolutions/", "/office/council/items/")
            kept = kept.replace("/council/papers/", "/office/council/papers/")
            kept = kept.replace("/council/meetings/", "/office/council/meetings/")
            found += [kept, f"{kept}withdraw/"]
            if list_ == "/council/meetings/":
                found.append(f"{kept}items/new/")
        if details and list_ == "/things/":
            found += [f"{details[0]}{what}/" for what in ("edit", "retire", "delete")]
            found.append(f"{details[0]}datastreams/new/")
            found += _of_a_datastream(page, address + details[0])
    return found


def _of_advice(advice: str) -> list[str]:
    """How a request for advice goes on."""
    what = ("accept", "answer", "message", "effort", "decline", "close", "project", "rate")
    return [f"{advice}{one}/" for one in what]


def _of_a_party(party: str) -> list[str]:
    """How somebody of the network is kept, and questions that find somebody, and nobody."""
    what = ("change", "remove", "relations/new", "consents/new", "topics/new")
    return [
        *(f"/office{party}{one}/" for one in what),
        "/experts/?q=Gateways",
        "/experts/?q=Orgelbau",
    ]


_FURTHER = {"/network/?kind=PERSON": _of_a_party, "/office/advice/": _of_advice}


def _of_a_datastream(page, station: str) -> list[str]:
    """The pages of the first Datastream of a station in the office."""
    page.goto(station)
    link = page.locator("main a[href^='/datastreams/']").first.get_attribute("href")
    page.goto(page.url.split("/things/")[0] + f"{link}values/")
    value = page.locator("main input[name=value]").first.get_attribute("value")
    return [link, f"{link}edit/", f"{link}values/", f"{link}values/correct/?value={value}"]


def _of_a_project(page, address: str, project: str) -> list[str]:
    """How the office keeps a project, and the gate that it is at."""
    kept = f"/office{project}"
    found = [f"{kept}{what}/" for what in ("change", "assign", "milestones/new")]
    page.goto(address + project)
    gates = page.locator("li[aria-current=step] a[href*='/gates/']")
    if gates.count():
        gate = gates.first.get_attribute("href")
        found += [gate]
        found += [f"{gate}{what}/" for what in ("prepare", "criteria", "criteria/new", "decide")]
    return found
