"""Small real files of the kinds that people attach, and of those that they must not."""

import io
import zipfile

from netzstadt.core.files.store import FolderStore

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360f8cf500f0003860180b0e4a4c90000000049454e44ae426082"
)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><circle r="4" fill="#333"/></svg>'
TEXT = "Der Weg über die Brücke\n".encode()
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00"
PAGE = b"<!DOCTYPE html><html><body>Hello</body></html>"
CONTENT_TYPES = (
    b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    b'<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
    b'officedocument.wordprocessingml.document.main+xml"/></Types>'
)


def archive(**parts: bytes) -> bytes:
    """A zip archive; a part's name has ``__`` where it has a slash and ``_dot_`` for the dot."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return buffer.getvalue()


def document(**more: bytes) -> bytes:
    """A word processor's document, with further parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", CONTENT_TYPES)
        made.writestr("word/document.xml", b"<document/>")
        for name, content in more.items():
            made.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return buffer.getvalue()


def open_document(kind: str = "text", **more: bytes) -> bytes:
    """An OpenDocument, with further parts."""
    mimetype = f"application/vnd.oasis.opendocument.{kind}".encode()
    return archive(mimetype=mimetype, content_dot_xml=b"<office/>", **more)


def read(store: FolderStore, sha256: str) -> bytes:
    """What lies under this hash."""
    with store.open(sha256) as file:
        return file.read()
