"""The official municipality key (AGS): eight digits, the first two of them the federal state.

It has no check digit: what can be checked is its length and that the state exists
(Statistisches Bundesamt, Gemeindeverzeichnis).
"""

import re

# Also the form that the database asks for.
FORM = r"^(0[1-9]|1[0-6])[0-9]{6}$"
NORTH_RHINE_WESTPHALIA = "05"


def is_municipal_code(text: str) -> bool:
    """Whether ``text`` has the form of a municipality's key."""
    return re.fullmatch(FORM, text) is not None
