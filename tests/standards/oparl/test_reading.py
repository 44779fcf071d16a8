"""Reading OParl: only id and type are required, everything else is met with patience."""

import json
from datetime import UTC, date, datetime

import pytest

from netzstadt.standards.oparl import reading
from netzstadt.standards.oparl.objects import (
    Body,
    Consultation,
    File,
    Kind,
    Meeting,
    Organization,
    Paper,
    System,
)
from netzstadt.standards.oparl.reading import Unreadable, read_document, read_object, read_page

TYPE = "https://schema.oparl.org/1.1/"


def made(kind: str, **members):
    return {"id": "https://ris.example/1", "type": f"{TYPE}{kind}", **members}


@pytest.mark.parametrize("kind", list(Kind))
def test_id_and_type_are_enough(kind):
    found = read_object({"id": "https://ris.example/1", "type": f"{TYPE}{kind}"})

    assert type(found).__name__ == kind.value
    assert (found.id, found.name, found.modified, found.is_deleted) == (
        "https://ris.example/1",
        "",
        None,
        False,
    )


@pytest.mark.parametrize(
    "type_",
    [
        "https://schema.oparl.org/1.0/Meeting",
        "https://schema.oparl.org/1.1/Meeting",
        "https://schema.oparl.org/1.0/meeting/",
        "Meeting",
    ],
)
def test_types_of_every_version_are_known(type_):
    assert isinstance(read_object({"id": "x:1", "type": type_}), Meeting)


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ({"type": f"{TYPE}Paper"}, "$.id"),
        ({"id": "", "type": f"{TYPE}Paper"}, "$.id"),
        ({"id": 7, "type": f"{TYPE}Paper"}, "$.id"),
        ({"id": "x:1\0", "type": f"{TYPE}Paper"}, "$.id"),
        ({"id": "x:" + "1" * 500, "type": f"{TYPE}Paper"}, "$.id"),
        ({"id": "x:1"}, "$.type"),
        ({"id": "x:1", "type": f"{TYPE}Person"}, "$.type"),
        (["x:1"], "$"),
    ],
)
def test_what_is_no_object_is_named_by_its_place(value, place):
    with pytest.raises(Unreadable) as error:
        read_object(value)

    assert error.value.place == place


def test_a_stub_of_a_deleted_object_keeps_its_id_alone():
    stub = {"id": "x:1", "type": "", "deleted": True, "name": "Geheim", "reference": "1/26"}

    found = read_object({**stub, "modified": "2026-03-01T10:00:00+01:00"}, kind=Kind.PAPER)

    assert found == Paper(
        id="x:1",
        modified=datetime(2026, 3, 1, 9, tzinfo=UTC),
        is_deleted=True,
        consultations=(),
    )


def test_an_object_of_another_kind_is_not_taken_for_one():
    with pytest.raises(Unreadable, match="Paper is expected"):
        read_object(made("Meeting"), kind=Kind.PAPER)


def test_a_system_names_its_list_of_bodies_or_has_them_inside():
    listed = read_object(made("System", body="https://ris.example/bodies"))
    inside = read_object(made("System", body=[made("Body", name="Stadt")]))

    assert isinstance(listed, System)
    assert isinstance(inside, System)
    assert listed.body_list == "https://ris.example/bodies"
    assert [one.name for one in inside.bodies] == ["Stadt"]


def test_a_body_names_its_lists_those_of_sub_objects_as_well():
    found = read_object(
        made(
            "Body",
            name=" Stadt \n Muster ",
            ags="05513000",
            meeting="https://ris.example/meetings",
            agendaItem="https://ris.example/items",
            paper="javascript:alert(1)",
        )
    )

    assert isinstance(found, Body)
    assert (found.name, found.ags) == ("Stadt Muster", "05513000")
    assert found.lists == {
        Kind.MEETING: "https://ris.example/meetings",
        Kind.AGENDA_ITEM: "https://ris.example/items",
    }


def test_a_meeting_has_its_agenda_inside_and_its_place_in_a_line():
    item = made("AgendaItem", number=3, result="beschlossen", resolutionText="Ja.\n\n Nein. ")
    found = read_object(
        made(
            "Meeting",
            start="2026-03-05T15:00:00+01:00",
            location={"room": "Saal", "streetAddress": "Markt 1", "locality": "Stadt"},
            organization=["x:o", {"id": "x:p"}, None, "x:o"],
            agendaItem=[item],
            invitation={"accessUrl": "https://ris.example/a.pdf", "fileName": "a.pdf"},
            auxiliaryFile=[
                {"accessUrl": "https://ris.example/a.pdf"},
                {"downloadUrl": "https://ris.example/b.pdf", "size": 12},
                {"accessUrl": "javascript:alert(1)"},
                {"accessUrl": "https://ris.example/c.pdf", "deleted": True},
            ],
        )
    )

    assert isinstance(found, Meeting)
    assert found.place == "Saal, Markt 1, Stadt"
    assert found.organizations == ("x:o", "x:p")
    assert found.items is not None
    assert [(one.number, one.result, one.resolution) for one in found.items] == [
        ("3", "beschlossen", "Ja.\n\nNein.")
    ]
    assert found.files == (
        File(name="a.pdf", url="https://ris.example/a.pdf"),
        File(name="b.pdf", url="https://ris.example/b.pdf", size=12),
    )


@pytest.mark.parametrize(
    ("given", "items"),
    [
        ({}, None),
        ({"agendaItem": None}, None),
        ({"agendaItem": "https://ris.example/items"}, None),
        ({"agendaItem": ["https://ris.example/item/1"]}, None),
        ({"agendaItem": []}, ()),
    ],
)
def test_an_agenda_that_is_only_named_says_nothing_and_an_empty_one_does(given, items):
    found = read_object(made("Meeting", **given))

    assert isinstance(found, Meeting)
    assert found.items == items


def test_a_consultation_names_paper_and_item_by_address_or_inside():
    found = read_object(
        made(
            "Consultation",
            paper={"id": "x:p", "type": f"{TYPE}Paper"},
            agendaItem="x:a",
            organization="x:o",
            authoritative=True,
        )
    )

    assert isinstance(found, Consultation)
    assert (found.paper, found.agenda_item, found.organizations) == ("x:p", "x:a", ("x:o",))
    assert found.is_authoritative


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("2026-02-28", date(2026, 2, 28)),
        ("2026-02-28T23:30:00+01:00", date(2026, 2, 28)),
        ("28.02.2026", None),
        ("0001-01-01", None),
        ("9999-12-31T23:59:59", None),
        (20260228, None),
        ("", None),
    ],
)
def test_days_are_read_and_others_are_missing(given, read):
    found = read_object(made("Organization", startDate=given))

    assert isinstance(found, Organization)
    assert found.start == read


def test_what_a_database_cannot_hold_is_left_out_of_texts():
    found = read_object(made("Paper", name="A\0B \ud800C", paperType=["x"], reference=2026))

    assert isinstance(found, Paper)
    assert (found.name, found.paper_type, found.reference) == ("A B C", "", "2026")


def test_a_page_has_objects_and_leads_on():
    page = read_page(
        {
            "data": [made("Paper"), {"id": "x:2"}, "x:3", made("Meeting")],
            "pagination": {"totalElements": 40},
            "links": {"next": "https://ris.example/papers?page=2"},
        },
        kind=Kind.PAPER,
    )

    assert [one.id for one in page.objects] == ["https://ris.example/1", "x:2"]
    assert (page.following, page.total) == ("https://ris.example/papers?page=2", 40)
    assert [one.partition(":")[0] for one in page.left_out] == ["$.data[2]", "$.data[3].type"]


@pytest.mark.parametrize("value", [{}, {"data": {}}, {"data": None}])
def test_what_is_no_page_is_refused(value):
    with pytest.raises(Unreadable, match="data"):
        read_page(value, kind=Kind.PAPER)


@pytest.mark.parametrize("value", [{"data": []}, {"data": [], "links": [], "pagination": "x"}])
def test_the_last_page_leads_nowhere(value):
    page = read_page(value, kind=Kind.PAPER)

    assert (page.objects, page.following, page.total) == ((), "", None)


@pytest.mark.parametrize("data", [b"<html>", b"[]", b"\xff", b"", b"[" * 100_000])
def test_what_is_no_json_object_is_refused(data):
    with pytest.raises(Unreadable):
        read_document(data)


def test_deep_nesting_inside_of_an_object_harms_nothing():
    value: object = {}
    for _ in range(200):
        value = {"agendaItem": [value]}
    document = read_document(json.dumps(made("Meeting", agendaItem=[value])).encode())

    found = reading.read_object(document)

    assert isinstance(found, Meeting)
    assert found.items is None, "nothing in it has an id"
