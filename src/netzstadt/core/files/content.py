"""What a file really is: its content must be what its name says, and nothing that can act."""

import codecs
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

import puremagic
from django.utils.translation import gettext as _

from netzstadt.core.files import packages, xml_files
from netzstadt.core.files.names import ending_of
from netzstadt.core.files.refusals import FileRefused
from netzstadt.core.files.store import pieces_of

HEAD = 4096
# JSON is read as a whole up to here; a longer one is judged as text.
WHOLE_JSON = 5 * 2**20
_PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"\xca\xfe\xba\xbe",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
)
_PAGES = (b"<!doctype html", b"<html", b"<script", b"<head", b"<body", b"<iframe")
_TEXT_CONTROLS = {*range(0x20)} - {*b"\t\n\r\f\x1b"}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that is taken in: what it is called in headers, and how it is checked."""

    media_type: str
    check: Callable[[BinaryIO, str], None]


def judge(file: BinaryIO, name: str) -> str:
    """The media type of a file with this cleaned name.

    Raises FileRefused if the ending is not on the list, the content is something else, or it can
    act when it is opened: programs, web pages, scripts in drawings, macros.
    """
    ending = ending_of(name)
    file.seek(0)
    head = file.read(HEAD)
    if not head:
        raise FileRefused(_("The file is empty."))
    if head.startswith(_PROGRAMS):
        raise FileRefused(_("This is a program. Programs cannot be attached."))
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_PAGES):
        raise FileRefused(_("This is a web page. Save it as PDF and attach that."))
    kind = KINDS.get(ending)
    if kind is None:
        raise FileRefused(
            _("Files that end in “%(ending)s” cannot be attached. Possible are: %(list)s.")
            % {"ending": f".{ending}" if ending else name, "list": ", ".join(sorted(KINDS))}
        )
    file.seek(0)
    kind.check(file, ending)
    return kind.media_type


def _other(ending: str) -> FileRefused:
    return FileRefused(
        _("The content of the file is not what its name says (.%(ending)s).") % {"ending": ending}
    )


def _by_magic(file: BinaryIO, ending: str) -> None:
    """Compare the first bytes with what files of this kind begin with."""
    try:
        found = puremagic.magic_string(file.read(HEAD))
    except puremagic.PureError:
        found = []
    wanted = _KINDRED.get(ending, {ending})
    if not wanted & {match.extension.lstrip(".").lower() for match in found}:
        raise _other(ending)


def _text(file: BinaryIO, ending: str) -> None:
    """Read the whole file as text: UTF-8, or in the old way one byte a character; no controls."""
    head = file.read(4)
    file.seek(0)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        decoder = codecs.getincrementaldecoder("utf-16")()
    else:
        decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf = True
    for piece in pieces_of(file):
        if is_utf:
            try:
                text = decoder.decode(piece)
            except UnicodeDecodeError:
                is_utf = False
        if not is_utf:
            text = piece.decode("latin-1")
        if any(ord(one) in _TEXT_CONTROLS for one in set(text)):
            raise _other(ending)


def _json(file: BinaryIO, ending: str) -> None:
    _text(file, ending)
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size > WHOLE_JSON:
        if not file.read(HEAD).lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
            raise _other(ending)
        return
    try:
        json.loads(file.read().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise _other(ending) from error


def _xml(file: BinaryIO, ending: str) -> None:
    xml_files.check_xml(file, is_drawing=False, wrong=_other(ending))


def _svg(file: BinaryIO, ending: str) -> None:
    xml_files.check_xml(file, is_drawing=True, wrong=_other(ending))


def _office(file: BinaryIO, ending: str) -> None:
    packages.check_office(file, ending, wrong=_other(ending))


def _open_document(file: BinaryIO, ending: str) -> None:
    packages.check_open_document(file, ending, wrong=_other(ending))


def _archive(file: BinaryIO, ending: str) -> None:
    packages.check_archive(file, wrong=_other(ending))


_KINDRED = {
    "jpg": {"jpg", "jpeg", "jpe", "jfif"},
    "jpeg": {"jpg", "jpeg", "jpe", "jfif"},
    "tif": {"tif", "tiff"},
    "tiff": {"tif", "tiff"},
    "mp4": {"mp4", "m4v"},
}
_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
KINDS = {
    "pdf": Kind("application/pdf", _by_magic),
    "png": Kind("image/png", _by_magic),
    "jpg": Kind("image/jpeg", _by_magic),
    "jpeg": Kind("image/jpeg", _by_magic),
    "gif": Kind("image/gif", _by_magic),
    "webp": Kind("image/webp", _by_magic),
    "tif": Kind("image/tiff", _by_magic),
    "tiff": Kind("image/tiff", _by_magic),
    "mp4": Kind("video/mp4", _by_magic),
    "svg": Kind("image/svg+xml", _svg),
    "txt": Kind("text/plain", _text),
    "md": Kind("text/markdown", _text),
    "csv": Kind("text/csv", _text),
    "json": Kind("application/json", _json),
    "geojson": Kind("application/geo+json", _json),
    "xml": Kind("application/xml", _xml),
    "gml": Kind("application/gml+xml", _xml),
    "kml": Kind("application/vnd.google-earth.kml+xml", _xml),
    "gpx": Kind("application/gpx+xml", _xml),
    "bpmn": Kind("application/xml", _xml),
    "dmn": Kind("application/xml", _xml),
    "docx": Kind(f"{_OFFICE}.wordprocessingml.document", _office),
    "xlsx": Kind(f"{_OFFICE}.spreadsheetml.sheet", _office),
    "pptx": Kind(f"{_OFFICE}.presentationml.presentation", _office),
    "odt": Kind(f"{_OPEN}.text", _open_document),
    "ods": Kind(f"{_OPEN}.spreadsheet", _open_document),
    "odp": Kind(f"{_OPEN}.presentation", _open_document),
    "odg": Kind(f"{_OPEN}.graphics", _open_document),
    "zip": Kind("application/zip", _archive),
}
