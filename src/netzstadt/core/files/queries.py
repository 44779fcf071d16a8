"""Finding files: those of an object, their versions, and what the scanner knows."""

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from netzstadt.core import objects
from netzstadt.core.access import queries as access
from netzstadt.core.access.permissions import Role
from netzstadt.core.files import clamd
from netzstadt.core.files.models import Attachment, FileVersion, ScanState
from netzstadt.core.files.permissions import ATTACH_FILES
from netzstadt.core.files.refusals import FileRefused
from netzstadt.core.rooms import ObjectCard

if TYPE_CHECKING:
    from netzstadt.core.audit.models import AuditEvent
    from netzstadt.core.orgs.models import Person

PAGE = 50
WAITING = (ScanState.NOT_SCANNED, ScanState.ERROR)


@dataclass(frozen=True, slots=True)
class FileEntry:
    """An attachment with its newest version, as lists show it."""

    attachment: Attachment
    version: FileVersion
    version_count: int


@dataclass(frozen=True, slots=True)
class ScannerFacts:
    """How virus scanning stands, for pages and for the health of the installation."""

    is_configured: bool
    is_answering: bool
    is_required: bool
    waiting_count: int
    infected_count: int


def may_change(model: str, object_id: uuid.UUID, *, by: "Person | None") -> bool:
    """Whether this person may attach files to an object that she sees, and remove them."""
    return access.may(by, ATTACH_FILES, objects.Spot(model, object_id))


def attachments_of(model: str, object_id: uuid.UUID) -> QuerySet[Attachment, Any]:
    """The attachments of an object that are not removed, the newest first, whoever asks."""
    found = Attachment.objects.filter(model=model, object_id=object_id, removed_at__isnull=True)
    return found.order_by("-created_at", "-pk")


def removed_from(model: str, object_id: uuid.UUID) -> QuerySet[Attachment, Any]:
    """The attachments of an object that can still be restored, the last removed first."""
    found = Attachment.objects.filter(model=model, object_id=object_id, removed_at__isnull=False)
    return found.select_related("removed_by").order_by("-removed_at", "-pk")


def files_of(
    model: str, object_id: uuid.UUID, *, to: "Person | None", limit: int = PAGE
) -> list[FileEntry]:
    """The files of an object with their newest versions; none if ``to`` may not see the object."""
    if objects.card_of(model, object_id, to=to) is None:
        return []
    return entries(attachments_of(model, object_id)[:limit])


def entries(attachments: "Collection[Attachment] | QuerySet[Attachment, Any]") -> list[FileEntry]:
    """These attachments with their newest versions and how many there are, in three statements."""
    rows = list(attachments)
    versions = FileVersion.objects.filter(attachment__in=rows)
    newest = versions.order_by("attachment_id", "-number").distinct("attachment_id")
    by_attachment = {version.attachment_id: version for version in newest}
    counted = versions.order_by().values("attachment_id").annotate(count=Count("pk"))
    counts = {row["attachment_id"]: row["count"] for row in counted}
    return [FileEntry(row, by_attachment[row.pk], counts[row.pk]) for row in rows]


def versions_of(attachment: Attachment) -> QuerySet[FileVersion, Any]:
    """Every version of an attachment, the newest first."""
    return attachment.versions.select_related("uploaded_by").order_by("-number")


def attachment(attachment_id: uuid.UUID, *, to: "Person | None") -> Attachment:
    """An attachment that ``to`` may see, for its object is hers to see.

    A removed one is there only for those who may restore it. Raises Attachment.DoesNotExist.
    """
    found = Attachment.objects.select_related("removed_by").get(pk=attachment_id)
    if objects.card_of(found.model, found.object_id, to=to) is None:
        raise Attachment.DoesNotExist
    if found.removed_at is not None and not may_change(found.model, found.object_id, by=to):
        raise Attachment.DoesNotExist
    return found


def version_to_hand_out(version_id: uuid.UUID, *, to: "Person | None") -> FileVersion:
    """A version whose content ``to`` may have now.

    Raises FileVersion.DoesNotExist if it is not there for her, and FileRefused if it is infected,
    or must be found clean before it is handed out.
    """
    version = FileVersion.objects.select_related("attachment").get(pk=version_id)
    of = version.attachment
    if of.removed_at is not None or objects.card_of(of.model, of.object_id, to=to) is None:
        raise FileVersion.DoesNotExist
    if version.is_infected:
        raise FileRefused(_("This file is infected. It is in quarantine; nobody can open it."))
    if settings.CONFIG.scan_required and version.scan_state != ScanState.CLEAN:
        raise FileRefused(_("This file waits for the virus scanner. Try again in a few minutes."))
    return version


def attachment_cards(
    ids: Collection[uuid.UUID], *, to: "Person | None"
) -> dict[uuid.UUID, ObjectCard]:
    """Cards of the attachments whose objects the reader may see."""
    by_model: dict[str, list[Attachment]] = {}
    for row in Attachment.objects.filter(pk__in=ids, removed_at__isnull=True):
        by_model.setdefault(row.model, []).append(row)
    cards = {}
    for model, rows in by_model.items():
        seen = objects.cards_of(model, {row.object_id for row in rows}, to=to)
        for row in rows:
            if row.object_id in seen:
                url = reverse("files:attachment", args=[row.pk])
                cards[row.pk] = ObjectCard(
                    model="files.attachment", id=row.pk, title=row.title, url=url
                )
    return cards


def scanner_facts() -> ScannerFacts:
    """Whether there is a scanner, whether it answers, and what waits for it."""
    address = settings.CONFIG.clamd_address
    return ScannerFacts(
        is_configured=address is not None,
        is_answering=clamd.is_answering(address),
        is_required=settings.CONFIG.scan_required,
        waiting_count=FileVersion.objects.filter(scan_state__in=WAITING).count(),
        infected_count=FileVersion.objects.filter(scan_state=ScanState.INFECTED).count(),
    )


def scanner_warning() -> str:
    """What is wrong with scanning for viruses: nothing (empty), ``none`` set up, or it is ``away``.

    Asked by every page with files, so the scanner itself is asked once in half a minute.
    """
    address = settings.CONFIG.clamd_address
    if address is None:
        return "none"
    key = f"files.scanner.{address}"
    is_answering = cache.get(key)
    if is_answering is None:
        is_answering = clamd.is_answering(address)
        cache.set(key, is_answering, timeout=30)
    return "" if is_answering else "away"


def persons_to_warn(event: "AuditEvent") -> list[uuid.UUID]:
    """Whom an infected file is told to: who uploaded it, and the administrators."""
    version = FileVersion.objects.filter(pk=event.data["version_id"]).first()
    told = {person.pk for person in access.people_with(Role.ADMINISTRATOR, limit=50)}
    if version is not None and version.uploaded_by_id is not None:
        told.add(version.uploaded_by_id)
    return sorted(told)


def every_content() -> Iterator[tuple[str, int]]:
    """Hash and size of every content that a version names: what a backup must hold."""
    rows = FileVersion.objects.order_by("sha256").values_list("sha256", "size").distinct("sha256")
    yield from rows.iterator(chunk_size=1000)


def personal_data(person: "Person") -> dict[str, list[dict[str, Any]]]:
    """The files on a person and those that she uploaded, for her own export."""
    about = FileVersion.objects.filter(
        attachment__model="orgs.person", attachment__object_id=person.pk
    )
    by_her = FileVersion.objects.filter(uploaded_by=person)
    return {
        _("Files about you"): [_record(version) for version in about.select_related("attachment")],
        _("Files you uploaded"): [
            _record(version) for version in by_her.select_related("attachment")
        ],
    }


def _record(version: FileVersion) -> dict[str, Any]:
    return {
        "title": version.attachment.title,
        "version": version.number,
        "name": version.original_name,
        "size": version.size,
        "uploaded_at": version.uploaded_at.isoformat(),
        "sha256": version.sha256,
    }
