"""Free text of the legal pages: Markdown without HTML and pictures, its links checked."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

# What browsers and readers can follow; other schemes are no place that a city links to.
_SCHEMES = {"http", "https", "mailto", "tel"}
# Answered by the data plane, which Django does not know.
_PLANE = ("/sta/",)


def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def rendered(text: str, *, below: int = 1) -> SafeString:
    """The text as HTML; its headings stand below a heading of level ``below``."""
    reader = _reader()
    tokens = reader.parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1]) + below)}"
    for link in _links(tokens):
        if urlsplit(str(link.attrGet("href"))).scheme in {"http", "https"}:
            link.attrSet("rel", "noopener noreferrer")
    return mark_safe(str(reader.renderer.render(tokens, reader.options, {})))  # noqa: S308 - html is off


def faults(text: str) -> list[str]:
    """What is wrong with the links of the text, in sentences that name the link."""
    return [
        sentence
        for link in _links(_reader().parse(text))
        if (sentence := _fault_of(str(link.attrGet("href") or "")))
    ]


def _links(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        for child in token.children or ():
            if child.type == "link_open":
                yield child


def _fault_of(href: str) -> str:
    parts = urlsplit(href)
    if not parts.scheme and not parts.netloc and href.startswith("#"):
        return ""
    if not parts.scheme and not parts.netloc and parts.path.startswith("/"):
        return "" if _is_page(parts.path) else _("There is no page %(it)s here.") % {"it": href}
    if parts.scheme not in _SCHEMES or (parts.scheme in {"http", "https"} and not parts.hostname):
        return _("The link %(it)s leads nowhere: begin it with https://, mailto:, tel: or /.") % {
            "it": href or "()"
        }
    return ""


def _is_page(path: str) -> bool:
    if path.startswith(_PLANE):
        return True
    try:
        resolve(path)
    except Resolver404:
        return False
    return True
