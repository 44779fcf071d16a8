"""Papers and results from a table: read as councils list them, all or none, never twice."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client

from netzstadt.core.access.permissions import Role
from netzstadt.core.audit.models import AuditEvent
from netzstadt.lib import clock
from netzstadt.lib.tables import read_table
from netzstadt.stakeholders import paper_files
from netzstadt.stakeholders.models import AgendaItem, Consultation, Meeting, Paper
from netzstadt.stakeholders.services import keeping

pytestmark = pytest.mark.django_db
ADDRESS = "/office/council/papers/import/"
HEAD = "Vorlage;Betreff;Datum;Art;Dokument;Gremium;Sitzung;TOP;Ergebnis;Beschluss\n"
TABLE = HEAD + (
    "26/1;Radverkehrskonzept;20.01.2026;Beschlussvorlage;https://stadt.example/1.pdf;"
    "Ausschuss für Verkehr;10.02.2026 16:00;3;verwiesen;\n"
    "26/1;;;;;Rat der Stadt;05.03.2026;7;einstimmig beschlossen;Der Rat beschließt das Konzept.\n"
    "26/2;Bericht zur Lage;2026-02-01;Mitteilung;;Rat der Stadt;05.03.2026;8;Kenntnisnahme;\n"
    "26/3;Anfrage;;;;;;;;\n"
)


@pytest.fixture
def keeper(client_of: Callable[..., Client], make_person: Callable[..., object]) -> Client:
    return client_of(make_person(Role.COORDINATOR))


def bring(client: Client, table: str, *, do: str = "", visibility: str = "PUBLIC"):
    if not do:
        file = SimpleUploadedFile("vorlagen.csv", table.encode())
        return client.post(ADDRESS, {"file": file, "visibility": visibility})
    sent = {"content": table, "file_name": "vorlagen.csv", "visibility": visibility, "do": do}
    return client.post(ADDRESS, sent)


def read(rows: str, *, head: str = HEAD):
    return paper_files.read(read_table((head + rows).encode()))


def what_is_wrong(rows: str, *, head: str = HEAD) -> list[tuple[int, str]]:
    return [(one.line, one.text) for one in read(rows, head=head).mistakes]


def counted() -> tuple[int, int, int, int]:
    alive = {"deleted_at__isnull": True}
    models = (Paper, Meeting, AgendaItem, Consultation)
    return tuple(model.objects.filter(**alive).count() for model in models)


def test_a_list_of_papers_is_looked_at_then_imported_then_there(keeper: Client):
    looked = bring(keeper, TABLE)

    assert looked.status_code == 200
    page = looked.content.decode()
    assert "Radverkehrskonzept" in page
    assert "Adopted unanimously" in page
    assert counted() == (0, 0, 0, 0)

    done = bring(keeper, TABLE, do="import")

    assert done.status_code == 302
    assert counted() == (3, 2, 3, 3)
    paper = Paper.objects.get(reference="26/1")
    assert (paper.name, paper.on, paper.kind) == (
        "Radverkehrskonzept",
        date(2026, 1, 20),
        "Beschlussvorlage",
    )
    assert paper.files[0]["url"] == "https://stadt.example/1.pdf"
    way = [
        (one.agenda_item.meeting.name, one.agenda_item.number, one.agenda_item.result_code)
        for one in paper.consultations.order_by("agenda_item__meeting__start_at")
    ]
    assert way == [
        ("Ausschuss für Verkehr", "3", "REFERRED"),
        ("Rat der Stadt", "7", "ADOPTED_UNANIMOUSLY"),
    ]
    committee = Meeting.objects.get(name="Ausschuss für Verkehr")
    assert committee.start_at == datetime(2026, 2, 10, 15, 0, tzinfo=UTC)
    public = Client().get("/council/resolutions/").content.decode()
    assert "Radverkehrskonzept" in public


def test_the_same_table_again_changes_nothing(keeper: Client):
    bring(keeper, TABLE, do="import")
    events = AuditEvent.objects.count()

    again = bring(keeper, TABLE)
    assert "Nothing would change" in again.content.decode()
    bring(keeper, TABLE, do="import")

    assert counted() == (3, 2, 3, 3)
    assert AuditEvent.objects.count() == events


def test_each_change_stands_in_the_history_of_its_object(keeper: Client):
    bring(keeper, TABLE, do="import")

    names = sorted(AuditEvent.objects.filter(name__startswith="stakeholders.").values_list("name"))
    assert [name for (name,) in names] == [
        *["stakeholders.meeting.entered"] * 2,
        *["stakeholders.paper.entered"] * 3,
        *["stakeholders.resolution.entered"] * 3,
    ]


def test_a_later_table_corrects_and_adds(keeper: Client):
    bring(keeper, TABLE, do="import")

    bring(
        keeper,
        HEAD + "26/3;Anfrage zum Hafen;;;;Rat der Stadt;05.03.2026;9;zurückgezogen;\n"
        "26/2;Bericht zur Lage;;;;Rat der Stadt;05.03.2026;8;mehrheitlich beschlossen;\n",
        do="import",
    )

    assert counted() == (3, 2, 4, 4)
    assert Paper.objects.get(reference="26/3").name == "Anfrage zum Hafen"
    second = Paper.objects.get(reference="26/2")
    assert (second.on, second.kind) == (date(2026, 2, 1), "Mitteilung"), "empty says nothing"
    item = AgendaItem.objects.get(number="8")
    assert (item.result_code, item.name) == ("ADOPTED_BY_MAJORITY", "Bericht zur Lage")


def test_two_papers_share_an_item_by_its_number(keeper: Client):
    rows = "26/1;Eins;;;;Rat;05.03.2026;7;vertagt;\n26/2;Zwei;;;;Rat;05.03.2026;7;;\n"
    bring(keeper, HEAD + rows, do="import")

    item = AgendaItem.objects.get()
    assert (item.name, item.result_code) == ("Eins", "POSTPONED")
    assert sorted(one.paper.reference for one in item.consultations.all()) == ["26/1", "26/2"]


def test_a_result_that_somebody_set_is_kept_while_the_words_are_the_same(keeper: Client):
    rows = "26/1;Eins;;;;Rat;05.03.2026;7;siehe Niederschrift;\n"
    bring(keeper, HEAD + rows, do="import")
    item = AgendaItem.objects.get()
    assert item.result_code == "OTHER"
    AgendaItem.objects.update(result_code="ADOPTED")

    bring(keeper, HEAD + rows.replace("Eins", "Eins neu"), do="import")

    assert AgendaItem.objects.get().result_code == "ADOPTED"


def test_what_is_new_is_readable_for_whom_it_was_said(keeper: Client):
    bring(keeper, TABLE, do="import", visibility="ADMINISTRATION")

    assert set(Paper.objects.values_list("visibility", flat=True)) == {"ADMINISTRATION"}
    assert set(AgendaItem.objects.values_list("visibility", flat=True)) == {"ADMINISTRATION"}
    assert "Radverkehrskonzept" not in Client().get("/council/papers/").content.decode()


def test_what_the_councils_system_tells_is_left_to_it(keeper: Client, source, harvest):
    harvest(source)
    before = Paper.objects.get(reference="2026/0001")
    table = HEAD + (
        "2026/0001;Ganz anders;;;;Rat der Stadt;05.03.2026;1;abgelehnt;\n"
        "2026/0001;Ganz anders;;;;Beirat;07.03.2026;1;empfohlen;\n"
    )

    looked = bring(keeper, table).content.decode()
    assert "Left to the council information system" in looked
    bring(keeper, table, do="import")

    assert Paper.objects.get(reference="2026/0001").name == before.name
    assert AgendaItem.objects.get(name="Radverkehrskonzept").result_code == "ADOPTED_UNANIMOUSLY"
    made = AgendaItem.objects.get(origin="MANUAL")
    assert (made.meeting.name, made.name, made.result_code) == ("Beirat", before.name, "ADOPTED")


def test_a_day_without_a_time_is_shown_as_a_day(keeper: Client):
    bring(keeper, TABLE, do="import")

    council = Meeting.objects.get(name="Rat der Stadt")
    page = Client().get(f"/council/meetings/{council.pk}/").content.decode()
    assert '<time datetime="2026-03-05">' in page


@pytest.mark.parametrize(
    ("rows", "line", "says"),
    [
        (";Ohne Nummer;;;;;;;;\n", 2, "no number"),
        ("1;;;;;;;;;\n", 2, "called"),
        ("1;Eins;31.02.2026;;;;;;;\n", 2, "31.02.2026"),
        ("1;Eins;01.01.0026;;;;;;;\n", 2, "01.01.0026"),
        ("1;Eins;;;javascript:alert(1);;;;;\n", 2, "no address"),
        ("1;Eins;;;;Rat;;;;\n", 2, "both its body and its day"),
        ("1;Eins;;;;;05.03.2026;;;\n", 2, "both its body and its day"),
        ("1;Eins;;;;;;;beschlossen;\n", 2, "needs the body"),
        ("1;Eins;;;;Rat;05.03.2026 25:00;;;\n", 2, "25:00"),
        ("1;Eins;;;;;;;;\n1;Zwei;;;;;;;;\n", 3, "contradicts line 2"),
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

    assert [line for line, _text in found] == [0, 0]
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


def test_a_mistake_keeps_everything_out(keeper: Client):
    answer = bring(keeper, TABLE + "26/4;Vier;kein Tag;;;;;;;\n", do="import")

    assert answer.status_code == 422
    assert "Line 6" in answer.content.decode()
    assert counted() == (0, 0, 0, 0)


def test_a_paper_that_stands_under_another_number_is_not_moved(keeper: Client):
    rows = "26/1;Eins;;;;Rat;05.03.2026;1;;\n26/2;Zwei;;;;Rat;05.03.2026;2;;\n"
    bring(keeper, HEAD + rows, do="import")

    answer = bring(keeper, HEAD + "26/1;Eins;;;;Rat;05.03.2026;2;;\n", do="import")

    assert answer.status_code == 422
    assert "26/1 stands under item 1" in answer.content.decode()


def test_two_papers_of_one_number_cannot_be_entered_by_the_database(keeper: Client):
    bring(keeper, TABLE, do="import")
    paper = Paper.objects.get(reference="26/1")
    other = Paper(
        origin="MANUAL", reference="26/1", name="Zwilling", created_at=paper.created_at,
        changed_at=paper.changed_at,
    )  # fmt: skip

    with pytest.raises(IntegrityError), transaction.atomic():
        other.save()


def test_a_withdrawn_paper_comes_anew(keeper: Client, make_person):
    bring(keeper, TABLE, do="import")
    gone = Paper.objects.get(reference="26/3")
    keeping.withdraw_paper(paper=gone, by=make_person(Role.COORDINATOR), at=clock.now())

    bring(keeper, TABLE, do="import")

    assert Paper.objects.filter(reference="26/3", deleted_at__isnull=True).exclude(pk=gone.pk)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no workbook"])
def test_what_is_no_table_is_refused_with_a_reason(keeper: Client, content: bytes):
    file = SimpleUploadedFile("x.csv", content)

    answer = keeper.post(ADDRESS, {"file": file, "visibility": "PUBLIC"})

    assert answer.status_code == 422
    assert counted() == (0, 0, 0, 0)


def test_a_visibility_that_there_is_not_is_refused(keeper: Client):
    answer = bring(keeper, TABLE, do="import", visibility="EVERYBODY")

    assert answer.status_code == 422
    assert counted() == (0, 0, 0, 0)


def test_columns_that_nothing_is_read_from_are_named(keeper: Client):
    page = bring(keeper, "Vorlage;Betreff;Federführung\n1;Eins;Amt 66\n").content.decode()

    assert "Federführung" in page


def test_who_does_not_keep_the_council_may_not_import(client_of, make_person):
    assert client_of(make_person(Role.READER)).get(ADDRESS).status_code == 403
