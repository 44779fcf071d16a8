"""The labelled questions with which the search for experts is measured are what they say."""

import json
from collections import Counter
from pathlib import Path

FOLDER = Path(__file__).parent / "expert_questions"
PEOPLE = json.loads((FOLDER / "people.json").read_text())
QUESTIONS = json.loads((FOLDER / "questions.json").read_text())


def test_there_are_enough_people_and_questions():
    assert len(PEOPLE) >= 150
    assert len(QUESTIONS) >= 120
    assert sum(1 for one in QUESTIONS if not one["labels"]) >= 10


def test_labels_name_people_that_are_there():
    known = {one["id"] for one in PEOPLE}
    assert len(known) == len(PEOPLE)
    assert len({one["id"] for one in QUESTIONS}) == len(QUESTIONS)
    for one in QUESTIONS:
        assert one["labels"].keys() <= known, one["id"]
        assert set(one["labels"].values()) <= {1, 2, 3}, one["id"]
        assert (one["form"] == "nobody") == (not one["labels"]), one["id"]


def test_both_halves_have_every_form():
    halves = Counter(one["half"] for one in QUESTIONS)
    assert halves.keys() == {"dev", "test"}
    assert min(halves.values()) >= 60
    forms = {half: {one["form"] for one in QUESTIONS if one["half"] == half} for half in halves}
    assert forms["dev"] == forms["test"]


def test_every_profile_has_expertise_with_evidence():
    for one in PEOPLE:
        assert one["expertise"], one["id"]
        for each in one["expertise"]:
            assert each["topic"], one["id"]
            assert each["evidence"], one["id"]
            assert each["level"] in {1, 2, 3}, one["id"]
