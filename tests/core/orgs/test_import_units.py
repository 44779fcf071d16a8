"""Importing a tree of units: preview, all or nothing, and again without doubles."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from netzstadt.core.access.permissions import Role
from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.days import today
from netzstadt.core.orgs import unit_files
from netzstadt.core.orgs.models import Unit, UnitVersion
from netzstadt.core.orgs.queries import units as queries
from netzstadt.core.orgs.services import unit_import
from netzstadt.lib import clock

TREE = """\
Kennung;Über;Art;Bezeichnung;Kurz;E-Mail
VS-2;VS;Team;Digitale Organisation;;
VS;;Bereich;Vernetzte Stadt;VS;vs@example.org
VS-1;VS;Team;Datenplattform;;daten@example.org
"""


def do_import(text: str, *, days: int = 0):
    return unit_import.import_units(
        file=unit_files.read(text.encode()),
        file_name="tree.csv",
        valid_from=today() + timedelta(days=days),
        by=None,
        at=clock.now(),
    )


def shape():
    return {
        (version.unit.key, version.parent.key if version.parent else "", version.name)
        for version in queries.units().select_related("parent")
    }


@pytest.mark.django_db
def test_a_tree_comes_in_whatever_the_order_of_its_lines():
    plan = do_import(TREE)

    assert len(plan.new) == 3
    assert shape() == {
        ("VS", "", "Vernetzte Stadt"),
        ("VS-1", "VS", "Datenplattform"),
        ("VS-2", "VS", "Digitale Organisation"),
    }
    assert Unit.objects.get(key="VS").email == "vs@example.org"
    assert AuditEvent.objects.filter(name="orgs.unit.created").count() == 3


@pytest.mark.django_db
def test_the_same_file_again_changes_nothing():
    do_import(TREE)
    before = list(UnitVersion.objects.order_by("pk").values())

    plan = unit_import.plan_import(
        unit_files.read(TREE.encode()), valid_from=today() + timedelta(days=1)
    )
    with pytest.raises(unit_import.ImportRefused):
        do_import(TREE)

    assert (plan.new, plan.changed, plan.unchanged) == ([], [], 3)
    assert list(UnitVersion.objects.order_by("pk").values()) == before


@pytest.mark.django_db
def test_what_changed_is_a_reorganisation_from_the_chosen_day():
    do_import(TREE)

    plan = do_import(TREE.replace("Datenplattform", "Urbane Datenplattform"), days=10)

    assert [change.row.key for change in plan.changed] == ["VS-1"]
    key = Unit.objects.get(key="VS-1").pk
    assert queries.unit(key).name == "Datenplattform"
    later = queries.unit(key, on=today() + timedelta(days=10))
    assert later.name == "Urbane Datenplattform"


@pytest.mark.django_db
def test_two_units_can_change_places_in_one_file():
    do_import("key;parent;kind;name\na;;AREA;A\nb;a;TEAM;B\n")

    do_import("key;parent;kind;name\na;b;AREA;A\nb;;TEAM;B\n", days=1)

    tomorrow = today() + timedelta(days=1)
    tree = [(depth, version.unit.key) for depth, version in queries.tree(on=tomorrow)]
    assert tree == [(0, "b"), (1, "a")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("key;kind;name\na;TEAM;A\na;TEAM;B\n", 3),
        ("key;kind;name\na;CLUB;A\n", 2),
        ("key;kind;name\n;TEAM;A\n", 2),
        ("key;parent;kind;name\na;missing;TEAM;A\n", 2),
        ("key;parent;kind;name\na;b;TEAM;A\nb;a;TEAM;B\n", 2),
        ("key;kind;name;email\na;TEAM;A;not an address\n", 2),
        ("name\nx\n", 1),
        ("", 1),
    ],
)
def test_a_mistake_is_named_with_its_line_and_nothing_is_imported(text, line):
    with pytest.raises(unit_import.ImportRefused, match=str(line)):
        do_import(text)

    assert not Unit.objects.exists()


def test_files_of_spreadsheet_programs_are_read():
    written = '\ufeffkey,kind,name\r\nä,TEAM,"A, B"\r\n'.encode()
    older = "key;kind;name\r\nX1;TEAM;Straßenverkehr\r\n".encode("cp1252")

    assert [row.name for row in unit_files.read(written).rows] == ["A, B"]
    assert [row.name for row in unit_files.read(older).rows] == ["Straßenverkehr"]


def test_a_file_that_is_too_large_is_not_read():
    found = unit_files.read(b"x" * (unit_files.MAX_BYTES + 1))

    assert found.rows == []
    assert len(found.mistakes) == 1


@given(st.binary(max_size=400))
def test_no_file_brings_the_reader_down(content):
    found = unit_files.read(content)

    assert found.rows or found.mistakes or not content.strip() or b"key" in content.lower()


@pytest.mark.django_db
def test_the_page_shows_first_and_imports_then(make_person, client_of):
    client = client_of(make_person(Role.COORDINATOR))
    upload = SimpleUploadedFile("tree.csv", TREE.encode(), content_type="text/csv")
    day = today().isoformat()

    preview = client.post("/office/units/import/", {"file": upload, "valid_from": day})
    nothing_yet = Unit.objects.count()
    done = client.post(
        "/office/units/import/",
        {"content": TREE, "file_name": "tree.csv", "valid_from": day},
        follow=True,
    )

    assert "Vernetzte Stadt" in preview.content.decode()
    assert nothing_yet == 0
    assert Unit.objects.count() == 3
    assert "Datenplattform" in done.content.decode()


@pytest.mark.django_db
def test_what_is_exported_is_imported_unchanged(make_person, client_of):
    do_import(TREE)
    client = client_of(make_person(Role.READER))

    exported = client.get("/office/units.csv").content
    plan = unit_import.plan_import(unit_files.read(exported), valid_from=today())

    assert (plan.mistakes, plan.new, plan.changed, plan.unchanged) == ([], [], [], 3)


@pytest.mark.django_db
def test_a_large_tree_is_imported_in_bounded_statements(django_assert_max_num_queries):
    lines = ["key;parent;kind;name", "r;;AREA;Root"]
    lines += [f"u{n};{'r' if n < 40 else f'u{n % 40}'};TEAM;Unit {n}" for n in range(600)]

    with django_assert_max_num_queries(700):  # one a unit for its event, some for all
        do_import("\n".join(lines))

    assert len(queries.tree()) == 601
