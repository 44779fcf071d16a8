"""A newer version stands over the ones before, and none ever changes."""

import io

import pytest
from django.db import IntegrityError, transaction
from tests.core.files.samples import TEXT, read

from netzstadt.core.files import queries, services
from netzstadt.core.files.models import FileVersion
from netzstadt.core.files.refusals import AttachmentRefused
from netzstadt.lib import clock

pytestmark = pytest.mark.django_db


def add(attachment, content, by, name="newer.txt"):
    """Put another version over it."""
    return services.add_version(
        attachment=attachment, file=io.BytesIO(content), name=name, by=by, at=clock.now()
    )


def test_versions_are_numbered_and_all_stay(attach, engineer, store, thing):
    first = attach(TEXT)

    second = add(first.attachment, b"newer", engineer)

    assert [version.number for version in queries.versions_of(first.attachment)] == [2, 1]
    assert read(store, first.sha256) == TEXT
    (entry,) = queries.files_of("urbandata.thing", thing.pk, to=None)
    assert (entry.version, entry.version_count) == (second, 2)


def test_the_same_content_is_no_new_version(attach, engineer):
    first = attach(TEXT)

    with pytest.raises(AttachmentRefused):
        add(first.attachment, TEXT, engineer)


def test_an_older_content_may_come_back(attach, engineer):
    first = attach(TEXT)
    add(first.attachment, b"newer", engineer)

    assert add(first.attachment, TEXT, engineer).number == 3


def test_a_removed_file_takes_no_version(attach, engineer):
    first = attach(TEXT)
    services.remove(attachment=first.attachment, by=engineer, at=clock.now())

    with pytest.raises(AttachmentRefused):
        add(first.attachment, b"newer", engineer)


@pytest.mark.parametrize(
    "change",
    [
        {"sha256": "0" * 64},
        {"number": 7},
        {"size": 9},
        {"original_name": "other.txt"},
        {"media_type": "text/html"},
        {"uploaded_at": clock.now()},
    ],
)
def test_the_database_refuses_to_change_a_version(attach, change):
    version = attach()

    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        FileVersion.objects.filter(pk=version.pk).update(**change)


def test_only_forgetting_changes_who_uploaded_it(attach, make_person):
    version = attach()
    rows = FileVersion.objects.filter(pk=version.pk)

    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(uploaded_by=make_person())
    rows.update(uploaded_by=None)

    version.refresh_from_db()
    assert version.uploaded_by is None
