"""The page of results and the suggestions: for everybody, with what each may see."""

import json

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netzstadt.core.access.permissions import Role
from netzstadt.core.search import queries

pytestmark = pytest.mark.django_db


def found_on(client: Client, words: str, **more: str) -> str:
    return client.get("/search/", {"words": words, **more}).content.decode()


def suggested(client: Client, words: str) -> list[str]:
    answer = json.loads(client.get("/search/suggestions.json", {"words": words}).content)
    return ["".join(text for text, _ in one["title"]) for one in answer["suggestions"]]


def test_the_box_is_on_every_page_and_works_as_a_form(client, make_thing):
    make_thing("Pegel Emscher")

    home = client.get("/").content.decode()

    assert 'action="/search/"' in home
    assert 'name="words"' in home
    assert "<mark>Pegel</mark> Emscher" in found_on(client, "pegel")


def test_markup_in_titles_and_questions_stays_text(client, make_thing):
    make_thing("<b>Pegel</b> & <script>", description="<img src=x> Pegel")

    page = found_on(client, '"pegel" -<script>alert')

    assert "<script>" not in page
    assert "&lt;b&gt;<mark>Pegel</mark>&lt;/b&gt; &amp; &lt;" in page
    assert "<img" not in page


def test_the_marked_word_may_be_a_part_or_another_form(client, make_thing):
    make_thing("Luftqualitätsmessstation", description="Messung der Häuserfronten an Häusern")

    assert "Luft<mark>qualität</mark>smessstation" in found_on(client, "Qualität")
    assert "<mark>Häusern</mark>" in found_on(client, "Haus")


def test_kinds_are_counted_and_chosen(client, make_thing, make_person, client_of):
    make_thing("Kim Platz")
    admin = make_person(Role.ADMINISTRATOR, name="Kim Amtsleitung")
    from netzstadt.core.search import services
    from netzstadt.lib import clock

    services.index_objects(model="orgs.person", ids=[admin.pk], at=clock.now())

    page = found_on(client_of(admin), "kim")
    persons = found_on(client_of(admin), "kim", kind="orgs.person")

    assert "kind=urbandata.thing" in page
    assert "kind=orgs.person" in page
    assert "Amtsleitung" in persons
    assert "<mark>Kim</mark> Platz" not in persons
    assert "Amtsleitung" not in found_on(client, "kim", kind="orgs.person")


def test_pages_follow_one_another_without_gaps_or_doubles(client, make_thing):
    wanted = {make_thing(f"Zählstelle {number}") for number in range(45)}
    from netzstadt.core.search.asked import asked

    seen, after = [], ""
    while True:
        page = queries.find(asked("zählstelle"), to=None, after=after)
        seen += [row.object_id for row in page.rows]
        after = page.following
        if not after:
            break

    assert len(seen) == 45
    assert set(seen) == wanted


def test_a_place_of_the_navigation_is_found_by_who_may_open_it(client, make_person, client_of):
    admin, reader = make_person(Role.ADMINISTRATOR), make_person(Role.READER)

    for words in ("audit", "Protokoll"):
        assert "/office/audit/" in found_on(client_of(admin), words).split("places-title")[-1]
        assert "places-title" not in found_on(client_of(reader), words)
    assert "places-title" not in found_on(client, "audit")


def test_suggestions_come_from_three_letters_on(client, make_thing):
    make_thing("Pegel Emscher")

    assert suggested(client, "pe") == []
    assert suggested(client, "peg") == ["Pegel Emscher"]


def test_suggestions_are_kept_by_nobody(client, make_thing):
    answer = client.get("/search/suggestions.json", {"words": "pegel"})

    assert answer["Cache-Control"] == "private, no-store"
    assert "noindex" in found_on(client, "pegel")


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        ("", 200, "Was Sie suchen"),
        ("!!! ???", 422, "kein Buchstabe"),
        ("-luft", 422, "mindestens ein Wort"),
        ("x" * 300, 422, "zu viel auf einmal"),
        ("wort " * 13, 422, "zu viel auf einmal"),
    ],
)
def test_what_cannot_be_searched_is_named(client, words, status, says):
    answer = client.get("/search/", {"words": words})

    assert answer.status_code == status
    assert says in answer.content.decode()


def test_nothing_found_gives_advice(client):
    page = found_on(client, "gibtesnicht")

    assert "Nichts gefunden" in page
    assert "ns-search-key" in page


@settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    words=st.one_of(
        st.text(max_size=220), st.text(alphabet="ab\"-'\\%_()|&!:*<> ä\0", max_size=40)
    ),
    after=st.text(max_size=30),
    kind=st.text(max_size=20),
)
def test_no_input_is_a_fault_of_the_server(client, words, after, kind):
    page = client.get("/search/", {"words": words, "after": after, "kind": kind})
    suggestions = client.get("/search/suggestions.json", {"words": words})

    assert page.status_code in {200, 422}
    assert suggestions.status_code == 200


def test_a_page_takes_few_statements(client, make_thing, django_assert_max_num_queries):
    for number in range(25):
        make_thing(f"Pegel {number}")

    with django_assert_max_num_queries(12):
        found_on(client, "pegel")
    with django_assert_max_num_queries(12):
        found_on(client, "pgeel nummer")
