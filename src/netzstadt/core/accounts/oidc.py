"""OpenID Connect as relying party: authorization code flow with PKCE, state and nonce.

Everything that a provider, or somebody who poses as one, sends is checked here before anybody
believes it (OpenID Connect Core 1.0, 3.1.3.7; RFC 9700). Knows neither Django nor a database.
"""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode, urlparse

import jwt

from netzstadt.lib.addresses import is_loopback

TIMEOUT_S = 5.0
LARGEST_ANSWER = 512 * 1024
REMEMBERED_S = 600.0
LEEWAY_S = 60
# Public keys only: no "none", and no HS256, for which a public key would do as the secret.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")


class ProviderUnreachable(Exception):
    """The provider does not answer, or not in a way that can be used."""


class AnswerRefused(Exception):
    """What came back is not to be believed; the text says why, for the log."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Provider:
    """The provider that the city configured."""

    name: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What the browser is sent to the provider with, kept in its session until it comes back."""

    state: str
    nonce: str
    verifier: str
    issuer: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """Whom the provider vouches for."""

    issuer: str
    subject: str
    email: str
    email_is_verified: bool
    name: str
    # The provider says that it asked for one thing alone; False also where it says nothing.
    is_of_one_factor: bool = False


def is_usable_issuer(issuer: str) -> bool:
    """An issuer is an https address; on this machine http will do."""
    parts = urlparse(issuer)
    is_plain = parts.scheme == "http" and is_loopback(parts.hostname or "")
    return (parts.scheme == "https" or is_plain) and bool(parts.netloc) and not parts.query


def new_question(provider: Provider) -> Question:
    """Fresh random values for one attempt to sign in."""
    return Question(
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        issuer=provider.issuer,
    )


def address_to_ask(provider: Provider, question: Question) -> str:
    """Where the browser is sent. Raises ProviderUnreachable."""
    challenge = hashlib.sha256(question.verifier.encode()).digest()
    query = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": provider.redirect_uri,
        "scope": "openid email profile",
        "state": question.state,
        "nonce": question.nonce,
        "code_challenge": base64.urlsafe_b64encode(challenge).decode().rstrip("="),
        "code_challenge_method": "S256",
    }
    endpoint = _endpoint(_metadata(provider), "authorization_endpoint")
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"


def identity_from(provider: Provider, question: Question, answer: dict[str, str]) -> Identity:
    """Whom the provider's answer means.

    Raises AnswerRefused if anything in it is not as it must be, ProviderUnreachable.
    """
    if question.issuer != provider.issuer:
        raise AnswerRefused("the provider was changed meanwhile")
    if not hmac.compare_digest(question.state.encode(), answer.get("state", "").encode()):
        raise AnswerRefused("state does not fit")
    metadata = _metadata(provider)
    # RFC 9207: an answer that another provider sent is told by its issuer.
    says = answer.get("iss", "")
    must_say = metadata.get("authorization_response_iss_parameter_supported") is True
    if (says or must_say) and says != provider.issuer:
        raise AnswerRefused("answer of another issuer")
    if answer.get("error") or not answer.get("code"):
        raise AnswerRefused(f"no code: {answer.get('error', '')[:80]}")
    tokens = _exchange(provider, metadata, question, answer["code"])
    claims = verified_claims(provider, metadata, str(tokens.get("id_token", "")), question.nonce)
    if "email" not in claims and metadata.get("userinfo_endpoint"):
        claims |= _userinfo(metadata, str(tokens.get("access_token", "")), claims["sub"])
    return Identity(
        issuer=provider.issuer,
        subject=claims["sub"],
        email=str(claims.get("email") or ""),
        # A text such as "true" is not the JSON value that the standard asks for.
        email_is_verified=claims.get("email_verified") is True,
        name=str(claims.get("name") or ""),
        is_of_one_factor=_is_of_one_factor(claims.get("amr")),
    )


def verified_claims(
    provider: Provider, metadata: dict[str, Any], id_token: str, nonce: str
) -> dict[str, Any]:
    """The claims of an ID token whose every part was checked (Core 3.1.3.7).

    The signature is checked although the token came straight from the provider.

    Raises AnswerRefused, ProviderUnreachable.
    """
    try:
        header = jwt.get_unverified_header(id_token)
        key = _key(provider, metadata, header)
        claims: dict[str, Any] = jwt.decode(
            id_token,
            key=key,
            algorithms=list(ALGORITHMS),
            audience=provider.client_id,
            issuer=provider.issuer,
            leeway=LEEWAY_S,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )
    except (jwt.PyJWTError, ValueError, TypeError, KeyError) as error:
        raise AnswerRefused(f"ID token: {type(error).__name__}") from error
    audience = claims["aud"]
    if isinstance(audience, list) and len(audience) > 1 and "azp" not in claims:
        raise AnswerRefused("ID token for several parties")
    if claims.get("azp", provider.client_id) != provider.client_id:
        raise AnswerRefused("ID token for another party")
    said = claims.get("nonce")
    if not isinstance(said, str) or not hmac.compare_digest(said.encode(), nonce.encode()):
        raise AnswerRefused("nonce does not fit")
    if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:
        raise AnswerRefused("subject cannot be used")
    return claims


def _is_of_one_factor(methods: object) -> bool:
    """Whether the methods that an ID token names (RFC 8176) are one factor and no more."""
    named = {str(method) for method in methods} if isinstance(methods, list) else set()
    return len(named) == 1 and "mfa" not in named


def _key(provider: Provider, metadata: dict[str, Any], header: dict[str, Any]) -> jwt.PyJWK:
    """The provider's key that the token names; its keys are read anew once, they may be new."""
    if header.get("alg") not in ALGORITHMS:
        raise AnswerRefused("ID token with an algorithm that is not allowed")
    address = _endpoint(metadata, "jwks_uri")
    kid = header.get("kid")
    for is_fresh in (False, True):
        keys = [
            key
            for key in _remembered.read(address, is_fresh=is_fresh).get("keys", [])
            if isinstance(key, dict)
            and key.get("use", "sig") == "sig"
            and key.get("kty") in {"RSA", "EC", "OKP"}
            and key.get("alg", header["alg"]) == header["alg"]
        ]
        fitting = [key for key in keys if key.get("kid") == kid]
        if kid is None and len(keys) == 1:
            fitting = keys
        if len(fitting) == 1:
            return jwt.PyJWK.from_dict(fitting[0], algorithm=header["alg"])
    raise AnswerRefused("ID token signed with a key that is not the provider's")


def _metadata(provider: Provider) -> dict[str, Any]:
    address = provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
    metadata = _remembered.read(address)
    if metadata.get("issuer") != provider.issuer:
        raise ProviderUnreachable("the provider calls itself by another name")
    return metadata


def _endpoint(metadata: dict[str, Any], name: str) -> str:
    address = metadata.get(name)
    if not isinstance(address, str) or not is_usable_issuer(address.partition("?")[0]):
        raise ProviderUnreachable(f"the provider has no usable {name}")
    return address


def _exchange(
    provider: Provider, metadata: dict[str, Any], question: Question, code: str
) -> dict[str, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": provider.redirect_uri,
        "code_verifier": question.verifier,
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    methods = metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    if "client_secret_basic" in methods:
        pair = f"{quote(provider.client_id, safe='')}:{quote(provider.client_secret, safe='')}"
        headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    else:
        form |= {"client_id": provider.client_id, "client_secret": provider.client_secret}
    return _ask(_endpoint(metadata, "token_endpoint"), urlencode(form).encode(), headers)


def _userinfo(metadata: dict[str, Any], access_token: str, subject: str) -> dict[str, Any]:
    if not access_token.isascii() or not access_token.isprintable():
        raise AnswerRefused("access token cannot be used")
    headers = {"Authorization": f"Bearer {access_token}"}
    found = _ask(_endpoint(metadata, "userinfo_endpoint"), None, headers)
    if found.get("sub") != subject:  # Core 5.3.2: tokens may have been exchanged
        raise AnswerRefused("userinfo of another subject")
    return {name: found[name] for name in ("email", "email_verified", "name") if name in found}


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect would lead secrets elsewhere."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirects)


def _ask(address: str, body: bytes | None, headers: dict[str, str]) -> dict[str, Any]:
    """Read a JSON object from the provider, of limited size and in limited time."""
    request = urllib.request.Request(  # noqa: S310 - https, or http on this machine: _endpoint
        address, data=body, headers={"Accept": "application/json", **headers}
    )
    try:
        with _opener.open(request, timeout=TIMEOUT_S) as response:
            content = response.read(LARGEST_ANSWER + 1)
    except urllib.error.HTTPError as error:
        error.close()
        if 400 <= error.code < 500 and body is not None:
            raise AnswerRefused(f"the provider refused the code ({error.code})") from error
        raise ProviderUnreachable(f"the provider answers {error.code}") from error
    except (OSError, ValueError) as error:
        raise ProviderUnreachable(f"the provider cannot be reached: {error}") from error
    try:
        found = json.loads(content) if len(content) <= LARGEST_ANSWER else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ProviderUnreachable("the provider's answer is no JSON object")
    return found


class _Remembered:
    """What a provider publishes of itself, asked for every ten minutes at most."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[float, dict[str, Any]]] = {}
        self._lock = threading.Lock()

    def read(self, address: str, *, is_fresh: bool = False) -> dict[str, Any]:
        now = time.monotonic()
        with self._lock:
            known = self._found.get(address)
        # Asked for anew because of an unknown key: not more often than every ten seconds.
        age = 10.0 if is_fresh else REMEMBERED_S
        if known is not None and now - known[0] < age:
            return known[1]
        found = _ask(address, None, {})
        with self._lock:
            self._found = {**dict(list(self._found.items())[-7:]), address: (now, found)}
        return found

    def forget(self) -> None:
        """Begin anew, as after a start."""
        with self._lock:
            self._found = {}


_remembered = _Remembered()
