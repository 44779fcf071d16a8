"""The mail server's password as it is kept: encrypted with a key made from SECRET_KEY.

A copy of the database alone does not give it away.
"""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


class PasswordUnreadable(Exception):
    """The stored password was encrypted with another SECRET_KEY."""


def encrypted(password: str) -> str:
    """The password as it is stored; an empty one stays empty."""
    return _cipher().encrypt(password.encode()).decode() if password else ""


def decrypted(stored: str) -> str:
    """The password behind what is stored. Raises PasswordUnreadable."""
    if not stored:
        return ""
    try:
        return _cipher().decrypt(stored.encode()).decode()
    except InvalidToken as error:
        raise PasswordUnreadable("The password was kept with another SECRET_KEY.") from error


def _cipher() -> Fernet:
    key = hmac.digest(settings.SECRET_KEY.encode(), b"netzstadt mail password", hashlib.sha256)
    return Fernet(base64.urlsafe_b64encode(key))
