"""Everything that changes attachments: attaching, versions, removing, restoring, purging."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO

from django.db import connection, transaction
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.core.files import intake
from netzstadt.core.files.clamd import Verdict
from netzstadt.core.files.events import (
    AttachmentPurged,
    AttachmentRemoved,
    AttachmentRenamed,
    AttachmentRestored,
    FileAttached,
    FileFoundInfected,
    FileVersionAdded,
    PersonalFilesErased,
)
from netzstadt.core.files.intake import Judged
from netzstadt.core.files.models import Attachment, FileVersion, ScanState
from netzstadt.core.files.names import title_of
from netzstadt.core.files.refusals import AttachmentRefused
from netzstadt.core.rooms import object_kinds
from netzstadt.lib.ids import new_id

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


def attach(
    *,
    model: str,
    object_id: uuid.UUID,
    file: BinaryIO,
    name: str,
    title: str = "",
    by: "Person | None",
    at: datetime,
) -> FileVersion:
    """Attach a file to an object of any room; return its first version.

    The bytes are received, judged and scanned before the transaction begins, so that a slow scanner
    holds no connection; they are durable before the row that names them is written. An infected
    file is recorded and goes into quarantine.

    Raises FileRefused if the file is not taken in, AttachmentRefused if no room knows the kind.
    """
    if model not in object_kinds():
        raise AttachmentRefused(_("Nothing can be attached to this."))
    with intake.taken_in(file, name) as judged, transaction.atomic():
        attachment = Attachment.objects.create(
            model=model,
            object_id=object_id,
            title=_title(title) or title_of(judged.name),
            created_at=at,
            created_by=by,
        )
        version = _add(attachment, judged, number=1, by=by, at=at)
        audit.record(
            FileAttached(
                object_id=attachment.pk,
                of_model=model,
                of_id=object_id,
                title=attachment.title,
                original_name=version.original_name,
                sha256=version.sha256,
                size=version.size,
            ),
            by=by,
        )
        _judge_at_arrival(version, judged, by=by, at=at)
    return version


def add_version(
    *, attachment: Attachment, file: BinaryIO, name: str, by: "Person | None", at: datetime
) -> FileVersion:
    """Put a newer version over an attached file; all versions before stay as they are.

    Raises FileRefused if the file is not taken in, AttachmentRefused if the attachment was removed
    or its newest version has the same content.
    """
    with intake.taken_in(file, name) as judged, transaction.atomic():
        current = _present(attachment)
        newest = current.versions.order_by("-number").first()
        if newest is not None and newest.sha256 == judged.arrived.sha256:
            raise AttachmentRefused(_("The newest version has the same content already."))
        number = (newest.number if newest is not None else 0) + 1
        version = _add(current, judged, number=number, by=by, at=at)
        audit.record(
            FileVersionAdded(
                object_id=current.pk,
                of_model=current.model,
                of_id=current.object_id,
                number=number,
                original_name=version.original_name,
                sha256=version.sha256,
                size=version.size,
            ),
            by=by,
        )
        _judge_at_arrival(version, judged, by=by, at=at)
    return version


@transaction.atomic
def rename(*, attachment: Attachment, title: str, by: "Person | None", at: datetime) -> None:
    """Give an attached file another title; the names of its versions stay.

    Raises AttachmentRefused if it was removed or the title is empty.
    """
    current = _present(attachment)
    wanted = _title(title)
    if not wanted:
        raise AttachmentRefused(_("Give the file a title."))
    if current.title == wanted:
        return
    event = AttachmentRenamed(
        object_id=current.pk,
        of_model=current.model,
        of_id=current.object_id,
        before=current.title,
        after=wanted,
    )
    current.title = wanted
    current.save(update_fields=["title"])
    audit.record(event, by=by)


@transaction.atomic
def remove(*, attachment: Attachment, by: "Person | None", at: datetime) -> None:
    """Take an attached file off its object; it can be restored for thirty days.

    Raises AttachmentRefused if it is removed already.
    """
    current = _present(attachment)
    current.removed_at, current.removed_by = at, by
    current.save(update_fields=["removed_at", "removed_by"])
    audit.record(
        AttachmentRemoved(object_id=current.pk, of_model=current.model, of_id=current.object_id),
        by=by,
    )


@transaction.atomic
def restore(*, attachment: Attachment, by: "Person | None", at: datetime) -> None:
    """Put a removed file back.

    Raises AttachmentRefused if it is there already, or was deleted for good meanwhile.
    """
    current = Attachment.objects.select_for_update().filter(pk=attachment.pk).first()
    if current is None:
        raise AttachmentRefused(_("This file has been deleted for good."))
    if current.removed_at is None:
        raise AttachmentRefused(_("This file is there already."))
    current.removed_at = current.removed_by = None
    current.save(update_fields=["removed_at", "removed_by"])
    audit.record(
        AttachmentRestored(object_id=current.pk, of_model=current.model, of_id=current.object_id),
        by=by,
    )


@transaction.atomic
def purge_removed(before: datetime, *, limit: int = 500) -> int:
    """Delete attachments that were removed before ``before`` for good; return how many.

    Their contents go with the next sweep, unless another version has the same.
    """
    gone = Attachment.objects.select_for_update(skip_locked=True).filter(removed_at__lt=before)
    rows = list(gone.order_by("removed_at", "pk")[:limit])
    for row in rows:
        _purge(row, by=None)
    return len(rows)


@transaction.atomic
def erase_person(person: "Person", *, by: "Person | None", at: datetime) -> dict[str, int | str]:
    """Delete the files about a person, and forget that she uploaded or removed others.

    Those stay as they are, with their names: they are records of what they are attached to, and
    only who reads them knows whether they say something about her.
    """
    about = list(
        Attachment.objects.select_for_update().filter(model="orgs.person", object_id=person.pk)
    )
    for row in about:
        _purge(row, by=by)
    uploads = FileVersion.objects.filter(uploaded_by=person).update(uploaded_by=None)
    Attachment.objects.filter(created_by=person).update(created_by=None)
    Attachment.objects.filter(removed_by=person).update(removed_by=None)
    if about or uploads:
        audit.record(
            PersonalFilesErased(
                object_id=person.pk, attachment_count=len(about), upload_count=uploads
            ),
            by=by,
        )
    done: dict[str, int | str] = {
        _("Files about you"): len(about),
        _("Names at files you uploaded"): uploads,
    }
    if uploads:
        done[_("Files you uploaded")] = _(
            "stay with their names, as records of what they are attached to"
        )
    return done


def _present(attachment: Attachment) -> Attachment:
    current = Attachment.objects.select_for_update().filter(pk=attachment.pk).first()
    if current is None or current.removed_at is not None:
        raise AttachmentRefused(_("This file has been removed. Restore it first."))
    return current


def _add(
    attachment: Attachment, judged: Judged, *, number: int, by: "Person | None", at: datetime
) -> FileVersion:
    """Keep the bytes, then write the row that names them, while no sweep can take them away."""
    lock_content(judged.arrived.sha256)
    intake.store().keep(judged.arrived)
    return FileVersion.objects.create(
        id=new_id(),
        attachment=attachment,
        number=number,
        sha256=judged.arrived.sha256,
        size=judged.arrived.size,
        media_type=judged.media_type,
        original_name=judged.name,
        uploaded_at=at,
        uploaded_by=by,
    )


def _judge_at_arrival(
    version: FileVersion, judged: Judged, *, by: "Person | None", at: datetime
) -> None:
    """Write down what the scanner said; what lies in quarantine already stays there."""
    same = FileVersion.objects.filter(sha256=version.sha256, scan_state=ScanState.INFECTED).first()
    verdict = Verdict(ScanState.INFECTED, same.scan_note) if same else judged.verdict
    if verdict.state != ScanState.NOT_SCANNED:
        note_verdict(version=version, verdict=verdict, by=by, at=at)
        version.refresh_from_db()


@transaction.atomic
def note_verdict(
    *, version: FileVersion, verdict: Verdict, by: "Person | None" = None, at: datetime
) -> None:
    """Write down what the scanner said of a content; an infected one goes into quarantine.

    Every version with this content is judged by it, whoever uploaded it.
    """
    lock_content(version.sha256)
    same = FileVersion.objects.select_for_update().filter(sha256=version.sha256)
    rows = list(same.exclude(scan_state=ScanState.INFECTED).order_by("pk"))
    if verdict.state == ScanState.INFECTED:
        intake.store().quarantine(version.sha256)
    for row in rows:
        row.scan_state, row.scan_note = verdict.state, verdict.note
        row.scanned_at = None if verdict.state == ScanState.NOT_SCANNED else at
        row.save(update_fields=["scan_state", "scan_note", "scanned_at"])
        if row.is_infected:
            audit.record(
                FileFoundInfected(
                    object_id=row.attachment_id,
                    version_id=row.pk,
                    number=row.number,
                    signature=row.scan_note,
                ),
                by=by,
            )


def lock_content(sha256: str) -> None:
    """Until the transaction ends, nobody else keeps, sweeps or moves this content."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"files.{sha256}"])


def _purge(row: Attachment, *, by: "Person | None") -> None:
    count, _rows = row.versions.all().delete()
    event = AttachmentPurged(
        object_id=row.pk, of_model=row.model, of_id=row.object_id, version_count=count
    )
    row.delete()
    audit.record(event, by=by)


def _title(text: str) -> str:
    return " ".join(text.split())[: Attachment._meta.get_field("title").max_length]
