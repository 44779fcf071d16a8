"""Every page of the house: all addresses without parameters, and one of each with them."""

import re

from django.urls import URLPattern, URLResolver, get_resolver

# Answers that are no page, and addresses that only take a form.
NO_PAGE = re.compile(
    r"\.(geojson|json|csv|xlsx|pdf)|<|sign-out|settings/|server/test/|export/|data/file"
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
    "/office/funding/": r"^/office/funding/[0-9a-f-]{36}/$",
    "/programmes/": r"^/programmes/[0-9a-f-]{36}/$",
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
# The forms of an object, below the address at which the office keeps it.
FORMS = {
    "/programmes/": ("change", "join"),
    "/network/?kind=PERSON": (
        *("change", "remove", "relations/new", "consents/new", "topics/new"),
    ),
    "/office/advice/": (
        *("accept", "answer", "message", "effort", "decline", "close", "project", "rate"),
    ),
}
# Pages that a form or a mistake leads to.
OTHERS = [
    "/no-such-page/",
    "/experts/?q=Gateways",
    "/experts/?q=Orgelbau",
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
        if details and list_ in _MORE:
            found += _MORE[list_](page, address, details[0])
        if details and list_ in FORMS:
            kept = details[0] if details[0].startswith("/office/") else f"/office{details[0]}"
            found += [f"{kept}{what}/" for what in FORMS[list_]]
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


def _of_a_datastream(page, station: str) -> list[str]:
    """The pages of the first Datastream of a station in the office."""
    page.goto(station)
    link = page.locator("main a[href^='/datastreams/']").first.get_attribute("href")
    page.goto(page.url.split("/things/")[0] + f"{link}values/")
    value = page.locator("main input[name=value]").first.get_attribute("value")
    return [link, f"{link}edit/", f"{link}values/", f"{link}values/correct/?value={value}"]


def _of_a_report(page, address: str) -> list[str]:
    """A status report of the demo, the status and registers of its project, an entry of these."""
    page.goto(f"{address}/projects/?q=Urbane+Datenplattform")
    project = page.locator("tbody th a[href^='/projects/']").first.get_attribute("href")
    page.goto(address + project)
    report = page.locator("main a[href^='/projects/reports/']").first.get_attribute("href")
    found = [report, f"/office{report}return/", f"{project}status/", f"{project}register/"]
    page.goto(f"{address}{project}register/")
    links = page.locator("main a[href*='/office/projects/register/']")
    hrefs = links.evaluate_all("all => all.map(one => one.getAttribute('href'))")
    return found + list({one.rsplit("/", 2)[1]: one for one in hrefs}.values())


def _of_a_project(page, address: str, project: str) -> list[str]:
    """How the office keeps a project, and the gate that it is at."""
    kept = f"/office{project}"
    found = [
        f"{kept}{what}/"
        for what in (
            *("change", "assign", "milestones/new"),
            *("tasks/new", "deliverables/new", "dependencies/new", "progress", "people"),
            *("money", "budget/new", "commitments/new", "funding/new"),
            *("ledger", "ledger/new", "ledger/import"),
        )
    ]
    found += [f"{project}{what}/" for what in ("status", "register")]
    found += [f"{kept}register/new/?kind={kind}" for kind in ("RISK", "ISSUE", "CHANGE")]
    found += [f"{kept}register/decision/", f"{kept}light/?of=TIME", f"{kept}reports/new/"]
    found += _of_a_report(page, address)
    found += [f"{project}plan/", f"{project}plan/?zoom=weeks"]
    page.goto(address + project)
    gates = page.locator("li[aria-current=step] a[href*='/gates/']")
    if gates.count():
        gate = gates.first.get_attribute("href")
        found += [gate]
        found += [f"{gate}{what}/" for what in ("prepare", "criteria", "criteria/new", "decide")]
    return found


def _of_a_grant(page, address: str, grant: str) -> list[str]:
    """How a grant is kept: its forms, those of its lines and obligations, and its proof of use."""
    found = [
        f"{grant}{what}/"
        for what in (
            *("change", "notices/new", "plan/new", "receipts/new", "obligations/new"),
            "proofs/new",
        )
    ]
    page.goto(address + grant)
    for part in ("plan", "obligations", "receipts", "proofs"):
        link = page.locator(f"main a[href*='/office/funding/{part}/']")
        if link.count():
            found.append(link.first.get_attribute("href"))
    proofs = [one for one in found if "/proofs/" in one and one != f"{grant}proofs/new/"]
    return found + [f"{one}{what}/" for one in proofs for what in ("write", "seal", "remove")]


_MORE = {"/projects/": _of_a_project, "/office/funding/": _of_a_grant}
