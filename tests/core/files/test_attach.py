"""Attaching a file: the bytes are durable before the row, and named by their hash."""

import hashlib
import io

import pytest
from django.db import IntegrityError, transaction
from tests.core.files.samples import PNG, TEXT

from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.files import queries, services
from netzstadt.core.files.models import Attachment, FileVersion
from netzstadt.core.files.refusals import AttachmentRefused, FileRefused
from netzstadt.lib import clock
from netzstadt.lib.ids import new_id

pytestmark = pytest.mark.django_db


def test_a_file_lies_under_its_hash_and_its_object_has_it(attach, thing, folder):
    version = attach(PNG, "plan.png", title="Plan")

    sha256 = hashlib.sha256(PNG).hexdigest()
    assert (folder / sha256[:2] / sha256[2:4] / sha256).read_bytes() == PNG
    (entry,) = queries.files_of("urbandata.thing", thing.pk, to=None)
    assert entry.attachment.title == "Plan"
    assert entry.version == version
    assert (version.number, version.size, version.media_type) == (1, len(PNG), "image/png")
    assert list((folder / "incoming").iterdir()) == []


def test_the_trail_says_what_was_attached_and_keeps_the_name_apart(attach, thing, engineer):
    version = attach(TEXT, "bewerbung-muster.txt")

    entry = AuditEvent.objects.get(name="files.attachment.attached")

    assert entry.person_id == engineer.pk
    assert entry.object_id == version.attachment_id
    assert entry.data["of_id"] == str(thing.pk)
    assert entry.personal["original_name"] == "bewerbung-muster.txt"
    assert "bewerbung" not in str(entry.data)


def test_a_file_without_a_title_is_called_like_its_name(attach):
    assert attach(TEXT, "weg_zur_bruecke.txt").attachment.title == "weg zur bruecke"


def test_the_same_content_is_kept_once(attach, store):
    attach(TEXT, "a.txt")
    attach(TEXT, "b.txt")

    assert len(list(store.contents())) == 1


def test_a_file_over_the_limit_is_refused_and_leaves_nothing(attach, folder):
    with pytest.raises(FileRefused, match="2 MiB"):
        attach(b"x" * (2 * 2**20 + 1), "long.txt")

    assert not Attachment.objects.exists()
    assert list((folder / "incoming").iterdir()) == []


def test_a_refused_kind_leaves_nothing(attach, folder):
    with pytest.raises(FileRefused):
        attach(b"MZ\x90\x00", "tool.txt")

    assert not Attachment.objects.exists()
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_large_files_are_taken_in_pieces(attach, thing, engineer):
    class Watched(io.BytesIO):
        largest = 0

        def read(self, size: int | None = -1, /) -> bytes:
            piece = super().read(size)
            Watched.largest = max(Watched.largest, len(piece))
            return piece

    services.attach(
        model="urbandata.thing",
        object_id=thing.pk,
        file=Watched(b"a line\n" * 250_000),
        name="lines.txt",
        by=engineer,
        at=clock.now(),
    )

    assert Watched.largest <= 256 * 1024


def test_nothing_is_attached_to_a_kind_that_no_room_knows(engineer):
    with pytest.raises(AttachmentRefused):
        services.attach(
            model="nowhere.nothing",
            object_id=new_id(),
            file=io.BytesIO(TEXT),
            name="a.txt",
            by=engineer,
            at=clock.now(),
        )


@pytest.mark.parametrize(
    "wrong",
    [
        {"sha256": "ABC"},
        {"size": 0},
        {"number": 0},
        {"original_name": ""},
        {"scan_state": "PERHAPS"},
        {"scan_state": "CLEAN", "scanned_at": None},
        {"scan_state": "NOT_SCANNED", "scanned_at": clock.now()},
    ],
)
def test_the_database_refuses_a_version_that_cannot_be(attach, wrong):
    good = attach()
    row = {
        "attachment": good.attachment,
        "number": 2,
        "sha256": good.sha256,
        "size": 1,
        "media_type": "text/plain",
        "original_name": "a.txt",
        "uploaded_at": good.uploaded_at,
    }

    with pytest.raises(IntegrityError), transaction.atomic():
        FileVersion.objects.create(**{**row, **wrong})


@pytest.mark.parametrize("wrong", [{"title": ""}, {"model": "Not A Model"}, {"removed_by": True}])
def test_the_database_refuses_an_attachment_that_cannot_be(thing, engineer, wrong):
    if "removed_by" in wrong:
        wrong = {"removed_by": engineer}
    row = {"model": "urbandata.thing", "object_id": thing.pk, "title": "A"}

    with pytest.raises(IntegrityError), transaction.atomic():
        Attachment.objects.create(**{**row, **wrong}, created_at=clock.now())


def test_a_number_is_given_once(attach):
    good = attach()

    with pytest.raises(IntegrityError), transaction.atomic():
        FileVersion.objects.create(
            attachment=good.attachment,
            number=1,
            sha256=good.sha256,
            size=1,
            media_type="text/plain",
            original_name="a.txt",
            uploaded_at=clock.now(),
        )
