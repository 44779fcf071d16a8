"""The pages of files: attaching, newer versions, removing and restoring, by who may."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.core.files.samples import PROGRAM, TEXT

from netzstadt.core.access import services as access
from netzstadt.core.access.permissions import Role
from netzstadt.core.files.models import Attachment, FileVersion

pytestmark = pytest.mark.django_db


def upload(content: bytes = TEXT, name: str = "weg.txt", **more: str) -> dict[str, object]:
    """What a form with a file sends."""
    return {"file": SimpleUploadedFile(name, content), **more}


def test_a_file_is_attached_on_the_page_of_its_object(client_of, engineer, thing):
    client = client_of(engineer)
    page = f"/stations/{thing.pk}/"

    sent = client.post(
        f"/files/of/urbandata.thing/{thing.pk}/attach/", upload(title="Weg", next=page)
    )

    assert (sent.status_code, sent["Location"]) == (302, f"{page}#files")
    shown = client.get(page).content.decode()
    assert "Weg" in shown
    assert f"/files/versions/{FileVersion.objects.get().pk}/" in shown


def test_a_refused_file_comes_back_with_the_reason_at_its_field(client_of, engineer, thing):
    client = client_of(engineer)

    sent = client.post(f"/files/of/urbandata.thing/{thing.pk}/attach/", upload(PROGRAM, "tool.pdf"))

    assert sent.status_code == 422
    assert 'aria-describedby="id_file-error"' in sent.content.decode()


def test_a_form_without_a_file_comes_back(client_of, engineer, thing):
    client = client_of(engineer)

    assert client.post(f"/files/of/urbandata.thing/{thing.pk}/attach/", {}).status_code == 422


def test_an_address_elsewhere_is_not_followed(client_of, engineer, thing):
    client = client_of(engineer)

    sent = client.post(
        f"/files/of/urbandata.thing/{thing.pk}/attach/", upload(next="https://example.org/")
    )

    assert sent["Location"] == f"/stations/{thing.pk}/#files"


def test_who_only_reads_cannot_change_and_sees_no_buttons(
    client_of, make_person, attach, thing, client
):
    version = attach()
    reader = client_of(make_person(Role.READER))
    of = version.attachment_id
    calls = [
        f"/files/of/urbandata.thing/{thing.pk}/attach/",
        f"/files/{of}/versions/",
        f"/files/{of}/rename/",
        f"/files/{of}/remove/",
        f"/files/{of}/restore/",
    ]

    assert [reader.post(call, upload(title="x")).status_code for call in calls] == [403] * 5
    assert [client.post(call, upload(title="x")).status_code for call in calls] == [302] * 5
    assert "/remove/" not in reader.get(f"/files/{of}/").content.decode()
    assert Attachment.objects.get().removed_at is None


def test_a_role_for_one_object_counts_for_its_files_alone(
    client_of, make_person, make_station, thing
):
    other = make_station("Neutor").thing
    partner = client_of(make_person(Role.DATA_ENGINEER, object_id=thing.pk))

    there = partner.post(f"/files/of/urbandata.thing/{thing.pk}/attach/", upload())
    elsewhere = partner.post(f"/files/of/urbandata.thing/{other.pk}/attach/", upload())

    assert (there.status_code, elsewhere.status_code) == (302, 403)


def test_a_role_in_a_unit_counts_for_what_belongs_to_the_unit(client_of, make_person, make_unit):
    mine, other = make_unit("Referat Mobilität"), make_unit("Referat Umwelt")
    team = make_unit("Team Radverkehr", mine)
    person = make_person(Role.READER)
    access.grant_role(
        person=person, role=Role.COORDINATOR, unit_id=mine.pk, by=None, at=person.created_at
    )
    client = client_of(person)

    answers = [
        client.post(f"/files/of/orgs.unit/{unit.pk}/attach/", upload()).status_code
        for unit in (mine, team, other)
    ]

    assert answers == [302, 302, 403]


def test_a_newer_version_is_uploaded_on_the_page_of_the_file(client_of, engineer, attach):
    client, version = client_of(engineer), attach()

    sent = client.post(f"/files/{version.attachment_id}/versions/", upload(b"newer", "b.txt"))
    wrong = client.post(f"/files/{version.attachment_id}/versions/", upload(PROGRAM, "b.txt"))

    assert (sent.status_code, wrong.status_code) == (302, 422)
    page = client.get(f"/files/{version.attachment_id}/")
    assert [row.number for row in page.context["page"]] == [2, 1]


def test_a_removed_file_is_restored_where_it_was_removed(client_of, engineer, attach, thing):
    client, version = client_of(engineer), attach(title="Weg")
    all_files = f"/files/of/urbandata.thing/{thing.pk}/"

    sent = client.post(f"/files/{version.attachment_id}/remove/")
    shown = client.get(all_files)
    back = client.post(f"/files/{version.attachment_id}/restore/")

    assert (sent["Location"], back["Location"]) == (f"{all_files}#removed", all_files)
    assert 'id="removed"' in shown.content.decode()
    assert [one.title for one in shown.context["removed"]] == ["Weg"]
    assert Attachment.objects.get().removed_at is None


def test_the_page_of_a_removed_file_offers_to_restore_it(client_of, engineer, attach):
    client, version = client_of(engineer), attach()
    client.post(f"/files/{version.attachment_id}/remove/")

    page = client.get(f"/files/{version.attachment_id}/").content.decode()

    assert "/restore/" in page
    assert f"/files/versions/{version.pk}/" not in page


def test_a_file_is_renamed(client_of, engineer, attach):
    client, version = client_of(engineer), attach(title="Before")

    asked = client.get(f"/files/{version.attachment_id}/rename/")
    wrong = client.post(f"/files/{version.attachment_id}/rename/", {"title": ""})
    client.post(f"/files/{version.attachment_id}/rename/", {"title": "After"})

    assert (asked.status_code, wrong.status_code) == (200, 422)
    assert Attachment.objects.get().title == "After"


def test_objects_of_a_kind_that_no_room_knows_have_no_page(client, thing):
    assert client.get(f"/files/of/nowhere.nothing/{thing.pk}/").status_code == 404


def test_pages_ask_the_database_the_same_for_many_files(
    client_of, engineer, attach, thing, django_assert_max_num_queries
):
    client = client_of(engineer)
    for number in range(25):
        attach(f"{number}".encode(), f"{number}.txt")

    with django_assert_max_num_queries(12):
        page = client.get(f"/files/of/urbandata.thing/{thing.pk}/")

    assert len(page.context["entries"]) == 25
