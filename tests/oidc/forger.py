"""A provider that lies: it publishes a key, and signs whatever it is told to, in any way."""

import functools
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlparse

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


@functools.cache
def key_named(name: str) -> rsa.RSAPrivateKey:
    """A key of the forger's; made once, for that takes long."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Forger:
    """Serves discovery, keys and tokens; ``claims``, ``header`` and ``sign`` make the ID token."""

    def __init__(self, client_id: str) -> None:
        self.client_id = client_id
        self.key = key_named("published")
        self.other_key = key_named("another")
        self.claims: dict[str, Any] = {}
        self.without: tuple[str, ...] = ()
        self.kid: str | None = "known"
        self.sign = "RS256"
        self.metadata: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {}
        self.nonce = ""
        self.asked: list[str] = []

    def __enter__(self) -> "Forger":
        forger = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.answer(forger.published(urlparse(self.path).path))

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                token = {"access_token": "a", "token_type": "Bearer", "id_token": forger.token()}
                self.answer(token)

            def answer(self, content: dict[str, Any]) -> None:
                forger.asked.append(self.path)
                body = json.dumps(content).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.05}
        )
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def published(self, path: str) -> dict[str, Any]:
        """What the forger says of itself."""
        if path.endswith("openid-configuration"):
            return {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
            } | self.metadata
        if path == "/keys":
            jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
            return {"keys": [jwk | {"kid": "known", "use": "sig", "alg": "RS256"}]}
        return self.userinfo

    def token(self) -> str:
        """The ID token as it was ordered."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": self.client_id,
            "sub": "anna",
            "iat": now,
            "exp": now + 300,
            "nonce": self.nonce,
            "email": "anna@example.org",
            "email_verified": True,
            "name": "Anna",
        } | self.claims
        for name in self.without:
            claims.pop(name, None)
        headers = {"kid": self.kid} if self.kid else {}
        if self.sign == "none":
            return jwt.encode(claims, None, algorithm="none", headers=headers)
        if self.sign == "a key that it brings along":
            own = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.other_key.public_key()))
            headers |= {"jwk": own | {"kid": "own"}, "jku": f"{self.issuer}/keys-of-its-own"}
            return jwt.encode(claims, self.other_key, algorithm="RS256", headers=headers)
        if self.sign == "HS256 with the public key":
            return self._signed_with_the_public_key(claims, headers)
        key = self.other_key if self.sign == "another key" else self.key
        return jwt.encode(claims, key, algorithm="RS256", headers=headers)

    def _signed_with_the_public_key(self, claims: dict[str, Any], headers: dict[str, Any]) -> str:
        # PyJWT refuses to do it, so it is done by hand.
        import hashlib
        import hmac

        encode = jwt.utils.base64url_encode
        head = encode(json.dumps({"alg": "HS256", "typ": "JWT"} | headers).encode())
        body = head + b"." + encode(json.dumps(claims).encode())
        secret = self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return (body + b"." + encode(hmac.new(secret, body, hashlib.sha256).digest())).decode()
