"""A passkey in software: what a browser and its authenticator answer (WebAuthn, sections 5 to 7).

It can be made to lie in every part of its answer.
"""

import hashlib
import json
import os
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.test import Client
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode

ORIGIN = "http://localhost:8000"
ASK = "/account/security/passkeys/ask/"
PRESENT, VERIFIED, HAS_KEY = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One key of one person for one relying party."""

    counter: int = 1
    origin: str = ORIGIN
    rp_id: str = "localhost"
    flags: int = PRESENT | VERIFIED
    challenge: str = ""
    user_handle: str | None = None
    credential_id: bytes = field(default_factory=lambda: os.urandom(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def make(self, options: dict) -> str:
        """The answer to a question for a new key."""
        self.user_handle = options["user"]["id"]
        public = dict(ES256.from_cryptography_key(self.key.public_key()))
        data = (
            self._head(HAS_KEY)
            + bytes(16)
            + len(self.credential_id).to_bytes(2, "big")
            + self.credential_id
            + cbor.encode(public)
        )
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(
            {
                "clientDataJSON": self._client_data("webauthn.create", options),
                "attestationObject": websafe_encode(attestation),
            }
        )

    def sign(self, options: dict) -> str:
        """The answer to a question for a signature."""
        self.counter += 1
        data = self._head(0)
        client_data = self._client_data("webauthn.get", options)
        digest = hashlib.sha256(_decoded(client_data)).digest()
        signature = self.key.sign(data + digest, ec.ECDSA(SHA256()))
        return self._answer(
            {
                "clientDataJSON": client_data,
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(signature),
                "userHandle": self.user_handle,
            }
        )

    def _head(self, more: int) -> bytes:
        rp_hash = hashlib.sha256(self.rp_id.encode()).digest()
        return rp_hash + bytes([self.flags | more]) + self.counter.to_bytes(4, "big")

    def _client_data(self, kind: str, options: dict) -> str:
        challenge = self.challenge or options["challenge"]
        data = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return websafe_encode(json.dumps(data).encode())

    def _answer(self, response: dict) -> str:
        name = websafe_encode(self.credential_id)
        return json.dumps(
            {
                "id": name,
                "rawId": name,
                "type": "public-key",
                "response": response,
                "clientExtensionResults": {},
            }
        )


def ask(client: Client, kind: str) -> dict:
    """What the server asks the browser."""
    response = client.post(ASK, {"for": kind})
    assert response.status_code == 200, response.content
    return response.json()


def add_passkey(client: Client, name: str = "Laptop") -> Authenticator:
    """Have a browser make a passkey for who is signed in or sets one up."""
    authenticator = Authenticator()
    answer = authenticator.make(ask(client, "add"))
    client.post("/account/security/passkeys/add/", {"name": name, "answer": answer})
    return authenticator


def _decoded(text: str) -> bytes:
    from fido2.utils import websafe_decode

    return websafe_decode(text)
