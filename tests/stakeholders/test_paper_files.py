"""Tables of papers, read as councils list them."""

from datetime import date, time

import pytest

from netzstadt.lib.tables import read_table
from netzstadt.stakeholders import paper_files

HEAD = "Vorlage;Betreff;Datum;Art;Dokument;Gremium;Sitzung;TOP;Ergebnis;Beschluss\n"


def read(rows: str, *, head: str = HEAD) -> paper_files.PaperFile:
    """The table as it is read."""
    return paper_files.read(read_table((head + rows).encode()))


def what_is_wrong(rows: str, *, head: str = HEAD) -> list[tuple[int, str]]:
    return [(one.line, one.text) for one in read(rows, head=head).mistakes]


def test_where_two_columns_could_hold_the_number_the_papers_own_is_taken():
    file = read("1;26/1;Eins\n2;26/2;Zwei\n", head="Nr;Vorlage;Betreff\n")

    assert list(file.papers) == ["26/1", "26/2"]
    assert file.unknown_columns == ["Nr"]


@pytest.mark.parametrize(
    ("rows", "line", "says"),
    [
        (";Ohne Nummer;;;;;;;;\n", 2, "no number"),
        ("1;Eins;31.02.2026;;;;;;;\n", 2, "31.02.2026"),
        ("1;Eins;01.01.0026;;;;;;;\n", 2, "01.01.0026"),
        ("1;Eins;;;javascript:alert(1);;;;;\n", 2, "no address"),
        ("1;Eins;;;;Rat;;;;\n", 2, "both its body and its day"),
        ("1;Eins;;;;;05.03.2026;;;\n", 2, "both its body and its day"),
        ("1;Eins;;;;;;;beschlossen;\n", 2, "needs the body"),
        ("1;Eins;;;;Rat;05.03.2026 25:00;;;\n", 2, "25:00"),
        ("1;Eins;;;;;;;;\n1;Zwei;;;;;;;;\n", 3, "contradicts line 2"),
        ("1;;;;;;;;;\n1;Eins;;;;;;;;\n1;Zwei;;;;;;;;\n", 4, "contradicts line 3"),
        ("1;Eins;;;;Rat;05.03.2026;;;\n1;;;;;rat;05.03.2026;;;\n", 3, "already"),
        ("1;Eins;;;;Rat;05.03.2026;1;;\n2;Z;;;;Rat;05.03.2026 16:00;2;;\n", 3, "a time"),
        ("1;E;;;;Rat;05.03.2026;1;vertagt;\n2;Z;;;;Rat;05.03.2026;1;verwiesen;\n", 3, "vertagt"),
        (f"{'1' * 101};Eins;;;;;;;;\n", 2, "longer than 100"),
        (f"1;{'E' * 1001};;;;;;;;\n", 2, "longer than 1000"),
        (f"1;Eins;;;;Rat;05.03.2026;1;;{'x' * 10_001}\n", 2, "longer than 9999"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(rows: str, line: int, says: str):
    found = what_is_wrong(rows)

    assert [place for place, _text in found] == [line]
    assert says in found[0][1]


def test_a_table_without_the_columns_says_which_it_needs():
    found = what_is_wrong("a;b\n", head="Spalte;Sonstiges\n")

    assert [line for line, _text in found] == [0]
    assert "vorlage" in found[0][1]


@pytest.mark.parametrize(
    ("text", "day", "begins"),
    [
        ("05.03.2026", date(2026, 3, 5), None),
        ("2026-03-05", date(2026, 3, 5), None),
        ("05.03.2026 16:00", date(2026, 3, 5), time(16)),
        ("5.3.2026, 16.30 Uhr", date(2026, 3, 5), time(16, 30)),
        ("2026-03-05T16:00:00", date(2026, 3, 5), time(16)),
        ("05.03.2026 00:00", date(2026, 3, 5), None),
    ],
)
def test_a_meetings_day_is_read_as_people_write_it(text: str, day: date, begins: time | None):
    file = read(f"1;Eins;;;;Rat;{text};;;\n")

    assert [(one.day, one.begins) for one in file.meetings.values()] == [(day, begins)]
