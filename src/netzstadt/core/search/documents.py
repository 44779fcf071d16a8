"""A room's document as a row of the index: folded, digested."""

import hashlib
import json
import re
import uuid
from dataclasses import dataclass
from datetime import datetime

from netzstadt.core.rooms import SearchDocument
from netzstadt.lib.folding import fold

# Raised when the same document would be indexed in another way: all entries are stale then.
VERSION = 1
LONGEST_WORDS = 50_000
LONGEST_TITLE = 500
# Numbers and short words are not mistyped into one another.
_CORRECTABLE = re.compile(r"[^\W\d_]{4,40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What is written of one object, in the order of the columns."""

    object_id: uuid.UUID
    title: str
    words: str
    names: str
    url: str
    visibility: str
    unit_id: uuid.UUID | None
    changed_at: datetime | None
    title_key: str
    words_key: str
    names_key: str
    parts: str
    digest: str


def row_of(document: SearchDocument) -> Row:
    """How a document stands in the index."""
    title = _clean(document.title)[:LONGEST_TITLE] or str(document.id)
    words, names = _clean(document.words)[:LONGEST_WORDS], _clean(document.names)[:LONGEST_WORDS]
    title_key, words_key = fold(title), fold(words)
    names_key = " ".join(dict.fromkeys([*fold(names).split(), *_joined(f"{title} {names}")]))
    each = dict.fromkeys(f"{title_key} {names_key} {words_key}".split())
    return Row(
        object_id=document.id,
        title=title,
        words=words,
        names=names,
        url=document.url,
        visibility=document.visibility,
        unit_id=document.unit_id,
        changed_at=document.changed_at,
        title_key=title_key,
        words_key=words_key,
        names_key=names_key,
        parts=f" {' '.join(each)} ",
        digest=_digest(document),
    )


def correctable_words(parts: str) -> set[str]:
    """Words of an entry that a mistyped one may have been meant to be."""
    return {word for word in parts.split() if _CORRECTABLE.fullmatch(word)}


def _clean(text: str) -> str:
    """Without what the database cannot hold, and in one line."""
    return " ".join(text.replace("\0", " ").split())


def _joined(names: str) -> list[str]:
    """Codes without what divides them: "GE-0815" is found as "GE0815", too."""
    found = []
    for name in names.split():
        letters = fold(name).split()
        if len(letters) > 1:
            found.append("".join(letters))
    return found


def _digest(document: SearchDocument) -> str:
    facts = [
        VERSION,
        document.title,
        document.words,
        document.names,
        document.url,
        document.visibility,
        str(document.unit_id or ""),
        document.changed_at.isoformat() if document.changed_at else "",
    ]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()
