"""What the duties change: the scanner's later verdicts, and contents that nothing names."""

import logging
from datetime import datetime
from itertools import islice

from django.conf import settings
from django.db import transaction
from django.db.models import F

from netzstadt.core.files import clamd, intake
from netzstadt.core.files.models import FileVersion, ScanState
from netzstadt.core.files.queries import WAITING
from netzstadt.core.files.services import lock_content, note_verdict
from netzstadt.core.files.store import pieces_of

logger = logging.getLogger(__name__)
ARRIVED_AGES_S = 24 * 3600.0


def scan_waiting(*, at: datetime, limit: int = 20) -> int:
    """Scan what came in without a verdict, or with a failed scan; return how many were judged.

    Those that failed longest ago come first, so that one broken file holds up no other.
    """
    if settings.CONFIG.clamd_address is None:
        return 0
    waiting = FileVersion.objects.filter(scan_state__in=WAITING)
    judged = 0
    for version in waiting.order_by(F("scanned_at").asc(nulls_first=True), "pk")[:limit]:
        verdict = _scan(version)
        note_verdict(version=version, verdict=verdict, at=max(at, version.uploaded_at))
        judged += verdict.state not in WAITING
    return judged


def sweep_orphans() -> int:
    """Delete contents that no version names, and what arrived a day ago and was never kept.

    Return how many contents were deleted.
    """
    place = intake.store()
    place.forget_arrived(older_than_s=ARRIVED_AGES_S)
    contents, swept = place.contents(), 0
    while batch := list(islice(contents, 500)):
        named = set(FileVersion.objects.filter(sha256__in=batch).values_list("sha256", flat=True))
        for sha256 in batch:
            if sha256 not in named:
                swept += _sweep(sha256)
    if swept:
        logger.info("%d contents that no file names any more were deleted.", swept)
    return swept


@transaction.atomic
def _sweep(sha256: str) -> bool:
    """Delete one content, unless somebody attached it again in this moment."""
    lock_content(sha256)
    if FileVersion.objects.filter(sha256=sha256).exists():
        return False
    intake.store().remove(sha256)
    return True


def _scan(version: FileVersion) -> clamd.Verdict:
    try:
        with intake.store().open(version.sha256) as file:
            return clamd.scan(pieces_of(file), address=settings.CONFIG.clamd_address)
    except FileNotFoundError:
        logger.exception("The content of file version %s is missing.", version.pk)
        return clamd.Verdict(ScanState.ERROR, "The content is missing.")
