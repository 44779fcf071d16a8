"""Taking an edition along: a tagged document on the city's paper, a table that reads back in."""

import io
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import typst
from django.test import Client
from openpyxl import load_workbook
from pypdf import PdfReader
from tests.core.city.test_change_look import SVG, png
from tests.strategy.conftest import NOW, TODAY, City, Station

from netzstadt.core.city.logo import read_logo
from netzstadt.core.city.services import facts
from netzstadt.lib import typesetting
from netzstadt.lib.tables import read_table
from netzstadt.strategy import queries, strategy_files
from netzstadt.strategy.models import Edition
from netzstadt.strategy.services import editions, elements, indicators, lights
from netzstadt.strategy.services.elements import ElementFacts
from netzstadt.strategy.services.importing import plan_import
from netzstadt.strategy.services.indicators import Definition, Path, Source

Make = Callable[..., Station]


@pytest.fixture
def seen(city: City, make_station: Make, measure: Callable[..., None]) -> City:
    """In force and measured, with letters that mean something to whom they should not."""
    elements.change_element(
        version=city.version(city.first),
        facts=ElementFacts(
            title="=Bäume #pflanzen* & [mehr] $x$ <b>",
            text="@Ein „Text“\nmit *zwei* Zeilen ✓ 😀\ufe0f.",
            parent_id=city.goal.pk,
            starts_on=date(2026, 1, 1),
            due_on=date(2027, 12, 31),
            importance=4,
            urgency=3,
            accuracy=2,
            feasibility=1,
        ),
        by=None,
        at=NOW,
    )
    heat = make_station("Markt")
    measure(heat.series, [(NOW, 33.0)])
    for code, title, visibility in (
        ("T1", "Wärme am Markt", "PUBLIC"),
        ("T2", "Geheimes", "RESTRICTED"),
    ):
        made = indicators.create_indicator(
            code=code,
            definition=Definition(title=title, unit_text="°C", digits=1),
            visibility=visibility,
            by=None,
            at=NOW,
        )
        source = Source(kind="SERIES", window="HOUR", series=(heat.series.pk,), first_day=TODAY)
        indicators.bind_indicator(indicator=made, source=source, by=None, at=NOW)
        path = Path(points=[(date(2026, 1, 1), 0), (date(2026, 12, 31), 40)], amber_at=1, red_at=2)
        indicators.set_path(indicator=made, goal=city.goal, path=path, by=None, at=NOW)
    lights.type_progress(element=city.second, progress=0.74, note="", by=None, at=NOW)
    editions.adopt_edition(edition=city.draft, adopted_on=TODAY, adopted_by="Rat", by=None, at=NOW)
    editions.put_in_force(edition=Edition.objects.get(pk=city.draft.pk), on=TODAY, by=None, at=NOW)
    return city


def tags_of(reader: PdfReader) -> list[str]:
    """The roles of the document's structure, in reading order."""
    found: list[str] = []

    def walk(node: Any) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for one in node:
                walk(one)
        elif isinstance(node, dict):
            if "/S" in node:
                found.append(node["/S"])
            if "/K" in node:
                walk(node["/K"])

    walk(reader.trailer["/Root"]["/StructTreeRoot"]["/K"])
    return found


def text_of(reader: PdfReader) -> str:
    return "\n".join(page.extract_text() for page in reader.pages)


def test_the_document_is_tagged_named_and_says_what_the_page_says(seen: City, client: Client):
    response = client.get("/strategy/vernetzt.pdf")
    reader = PdfReader(io.BytesIO(response.content))

    assert response["Content-Disposition"] == 'attachment; filename="vernetzt-1.pdf"'
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value
    assert root["/Lang"] == "de"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value
    assert reader.metadata is not None
    assert reader.metadata.title == "Vernetzte Stadt"
    assert b"pdfuaid:part" in reader.trailer["/Root"]["/Metadata"].get_object().get_data()
    tags = tags_of(reader)
    assert {"/H1", "/H2", "/H3", "/H4", "/Table", "/TH", "/TD", "/TOC"} <= set(tags)
    text = text_of(reader).replace("\xa0", " ")
    for words in (
        "Fassung 1: In Kraft",
        "Die Stadt bleibt im Sommer kühl",
        "=Bäume #pflanzen* & [mehr] $x$ <b>",
        "Wärme am Markt",
        "33,0 °C",
        "eingeschränkt",
        "31.12.2027",
        "Zeilen ? ?.",
        "74 %",
    ):
        assert words in text, words
    assert "Geheimes" not in text


def test_the_document_is_the_same_byte_for_byte(seen: City, client: Client):
    first = client.get("/strategy/vernetzt.pdf").content
    typesetting.forget()

    assert client.get("/strategy/vernetzt.pdf").content == first


def test_the_document_is_english_for_who_reads_english(seen: City, client: Client):
    client.cookies["netzstadt_language"] = "en"

    reader = PdfReader(io.BytesIO(client.get("/strategy/vernetzt.pdf").content))

    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert "Edition 1: In force" in text_of(reader)


@pytest.mark.parametrize("logo", [SVG, png()])
def test_the_citys_logo_stands_on_its_paper_with_a_description(
    seen: City, client: Client, logo: bytes
):
    facts.change_look(accent="#7a1f3d", logo=read_logo(logo), by=None, at=NOW)

    reader = PdfReader(io.BytesIO(client.get("/strategy/vernetzt.pdf").content))

    assert "/Figure" in tags_of(reader)


def test_a_document_that_would_not_conform_is_not_made(tmp_path, monkeypatch):
    """The compiler is what enforces PDF/UA: a picture without a description is no document."""
    monkeypatch.setattr(typesetting, "ROOT", tmp_path)
    (tmp_path / "picture.svg").write_bytes(SVG)
    (tmp_path / "bad.typ").write_text('#set document(title: "A")\n#image("picture.svg")')

    with pytest.raises(typst.TypstError, match="alt"):
        typesetting.typeset("bad.typ", {}, at=NOW)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_table_reads_back_in_and_changes_nothing(seen: City, client: Client, ending: str):
    response = client.get(f"/strategy/vernetzt.{ending}")
    content = b"".join(response) if response.streaming else response.content

    table = read_table(content)
    file = strategy_files.read(table, strategy_files.guess(table))
    plan = plan_import(file=file, edition=Edition.objects.get(pk=seen.draft.pk))

    assert file.mistakes == []
    assert len(file.items) == 5
    assert [step.item.title for step in plan.new] == []
    assert [(step.item.title, step.changed) for step in plan.changed] == []


def test_a_cell_is_never_a_formula(seen: City, client: Client):
    book = load_workbook(io.BytesIO(client.get("/strategy/vernetzt.xlsx").content))
    kinds = {cell.data_type for row in book.active.iter_rows() for cell in row if cell.value}
    lines = b"".join(client.get("/strategy/vernetzt.csv")).decode("utf-8-sig").splitlines()

    assert kinds == {"s"}
    assert any("'=Bäume" in line for line in lines)
    assert not any(
        cell.strip('"').startswith(("=", "@")) for line in lines for cell in line.split(";")
    )


def test_a_workbook_is_the_same_byte_for_byte(seen: City, client: Client):
    first = client.get("/strategy/vernetzt.xlsx").content
    time.sleep(2.1)  # an archive tells the time to two seconds

    assert client.get("/strategy/vernetzt.xlsx").content == first


def test_no_more_than_a_few_documents_are_made_at_once(seen: City, client: Client):
    places = [typesetting._places.acquire(blocking=False) for _each in range(10)]
    try:
        typesetting.forget()
        refused = client.get("/strategy/vernetzt.pdf")
    finally:
        for _each in range(sum(places)):
            typesetting._places.release()

    assert sum(places) == typesetting.MOST_AT_ONCE
    assert (refused.status_code, refused["Retry-After"]) == (503, "30")
    assert client.get("/strategy/vernetzt.pdf").status_code == 200


def test_a_table_has_all_of_a_strategy_that_is_too_large_for_a_page(
    seen: City, client: Client, monkeypatch
):
    monkeypatch.setattr(queries.tree, "__kwdefaults__", {"limit": 2})

    text = b"".join(client.get("/strategy/vernetzt.csv")).decode()
    pages = text_of(PdfReader(io.BytesIO(client.get("/strategy/vernetzt.pdf").content)))

    assert len(text.splitlines()) >= 6
    assert "zu groß für ein Dokument" in pages


def test_a_superseded_edition_tells_no_lights_of_today(seen: City, client: Client):
    first = Edition.objects.get(pk=seen.draft.pk)
    second = editions.draft_edition(strategy=first.strategy, based_on=first, by=None, at=NOW)
    editions.adopt_edition(edition=second, adopted_on=TODAY, adopted_by="Rat", by=None, at=NOW)
    editions.put_in_force(edition=Edition.objects.get(pk=second.pk), on=TODAY, by=None, at=NOW)

    old, new = (
        text_of(PdfReader(io.BytesIO(client.get(f"/strategy/vernetzt.pdf?edition={n}").content)))
        for n in (1, 2)
    )

    assert "nicht auf Kurs" in new
    assert "nicht auf Kurs" not in old
    assert "abgelöst" in old


def test_a_draft_is_taken_along_by_who_may_see_it_alone(city: City, client: Client):
    for ending in ("pdf", "csv", "xlsx"):
        assert client.get(f"/strategy/vernetzt.{ending}").status_code == 404
