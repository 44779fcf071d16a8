"""Secrets that are sent to people: made at random, kept as their digest alone."""

import hashlib
import secrets

_TOKEN_BYTES = 32
# Letters and digits that nobody takes for another one, in capital and small.
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
RECOVERY_CODES = 10
_CODE_LENGTH = 24  # 118 bits: more than 112, so that a plain hash is enough (ASVS 6.5.2)


def new_token() -> str:
    """A token for a link: 256 random bits."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def digest_of(text: str) -> bytes:
    """How a token is kept and found again. It is random throughout: no salt, no slow hash."""
    return hashlib.sha256(text.encode()).digest()


def new_recovery_codes() -> list[str]:
    """Recovery codes as they are shown, in groups of four."""
    return [_grouped(_random_code()) for _ in range(RECOVERY_CODES)]


def recovery_digest(given: str) -> bytes:
    """A recovery code's digest, however it was typed: groups and capitals do not matter."""
    typed = "".join(letter for letter in given.lower() if letter.isalnum())
    return digest_of(typed)


def _random_code() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))


def _grouped(code: str) -> str:
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
