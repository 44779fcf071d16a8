"""The way in: bytes arrive, are judged and scanned, and only then kept."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from netzstadt.core.files import clamd, content
from netzstadt.core.files.models import ScanState
from netzstadt.core.files.names import clean_name
from netzstadt.core.files.refusals import FileRefused
from netzstadt.core.files.store import Arrived, FolderStore, Store, pieces_of


@dataclass(frozen=True, slots=True)
class Judged:
    """A file that may be kept: its bytes, its name, what it is, what the scanner said."""

    arrived: Arrived
    name: str
    media_type: str
    verdict: clamd.Verdict


def store() -> Store:
    """Where this installation keeps its files."""
    return FolderStore(settings.CONFIG.data_path / "files")


@contextmanager
def taken_in(file: BinaryIO, name: str) -> Iterator[Judged]:
    """Receive a file and judge it; what nobody kept by the end is forgotten.

    Raises FileRefused if it is too large, of a kind that is not taken in, or has to be scanned and
    cannot be.
    """
    cleaned = clean_name(name)
    place = store()
    arrived = place.receive(_up_to_limit(pieces_of(file)))
    try:
        with arrived.path.open("rb") as bytes_:
            media_type = content.judge(bytes_, cleaned)
            bytes_.seek(0)
            verdict = clamd.scan(pieces_of(bytes_), address=settings.CONFIG.clamd_address)
        if settings.CONFIG.scan_required and verdict.state in _NOT_JUDGED:
            raise FileRefused(
                _(
                    "Files must be scanned for viruses here, and the scanner cannot do it now. "
                    "Try again later; if it stays so, tell your administrator."
                )
            )
        yield Judged(arrived, cleaned, media_type, verdict)
    finally:
        place.discard(arrived)


_NOT_JUDGED = frozenset({ScanState.NOT_SCANNED, ScanState.ERROR})


def _up_to_limit(pieces: Iterable[bytes]) -> Iterator[bytes]:
    largest, size = settings.CONFIG.largest_file_mb * 2**20, 0
    for piece in pieces:
        size += len(piece)
        if size > largest:
            raise FileRefused(
                _("The file is larger than %(limit)s MiB.")
                % {"limit": settings.CONFIG.largest_file_mb}
            )
        yield piece
