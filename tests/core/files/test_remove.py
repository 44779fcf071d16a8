"""Removing, restoring within thirty days, purging, and sweeping what nothing names."""

import os
import time
from datetime import timedelta

import pytest
from tests.core.files.samples import TEXT, read

from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.files import queries, scanning, services
from netzstadt.core.files.models import Attachment
from netzstadt.core.files.refusals import AttachmentRefused
from netzstadt.lib import clock

pytestmark = pytest.mark.django_db


def test_a_removed_file_is_gone_from_its_object(attach, engineer, thing):
    version = attach()

    services.remove(attachment=version.attachment, by=engineer, at=clock.now())

    assert queries.files_of("urbandata.thing", thing.pk, to=None) == []


def test_a_removed_file_is_not_handed_out(attach, engineer, client, client_of):
    version = attach()
    services.remove(attachment=version.attachment, by=engineer, at=clock.now())

    assert client.get(f"/files/versions/{version.pk}/").status_code == 404
    assert client_of(engineer).get(f"/files/versions/{version.pk}/").status_code == 404
    assert client.get(f"/files/{version.attachment_id}/").status_code == 404


def test_a_restored_file_is_as_it_was(attach, engineer, thing):
    version = attach()
    services.remove(attachment=version.attachment, by=engineer, at=clock.now())

    services.restore(attachment=version.attachment, by=engineer, at=clock.now())

    (entry,) = queries.files_of("urbandata.thing", thing.pk, to=None)
    assert entry.version == version


def test_what_is_there_cannot_be_restored_and_what_is_gone_not_removed(attach, engineer):
    version = attach()

    with pytest.raises(AttachmentRefused):
        services.restore(attachment=version.attachment, by=engineer, at=clock.now())
    services.remove(attachment=version.attachment, by=engineer, at=clock.now())
    with pytest.raises(AttachmentRefused):
        services.remove(attachment=version.attachment, by=engineer, at=clock.now())


def test_what_was_removed_long_ago_is_purged_and_its_bytes_go_with_the_sweep(
    attach, engineer, store
):
    old, young = attach(b"old", "old.txt"), attach(b"young", "young.txt")
    now = clock.now()
    services.remove(attachment=old.attachment, by=engineer, at=now - timedelta(days=31))
    services.remove(attachment=young.attachment, by=engineer, at=now - timedelta(days=29))

    purged = services.purge_removed(now - timedelta(days=30), limit=10)
    swept = scanning.sweep_orphans()

    assert (purged, swept) == (1, 1)
    assert list(store.contents()) == [young.sha256]
    assert [row.pk for row in Attachment.objects.all()] == [young.attachment_id]
    assert AuditEvent.objects.filter(name="files.attachment.purged").count() == 1
    with pytest.raises(AttachmentRefused, match="for good"):
        services.restore(attachment=old.attachment, by=engineer, at=now)


def test_purging_keeps_to_its_limit(attach, engineer):
    long_ago = clock.now() - timedelta(days=90)
    for number in range(3):
        version = attach(f"{number}".encode(), "a.txt")
        services.remove(attachment=version.attachment, by=engineer, at=long_ago)

    assert services.purge_removed(clock.now(), limit=2) == 2
    assert services.purge_removed(clock.now(), limit=2) == 1


def test_a_content_that_another_file_has_outlives_the_sweep(attach, engineer, store):
    gone, stays = attach(TEXT, "a.txt"), attach(TEXT, "b.txt")
    services.remove(attachment=gone.attachment, by=engineer, at=clock.now() - timedelta(days=40))
    services.purge_removed(clock.now(), limit=10)

    assert scanning.sweep_orphans() == 0
    assert read(store, stays.sha256) == TEXT


def test_what_arrived_yesterday_and_was_never_kept_is_swept(store):
    old, young = store.receive([b"old"]), store.receive([b"young"])
    yesterday = time.time() - 25 * 3600
    os.utime(old.path, (yesterday, yesterday))

    scanning.sweep_orphans()

    assert not old.path.exists()
    assert young.path.exists()


def test_renaming_changes_the_title_alone(attach, engineer):
    version = attach(TEXT, "a.txt", title="Before")

    services.rename(
        attachment=version.attachment, title="  After\n all ", by=engineer, at=clock.now()
    )

    renamed = Attachment.objects.get()
    assert renamed.title == "After all"
    assert renamed.versions.get().original_name == "a.txt"
    entry = AuditEvent.objects.get(name="files.attachment.renamed")
    assert entry.personal == {"before": "Before", "after": "After all"}
    with pytest.raises(AttachmentRefused):
        services.rename(attachment=renamed, title=" ", by=engineer, at=clock.now())
