"""Drawings (SVG) that strangers hand in, reduced to what draws: no scripts, no foreign addresses.

Only known elements and attributes are written anew; the rest is left out. A document that declares
a type or entities is refused as a whole.
"""

import re
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from netzstadt.lib.expat_errors import NOT_XML

_NAMESPACE = "http://www.w3.org/2000/svg"
_SEPARATOR = " "
_ELEMENTS = frozenset(
    [
        "svg",
        "g",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "defs",
        "linearGradient",
        "radialGradient",
        "stop",
        "clipPath",
        "mask",
        "symbol",
        "use",
        "title",
        "desc",
        "text",
        "tspan",
        "style",
    ]
)
_ATTRIBUTES = frozenset(
    [
        "id",
        "class",
        "d",
        "x",
        "y",
        "x1",
        "y1",
        "x2",
        "y2",
        "cx",
        "cy",
        "r",
        "rx",
        "ry",
        "fx",
        "fy",
        "width",
        "height",
        "points",
        "viewBox",
        "transform",
        "fill",
        "fill-opacity",
        "fill-rule",
        "stroke",
        "stroke-width",
        "stroke-linecap",
        "stroke-linejoin",
        "stroke-miterlimit",
        "stroke-dasharray",
        "stroke-dashoffset",
        "stroke-opacity",
        "opacity",
        "clip-path",
        "clip-rule",
        "mask",
        "offset",
        "stop-color",
        "stop-opacity",
        "gradientUnits",
        "gradientTransform",
        "spreadMethod",
        "clipPathUnits",
        "maskUnits",
        "maskContentUnits",
        "preserveAspectRatio",
        "display",
        "visibility",
        "font-family",
        "font-size",
        "font-weight",
        "font-style",
        "text-anchor",
        "letter-spacing",
        "href",
        "style",
        "version",
    ]
)
# What leaves the drawing: addresses other than of a part of it, imports, escapes that hide them.
_LEAVES = re.compile(r"url\(\s*(?![\"']?#)|@|\\|expression|javascript:|data:|</", re.IGNORECASE)


class SvgRefused(ValueError):
    """The document is no drawing that can be used; the message says why."""


def clean_svg(content: bytes) -> bytes:
    """The drawing with nothing but known elements and attributes.

    Raises SvgRefused if it is not well-formed, not SVG, declares entities or has no size.
    """
    cleaner = _Cleaner()
    cleaner.read(content)
    return cleaner.text().encode()


class _Cleaner:
    """Reads one document and collects what may stay."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._open: list[str] = []
        self._skipped = 0
        self._style: list[str] = []

    def read(self, content: bytes) -> None:
        parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
        parser.StartDoctypeDeclHandler = self._refuse_type
        parser.EntityDeclHandler = self._refuse_type
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._write
        try:
            parser.Parse(content, True)
        except SvgRefused:
            raise
        except NOT_XML as error:
            raise SvgRefused(f"not well-formed XML: {error}") from error

    def text(self) -> str:
        return "".join(self._parts)

    def _refuse_type(self, *_: object) -> None:
        raise SvgRefused("it declares a document type or entities")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(_SEPARATOR)
        if not self._open and not self._skipped and (local != "svg" or space != _NAMESPACE):
            raise SvgRefused("its outermost element is not svg")
        if self._skipped or space != _NAMESPACE or local not in _ELEMENTS:
            self._skipped += 1
            return
        kept = dict(_kept(attributes))
        if not self._open:
            if "viewBox" not in kept and not {"width", "height"} <= kept.keys():
                raise SvgRefused("it has neither a viewBox nor width and height")
            kept = {"xmlns": _NAMESPACE} | kept
        self._open.append(local)
        written = "".join(f" {key}={quoteattr(value)}" for key, value in kept.items())
        self._parts.append(f"<{local}{written}>")

    def _end(self, _name: str) -> None:
        if self._skipped:
            self._skipped -= 1
            return
        local = self._open.pop()
        if local == "style":
            rules = "".join(self._style)
            self._style.clear()
            self._parts.append("" if _LEAVES.search(rules) else escape(rules))
        self._parts.append(f"</{local}>")

    def _write(self, text: str) -> None:
        if self._skipped or not self._open:
            return
        if self._open[-1] == "style":
            self._style.append(text)
        else:
            self._parts.append(escape(text))


def _kept(attributes: dict[str, str]) -> list[tuple[str, str]]:
    """The attributes that may stay, without their namespaces."""
    kept = []
    for name, value in attributes.items():
        local = name.rpartition(_SEPARATOR)[2]
        is_foreign = local == "href" and not value.startswith("#")
        if local in _ATTRIBUTES and not is_foreign and not _LEAVES.search(value):
            kept.append((local, value))
    return kept
