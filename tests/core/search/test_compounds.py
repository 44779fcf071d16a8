"""How many compounds are found by their parts, and what is not taken for a part."""

import pytest
from tests.core.search.compounds import COMPOUNDS, MISSED, NOT_THERE

pytestmark = pytest.mark.django_db


def test_parts_of_compounds_find_them(make_thing, titles):
    for compound in COMPOUNDS:
        make_thing(compound)

    pairs = [(part, compound) for compound, parts in COMPOUNDS.items() for part in parts]
    missed = {
        (part, compound) for part, compound in pairs if compound not in titles(part, limit=100)
    }

    assert len(COMPOUNDS) >= 60
    assert missed == MISSED, f"{1 - len(missed) / len(pairs):.1%} of {len(pairs)} parts are found"


@pytest.mark.parametrize(
    ("text", "part"), [(text, part) for text, parts in NOT_THERE.items() for part in parts]
)
def test_three_letters_in_the_middle_are_no_part(make_thing, titles, text, part):
    make_thing(text)

    assert titles(part) == []


def test_a_compound_stands_behind_the_word_itself(make_thing, titles):
    make_thing("Wohngeldantrag")
    make_thing("Antrag auf Wohngeld")

    assert titles("antrag") == ["Antrag auf Wohngeld", "Wohngeldantrag"]
