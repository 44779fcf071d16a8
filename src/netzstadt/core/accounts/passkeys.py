"""Passkeys (WebAuthn level 3): what the browser is asked, and whether its answer holds.

Signatures, origins and challenges are checked by python-fido2; here stands what the house asks
for: a key that the browser finds by itself, and that verifies the person (PIN, finger, face), so
that it is two factors in one. Pure: no database.
"""

import ipaddress
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlparse

from fido2.cose import ES256, RS256, CoseKey, EdDSA
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from netzstadt.config import Config
from netzstadt.lib.addresses import is_loopback

Options = dict[str, Any]
# What a client can send that is no answer of WebAuthn makes the library stumble in these ways.
_MALFORMED = (ValueError, TypeError, KeyError, AttributeError, IndexError, AssertionError)


class PasskeyInvalid(Exception):
    """The browser's answer does not hold."""


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Whom passkeys are made for: a host name, and the one address whose pages may use them."""

    id: str
    origin: str
    name: str

    @property
    def server(self) -> Fido2Server:
        """The library's checks, with exactly our origin instead of every subdomain and port."""
        return Fido2Server(
            PublicKeyCredentialRpEntity(id=self.id, name=self.name),
            attestation=None,
            verify_origin=lambda origin: origin == self.origin,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class NewPasskey:
    """What is kept of a key that a browser made."""

    credential_id: bytes
    credential_data: bytes
    sign_count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Signed:
    """A signature that holds: with which key, and how often it has signed."""

    credential_id: bytes
    sign_count: int


def relying_party(config: Config, *, name: str) -> RelyingParty | None:
    """This installation, called ``name``, as relying party; None where its address is a bare IP.

    WebAuthn knows host names only: on one's own machine that is ``localhost``.
    """
    address = urlparse(config.public_url)
    host = address.hostname or ""
    if is_loopback(host):
        host = "localhost"
    elif _is_ip(host):
        return None
    port = address.port
    default = {"http": 80, "https": 443}.get(address.scheme)
    shown = "" if port is None or port == default else f":{port}"
    return RelyingParty(host, f"{address.scheme}://{host}{shown}", name)


def ask_for_new(
    party: RelyingParty, *, person_id: uuid.UUID, email: str, name: str, known: Sequence[bytes]
) -> tuple[Options, Options]:
    """What the browser is asked to make, and what has to be remembered until it answers."""
    options, state = party.server.register_begin(
        PublicKeyCredentialUserEntity(id=person_id.bytes, name=email, display_name=name),
        [AttestedCredentialData(data) for data in known],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return dict(options)["publicKey"], _plain(state)


def new_passkey(party: RelyingParty, state: Options, answer: Any) -> NewPasskey:
    """The key that the browser made. Raises PasskeyInvalid."""
    try:
        registration = RegistrationResponse.from_dict(answer)
        made = party.server.register_complete(state, registration)
        data = made.credential_data
        if data is None or not isinstance(data.public_key, ES256 | RS256 | EdDSA):
            raise PasskeyInvalid
        CoseKey.parse(data.public_key)
        return NewPasskey(
            credential_id=data.credential_id, credential_data=bytes(data), sign_count=made.counter
        )
    except _MALFORMED as error:
        raise PasskeyInvalid from error


def ask_to_sign(party: RelyingParty, *, known: Sequence[bytes] = ()) -> tuple[Options, Options]:
    """What the browser is asked to sign. Without ``known`` keys any key of this house may sign."""
    options, state = party.server.authenticate_begin(
        [AttestedCredentialData(data) for data in known] or None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return dict(options)["publicKey"], _plain(state)


def credential_of(answer: Any) -> bytes:
    """Which key the browser says has signed; nothing is checked yet. Raises PasskeyInvalid."""
    try:
        return bytes(AuthenticationResponse.from_dict(answer).raw_id)
    except _MALFORMED as error:
        raise PasskeyInvalid from error


def signed(
    party: RelyingParty,
    state: Options,
    answer: Any,
    *,
    credential_data: bytes,
    person_id: uuid.UUID,
) -> Signed:
    """What the browser signed with this key of this person. Raises PasskeyInvalid."""
    try:
        response = AuthenticationResponse.from_dict(answer)
        handle = response.response.user_handle
        if handle is not None and handle != person_id.bytes:
            raise PasskeyInvalid
        used = party.server.authenticate_complete(
            state, [AttestedCredentialData(credential_data)], response
        )
        return Signed(
            credential_id=used.credential_id,
            sign_count=response.response.authenticator_data.counter,
        )
    except _MALFORMED as error:
        raise PasskeyInvalid from error


def _plain(state: Any) -> Options:
    return {"challenge": state["challenge"], "user_verification": "required"}


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
