"""The frame of every page: who may open it, navigation, language, theme, headers, errors."""

import re
from dataclasses import replace
from uuid import uuid4

import pytest
from django.core.paginator import Paginator
from django.test import Client, RequestFactory
from django.urls import reverse

from netzstadt.core.access.permissions import Role
from netzstadt.core.ui import errors, page
from netzstadt.core.ui.middleware import content_security_policy
from netzstadt.core.ui.templatetags.kit import page_numbers

pytestmark = pytest.mark.django_db

PUBLIC = [
    "/",
    "/stations/",
    "/kit/",
    "/imprint/",
    "/accessibility/",
    "/privacy/",
    "/account/sign-in/",
]
OFFICE = ["/account/", "/office/persons/", "/office/persons/new/", "/office/audit/"]


def text_of(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_open_without_an_account(client, path):
    assert client.get(path).status_code == 200
    assert client.head(path).status_code == 200


@pytest.mark.parametrize("path", OFFICE)
def test_office_pages_send_the_unknown_to_sign_in_and_back(client, path):
    response = client.get(path)

    assert response.status_code == 302
    assert response.url == f"/account/sign-in/?next={path}"


@pytest.mark.parametrize("path", OFFICE)
def test_an_administrator_opens_the_office_pages(make_person, client_of, path):
    client = client_of(make_person(Role.ADMINISTRATOR))

    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", [*PUBLIC, *OFFICE, "/nowhere/"])
def test_every_page_has_one_heading_a_title_and_a_way_past_the_navigation(
    make_person, client_of, path
):
    text = text_of(client_of(make_person(Role.ADMINISTRATOR)).get(path))

    assert len(re.findall(r"<h1[ >]", text)) == 1
    assert re.search(r"<title>\S.+ – Gelsenkirchen</title>", text)
    assert '<a class="ns-skip" href="#content">' in text
    assert text.count('id="content"') == 1
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", [*PUBLIC, *OFFICE])
def test_no_page_holds_inline_code_or_foreign_hosts(make_person, client_of, path):
    text = text_of(client_of(make_person(Role.ADMINISTRATOR)).get(path))

    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\ssrc=)", text)
    assert not re.search(r'(?:src|action)="https?://', text)
    assert "<c-" not in text, "a component that does not exist"
    assert "{{" not in text


def test_the_navigation_shows_only_what_a_person_may_open(make_person, client_of, client):
    admin = text_of(client_of(make_person(Role.ADMINISTRATOR)).get("/account/"))
    reader = text_of(client_of(make_person(Role.READER)).get("/account/"))

    assert reverse("audit:trail") in admin
    assert reverse("audit:trail") not in reader
    assert reverse("audit:trail") not in text_of(client.get("/kit/"))


def test_who_has_no_place_in_the_workspace_is_shown_none(make_person, client_of):
    assert "ns-side-nav" not in text_of(client_of(make_person()).get("/account/"))


def test_the_place_one_is_at_is_marked_once(make_person, client_of):
    text = text_of(client_of(make_person(Role.ADMINISTRATOR)).get("/office/persons/new/"))
    side = text[text.index("ns-side-nav") : text.index("</nav>", text.index("ns-side-nav"))]

    assert side.count('aria-current="page"') == 1
    assert re.search(r'href="/office/persons/" aria-current="page"', side)


def test_german_is_spoken_unless_another_language_is_asked_for(client):
    assert '<html lang="de"' in text_of(client.get("/kit/"))
    english = client.get("/kit/", headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert '<html lang="en"' in text_of(english)
    french = client.get("/kit/", headers={"Accept-Language": "fr"})
    assert '<html lang="de"' in text_of(french)


def test_a_chosen_language_stays_and_leads_back_to_the_page(client):
    response = client.post("/settings/language/", {"language": "en", "next": "/kit/?page=2"})

    assert response.status_code == 302
    assert response.url == "/kit/?page=2"
    assert '<html lang="en"' in text_of(client.get("/imprint/"))


def test_numbers_and_times_are_written_as_the_language_does(client):
    from django.template import Context, Template
    from django.utils import translation

    template = Template("{{ number }} {{ share|floatformat:'1g' }}")
    context = Context({"number": 1234567, "share": 1234.56})

    with translation.override("de"):
        assert template.render(context) == "1.234.567 1.234,6"
    with translation.override("en"):
        assert template.render(context) == "1,234,567 1,234.6"


def test_a_chosen_theme_stays_and_system_forgets_it(client):
    assert "data-kern-theme" not in text_of(client.get("/kit/"))

    client.post("/settings/theme/", {"theme": "dark", "next": "/kit/"})
    assert 'data-kern-theme="dark"' in text_of(client.get("/kit/"))
    client.post("/settings/theme/", {"theme": "system"})

    assert "data-kern-theme" not in text_of(client.get("/kit/"))


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/settings/theme/", {"theme": '"><script>'}),
        ("/settings/language/", {"language": "../../etc"}),
        ("/settings/theme/", {}),
    ],
)
def test_choices_that_do_not_exist_change_nothing(client, path, data):
    response = client.post(path, {**data, "next": "//evil.example/"})

    assert response.url == "/"
    assert not {"netzstadt_theme", "netzstadt_language"} & set(client.cookies)


@pytest.mark.parametrize(
    "target", ["evil", "ui:kit", "a b", "?x", "\\evil.example", "evil.example"]
)
@pytest.mark.parametrize("path", ["/settings/theme/", "/settings/language/"])
def test_a_way_back_that_is_no_path_leads_home(client, path, target):
    response = client.post(path, {"theme": "dark", "language": "en", "next": target})

    assert response.url == "/"


def test_a_forged_theme_cookie_is_ignored(client):
    client.cookies["netzstadt_theme"] = '"><script>alert(1)</script>'

    assert "alert(1)" not in text_of(client.get("/kit/"))


def test_every_answer_carries_the_security_headers(client):
    for path in ("/kit/", "/nowhere/"):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]

        assert "script-src 'self';" in policy
        assert "style-src 'self';" in policy
        assert "unsafe" not in policy
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "geolocation=()" in headers["Permissions-Policy"]


def test_a_base_map_opens_the_policy_for_its_own_host_only():
    policy = content_security_policy(
        basemap_style_url="https://maps.example/styles/x.json?key=1", is_https=True
    )

    assert "connect-src 'self' https://maps.example;" in policy
    assert "img-src 'self' data: blob: https://maps.example;" in policy
    assert policy.count("maps.example") == 2
    assert policy.endswith("upgrade-insecure-requests")


def test_a_page_that_does_not_exist_says_so_in_the_frame(client):
    response = client.get("/nowhere/")

    assert response.status_code == 404
    assert "ns-error" in text_of(response)
    assert "ns-header" in text_of(response)


def test_the_address_of_a_form_says_what_it_is_and_leads_back(make_person, client_of):
    client = client_of(make_person(Role.ADMINISTRATOR))
    form = reverse("orgs:set-active", args=[uuid4()])

    opened = client.get(form, headers={"Referer": "http://testserver/office/persons/?q=a"})
    alone = client.get(form, headers={"Referer": "https://elsewhere.example/"})

    assert opened.status_code == alone.status_code == 405
    assert opened["Allow"] == "POST"
    assert 'href="/office/persons/?q=a"' in text_of(opened)
    assert "elsewhere.example" not in text_of(alone)
    assert "ns-error" in text_of(alone)


def test_a_form_sent_after_the_session_ended_leads_back_to_its_page(client):
    form = reverse("orgs:set-active", args=[uuid4()])

    answer = client.post(form, headers={"Referer": "http://testserver/office/persons/?q=a"})

    assert answer.url == "/account/sign-in/?next=/office/persons/%3Fq%3Da"


def test_our_own_faults_are_shown_without_the_database(settings, django_db_blocker):
    request = RequestFactory().get("/")

    with django_db_blocker.block():
        broken, closed = errors.server_error(request), errors.unavailable(request)

    assert broken.status_code == 500
    assert closed.status_code == 503
    assert closed["Retry-After"] == "60"
    assert "ns-error" in text_of(broken)


def test_a_request_that_cannot_be_read_gets_a_page():
    client = Client(raise_request_exception=False)

    response = client.get("/kit/", headers={"Host": "evil.example"})

    assert response.status_code == 400
    assert "evil.example" not in text_of(response)


def test_the_demo_is_named_on_every_page(client, settings):
    assert "ns-footer__about" in text_of(client.get("/kit/"))
    settings.CONFIG = replace(settings.CONFIG, city_name="Neustadt <an der Donau>", demo=False)

    text = text_of(client.get("/kit/"))

    assert "Neustadt &lt;an der Donau&gt;" in text


def test_a_public_page_asks_the_database_little(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        assert client.get("/kit/").status_code == 200


def test_what_is_printed_has_the_light_colours_of_kern():
    from pathlib import Path

    package = Path(page.__file__).parents[2]
    kern = (package / "static/vendor/@kern-ux/native/kern.min.css").read_text()
    ours = (package / "core/ui/static/ui/print.css").read_text()

    def colours(text: str, start: str) -> dict[str, str]:
        block = text.split(start)[1].split("}")[0]
        found = re.findall(r"(--[\w-]+):\s*([^;]+)", block)
        # KERN is minified: blanks and zeros before the point are written as in our file.
        return {name: re.sub(r"\s|\b0(?=\.)", "", value) for name, value in found}

    light = colours(kern, "[data-kern-theme=light],.kern-light{--")
    dark = colours(kern, "[data-kern-theme=dark],.kern-dark{--")
    needed = {name: value for name, value in light.items() if dark.get(name) != value}
    assert needed
    assert needed.items() <= colours(ours, ":root:root {").items()


def test_the_way_to_the_office_is_marked_where_one_is_there(make_person, client_of):
    client = client_of(make_person(Role.ADMINISTRATOR))
    mark = re.compile(r'ns-nav__office"><a href="[^"]*" aria-current="true"')

    assert mark.search(text_of(client.get("/office/persons/")))
    assert not mark.search(text_of(client.get("/imprint/")))


def test_the_gallery_shows_every_component(client):
    from pathlib import Path

    templates = Path(page.__file__).parent / "templates"
    components = {path.stem.replace("_", "-") for path in (templates / "cotton").glob("*.html")}
    used = "".join(path.read_text() for path in templates.rglob("*.html"))
    pages = "".join(
        path.read_text() for path in Path(page.__file__).parents[1].rglob("templates/*/*.html")
    )

    unused = {name for name in components if not re.search(rf"<c-{name}[\s/>]", used + pages)}

    assert unused == set()


def test_the_gallery_shows_the_components_of_the_rooms_and_stores_nothing(client):
    from pathlib import Path

    from netzstadt.core.files.models import Attachment
    from netzstadt.core.tags.models import Concept

    core = Path(page.__file__).parents[1]
    components = {
        path.stem.replace("_", "-")
        for path in core.glob("*/templates/cotton/*.html")
        if path.parents[2].name != "ui"
    }
    examples = "".join(path.read_text() for path in core.glob("*/templates/*/_kit.html"))

    text = text_of(client.get("/kit/"))

    assert {name for name in components if f"<c-{name} " not in examples} == set()
    for mark in ("ns-files__item", "ns-tag__off", "ns-linked", "ns-place", "<ns-map-picker"):
        assert mark in text, mark
    assert not Attachment.objects.exists()
    assert not Concept.objects.exists()


def test_the_gap_between_page_numbers_is_no_page():
    page = Paginator(range(1000), 10).get_page(50)

    assert list(page_numbers(page)) == [1, "", 49, 50, 51, "", 100]
