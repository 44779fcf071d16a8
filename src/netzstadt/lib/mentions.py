"""Finding where texts name somebody."""

import html
import json
import re


def pattern_of(*words: str) -> str:
    """A regular expression that finds each of these words or names, to be used without regard to
    case: as they are, and as HTML and JSON write them, but not as a part of longer words.

    It means the same to Python and to PostgreSQL. Raises ValueError without a word: an expression
    of nothing would find everything.
    """
    forms = {
        form
        for word in filter(None, (word.strip() for word in words))
        for form in (word, html.escape(word), json.dumps(word, ensure_ascii=False)[1:-1])
    }
    if not forms:
        raise ValueError("There is no word to look for.")
    # The longest first: a name that another one begins with must not leave a rest of it.
    found = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
    return rf"(?<!\w)(?:{found})(?!\w)"
