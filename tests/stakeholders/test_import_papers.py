"""Papers and results from a table: read as councils list them, all or none, never twice."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from tests.stakeholders.test_paper_files import HEAD, read

from netzstadt.core.access.permissions import Role
from netzstadt.core.audit.models import AuditEvent
from netzstadt.lib import clock, tables
from netzstadt.stakeholders.models import (
    AgendaItem,
    Consultation,
    CouncilOrganisation,
    Meeting,
    Paper,
)
from netzstadt.stakeholders.services import keeping
from netzstadt.stakeholders.services.paper_plans import plan_papers

pytestmark = pytest.mark.django_db
ADDRESS = "/office/council/papers/import/"
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


def test_a_mistake_keeps_everything_out(keeper: Client):
    answer = bring(keeper, TABLE + "26/4;Vier;kein Tag;;;;;;;\n", do="import")

    assert answer.status_code == 422
    assert "Line 6" in answer.content.decode()
    assert counted() == (0, 0, 0, 0)


def test_a_new_paper_needs_a_name_and_a_known_one_does_not(keeper: Client):
    bring(keeper, TABLE, do="import")

    refused = bring(keeper, HEAD + "26/9;;;;;;;;;\n", do="import")
    assert refused.status_code == 422
    assert "Say what the paper is called." in refused.content.decode()

    bring(keeper, "Vorlage;Art\n26/3;Anfrage\n", do="import")
    assert Paper.objects.get(reference="26/3").kind == "Anfrage"


SECRET = "26/9;Grundstückskauf;;;;Rat der Stadt;05.03.2026;9;beschlossen;Kaufpreis\n"


def test_what_only_the_administration_may_read_stays_there_on_a_public_agenda(keeper: Client):
    bring(keeper, TABLE, do="import")

    bring(keeper, HEAD + SECRET, do="import", visibility="ADMINISTRATION")

    meeting = Meeting.objects.get(name="Rat der Stadt")
    for page in ("resolutions/", f"meetings/{meeting.pk}/", "papers/"):
        text = Client().get(f"/council/{page}").content.decode()
        assert "Bericht zur Lage" in text
        assert "Grundstückskauf" not in text
    assert "Grundstückskauf" in keeper.get(f"/council/meetings/{meeting.pk}/").content.decode()
    again = bring(keeper, HEAD + SECRET, visibility="ADMINISTRATION").content.decode()
    assert "Nothing would change" in again


def test_a_list_that_not_everybody_may_read_does_not_write_into_a_public_item(keeper: Client):
    bring(keeper, TABLE, do="import")

    answer = bring(
        keeper,
        HEAD + "26/2;Bericht;;;;Rat der Stadt;05.03.2026;8;Kenntnisnahme;Vertraulich\n",
        do="import",
        visibility="ADMINISTRATION",
    )

    assert answer.status_code == 422
    assert not AgendaItem.objects.filter(resolution_text="Vertraulich")


def test_a_meeting_of_the_administration_that_is_opened_keeps_what_was_not_public(
    keeper: Client, make_person
):
    bring(keeper, TABLE, do="import")
    bring(keeper, HEAD + SECRET, do="import", visibility="ADMINISTRATION")
    meeting = Meeting.objects.get(name="Rat der Stadt")
    by = make_person(Role.COORDINATOR)
    for visibility in ("ADMINISTRATION", "PUBLIC"):
        facts = keeping.MeetingFacts(
            body=meeting.name, start_at=meeting.start_at, visibility=visibility
        )
        keeping.correct_meeting(meeting=meeting, facts=facts, by=by, at=clock.now())

    found = AgendaItem.objects.filter(meeting=meeting).order_by("order")
    assert [one.visibility for one in found] == ["PUBLIC", "PUBLIC", "ADMINISTRATION"]


def items() -> list[tuple[str, list[str], str]]:
    found = AgendaItem.objects.filter(deleted_at__isnull=True).order_by("number", "id")
    return [
        (
            one.number,
            sorted(
                tie.paper.reference for tie in one.consultations.filter(deleted_at__isnull=True)
            ),
            one.result_text,
        )
        for one in found
    ]


def test_a_paper_that_stands_twice_on_an_agenda_comes_in_once(keeper: Client):
    rows = "P;Eins;;;;Rat;05.03.2026;7;vertagt;\nP;;;;;Rat;05.03.2026;9;beschlossen;\n"
    bring(keeper, HEAD + rows, do="import")

    assert items() == [("7", ["P"], "vertagt"), ("9", ["P"], "beschlossen")]
    assert "Nothing would change" in bring(keeper, HEAD + rows).content.decode()


def test_an_item_without_a_number_gets_it_from_a_later_list(keeper: Client):
    bring(keeper, HEAD + "P;Eins;;;;Rat;05.03.2026;;;\n", do="import")
    bring(keeper, HEAD + "P;Eins;;;;Rat;05.03.2026;4;vertagt;\n", do="import")

    assert items() == [("4", ["P"], "vertagt")]


@pytest.mark.parametrize(
    ("before", "rows"),
    [
        (
            "P;Eins;;;;Rat;05.03.2026;7;;\n",
            "N;N;;;;Rat;05.03.2026;7;vertagt;\nP;;;;;Rat;05.03.2026;8;;\n",
        ),
        (
            "P;E;;;;Rat;05.03.2026;7;;\nQ;Z;;;;Rat;05.03.2026;7;;\n",
            "R;R;;;;Rat;05.03.2026;7;;\nQ;;;;;Rat;05.03.2026;;vertagt;\n",
        ),
        (
            "P;E;;;;Rat;05.03.2026;7;;\nQ;Z;;;;Rat;05.03.2026;7;;\n",
            "P;;;;;Rat;05.03.2026;;vertagt;\nQ;;;;;Rat;05.03.2026;;;Text\n",
        ),
    ],
)
def test_rows_that_claim_one_item_are_named_and_nothing_is_lost(
    keeper: Client, before: str, rows: str
):
    bring(keeper, HEAD + before, do="import")
    known = items()

    answer = bring(keeper, HEAD + rows, do="import")

    assert answer.status_code == 422
    assert "stands under item 7" in answer.content.decode()
    assert items() == known


def test_a_time_that_is_said_later_is_that_of_the_meeting(keeper: Client):
    bring(keeper, TABLE, do="import")
    bring(keeper, TABLE.replace("05.03.2026;", "05.03.2026 15:00;"), do="import")

    assert counted() == (3, 2, 3, 3)
    assert Meeting.objects.get(name="Rat der Stadt").start_at == datetime(
        2026, 3, 5, 14, tzinfo=UTC
    )
    assert "Nothing would change" in bring(keeper, TABLE).content.decode()


def test_two_meetings_of_a_day_are_told_apart_by_their_times(keeper: Client):
    rows = "1;Eins;;;;Rat;05.03.2026 09:00;1;;\n2;Zwei;;;;Rat;05.03.2026 16:00;1;;\n"
    bring(keeper, HEAD + rows, do="import")
    assert Meeting.objects.count() == 2

    answer = bring(keeper, HEAD + "3;Drei;;;;Rat;05.03.2026;2;;\n", do="import")

    assert answer.status_code == 422
    assert "more than once" in answer.content.decode()


def test_a_body_of_an_earlier_term_does_not_hide_the_meeting_that_the_system_tells(
    keeper: Client, source, harvest
):
    harvest(source)
    CouncilOrganisation.objects.create(
        origin="MANUAL", name="Rat der Stadt", created_at=clock.now(), changed_at=clock.now()
    )

    bring(keeper, HEAD + "X;Neu;;;;rat der stadt;05.03.2026;1;;\n", do="import")

    assert not Meeting.objects.filter(origin="MANUAL")


def test_what_the_page_kept_is_what_was_in_the_file(keeper: Client):
    book = tables.xlsx(
        "Vorlagen",
        ["Nr", "Betreff", "Beratung (Ausschuss, Rat, Beirat, x)"],
        [["26/1", "Größe „A;B“\nzweite Zeile", "egal"]],
        at=clock.now(),
    )
    file = SimpleUploadedFile("vorlagen.xlsx", book)
    looked = keeper.post(ADDRESS, {"file": file, "visibility": "PUBLIC"})
    sent = {name: looked.context[name] for name in ("content", "file_name")}

    done = keeper.post(ADDRESS, {**sent, "visibility": "PUBLIC", "do": "import"})

    assert done.status_code == 302
    assert Paper.objects.get().name == "Größe „A;B“ zweite Zeile"


def test_a_table_that_the_page_could_not_keep_is_refused_at_once(keeper: Client):
    text = "Grundsatz der Planung " * 400
    book = tables.xlsx(
        "Vorlagen", ["Nr", "Betreff"], [[str(n), text] for n in range(300)], at=clock.now()
    )
    assert len(book) < tables.MAX_BYTES

    answer = keeper.post(
        ADDRESS, {"file": SimpleUploadedFile("x.xlsx", book), "visibility": "PUBLIC"}
    )

    assert answer.status_code == 422
    assert "larger than 2 MB" in answer.content.decode()


def test_a_list_of_many_meetings_asks_the_database_a_bounded_number_of_times(
    db, django_assert_max_num_queries
):
    rows = "".join(f"{n};P;;;;Gremium {n};05.03.2026;1;;\n" for n in range(200))
    file = read(rows)

    with django_assert_max_num_queries(6):
        plan = plan_papers(file=file, visibility="PUBLIC")

    assert len(plan.new_meetings) == 200


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
