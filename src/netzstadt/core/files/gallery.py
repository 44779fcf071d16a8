"""What the gallery of the kit shows of files: one in each state of the virus scan."""

from typing import Any

from django.utils.translation import gettext as _

from netzstadt.core.files.forms import UploadForm
from netzstadt.core.files.models import Attachment, FileVersion, ScanState
from netzstadt.core.files.queries import FileEntry
from netzstadt.core.files.templatetags.files import Panel
from netzstadt.lib import clock
from netzstadt.lib.ids import new_id


def examples() -> dict[str, Any]:
    """Files that are stored nowhere."""
    states = {
        _("Plan of the mast"): ScanState.CLEAN,
        _("Calibration record"): ScanState.NOT_SCANNED,
        _("Letter of a supplier"): ScanState.INFECTED,
    }
    panel = Panel(
        entries=[_entry(title, state) for title, state in states.items()],
        has_more=False,
        may_change=True,
        has_removed=True,
        form=UploadForm(),
    )
    return {"id": new_id(), "panel": panel}


def _entry(title: str, state: ScanState) -> FileEntry:
    attachment = Attachment(title=title)
    version = FileVersion(
        attachment=attachment,
        number=2,
        size=182_000,
        media_type="application/pdf",
        original_name="PDF",
        uploaded_at=clock.now(),
        scan_state=state,
    )
    return FileEntry(attachment=attachment, version=version, version_count=2)
