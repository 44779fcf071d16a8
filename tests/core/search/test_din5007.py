"""The order of German words and names: DIN 5007-1, in Python and in SQL alike."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netzstadt.core.access.permissions import Role
from netzstadt.lib.din5007 import name_key, word_key

# Each list stands in its order; variant 1 is for words, variant 2 for lists of names.
WORDS = [
    ["Fahrrad", "Fahrradkette", "Fahrstuhl", "fertig"],
    ["Hacker", "Häcker", "Hackmann", "Haecker", "Hafermann"],
    ["Mucke", "Mücke", "Mühle", "Mulde", "Müll", "Mull und Binden", "Musik"],
    ["Maß", "Masse", "Maßnahme", "Mast"],
    ["Neu Isenburg", "Neuanfang"],
    ["Etat", "Étude", "Etui"],
]
NAMES = [
    ["Hacker Simon", "Hackmann Gustav", "Häcker Emil", "Haecker Manfred", "Häcker Xaver"],
    ["Göbel", "Goethe", "Götz", "Goldmann"],
    ["Assemann Simon", "Aßmann Erika", "Assmann Frank", "Astmann Manfred"],
    ["Maier", "Maier-Huber", "Mayer"],
    ["Müller Anna", "Mueller Berta", "Müller Carla", "Muhr"],
    ["von Äu", "von Au", "Vonau"],
]


def sql_order(names: list[str]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            'select name from unnest(%s::text[]) name order by din5007_name(name) collate "C", name'
            ' collate "C"',
            (names,),
        )
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.parametrize("words", WORDS, ids=lambda words: words[0])
def test_words_are_sorted_with_umlauts_as_their_letters(words):
    assert sorted(words, key=word_key) == words


@pytest.mark.parametrize("names", NAMES, ids=lambda names: names[0])
def test_names_are_sorted_with_umlauts_as_two_letters(names):
    assert sorted(names, key=name_key) == names


@pytest.mark.django_db
@pytest.mark.parametrize("names", NAMES, ids=lambda names: names[0])
def test_the_database_sorts_names_alike(names):
    assert sql_order(list(reversed(names))) == names


@pytest.mark.parametrize("name", ["ärger", "Ärger", "a\u0308rger", "AERGER"])
def test_capitals_and_the_way_of_writing_an_umlaut_make_no_difference(name):
    assert name_key(name)[0] == "aerger"


@pytest.mark.django_db
@settings(
    max_examples=100,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(name=st.text(alphabet="aäAÄoöuüÜßsSz -'.éçñÅ1", min_size=1, max_size=20))
def test_python_and_sql_make_the_same_key(name):
    with connection.cursor() as cursor:
        cursor.execute("select din5007_name(%s)", (name,))
        assert cursor.fetchone() == (name_key(name)[0],)


@pytest.mark.django_db
def test_persons_are_listed_in_this_order(make_person, client_of):
    admin = make_person(Role.ADMINISTRATOR, name="Aaron Muster")
    wanted = [
        "Götz Anna",
        "Goldmann Eva",
        "Häcker Emil",
        "Haecker Max",
        "Häcker Xaver",
        "Hafer Uli",
    ]
    for name in reversed(wanted):
        make_person(name=name)

    page = client_of(admin).get("/office/persons/").content.decode()

    assert sorted(wanted, key=page.index) == wanted
