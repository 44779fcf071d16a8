"""JSON as text: the form in which it travels to the database."""

from typing import Any

import msgspec

_encode = msgspec.json.Encoder().encode


def json_text(value: Any) -> str:
    """The value as JSON; times, UUIDs and dataclasses as msgspec writes them."""
    return _encode(value).decode()
