"""A content must be what the name says, and nothing that can act when it is opened."""

import io
import json
import struct
import tracemalloc
import zipfile

import pytest
from tests.core.files.samples import (
    PAGE,
    PDF,
    PNG,
    PROGRAM,
    SVG,
    TEXT,
    archive,
    document,
    open_document,
)

from netzstadt.core.files.content import judge
from netzstadt.core.files.refusals import FileRefused

XML = b'<?xml version="1.0"?><a><b/></a>'
BOMB = b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><a>&c;</a>'
OUTSIDE = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'


def svg(inside: str, attributes: str = "") -> bytes:
    """A drawing with something in it."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{inside}</svg>'.encode()


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (PNG, "plan.png", "image/png"),
        (PDF, "Bescheid.PDF", "application/pdf"),
        (TEXT, "weg.txt", "text/plain"),
        ("Größe;Wert\r\n1;2\r\n".encode("cp1252"), "alt.csv", "text/csv"),
        ("Größe".encode("utf-16"), "excel.txt", "text/plain"),
        (b"\xef\xbb\xbfa;b\n", "bom.csv", "text/csv"),
        (b'{"a": [1]}', "a.json", "application/json"),
        (XML, "a.xml", "application/xml"),
        (SVG, "mark.svg", "image/svg+xml"),
        (archive(data_dot_csv=b"a,b"), "data.zip", "application/zip"),
    ],
)
def test_a_file_that_is_what_its_name_says_is_taken_in(content, name, media_type):
    assert judge(io.BytesIO(content), name) == media_type


def test_office_documents_are_taken_in():
    word = judge(io.BytesIO(document()), "vermerk.docx")
    text = judge(io.BytesIO(open_document()), "vermerk.odt")

    assert word.endswith("wordprocessingml.document")
    assert text == "application/vnd.oasis.opendocument.text"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty.txt"),
        (PROGRAM, "tool.exe"),
        (PROGRAM, "harmless.pdf"),
        (b"#!/bin/sh\nrm -r .\n", "notes.txt"),
        (PAGE, "page.html"),
        (b"\n  <SCRIPT>alert(1)</SCRIPT>", "notes.txt"),
        (TEXT, "without-ending"),
        (TEXT, "invoice.pdf.exe"),
        (TEXT, "not-a-picture.png"),
        (PNG, "picture.pdf"),
        (PNG, "picture.txt"),
        (b"\x00\x01\x02", "bytes.csv"),
        (b"{not json", "a.json"),
        (b"[" * 200_000, "deep.json"),
        (b"<a><b></a>", "open.xml"),
        (XML, "no-drawing.svg"),
        (BOMB, "bomb.xml"),
        (OUTSIDE, "outside.xml"),
        (b"<a>" * 600 + b"</a>" * 600, "deep.xml"),
        (b'<?xml-stylesheet href="x.xsl"?><a/>', "styled.xml"),
        (TEXT, "no-archive.zip"),
        (document(), "really-word.xlsx"),
        (archive(a_dot_txt=b"a"), "no-document.docx"),
        (open_document("spreadsheet"), "really-a-table.odt"),
    ],
)
def test_what_is_not_what_it_says_is_refused(content, name):
    with pytest.raises(FileRefused):
        judge(io.BytesIO(content), name)


@pytest.mark.parametrize(
    "drawing",
    [
        svg("<script>alert(1)</script>"),
        svg("<circle r='1' onclick='alert(1)'/>"),
        svg("", "onload='alert(1)'"),
        svg("<foreignObject><p>x</p></foreignObject>"),
        svg("<a href='java&#10;script:alert(1)'><circle r='1'/></a>"),
        svg("<image href='https://example.org/pixel.png'/>"),
        svg("<use xlink:href='other.svg#a' xmlns:xlink='http://www.w3.org/1999/xlink'/>"),
        svg("<style>@import url(x)</style><script/>"),
        svg("<animate attributeName='href' to='javascript:alert(1)'/>"),
    ],
)
def test_a_drawing_that_can_act_is_refused(drawing):
    with pytest.raises(FileRefused):
        judge(io.BytesIO(drawing), "drawing.svg")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (document(word__vbaProject_dot_bin=b"x"), "macro.docx"),
        (document(word__activeX__a_dot_xml=b"x"), "active.docx"),
        (open_document(Basic__Standard__a_dot_xml=b"x"), "macro.odt"),
        (open_document(Scripts__python__a_dot_py=b"x"), "script.odt"),
        (archive(inside__tool_dot_exe=b"x"), "tools.zip"),
    ],
)
def test_macros_and_hidden_programs_are_refused(content, name):
    with pytest.raises(FileRefused):
        judge(io.BytesIO(content), name)


def test_an_archive_with_a_password_is_refused_for_nobody_can_check_it():
    content = bytearray(archive(a_dot_txt=b"secret"))
    at = content.rindex(b"PK\x01\x02") + 8  # the flags in the list of parts
    content[at] |= 1

    with pytest.raises(FileRefused, match="password"):
        judge(io.BytesIO(bytes(content)), "locked.zip")


def test_a_list_of_parts_that_would_fill_the_memory_is_not_read():
    content = bytearray(archive(a_dot_txt=b"a"))
    struct.pack_into("<I", content, content.rindex(b"PK\x05\x06") + 12, 2**31)

    with pytest.raises(FileRefused, match="too many parts"):
        judge(io.BytesIO(bytes(content)), "list.zip")


def test_long_json_is_judged_by_its_beginning():
    content = json.dumps(["a line"] * 600_000).encode()

    assert judge(io.BytesIO(content), "long.geojson") == "application/geo+json"
    with pytest.raises(FileRefused):
        judge(io.BytesIO(b"no " + content), "long.geojson")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_part_that_unpacks_without_bound_is_not_unpacked(method):
    # 40 bytes of bzip2 are a megabyte; the module unpacks all that it was handed at once.
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as made:
        made.writestr("[Content_Types].xml", bytes(40 * 2**20))
        made.writestr("word/document.xml", b"<document/>")
    assert len(packed.getvalue()) < 20_000

    tracemalloc.start()
    try:
        with pytest.raises(FileRefused):
            judge(packed, "letter.docx")
        assert tracemalloc.get_traced_memory()[1] < 8 * 2**20
    finally:
        tracemalloc.stop()


def test_a_part_that_is_damaged_is_refused():
    whole = document()
    at = whole.index(b"[Content_Types].xml") + len(b"[Content_Types].xml")
    damaged = whole[:at] + bytes([0xFF] * 8) + whole[at + 8 :]

    with pytest.raises(FileRefused):
        judge(io.BytesIO(damaged), "letter.docx")


@pytest.mark.parametrize("encoding", ["no-such", "zlib_codec", "idna", "utf-7"])
def test_xml_in_letters_that_nobody_knows_is_refused(encoding):
    content = f'<?xml version="1.0" encoding="{encoding}"?><a/>'.encode()

    with pytest.raises(FileRefused):
        judge(io.BytesIO(content), "data.xml")
