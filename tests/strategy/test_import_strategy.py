"""A strategy comes in from a table: looked at first, and a second time without anything twice."""

import io
from pathlib import Path

import pytest
from openpyxl import Workbook
from tests.strategy.conftest import NOW, City

from netzstadt.lib.tables import Table, read_table, written
from netzstadt.strategy import strategy_files
from netzstadt.strategy.models import Edition, Element, ElementVersion
from netzstadt.strategy.services import importing
from netzstadt.strategy.services.importing import ImportRefused


def bring(edition: Edition, content: bytes, roles: dict[int, str] | None = None):
    table = read_table(content)
    file = strategy_files.read(table, roles or strategy_files.guess(table))
    return importing.import_strategy(
        file=file, file_name="strategie.csv", edition=edition, by=None, at=NOW
    )


def plan(edition: Edition, content: bytes):
    table = read_table(content)
    file = strategy_files.read(table, strategy_files.guess(table))
    return importing.plan_import(file=file, edition=edition)


def titles(edition: Edition, kind: str) -> list[str]:
    found = ElementVersion.objects.filter(edition=edition, element__kind=kind)
    return list(found.order_by("position", "id").values_list("title", flat=True))


def test_the_52_measures_of_ulm_come_in_once(draft: Edition, test_data: Path):
    content = (test_data / "ulm-strategie" / "massnahmen.tsv").read_bytes()
    lines = content.decode().strip().splitlines()[1:]

    done = bring(draft, content)

    assert len(done.new) == 57
    assert ElementVersion.objects.filter(edition=draft, element__kind="MEASURE").count() == 52
    assert sorted(titles(draft, "FIELD")) == sorted({line.split("\t")[0] for line in lines})
    measures = ElementVersion.objects.filter(element__kind="MEASURE").select_related("element")
    fields = dict(ElementVersion.objects.values_list("element_id", "title"))
    numbered = {
        (fields[one.parent_id], one.element.code.partition(".")[2], one.title) for one in measures
    }
    assert numbered == {tuple(line.split("\t")) for line in lines}

    again = plan(draft, content)
    assert (len(again.new), len(again.changed), again.unchanged) == (0, 0, 57)
    with pytest.raises(ImportRefused):
        bring(draft, content)


def test_what_is_called_otherwise_is_changed_and_what_is_missing_stays(draft: Edition):
    bring(draft, b"handlungsfeld;nr;titel\nUmwelt;01;Wasser\nUmwelt;02;Luft\n")

    done = bring(draft, b"handlungsfeld;nr;titel\nUmwelt;01;Wasser und Wetter\nBildung;03;Lernen\n")

    assert [(one.item.code, one.changed) for one in done.changed] == [
        ("01", {"title": ("Wasser", "Wasser und Wetter")})
    ]
    assert len(done.new) == 2
    assert sorted(titles(draft, "MEASURE")) == ["Lernen", "Luft", "Wasser und Wetter"]


def test_numbers_that_begin_anew_in_every_field_are_told_apart(draft: Edition):
    bring(draft, b"handlungsfeld;nr;titel\nUmwelt;01;Wasser\nBildung;01;Lernen\n")

    done = bring(draft, b"handlungsfeld;nr;titel\nUmwelt;01;Regen\nBildung;01;Lernen\n")

    assert [one.changed for one in done.changed] == [{"title": ("Wasser", "Regen")}]
    assert sorted(Element.objects.values_list("code", flat=True)) == [
        "H1",
        "H1.01",
        "H2",
        "H2.01",
    ]


def test_codes_that_come_later_do_not_make_anything_twice(draft: Edition):
    bring(draft, b"handlungsfeld;titel\nUmwelt;Wasser\nUmwelt;Luft\n")

    done = plan(draft, b"handlungsfeld;nr;titel\nUmwelt;01;Wasser\nUmwelt;02;Luft\n")

    assert (len(done.new), done.unchanged) == (0, 3)


def test_a_measure_that_moves_to_another_field_moves(draft: Edition):
    bring(draft, b"handlungsfeld;nr;titel\nUmwelt;01;Wasser\nBildung;02;Lernen\n")

    done = bring(draft, b"handlungsfeld;nr;titel\nBildung;01;Wasser\n")

    assert done.changed[0].changed == {"parent": ("Umwelt", "Bildung")}
    moved = ElementVersion.objects.get(element__code="01")
    assert ElementVersion.objects.get(element=moved.parent).title == "Bildung"


def test_an_xlsx_with_days_scores_and_all_levels(draft: Edition):
    from datetime import date

    book = Workbook()
    sheet = book.active
    sheet.append(["Leitthema", "Handlungsfeld", "Ziel", "Maßnahme", "Bis", "Wichtigkeit", "Notiz"])
    sheet.append(["Energie", "Klima", "Kühle Stadt", "Bäume", date(2027, 6, 30), 4, "x"])
    sheet.append(["Energie", "Klima", "Kühle Stadt", "Dächer", 2028, 5, None])
    sheet.append([None, None, None, None, None, None, None])
    sheet.append(["Energie", "Klima", "Kühle Stadt", None, "31.12.2030", None, None])
    out = io.BytesIO()
    book.save(out)

    bring(draft, out.getvalue())

    assert Element.objects.count() == 5
    trees = ElementVersion.objects.get(title="Bäume")
    assert (trees.due_on, trees.importance) == (date(2027, 6, 30), 4)
    assert ElementVersion.objects.get(title="Dächer").due_on == date(2028, 12, 31)
    assert ElementVersion.objects.get(title="Kühle Stadt").due_on == date(2030, 12, 31)
    assert ElementVersion.objects.get(title="Klima").parent.kind == "THEME"


def test_rows_with_kind_and_parent(draft: Edition):
    text = (
        "Art,Nr,Titel,Gehört zu\nHandlungsfeld,H1,Klima,\nZiel,Z1,Kühl,H1\nMaßnahme,M1,Bäume,Z1\n"
    )

    bring(draft, text.encode())

    tree = ElementVersion.objects.get(title="Bäume")
    assert tree.parent.code == "Z1"
    assert ElementVersion.objects.get(element=tree.parent).parent.code == "H1"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("art;code;titel\nHandlungsfeld;A1;B\nHandlungsfeld;A2;C\nHandlungsfeld;=;D\n", 4),
        ("art;titel\nQuatsch;B\n", 2),
        ("art;nr;titel;gehört zu\nMaßnahme;1;B;X9\n", 2),
        ("maßnahme;bis\nB;übermorgen\n", 2),
        ("maßnahme;wichtigkeit\nB;9\n", 2),
        ("art;nr;titel;gehört zu\nMaßnahme;1;B;\nHandlungsfeld;2;C;1\n", 3),
        ("maßnahme;nr\nB;=1+1\n", 2),
        ("spalte;andere\nB;C\n", 0),
    ],
)
def test_a_mistake_is_named_with_its_line_and_nothing_is_imported(
    draft: Edition, text: str, line: int
):
    found = plan(draft, text.encode())

    assert [one.line for one in found.mistakes] == [line]
    with pytest.raises(ImportRefused):
        bring(draft, text.encode())
    assert not Element.objects.exists()


def test_what_the_page_keeps_between_looking_and_doing_reads_the_same():
    table = read_table('a;b\n"x;y";"z ""q"""\n;leer\n'.encode("cp1252"))

    assert read_table(written(table).encode()).rows == table.rows
    assert isinstance(table, Table)


def test_an_adopted_edition_takes_nothing(city: City):
    from netzstadt.strategy.services import editions

    editions.adopt_edition(
        edition=city.draft, adopted_on=NOW.date(), adopted_by="Rat", by=None, at=NOW
    )
    with pytest.raises(ImportRefused):
        bring(city.draft, b"measure\nNeu\n")
