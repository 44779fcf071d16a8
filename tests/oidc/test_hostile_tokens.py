"""Tokens that lie, and providers that are somebody else: each refused, nothing made."""

import time
from datetime import timedelta
from urllib.parse import parse_qs, urlparse

import pytest
from django.test import Client
from tests.oidc.conftest import CALLBACK, use

from netzstadt.core.access import services as access
from netzstadt.core.access.permissions import Role
from netzstadt.core.accounts.models import ExternalIdentity
from netzstadt.lib import clock

pytestmark = pytest.mark.django_db

# Far away: a run that takes hours on a slow machine does not come to the future.
FAR_S = 30 * 86_400
PAST, FUTURE = int(time.time()) - FAR_S, int(time.time()) + FAR_S


@pytest.fixture(autouse=True)
def known(settings, forger, make_person):
    """The forger is the configured provider, and would be believed if it did not lie."""
    use(settings, forger.issuer, oidc_creates_persons=True)
    return make_person(email="anna@example.org")


def come_back(client: Client, forger, **changes: str):
    """Go to the provider and come back with its answer."""
    address = client.get("/account/provider/").url
    asked = {name: values[0] for name, values in parse_qs(urlparse(address).query).items()}
    forger.nonce = forger.claims.pop("replayed_nonce", asked["nonce"])
    answer = {"code": "c", "state": asked["state"], "iss": forger.issuer} | changes
    return client.get(CALLBACK, {name: value for name, value in answer.items() if value})


def nothing_happened(client: Client) -> bool:
    return (
        client.get("/account/").status_code == 302
        and not ExternalIdentity.objects.exists()
        and "_auth_user_id" not in client.session
    )


def test_the_forger_is_believed_while_it_tells_the_truth(client, forger):
    assert come_back(client, forger).status_code == 302
    assert client.get("/account/").status_code == 200


LIES = {
    "wrong issuer": {"iss": "https://other.example"},
    "wrong audience": {"aud": "somebody-else"},
    "several audiences without azp": {"aud": ["netzstadt-test", "somebody-else"]},
    "authorized for another party": {"azp": "somebody-else"},
    "wrong nonce": {"nonce": "another"},
    "nonce of another kind": {"nonce": 5},
    "expired": {"exp": PAST},
    "not yet valid": {"nbf": FUTURE},
    "issued in the future": {"iat": FUTURE},
    "subject of another kind": {"sub": 5},
    "no subject": {"sub": ""},
    "endless subject": {"sub": "a" * 300},
    "unverified address": {"email_verified": False},
    "address verified in words": {"email_verified": "true"},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_claim_that_lies_is_refused(client, forger, lie):
    forger.claims = dict(LIES[lie])

    response = come_back(client, forger)

    assert response.status_code == 403
    assert "ns-error" in response.content.decode()
    assert nothing_happened(client)


@pytest.mark.parametrize("name", ["iss", "aud", "sub", "exp", "iat", "nonce", "email_verified"])
def test_a_claim_that_is_missing_is_refused(client, forger, name):
    forger.without = (name,)

    assert come_back(client, forger).status_code == 403
    assert nothing_happened(client)


@pytest.mark.parametrize("sign", ["none", "HS256 with the public key", "another key"])
def test_a_signature_that_proves_nothing_is_refused(client, forger, sign):
    forger.sign = sign

    assert come_back(client, forger).status_code == 403
    assert nothing_happened(client)


@pytest.mark.parametrize("kid", ["known", "own", None])
def test_a_key_that_a_token_brings_along_is_not_used(client, forger, kid):
    forger.sign, forger.kid = "a key that it brings along", kid

    assert come_back(client, forger).status_code == 403
    assert nothing_happened(client)
    assert "/keys-of-its-own" not in forger.asked


def test_an_unknown_key_is_looked_for_once_and_refused(client, forger):
    forger.kid = "unknown"

    for _ in range(3):
        assert come_back(client, forger).status_code == 403
    assert nothing_happened(client)
    assert forger.asked.count("/keys") == 1, "unknown keys do not make us ask again and again"


@pytest.mark.parametrize("change", [{"state": "guessed"}, {"state": ""}])
def test_an_answer_with_another_state_is_refused(client, forger, change):
    assert come_back(client, forger, **change).status_code == 403
    assert nothing_happened(client)
    assert "/token" not in forger.asked, "the code is not even exchanged"


def test_a_state_is_used_once_even_if_the_answer_was_wrong(client, forger):
    address = client.get("/account/provider/").url
    state = parse_qs(urlparse(address).query)["state"][0]
    client.get(CALLBACK, {"code": "c", "state": "guessed"})

    again = client.get(CALLBACK, {"code": "c", "state": state})

    assert again.status_code == 403
    assert nothing_happened(client)


def test_an_answer_of_another_provider_is_told_by_its_issuer(client, forger):
    """Mix-up (RFC 9207): a second provider has our browser bring its code here."""
    assert come_back(client, forger, iss="https://other.example").status_code == 403
    assert nothing_happened(client)


def test_a_provider_that_always_names_itself_may_not_leave_it_out(client, forger):
    forger.metadata = {"authorization_response_iss_parameter_supported": True}

    assert come_back(client, forger, iss="").status_code == 403
    assert nothing_happened(client)


def test_a_provider_changed_meanwhile_gets_no_old_answers(client, forger, settings):
    address = client.get("/account/provider/").url
    state = parse_qs(urlparse(address).query)["state"][0]
    use(settings, f"{forger.issuer}/other")

    response = client.get(CALLBACK, {"code": "c", "state": state})

    assert response.status_code == 403
    assert nothing_happened(client)


@pytest.mark.parametrize(
    ("methods", "is_believed"),
    [
        (["pwd"], False),
        (["pwd", "pwd"], False),
        (["mfa"], True),
        (["pwd", "otp"], True),
        ([], True),
        ("pwd", True),
    ],
)
def test_a_provider_that_names_one_factor_is_not_taken_for_two(
    client, forger, settings, known, methods, is_believed
):
    """The operator trusts the provider to ask for two; this time it says itself that it did not."""
    use(settings, forger.issuer, oidc_second_factor=False)
    access.grant_role(
        person=known, role=Role.READER, by=None, at=clock.now() - timedelta(minutes=1)
    )
    forger.claims = {"amr": methods}

    response = come_back(client, forger)

    assert (response.url == "/account/security/set-up/") is not is_believed
    assert (client.get("/account/").status_code == 200) is is_believed


@pytest.mark.parametrize("site", ["cross-site", "same-site", "something new"])
def test_another_site_cannot_begin_a_session_behind_her_back(client, forger, site):
    """A provider that knows her already would sign her in without a click."""
    sent = client.get(
        "/account/provider/", {"next": "/stations/"}, headers={"Sec-Fetch-Site": site}
    )

    assert sent.url == "/account/sign-in/?next=/stations/"
    assert "accounts_question" not in client.session
    for own in ("same-origin", "none"):
        response = client.get("/account/provider/", headers={"Sec-Fetch-Site": own})
        assert response.url.startswith(forger.issuer)


def test_a_provider_that_calls_itself_otherwise_is_not_asked(client, forger):
    forger.metadata = {"issuer": "https://other.example"}

    assert client.get("/account/provider/").status_code == 502


def test_userinfo_of_another_subject_is_refused(client, forger):
    forger.without = ("email", "email_verified")
    forger.userinfo = {"sub": "eve", "email": "anna@example.org", "email_verified": True}

    assert come_back(client, forger).status_code == 403
    assert nothing_happened(client)


def test_userinfo_of_the_same_subject_gives_the_address(client, forger, known):
    forger.without = ("email", "email_verified")
    forger.userinfo = {"sub": "anna", "email": "anna@example.org", "email_verified": True}

    assert come_back(client, forger).status_code == 302
    assert ExternalIdentity.objects.get().person == known


def test_a_second_subject_does_not_take_over_a_linked_address(client, forger, known):
    come_back(client, forger)
    forger.claims = {"sub": "eve"}
    other = Client()

    assert come_back(other, forger).status_code == 403
    assert ExternalIdentity.objects.get().subject == "anna"


@pytest.mark.parametrize("endpoint", ["token_endpoint", "jwks_uri", "authorization_endpoint"])
def test_addresses_without_encryption_are_not_used(client, forger, endpoint):
    forger.metadata = {endpoint: "http://city.example/plain"}

    first = client.get("/account/provider/")
    response = first if first.status_code != 302 else come_back(client, forger)

    assert response.status_code == 502
    assert nothing_happened(client)


def test_a_provider_that_is_away_is_said_so(client, settings, forger):
    use(settings, "http://127.0.0.1:9")

    response = client.get("/account/provider/")

    assert response.status_code == 502
    assert "ns-error" in response.content.decode()


def test_without_a_provider_there_is_no_page(client, settings):
    use(settings, "")

    assert client.get("/account/provider/").status_code == 404
    assert client.get(CALLBACK).status_code == 404
    assert "/account/provider/" not in client.get("/account/sign-in/").content.decode()
