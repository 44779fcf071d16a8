"""Documents as PDF: tagged for screen readers, and the same bytes for the same words.

Typst sets them and refuses what PDF/UA-1 (ISO 14289-1) does not allow, such as a picture without
a description. Templates are files of ours; what they say comes as data and is never run.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import typst

ROOT = Path(__file__).resolve().parents[1]
FONTS = ROOT / "fonts"  # unpacked at set-up from those that pages use
MEDIA_TYPE = "application/pdf"
# Documents that are kept, for those who ask for the same one again.
_KEPT = 8
_one_at_a_time = Lock()


def typeset(template: str, data: Mapping[str, Any], *, at: datetime) -> bytes:
    """The document of a template below this package, such as ``strategy/typst/strategy.typ``.

    ``data`` is what the template reads, as JSON knows it; ``at`` is the moment written into the
    document, so that it does not depend on when it is made. Raises typst.TypstError if the
    template is wrong or the document would not conform.
    """
    text = json.dumps(data, ensure_ascii=False, sort_keys=True)
    return _typeset(template, text, int(at.timestamp()))


@lru_cache(maxsize=_KEPT)
def _typeset(template: str, data: str, at: int) -> bytes:
    import typst  # large, and few processes need it

    with _one_at_a_time:  # it takes all cores it can get
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
