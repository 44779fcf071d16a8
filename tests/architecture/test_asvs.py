"""The security checklist tells the truth: what it names exists, what is met is shown."""

import ast
import re

from tests.architecture.source import ROOT

from netzstadt.core.accounts.passwords import WORDS

CHECKLIST = ROOT / "docs" / "reference" / "asvs.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
LINE = re.compile(r"^\| (\d+\.\d+\.\d+) \| (.+?) \| (.+?) \| (.+) \|$", re.MULTILINE)

# How many demands of levels 1 and 2 each section of version 5.0.0 has; those of level 3 follow.
DEMANDS = {
    "6.1": 3,
    "6.2": 12,
    "6.3": 4,
    "6.4": 4,
    "6.5": 5,
    "6.6": 3,
    "6.8": 4,
    "7.1": 3,
    "7.2": 4,
    "7.3": 2,
    "7.4": 5,
    "7.5": 2,
    "7.6": 2,
    "8.1": 2,
    "8.2": 3,
    "8.3": 1,
    "8.4": 1,
    "9.1": 3,
    "9.2": 4,
    "10.1": 2,
    "10.2": 2,
    "10.3": 4,
    "10.4": 11,
    "10.5": 5,
    "10.6": 2,
    "10.7": 3,
}


def lines() -> list[tuple[str, str, str]]:
    """Number, state and proof of every demand."""
    found = LINE.findall(CHECKLIST.read_text("utf-8"))
    return [(number, state, proof) for number, _demand, state, proof in found]


def test_every_test_that_the_checklist_names_exists():
    missing = []
    for file, name in sorted(set(NAMED.findall(CHECKLIST.read_text("utf-8")))):
        path = ROOT / file
        tree = ast.parse(path.read_text("utf-8")) if path.exists() else ast.Module([], [])
        if name not in {getattr(node, "name", "") for node in tree.body}:
            missing.append(f"{file}::{name}")

    assert missing == []


def test_every_demand_that_is_met_is_shown_by_a_test_or_a_page():
    unproven = [
        number
        for number, state, proof in lines()
        if not state.startswith(("not applicable", "open: "))
        and not NAMED.search(proof)
        and not re.search(r"\]\(\S+\.md\)", proof)
    ]

    assert unproven == []


def test_every_state_is_one_of_four_and_every_demand_stands_once():
    numbers = [number for number, _state, _proof in lines()]
    states = ("met", "partly: ", "not applicable: ", "open: ")

    assert all(state.startswith(states) for _n, state, _p in lines())
    assert len(numbers) == len(set(numbers))
    assert "version 5.0.0, level 2" in CHECKLIST.read_text("utf-8")


def test_every_demand_of_levels_one_and_two_has_its_line():
    numbers = {number for number, _state, _proof in lines()}
    wanted = {f"{section}.{n}" for section, many in DEMANDS.items() for n in range(1, many + 1)}

    assert sorted(wanted - numbers) == []


def test_lines_stand_in_the_order_of_the_standard():
    order = [tuple(map(int, number.split("."))) for number, _state, _proof in lines()]

    assert order == sorted(order)


def test_words_that_no_password_may_be_are_documented():
    page = (ROOT / "docs" / "explanation" / "accounts.md").read_text("utf-8")

    assert [word for word in WORDS if word not in page] == []
