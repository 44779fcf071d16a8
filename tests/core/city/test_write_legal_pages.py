"""Imprint, privacy notice and accessibility statement: their mandatory parts, links, previews."""

from datetime import date

import pytest
from tests.core.city.conftest import IMPRINT, PRIVACY, STATEMENT

from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.city import markdown, queries
from netzstadt.core.city.models import City
from netzstadt.core.city.services import facts
from netzstadt.lib import clock

pytestmark = pytest.mark.django_db


def page(client, path: str) -> str:
    return client.get(path, headers={"Accept-Language": "en"}).content.decode()


@pytest.mark.parametrize("path", ["/imprint/", "/privacy/", "/accessibility/"])
def test_a_page_that_nobody_wrote_says_so(client, path):
    assert "Not written yet" in page(client, path)


def test_an_imprint_holds_what_the_law_asks_of_every_provider(admin, client):
    given = IMPRINT | {
        "imprint_vat_id": "DE123456789",
        "imprint_authority": "Bezirksregierung Münster",
        "imprint_text": "## Nutzung\n\nSiehe [Daten](/stations/) & [mehr](https://example.org/).",
    }

    assert admin.post("/office/city/imprint/", given).status_code == 302

    text = page(client, "/imprint/")
    assert "Not written yet" not in text
    for part in (
        "Stadt Musterstadt",
        "Rathausplatz 1<br>12345 Musterstadt",
        "Die Oberbürgermeisterin",
        'href="mailto:stadt@musterstadt.example"',
        "0123 4567",
        "DE123456789",
        "Bezirksregierung Münster",
        "<h3>Nutzung</h3>",
        '<a href="/stations/">Daten</a> &amp; ',
        '<a href="https://example.org/" rel="noopener noreferrer">',
    ):
        assert part in text
    entry = AuditEvent.objects.get(name="city.imprint.written")
    assert entry.personal["before"]["imprint_body"] == ""
    assert entry.personal["after"]["imprint_body"] == "Stadt Musterstadt"
    assert "Musterstadt" not in str(entry.data), "an imprint may name a person"


@pytest.mark.parametrize(
    "missing",
    [
        "imprint_body",
        "imprint_representative",
        "imprint_address",
        "imprint_email",
        "imprint_phone",
    ],
)
def test_an_imprint_without_a_mandatory_part_comes_back_with_its_place(admin, missing):
    response = admin.post("/office/city/imprint/", IMPRINT | {missing: ""})

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {missing}


def test_a_privacy_notice_adds_what_the_software_does_and_the_rights(admin, client):
    assert admin.post("/office/city/privacy/", PRIVACY).status_code == 302

    text = page(client, "/privacy/")
    assert "Not written yet" not in text
    for part in (
        "datenschutz@musterstadt.example",
        "<h3>Sensoren</h3>",
        "Art. 6 Abs. 1 e DSGVO",
        "LDI NRW",
        "Art. 15",
        "Art. 77",
        "sets cookies only for",
    ):
        assert part in text
    assert AuditEvent.objects.filter(name="city.privacy_notice.written").count() == 1


@pytest.mark.parametrize(("code", "is_there"), [("05513000", True), ("04011000", False)])
def test_the_authorities_of_the_state_are_suggested_to_its_cities(admin, name_city, code, is_there):
    name_city(municipal_code=code)

    privacy = admin.get("/office/city/privacy/").content.decode()
    statement = admin.get("/office/city/accessibility/").content.decode()

    assert ("poststelle@ldi.nrw.de" in privacy) is is_there
    assert ("Ombudsstelle" in statement) is is_there
    assert ("ldi.nrw.de" in queries.supervisory_authority()) is is_there


def test_a_statement_holds_all_its_mandatory_parts(admin, client):
    given = {key: str(value) for key, value in STATEMENT.items()}
    assert admin.post("/office/city/accessibility/", given).status_code == 302

    text = page(client, "/accessibility/")
    assert "Not written yet" not in text
    for part in (
        "partly accessible",  # the state
        "EN 301 549",
        "<li>Karten</li>",  # what is not accessible,
        "Unverhältnismäßige Belastung",  # why,
        "Jan. 15, 2026",  # when the statement was made,
        "Nov. 2, 2026",  # and reviewed,
        "an assessment of our own",  # how
        'href="/accessibility/report/"',  # the feedback mechanism
        "barrieren@musterstadt.example",  # and who is behind it
        "§ 10d BGG NRW",  # the ombuds procedure,
        "Ombudsstelle NRW",
        'href="https://nrw.example/ombudsstelle"',  # its page
    ):
        assert part in text


def test_outside_the_state_its_law_is_not_claimed(client, name_city):
    name_city(municipal_code="09162000")
    facts.write_statement(facts=STATEMENT, by=None, at=clock.now())

    text = page(client, "/accessibility/")

    assert "BGG NRW" not in text
    assert "2016/2102" in text


@pytest.mark.parametrize("state", ["PARTIAL", "NONE"])
@pytest.mark.parametrize("missing", ["barriers", "barriers_reasons"])
def test_who_is_not_fully_accessible_says_where_and_why(admin, state, missing):
    given = {key: str(value) for key, value in STATEMENT.items()}
    wrong = {"conformity": state, missing: ""}

    response = admin.post("/office/city/accessibility/", given | wrong)

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {missing}
    with pytest.raises(facts.CityRefused):
        facts.write_statement(facts=STATEMENT | wrong, by=None, at=clock.now())


def test_a_statement_is_not_reviewed_before_it_is_made(admin):
    early = {"statement_reviewed_on": date(2026, 1, 14)}
    given = {key: str(value) for key, value in (STATEMENT | early).items()}

    assert admin.post("/office/city/accessibility/", given).status_code == 422
    with pytest.raises(facts.CityRefused):
        facts.write_statement(facts=STATEMENT | early, by=None, at=clock.now())


@pytest.mark.parametrize("part", ["imprint", "privacy", "accessibility"])
def test_a_preview_shows_the_page_and_saves_nothing(admin, client, part):
    given = {"imprint": IMPRINT, "privacy": PRIVACY, "accessibility": STATEMENT}[part]

    response = admin.post(
        f"/office/city/{part}/",
        {key: str(value) for key, value in given.items()} | {"preview": "1"},
    )

    text = response.content.decode()
    assert response.status_code == 200
    shown = text[text.index("ns-preview__page") : text.index('<form class="ns-form"')]
    assert "Musterstadt" in shown or "musterstadt" in shown
    assert not City.objects.exists()
    assert "usterstadt" not in client.get(f"/{part}/").content.decode()


def test_what_is_missing_is_named_until_it_is_there():
    assert [part for part, _ in queries.missing_parts(City())] == [
        "imprint",
        "privacy",
        "accessibility",
    ]

    for write, given in (
        (facts.write_imprint, IMPRINT),
        (facts.write_privacy_notice, PRIVACY),
        (facts.write_statement, STATEMENT),
    ):
        write(facts=given, by=None, at=clock.now())

    assert queries.missing_parts(queries.current()) == []


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[a](javascript:alert(1))",
        "[a](data:text/html,alert)",
        "![a](https://evil.example/pixel.png)",
        "<javascript:alert(1)>",
        '[a](https://example.org/ "x\\" onclick=\\"alert(1)")',
    ],
)
def test_markdown_brings_no_html_no_pictures_and_no_scripts(hostile):
    html = markdown.rendered(hostile)

    for sign in (
        "<script",
        "<img",
        'href="javascript',
        'href="data',
        ' onclick="',
        " onerror=alert(1)>",
    ):
        assert sign not in html


@pytest.mark.parametrize(
    ("link", "is_sound"),
    [
        ("[a](https://example.org/x)", True),
        ("<https://example.org/x>", True),
        ("[a](mailto:kim@example.org)", True),
        ("[a](tel:+491234567)", True),
        ("[a](/stations/)", True),
        ("[a](/sta/v1.1/Things)", True),
        ("[a](#barrieren)", True),
        ("[a](/no-such-page/)", False),
        ("[a](example.org)", False),
        ("[a](https:///x)", False),
        ("[a](ftp://example.org/x)", False),
        ("[a]()", False),
        ("[a](//example.org/x)", False),
    ],
)
def test_a_link_that_leads_nowhere_is_refused_by_name(admin, link, is_sound):
    response = admin.post("/office/city/imprint/", IMPRINT | {"imprint_text": link})

    assert response.status_code == (302 if is_sound else 422)
    if not is_sound:
        target = link[link.index("(") + 1 : -1]
        assert target in response.context["form"].non_field_errors()[0]


def test_headings_stand_below_that_of_the_page():
    assert markdown.rendered("# A\n\n###### B", below=2) == "<h3>A</h3>\n<h6>B</h6>\n"
