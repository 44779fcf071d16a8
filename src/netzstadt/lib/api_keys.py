"""The form of an API key: how its secret is made, shown in lists and kept as a digest."""

import hashlib
import re
import secrets

_FORM = re.compile(r"nst_[A-Za-z0-9_-]{43}")
_PREFIX_LENGTH = 12


def new_secret() -> str:
    """Return a new secret: "nst_" and 43 URL-safe characters (256 random bits)."""
    return "nst_" + secrets.token_urlsafe(32)


def is_secret(text: str) -> bool:
    """Whether ``text`` has the form of a secret; says nothing about whether it is known."""
    return _FORM.fullmatch(text) is not None


def prefix_of(secret: str) -> str:
    """The first characters, which lists show so that people know which key they hold."""
    return secret[:_PREFIX_LENGTH]


def digest_of(secret: str) -> bytes:
    """SHA-256 of the secret, all that is stored of it.

    A plain hash is enough: 256 random bits cannot be guessed, so nothing has to slow guessing.
    """
    return hashlib.sha256(secret.encode()).digest()
