"""What files know of a person: given to her, and forgotten."""

import io

import pytest
from tests.core.files.samples import TEXT

from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.files import queries, services
from netzstadt.core.files.models import Attachment, FileVersion
from netzstadt.core.rooms import ObjectCard, ObjectKind
from netzstadt.lib import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def portrait(make_person, engineer, monkeypatch):
    """A file about a person, and her."""
    from django.apps import apps

    person = make_person(name="Kim Muster")
    orgs = apps.get_app_config("orgs")
    if not any(kind.model == "orgs.person" for kind in orgs.objects):
        kind = ObjectKind(model="orgs.person", title="Person", cards=f"{__name__}.cards")
        monkeypatch.setattr(orgs, "objects", (*orgs.objects, kind))
    services.attach(
        model="orgs.person",
        object_id=person.pk,
        file=io.BytesIO(b"a contract"),
        name="contract.txt",
        by=engineer,
        at=clock.now(),
    )
    return person


def cards(ids, *, to):
    """Cards of persons for everybody."""
    return {one: ObjectCard(model="orgs.person", id=one, title="A", url="/") for one in ids}


def test_a_person_gets_the_files_about_her_and_by_her(portrait, engineer, attach):
    attach(TEXT, "weg.txt")

    about = list(queries.personal_data(portrait).values())
    by_her = list(queries.personal_data(engineer).values())

    assert [[row["name"] for row in rows] for rows in about] == [["contract.txt"], []]
    assert [sorted(row["name"] for row in rows) for rows in by_her] == [
        [],
        ["contract.txt", "weg.txt"],
    ]


def test_erasing_a_person_deletes_the_files_about_her(portrait):
    done = services.erase_person(portrait, by=None, at=clock.now())

    assert list(done.values()) == [1, 0]
    assert not Attachment.objects.exists()
    assert AuditEvent.objects.filter(name="files.personal_data.erased").count() == 1


def test_erasing_a_person_leaves_her_uploads_without_her_name(portrait, engineer, attach):
    version = attach()
    services.remove(attachment=version.attachment, by=engineer, at=clock.now())

    services.erase_person(engineer, by=None, at=clock.now())

    row = Attachment.objects.get(pk=version.attachment_id)
    assert (row.created_by, row.removed_by) == (None, None)
    assert not FileVersion.objects.filter(uploaded_by=engineer).exists()


def test_erasing_somebody_without_files_is_no_event(make_person):
    services.erase_person(make_person(), by=None, at=clock.now())

    assert not AuditEvent.objects.filter(name="files.personal_data.erased").exists()
