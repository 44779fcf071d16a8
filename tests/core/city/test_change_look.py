"""Colour and logo: what everybody can read, and what a file may hold."""

import re
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.city.logo import LogoRefused, read_logo
from netzstadt.core.city.models import LARGEST_LOGO, City
from netzstadt.core.city.services import facts
from netzstadt.lib import clock
from netzstadt.lib.colours import BLACK, ENOUGH_FOR_TEXT, WHITE, Accent, contrast, read_colour
from netzstadt.lib.svg import SvgRefused, clean_svg

PAGE = "/office/city/look/"
NAMESPACE = 'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"'
SVG = f'<svg {NAMESPACE}><path d="M0 0h10v10z" fill="#1a4f9c"/></svg>'.encode()


def png(width: int = 2, height: int = 2, *, extra: bytes = b"") -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        whole = kind + content
        return struct.pack(">I", len(content)) + whole + struct.pack(">I", zlib.crc32(whole))

    rows = b"".join(b"\0" + b"\x10\x20\x30" * width for _ in range(height))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + extra
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def text_chunk(text: bytes) -> bytes:
    whole = b"tEXt" + text
    return struct.pack(">I", len(text)) + whole + struct.pack(">I", zlib.crc32(whole))


def webp(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"WEBP" + b"".join(
        kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
        for kind, content in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


LOSSLESS = (b"VP8L", b"\x2f" + struct.pack("<I", (4 - 1) | (3 - 1) << 14) + b"\0" * 8)


# -- colours -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#767676", "#ffffff", 4.54),  # the lightest grey that WCAG takes on white
        ("#777777", "#ffffff", 4.48),
        ("#0000ff", "#ffffff", 8.59),
        ("#ff0000", "#ffffff", 4.0),
    ],
)
def test_contrast_is_that_of_wcag(one, other, expected):
    first, second = read_colour(one), read_colour(other)

    assert contrast(first, second) == pytest.approx(expected, abs=0.005)
    assert contrast(second, first) == contrast(first, second)


@pytest.mark.parametrize("colour", ["#1a4f9c", "#000000", "#7a0b2e", "#005a30"])
def test_an_accent_is_readable_in_both_themes(colour):
    accent = Accent.of(read_colour(colour))

    assert accent.is_readable
    assert contrast(accent.light, WHITE) >= ENOUGH_FOR_TEXT
    assert contrast(accent.dark, BLACK) >= ENOUGH_FOR_TEXT
    assert contrast(accent.dark, Accent.DARK_SURFACE) >= ENOUGH_FOR_TEXT


@pytest.mark.django_db
@pytest.mark.parametrize(("colour", "ratio"), [("#ffcc00", "1."), ("#ff0000", "3.")])
def test_a_colour_that_cannot_be_read_is_refused_with_its_ratio(admin, colour, ratio):
    response = admin.post(PAGE, {"accent": colour})

    assert response.status_code == 422
    message = response.context["form"].errors["accent"][0]
    assert re.search(rf"\b{re.escape(ratio)}\d\b", message)
    assert "4.5" in message
    with pytest.raises(facts.CityRefused):
        facts.change_look(accent=colour, logo=None, by=None, at=clock.now())


@pytest.mark.django_db
@pytest.mark.parametrize("colour", ["red", "#fff", "#12345g", "#1a4f9c;}"])
def test_what_is_no_colour_is_refused(admin, colour):
    assert "accent" in admin.post(PAGE, {"accent": colour}).context["form"].errors


@pytest.mark.django_db
def test_the_accent_reaches_every_page_as_a_style_sheet(admin, client):
    admin.post(PAGE, {"accent": "#1A4F9C"})

    page = client.get("/kit/").content.decode()
    sheet = client.get("/city/look/1a4f9c.css")

    assert '<link rel="stylesheet" href="/city/look/1a4f9c.css">' in page
    assert page.index("/city/look/") < page.index("ui/print.css"), "paper has colours of its own"
    assert sheet["Content-Type"].startswith("text/css")
    assert "immutable" in sheet["Cache-Control"]
    rules = sheet.content.decode()
    assert "--kern-color-action-default: #1a4f9c;" in rules
    assert "prefers-color-scheme: dark" in rules
    assert client.get("/city/look/000000.css").status_code == 404
    entry = AuditEvent.objects.get(name="city.look.changed")
    assert entry.data == {"before": {"accent": ""}, "after": {"accent": "#1a4f9c"}}


@pytest.mark.django_db
def test_a_preview_shows_the_colour_and_saves_nothing(admin):
    response = admin.post(PAGE, {"accent": "#1a4f9c", "preview": "yes"})

    assert "/office/city/look/1a4f9c.css" in response.content.decode()
    assert not City.objects.exclude(accent="").exists()
    assert "ns-look-sample--dark" in admin.get("/office/city/look/1a4f9c.css").content.decode()
    assert admin.get("/office/city/look/zzz.css").status_code == 404


# -- logos -------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "media_type"),
    [(SVG, "image/svg+xml"), (png(), "image/png"), (webp(LOSSLESS), "image/webp")],
)
def test_a_logo_is_shown_on_every_page(admin, client, content, media_type):
    file = SimpleUploadedFile("logo.exe", content, content_type="text/html")

    assert admin.post(PAGE, {"accent": "", "logo_file": file}).status_code == 302

    page = client.get("/imprint/").content.decode()
    source = re.search(r'<img class="ns-brand__logo" src="([^"]+)" alt="">', page)
    assert source
    logo = client.get(source.group(1))
    assert logo["Content-Type"] == media_type
    assert "sandbox" in logo["Content-Security-Policy"]
    assert logo["X-Content-Type-Options"] == "nosniff"
    assert client.get("/city/logo/0000").status_code == 404
    entry = AuditEvent.objects.get(name="city.look.changed")
    assert set(entry.data["after"]) == {"logo_type", "logo_digest"}


@pytest.mark.django_db
def test_a_logo_is_taken_away_again_and_stays_where_only_the_colour_changes(admin):
    admin.post(PAGE, {"accent": "", "logo_file": SimpleUploadedFile("a.svg", SVG)})

    admin.post(PAGE, {"accent": "#1a4f9c"})
    assert City.objects.get().logo is not None
    admin.post(PAGE, {"accent": "#1a4f9c", "is_logo_removed": "on"})

    assert City.objects.get().logo is None


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '<path d="M0 0" onload="alert(1)"/>',
        '<a href="javascript:alert(1)"><path d="M0 0"/></a>',
        '<use href="https://evil.example/x.svg#a"/>',
        '<use xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="//evil.example/x#a"/>',
        '<image href="https://evil.example/pixel.png"/>',
        '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml">evil.example</body></foreignObject>',
        '<rect fill="url(https://evil.example/#a)"/>',
        '<rect style="background:url(//evil.example/a)"/>',
        "<style>@import url(https://evil.example/a.css);</style>",
        "<style>rect { fill: u\\72l(https://evil.example/a) }</style>",
        '<animate attributeName="href" to="javascript:alert(1)"/>',
        '<set attributeName="onload" to="alert(1)"/>',
        '<x:script xmlns:x="http://www.w3.org/2000/svg">alert(1)</x:script>',
        "<metadata>evil.example</metadata>",
        "<?xml-stylesheet href='https://evil.example/a.css'?>",
        "<!-- evil.example -->",
    ],
)
def test_an_svg_keeps_nothing_that_acts_or_leaves_it(hostile):
    cleaned = clean_svg(f'<svg {NAMESPACE}>{hostile}<circle r="1"/></svg>'.encode()).decode()

    assert '<circle r="1">' in cleaned
    assert not re.search(r"script|alert|evil|onload|@import|animate|<set|foreign", cleaned)


def test_an_svg_keeps_what_draws():
    drawing = (
        f'<svg {NAMESPACE}><style>.a {{ fill: #123456 }}</style><defs><linearGradient id="g">'
        '<stop offset="0" stop-color="#fff"/></linearGradient></defs>'
        '<g transform="scale(2)"><rect class="a" width="3" height="3" fill="url(#g)"/>'
        '<use href="#g"/><title>Wappen &amp; Name</title></g></svg>'
    )

    cleaned = clean_svg(drawing.encode()).decode()

    for part in (".a { fill: #123456 }", "url(#g)", 'href="#g"', "Wappen &amp; Name", "scale(2)"):
        assert part in cleaned
    assert clean_svg(cleaned.encode()).decode() == cleaned


@pytest.mark.parametrize(
    "content",
    [
        b"<svg",
        b"<html></html>",
        b"<svg></svg>",
        f"<svg {NAMESPACE.split(' ')[0]}></svg>".encode(),
        f"<!DOCTYPE svg><svg {NAMESPACE}/>".encode(),
        b'<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><svg>&b;</svg>',
        b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>',
    ],
)
def test_what_is_no_drawing_or_declares_entities_is_refused(content):
    with pytest.raises(SvgRefused):
        clean_svg(content)
    with pytest.raises(LogoRefused):
        read_logo(content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a" + b"\0" * 20,
        png()[:-6],
        png()[:40],
        png().replace(b"IDAT", b"IDAX"),
        png(2001, 1),
        webp(LOSSLESS)[:-4],
        webp((b"ANIM", b"\0" * 6), LOSSLESS),
        webp(),
        b"<" + b"a" * LARGEST_LOGO,
    ],
)
def test_a_file_that_is_no_whole_small_picture_is_refused(content):
    with pytest.raises(LogoRefused):
        read_logo(content)


def test_what_a_picture_tells_beside_itself_is_left_out():
    told = b"GPS 51.5 N 7.1 E"

    assert told not in read_logo(png(extra=text_chunk(told))).content
    extended = (b"VP8X", bytes([0b00001100]) + b"\0" * 3 + b"\3\0\0" + b"\2\0\0")
    cleaned = read_logo(webp(extended, LOSSLESS, (b"EXIF", told), (b"XMP ", told))).content
    assert told not in cleaned
    assert cleaned[20] == 0, "no note is announced either"


@pytest.mark.parametrize("encoding", ["no-such", "utf-7", "idna"])
def test_a_drawing_in_letters_that_nobody_knows_is_refused(encoding):
    with pytest.raises(SvgRefused):
        clean_svg(f'<?xml version="1.0" encoding="{encoding}"?>'.encode() + SVG)
