"""What happens to files. Titles and names may say something about a person."""

import uuid
from dataclasses import dataclass
from typing import ClassVar

from netzstadt.core.audit.events import Event


@dataclass(frozen=True, kw_only=True)
class FileAttached(Event):
    """A file was attached to an object; it is the first version."""

    name = "files.attachment.attached"
    object_model = "files.attachment"
    personal: ClassVar[frozenset[str]] = frozenset({"title", "original_name"})

    of_model: str
    of_id: uuid.UUID
    title: str
    original_name: str
    sha256: str
    size: int


@dataclass(frozen=True, kw_only=True)
class FileVersionAdded(Event):
    """A further version of an attached file came in; the ones before stay."""

    name = "files.version.added"
    object_model = "files.attachment"
    personal: ClassVar[frozenset[str]] = frozenset({"original_name"})

    of_model: str
    of_id: uuid.UUID
    number: int
    original_name: str
    sha256: str
    size: int


@dataclass(frozen=True, kw_only=True)
class AttachmentRenamed(Event):
    """An attached file was given another title."""

    name = "files.attachment.renamed"
    object_model = "files.attachment"
    personal: ClassVar[frozenset[str]] = frozenset({"before", "after"})

    of_model: str
    of_id: uuid.UUID
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class AttachmentRemoved(Event):
    """An attached file was removed; it can be restored for thirty days."""

    name = "files.attachment.removed"
    object_model = "files.attachment"

    of_model: str
    of_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class AttachmentRestored(Event):
    """A removed file was put back."""

    name = "files.attachment.restored"
    object_model = "files.attachment"

    of_model: str
    of_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class AttachmentPurged(Event):
    """A removed file was deleted for good, with all its versions."""

    name = "files.attachment.purged"
    object_model = "files.attachment"

    of_model: str
    of_id: uuid.UUID
    version_count: int


@dataclass(frozen=True, kw_only=True)
class FileFoundInfected(Event):
    """The virus scanner found something in a version; it went into quarantine."""

    name = "files.version.infected"
    object_model = "files.attachment"

    version_id: uuid.UUID
    number: int
    signature: str


@dataclass(frozen=True, kw_only=True)
class PersonalFilesErased(Event):
    """What the files knew of a person was removed."""

    name = "files.personal_data.erased"
    object_model = "orgs.person"

    attachment_count: int
    upload_count: int
