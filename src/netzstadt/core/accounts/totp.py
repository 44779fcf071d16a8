"""Time-based codes (RFC 6238) as every authenticator app knows them. Pure: no database.

Six digits, SHA-1, thirty seconds: what all apps support. The step before and the one after count
as well, for clocks that go wrong (RFC 6238, 5.2).
"""

import base64
import hashlib
import secrets
from datetime import datetime
from io import BytesIO

import qrcode
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import constant_time
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from qrcode.image.svg import SvgPathFillImage

DIGITS = 6
STEP_S = 30
TOLERANCE = 1
_KEY_BYTES = 20  # RFC 4226, 4: at least 128 bits, 160 recommended


def new_key() -> bytes:
    """A random key for somebody's app."""
    return secrets.token_bytes(_KEY_BYTES)


def as_text(key: bytes) -> str:
    """The key as people type it into an app, in groups of four."""
    text = base64.b32encode(key).decode().rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def step_at(at: datetime) -> int:
    """The time step that ``at`` lies in."""
    return int(at.timestamp()) // STEP_S


def code_of(key: bytes, step: int) -> str:
    """The code of a time step."""
    return _generator(key).generate(step * STEP_S).decode()


def matching_step(key: bytes, given: str, *, at: datetime, after: int) -> int | None:
    """The time step whose code was ``given``, if it is around ``at`` and later than ``after``.

    Every candidate is compared, in constant time: how long it takes says nothing.
    """
    typed = "".join(given.split()).encode()
    now, found = step_at(at), None
    for step in range(now - TOLERANCE, now + TOLERANCE + 1):
        is_same = constant_time.bytes_eq(code_of(key, step).encode(), typed)
        if is_same and step > after and found is None:
            found = step
    return found


def address(key: bytes, *, account: str, issuer: str) -> str:
    """The ``otpauth:`` address that an app reads from a picture."""
    return _generator(key).get_provisioning_uri(account, issuer)


def picture(text: str) -> str:
    """``text`` as a QR code: a ``data:`` address of an SVG image, black on white in any theme."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=4)
    code.add_data(text)
    file = BytesIO()
    code.make_image(image_factory=SvgPathFillImage).save(file)
    return "data:image/svg+xml;base64," + base64.b64encode(file.getvalue()).decode()


def encrypted(key: bytes, *, secret: str) -> bytes:
    """The key as the database keeps it: of no use to who has the database alone."""
    return _fernet(secret).encrypt(key)


def decrypted(stored: bytes, *, secret: str) -> bytes:
    """The key again. Raises InvalidToken if it was encrypted with another secret."""
    return _fernet(secret).decrypt(stored)


def _fernet(secret: str) -> Fernet:
    digest = hashlib.sha256(b"netzstadt.accounts.totp\0" + secret.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


def _generator(key: bytes) -> TOTP:
    return TOTP(key, DIGITS, SHA1(), STEP_S, enforce_key_length=False)  # noqa: S303 - RFC 6238
