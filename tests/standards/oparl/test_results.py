"""Results in the words of councils, understood as codes."""

import pytest

from netzstadt.standards.oparl.results import Result, understood


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("einstimmig beschlossen", Result.ADOPTED_UNANIMOUSLY),
        ("Einstimmig", Result.ADOPTED_UNANIMOUSLY),
        ("ungeändert beschlossen", Result.ADOPTED),
        ("Zustimmung", Result.ADOPTED),
        ("gewählt", Result.ADOPTED),
        ("mehrheitlich zugestimmt zu geändertem Antrag", Result.ADOPTED_BY_MAJORITY),
        ("Mit Mehrheit angenommen", Result.ADOPTED_BY_MAJORITY),
        ("teilweise zugestimmt", Result.ADOPTED_IN_PART),
        ("teilweise abgelehnt", Result.ADOPTED_IN_PART),
        ("einstimmig abgelehnt", Result.REJECTED),
        ("bei Stimmengleichheit abgelehnt", Result.REJECTED),
        ("nicht beschlossen", Result.REJECTED),
        ("keine Zustimmung", Result.REJECTED),
        ("zur Kenntnis genommen", Result.NOTED),
        ("Kenntnisnahme", Result.NOTED),
        ("vorberaten ohne Änderungen", Result.DISCUSSED),
        ("erledigt durch Stellungnahme der Verwaltung", Result.SETTLED),
        ("verwiesen in Fachausschuss", Result.REFERRED),
        ("vertagt", Result.POSTPONED),
        ("von der Tagesordnung abgesetzt", Result.POSTPONED),
        ("zurückgezogen", Result.WITHDRAWN),
        ("keine Abstimmung", Result.NO_DECISION),
        ("nicht zur Abstimmung gestellt", Result.NO_DECISION),
        ("Aushang im Foyer", Result.OTHER),
        ("", Result.NONE),
        (" . ", Result.NONE),
    ],
)
def test_a_text_is_understood(text, code):
    assert understood(text) == code


def test_a_text_that_says_two_things_is_the_stronger_one():
    assert understood("zur Kenntnis genommen + mehrheitliche Zustimmung") == (
        Result.ADOPTED_BY_MAJORITY
    )
    assert understood("einstimmig beschlossen, Antrag damit erledigt") == (
        Result.ADOPTED_UNANIMOUSLY
    )


@pytest.mark.parametrize(
    "text", ["einstimmig bei 2 Enthaltungen", "Einstimmig, bei einer Enthaltung"]
)
def test_abstentions_do_not_hide_that_all_agreed(text: str):
    assert understood(text) == Result.ADOPTED_UNANIMOUSLY
