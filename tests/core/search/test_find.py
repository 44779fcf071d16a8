"""What a question finds: every word, word forms, parts of words, codes, and in which order."""

from datetime import UTC, datetime

import pytest

from netzstadt.core.search import queries
from netzstadt.core.search.asked import asked

pytestmark = pytest.mark.django_db


def test_every_word_must_match(make_thing, titles):
    make_thing("Messstation Berger See")
    make_thing("Messstation Bahnhof")

    assert titles("messstation see") == ["Messstation Berger See"]
    assert titles("messstation hafen") == []


def test_forms_of_a_word_find_one_another(make_thing, titles):
    make_thing("Häuser am Park")
    make_thing("Haus der Jugend")

    assert set(titles("Haus")) == set(titles("Häuser")) == {"Häuser am Park", "Haus der Jugend"}


@pytest.mark.parametrize("question", ["Münsterstraße", "Muensterstrasse", "MUNSTERSTRASSE"])
@pytest.mark.parametrize("title", ["Münsterstraße", "Muensterstrasse"])
def test_spellings_of_umlauts_find_one_another(make_thing, titles, question, title):
    make_thing(title)

    assert titles(question) == [title]


def test_parts_of_a_compound_find_it(make_thing, titles):
    make_thing("Luftqualitätsmessstation")

    for part in ("Luft", "Qualität", "Messstation", "Station", "Luft Station"):
        assert titles(part) == ["Luftqualitätsmessstation"], part


def test_the_best_match_stands_first(make_thing, titles):
    at = datetime(2026, 1, 1, tzinfo=UTC)
    make_thing("Rathausplatz", at=at)
    make_thing("Am Haus vorbei", at=at)
    make_thing("Hinterhaus", at=at)
    make_thing("Irgendwo", description="beim Haus", at=at)
    make_thing("Haus am See", at=at)
    make_thing("Haus", at=at)

    assert titles("haus") == [
        "Haus",
        "Haus am See",
        "Am Haus vorbei",
        "Irgendwo",
        *sorted(["Rathausplatz", "Hinterhaus"], key=titles("haus").index),
    ]


def test_the_newest_stands_first_among_equals(make_thing, titles):
    for year in (2024, 2026, 2025):
        make_thing(f"Messung im Hafen {year}", at=datetime(year, 1, 1, tzinfo=UTC))

    assert titles("hafen") == [f"Messung im Hafen {year}" for year in (2026, 2025, 2024)]


def test_a_phrase_stands_together_and_as_it_is_written(make_thing, titles):
    make_thing("Haus der Jugend")
    make_thing("Jugend im Haus")
    make_thing("Häuser der Jugend")

    assert titles('"haus der jugend"') == ["Haus der Jugend"]
    assert titles("„Haus der Jugend“") == ["Haus der Jugend"]


def test_a_minus_leaves_things_out(make_thing, titles):
    make_thing("Luft und Lärm")
    make_thing("Luft und Wetter")

    assert titles("luft -lärm") == ["Luft und Wetter"]
    assert titles("-lärm") == []


def test_words_that_say_nothing_need_not_stand_there(make_thing, titles):
    make_thing("Statistikamt")
    make_thing("Der die das")

    assert titles("das Amt für die Statistik") == ["Statistikamt"]
    assert titles("der die das") == ["Der die das"]


@pytest.mark.parametrize("question", ["GE-0815", "ge0815", "GE 0815", "0815", "GE-08"])
def test_codes_are_found_however_they_are_divided(make_thing, titles, question):
    make_thing("Pegel", iot_id="GE-0815")
    make_thing("Anderer Pegel", iot_id="GE-4711")

    assert titles(question) == ["Pegel"]


def test_the_beginning_of_a_word_is_enough_from_three_letters_on(make_thing, titles):
    make_thing("Kastanienallee")

    assert titles("kas") == ["Kastanienallee"]
    assert titles("ka") == []


@pytest.mark.parametrize(
    "question",
    ["Kastaniennallee", "Kastanienalee", "Kastnaienallee", "kastanieanllee"],
)
def test_a_mistyped_word_is_understood_where_little_else_fits(make_thing, titles, question):
    make_thing("Kastanienallee")

    assert titles(question) == ["Kastanienallee"]


def test_a_mistyped_part_of_a_word_is_understood(make_thing, titles):
    make_thing("Luftqualitätsmessstation")

    assert titles("Luftqualtät") == ["Luftqualitätsmessstation"]


def test_similar_words_are_not_looked_for_where_enough_fits(make_thing, titles):
    for number in range(3):
        make_thing(f"Haus {number}")
    make_thing("Haut")

    assert all("Haus" in title for title in titles("haus"))


def test_a_word_is_not_corrected_to_itself(make_thing):
    for name in ("Balkon Mitte", "Balkonkraftwerk Süd"):
        make_thing(name)

    found = queries.find(asked("balkon"), to=None)

    assert len(found.rows) == 2
    assert found.corrected == ()


def test_exact_matches_stand_before_similar_ones(make_thing, titles):
    make_thing("Bergwerk", at=datetime(2026, 1, 1, tzinfo=UTC))
    make_thing("Bergwert", at=datetime(2020, 1, 1, tzinfo=UTC))

    assert titles("bergwert") == ["Bergwert", "Bergwerk"]
