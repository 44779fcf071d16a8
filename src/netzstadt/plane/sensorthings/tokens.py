"""Tokens of next links ($skiptoken): where a page ended, as the database wrote it.

A token is base64url of eight characters of checksum and a JSON array of sort keys (the SQL function
``sta_skiptoken``). The checksum binds it to the collection's type and order, so that a changed
token, or one of another query, is refused. It holds nothing that its holder was not shown.
"""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec

from netzstadt.standards.sensorthings.failure import SyntaxFailure


def read_token(token: str, signature: str, may_be_null: Sequence[bool]) -> list[Any]:
    """The sort keys of the last row that the client has.

    ``may_be_null`` tells of each key whether it can be null. The checksum is no secret: a token may
    be forged, so what it holds is judged.

    Raises SyntaxFailure where the token was not made for this order of this collection.
    """
    refused = SyntaxFailure(
        "This token was not made by the service for this query; begin with the first page.",
        place="$skiptoken",
    )
    try:
        text = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        checksum, keys = text[:8].decode("ascii"), text[8:]
        found = msgspec.json.decode(keys)
    except (binascii.Error, ValueError, msgspec.DecodeError) as error:
        raise refused from error
    made = hashlib.md5(signature.encode() + keys, usedforsecurity=False).hexdigest()[:8]
    if made != checksum or not isinstance(found, list) or len(found) != len(may_be_null):
        raise refused
    if any(key is None and not may for key, may in zip(found, may_be_null, strict=True)):
        raise refused
    return found
