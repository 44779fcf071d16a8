"""Places in a sorted list as short texts for addresses: the sort value and the key of a row."""

import base64
import json
import uuid


def encode_place(value: str, key: uuid.UUID) -> str:
    """The place behind the row with this sort value and key, as a text safe in addresses."""
    return base64.urlsafe_b64encode(json.dumps([value, str(key)]).encode()).decode().rstrip("=")


def decode_place(token: str) -> tuple[str, uuid.UUID] | None:
    """Read what ``encode_place`` wrote; None where it is something else."""
    try:
        padded = token.encode("ascii") + b"=" * (-len(token) % 4)
        value, key = json.loads(base64.urlsafe_b64decode(padded))
        return str(value).replace("\0", ""), uuid.UUID(key)
    except (ValueError, TypeError, AttributeError):
        return None
