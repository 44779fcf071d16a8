"""What the component of files asks for."""

import uuid
from dataclasses import dataclass

from django import template
from django.conf import settings

from netzstadt.core import objects
from netzstadt.core.access.rules import person_of, request_may
from netzstadt.core.files import queries
from netzstadt.core.files.forms import UploadForm
from netzstadt.core.files.permissions import ATTACH_FILES
from netzstadt.core.files.queries import FileEntry

register = template.Library()
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Panel:
    """What stands in the part of a page that shows an object's files."""

    entries: list[FileEntry]
    has_more: bool
    may_change: bool
    has_removed: bool
    form: UploadForm


@register.simple_tag(takes_context=True)
def file_panel(
    context: template.Context, model: str, object_id: uuid.UUID, example: Panel | None = None
) -> Panel:
    """The files of an object for who reads the page; in the gallery an example."""
    if example is not None:
        return example
    request = context["request"]
    entries = queries.files_of(model, object_id, to=person_of(request), limit=SHOWN + 1)
    may_change = request_may(request, ATTACH_FILES, objects.Spot(model, object_id))
    return Panel(
        entries=entries[:SHOWN],
        has_more=len(entries) > SHOWN,
        may_change=may_change,
        has_removed=may_change and queries.removed_from(model, object_id).exists(),
        form=UploadForm(),
    )


@register.simple_tag
def scanner_warning() -> str:
    """What is wrong with scanning for viruses, if anything."""
    return queries.scanner_warning()


@register.simple_tag
def must_be_scanned() -> bool:
    """Whether no file is taken that was not scanned."""
    return settings.CONFIG.scan_required


@register.filter
def scan_kind(state: str) -> str:
    """The light of what the scanner said."""
    return {"CLEAN": "success", "INFECTED": "danger"}.get(state, "warning")
