"""Documents as PDF: tagged for screen readers, and the same bytes for the same words.

Typst sets them and refuses what PDF/UA-1 (ISO 14289-1) does not allow, such as a picture without
a description. Templates are files of ours; what they say comes as data and is never run.
"""

import json
import re
import unicodedata
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import typst

ROOT = Path(__file__).resolve().parents[1]
FONTS = ROOT / "fonts"  # unpacked at set-up from those that pages use
MEDIA_TYPE = "application/pdf"
# Stands for a sign that no font has: a document without a glyph for it would not conform.
MISSING = "?"
# Documents that are kept, for those who ask for the same one again.
_KEPT = 8
# Who waits holds a thread and a connection to the database that others need.
MOST_AT_ONCE = 3

_kept: OrderedDict[tuple[str, str, int], bytes] = OrderedDict()
_one_at_a_time = Lock()
_places = BoundedSemaphore(MOST_AT_ONCE)


class Busy(Exception):
    """Others wait for documents already; ask again in a few seconds."""


def typeset(template: str, data: Mapping[str, Any], *, at: datetime) -> bytes:
    """The document of a template below this package, such as ``strategy/typst/strategy.typ``.

    ``data`` is what the template reads, as JSON knows it; ``at`` is the moment written into the
    document, so that it does not depend on when it is made. Signs that no font has become
    ``MISSING``.

    Raises Busy where ``MOST_AT_ONCE`` are being made, typst.TypstError if the template is wrong.
    """
    text = settable(json.dumps(data, ensure_ascii=False, sort_keys=True))
    key = (template, text, int(at.timestamp()))
    if (known := _kept.get(key)) is not None:
        return known
    if not _places.acquire(blocking=False):
        raise Busy
    try:
        with _one_at_a_time:  # it takes all cores it can get
            # Somebody may have asked for the same one a moment before.
            document = _kept.get(key) or _compile(*key)
            _kept[key] = document
            while len(_kept) > _KEPT:
                _kept.popitem(last=False)
    finally:
        _places.release()
    return document


def forget() -> None:
    """Make every document anew."""
    _kept.clear()


def _compile(template: str, data: str, at: int) -> bytes:
    import typst  # large, and few processes need it

    document = typst.compile(
        ROOT / template,
        root=ROOT,
        font_paths=_fonts(),
        sys_inputs={"data": data},
        format="pdf",
        pdf_standards=["ua-1"],
        timestamp=at,
    )
    assert isinstance(document, bytes)
    return document


@lru_cache(maxsize=1)
def _fonts() -> "typst.Fonts":
    import typst

    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )


def settable(text: str) -> str:
    """The text in signs that the fonts have: invisible ones are left out, others replaced."""
    return _unknown().sub(_instead, unicodedata.normalize("NFC", text))


@lru_cache(maxsize=1)
def _unknown() -> re.Pattern[str]:
    from fontTools.ttLib import TTFont

    signs: list[set[int]] = []
    for path in sorted(FONTS.glob("*.ttf")):
        with TTFont(path, lazy=True) as face:
            signs.append(set(face.getBestCmap()))
    known = set.intersection(*signs) | {ord("\n")}
    return re.compile(f"[^{re.escape(''.join(map(chr, sorted(known))))}]")


def _instead(found: re.Match[str]) -> str:
    """Marks and joiners go with the sign that they belong to."""
    return "" if unicodedata.category(found[0]) in {"Cf", "Mn", "Me"} else MISSING
