"""Files that are archives: office documents without macros, and plain archives. Nothing is
unpacked but a few short parts, each read to a limit."""

import io
import struct
import zipfile
import zlib
from typing import BinaryIO

from django.utils.translation import gettext as _

from netzstadt.core.files.refusals import FileRefused

MOST_PARTS = 10_000
LONGEST_PART = 2**20
LONGEST_LIST = 2 * 2**20
_LONGEST_END = 22 + 65_535  # the record at the end and a comment behind it
_MAIN = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
_MACRO_FOLDERS = ("basic/", "scripts/")
_OPEN = "application/vnd.oasis.opendocument."
_OPEN_TYPES = {"odt": "text", "ods": "spreadsheet", "odp": "presentation", "odg": "graphics"}
# The only ones that office documents use (ISO/IEC 29500-2, C; OpenDocument 1.3 part 2, 3.1), and
# that are unpacked piece by piece: of bzip2 and LZMA, zipfile unpacks all that it has read at once.
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_PROGRAM_ENDINGS = (
    *(".exe", ".dll", ".com", ".bat", ".cmd", ".ps1", ".vbs", ".js", ".jse", ".wsf", ".scr"),
    *(".msi", ".jar", ".hta", ".lnk", ".sh", ".docm", ".xlsm", ".pptm", ".html", ".htm"),
)


def check_office(file: BinaryIO, ending: str, *, wrong: FileRefused) -> None:
    """A document of Office Open XML: its main part is there, and no macros.

    Raises ``wrong`` or FileRefused.
    """
    with _opened(file, wrong) as archive:
        names = _names(archive)
        if _MAIN[ending] not in names or "[content_types].xml" not in names:
            raise wrong
        types = _read(archive, "[Content_Types].xml", wrong).lower()
        if b"macroenabled" in types or any("vbaproject" in name for name in names):
            raise _macros()
        if any(name.startswith(("word/activex", "xl/activex", "ppt/activex")) for name in names):
            raise _macros()


def check_open_document(file: BinaryIO, ending: str, *, wrong: FileRefused) -> None:
    """An OpenDocument: its first part says which, and there are no macros.

    Raises ``wrong`` or FileRefused.
    """
    with _opened(file, wrong) as archive:
        names = _names(archive)
        if "mimetype" not in names or "content.xml" not in names:
            raise wrong
        if _read(archive, "mimetype", wrong).strip() != (_OPEN + _OPEN_TYPES[ending]).encode():
            raise wrong
        if any(name.startswith(_MACRO_FOLDERS) for name in names):
            raise _macros()


def check_archive(file: BinaryIO, *, wrong: FileRefused) -> None:
    """An archive that can be looked into and holds no programs. Raises ``wrong`` or FileRefused."""
    with _opened(file, wrong) as archive:
        for name in _names(archive):
            if name.endswith(_PROGRAM_ENDINGS):
                raise FileRefused(
                    _("The archive holds “%(name)s”; programs cannot be attached.") % {"name": name}
                )


def _opened(file: BinaryIO, wrong: FileRefused) -> zipfile.ZipFile:
    _look_at_the_end(file, wrong)
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise wrong from error
    parts = archive.infolist()
    if len(parts) > MOST_PARTS:
        raise FileRefused(_("The archive has too many parts."))
    if any(part.flag_bits & 1 for part in parts):
        raise FileRefused(_("The file is locked with a password, so it cannot be checked."))
    return archive


def _look_at_the_end(file: BinaryIO, wrong: FileRefused) -> None:
    """Refuse a list of parts that is too long before it is read into memory.

    Files of 4 GiB and more have a list of another form, which nothing here needs.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - _LONGEST_END))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        raise wrong
    (list_size,) = struct.unpack_from("<I", tail, at + 12)
    if list_size > LONGEST_LIST or tail[max(0, at - 20) : at].startswith(b"PK\x06\x07"):
        raise FileRefused(_("The archive has too many parts."))


def _names(archive: zipfile.ZipFile) -> set[str]:
    return {part.filename.replace("\\", "/").lower() for part in archive.infolist()}


def _read(archive: zipfile.ZipFile, name: str, wrong: FileRefused) -> bytes:
    try:
        if archive.getinfo(name).compress_type not in _METHODS:
            raise wrong
        with archive.open(name) as part:
            return part.read(LONGEST_PART)
    except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise wrong from error


def _macros() -> FileRefused:
    return FileRefused(_("The document holds macros. Save it without them and attach that."))
