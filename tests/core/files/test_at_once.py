"""What must hold when files are attached, versioned and swept in the same moment."""

import io
from datetime import timedelta

import pytest
from tests.core.test_at_once import at_once, make

from netzstadt.core.access.permissions import Role
from netzstadt.core.files import scanning, services
from netzstadt.core.files.models import Attachment, FileVersion
from netzstadt.core.rooms import object_kinds
from netzstadt.lib import clock
from netzstadt.lib.ids import new_id


@pytest.fixture
def writer(committed):
    """Somebody who may attach files, in a database where commits are kept."""
    return make(1, Role.DATA_ENGINEER)


def attach(by, content=b"a", object_id=None):
    """Attach a file to an object that nobody looks at."""
    assert "urbandata.thing" in object_kinds()
    return services.attach(
        model="urbandata.thing",
        object_id=object_id or new_id(),
        file=io.BytesIO(content),
        name="a.txt",
        by=by,
        at=clock.now(),
    )


def test_versions_added_at_once_have_numbers_of_their_own(writer):
    attachment = attach(writer).attachment

    def add(number):
        return services.add_version(
            attachment=attachment,
            file=io.BytesIO(f"{number}".encode()),
            name="a.txt",
            by=writer,
            at=clock.now(),
        )

    results = at_once(*[lambda number=number: add(number) for number in range(6)])

    assert all(isinstance(one, FileVersion) for one in results), results
    assert sorted(one.number for one in results) == [2, 3, 4, 5, 6, 7]


def test_the_same_content_attached_at_once_is_kept_once_and_whole(writer, store):
    results = at_once(*[lambda: attach(writer, b"the same")] * 6)

    assert all(isinstance(one, FileVersion) for one in results), results
    assert list(store.contents()) == [results[0].sha256]


def test_a_content_that_is_attached_again_while_it_is_swept_stays(writer, store):
    """Again and again, for the moment in which both meet is short."""
    for number in range(12):
        content = f"content {number}".encode()
        old = attach(writer, content)
        services.remove(attachment=old.attachment, by=writer, at=clock.now() - timedelta(days=31))
        services.purge_removed(clock.now(), limit=10)

        kept, _swept = at_once(
            lambda content=content: attach(writer, content), scanning.sweep_orphans
        )

        assert isinstance(kept, FileVersion), kept
        with store.open(kept.sha256) as file:
            assert file.read() == content


def test_a_file_is_removed_by_one_and_purged_by_one(writer):
    attachment = attach(writer).attachment

    def remove():
        services.remove(attachment=attachment, by=writer, at=clock.now() - timedelta(days=31))

    removed = at_once(remove, remove)
    purged = at_once(*[lambda: services.purge_removed(clock.now(), limit=10)] * 2)

    assert sum(isinstance(one, Exception) for one in removed) == 1
    assert sorted(purged) == [0, 1]
    assert not Attachment.objects.exists()
