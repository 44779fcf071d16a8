"""From nothing to a city: the address, its secret, the steps, the end."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from tests.conftest import PASSWORD
from tests.core.city.conftest import IMPRINT

from netzstadt.core.access import queries as access
from netzstadt.core.access.permissions import Role
from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.city import queries
from netzstadt.core.city.models import City, Setup
from netzstadt.core.city.services import setup as services
from netzstadt.core.mail.models import MailServer
from netzstadt.core.orgs.models import Person
from netzstadt.lib import clock
from netzstadt.lib.ids import new_id

pytestmark = pytest.mark.django_db

ADMINISTRATOR = {
    "name": "Kim Muster",
    "email": "kim@musterstadt.example",
    "password": PASSWORD,
    "repeated": PASSWORD,
}
NAME = {"name": "Musterstadt", "municipal_code": "05513000", "language": "de"}


@pytest.fixture
def secret() -> str:
    return services.issue_address(at=clock.now())


@pytest.fixture
def address(secret) -> str:
    return f"/setup/{secret}/"


@pytest.fixture
def begun(client, address):
    """A browser of the first administrator."""
    client.post(address, ADMINISTRATOR)
    return client


def test_only_a_digest_of_the_address_is_kept(secret):
    setup = Setup.objects.get()

    assert secret.encode() not in bytes(setup.secret_digest)
    assert len(secret) >= 43
    entry = AuditEvent.objects.get(name="city.setup.address_issued")
    assert secret not in str(entry.data)


@pytest.mark.parametrize("path", ["/", "/imprint/", "/account/sign-in/", "/kit/", "/nowhere/"])
def test_a_city_without_anybody_shows_nothing_secret(client, secret, path):
    response = client.get(path)

    assert response.status_code in {200, 404}
    assert secret not in response.content.decode()
    assert "/setup/" not in response.content.decode()


@pytest.mark.parametrize("step", ["", "name/", "look/", "mail/", "done/"])
def test_a_guessed_address_is_no_page(client, secret, step):
    assert client.get(f"/setup/{'A' * 43}/{step}").status_code == 404
    assert client.get(f"/setup/{secret[:-1]}/{step}").status_code == 404
    assert client.post(f"/setup/{'A' * 43}/{step}", ADMINISTRATOR).status_code == 404
    assert not Person.objects.exists()


def test_the_first_administrator_is_made_and_signed_in(client, address):
    response = client.post(address, ADMINISTRATOR)

    assert response.status_code == 302
    person = Person.objects.get()
    assert access.people_with(Role.ADMINISTRATOR) == [person]
    assert client.get(response.url).status_code == 200
    assert AuditEvent.objects.filter(name="orgs.person.signed_in").count() == 1


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"password": "short", "repeated": "short"}, "__all__"),
        ({"repeated": "another long and quiet one"}, "repeated"),
        ({"email": "nobody"}, "email"),
        ({"name": ""}, "name"),
    ],
)
def test_an_administrator_that_cannot_be_comes_back_with_the_place(client, address, wrong, place):
    response = client.post(address, ADMINISTRATOR | wrong)

    assert response.status_code == 422
    assert place in response.context["form"].errors
    assert not Person.objects.exists()


def test_the_address_makes_one_administrator_only(begun, address):
    second = ADMINISTRATOR | {"email": "second@musterstadt.example"}

    response = Client().post(address, second)

    assert response.status_code == 302
    assert response.url.startswith("/account/sign-in/?next=/setup/")
    assert Person.objects.count() == 1


def test_two_at_the_same_moment_make_one_administrator(secret):
    first = queries.open_setup(secret, at=clock.now())
    second = queries.open_setup(secret, at=clock.now())
    facts = {"name": "Kim", "password": PASSWORD, "at": clock.now()}
    services.make_first_administrator(setup=first, email="a@example.org", **facts)

    with pytest.raises(services.SetupRefused):
        services.make_first_administrator(setup=second, email="b@example.org", **facts)


@pytest.mark.parametrize("step", ["name/", "look/", "imprint/", "mail/", "done/"])
def test_who_has_the_address_alone_goes_no_further(begun, address, step, make_person, client_of):
    stranger = Client().post(f"{address}{step}", NAME)
    colleague = client_of(make_person(Role.ADMINISTRATOR)).post(f"{address}{step}", NAME)

    assert stranger.url.startswith("/account/sign-in/")
    assert colleague.url.startswith("/account/sign-in/")
    assert not City.objects.exists()


def test_before_the_administrator_no_step_is_open(client, address):
    response = client.post(f"{address}name/", NAME)

    assert response.url == address
    assert not City.objects.exists()


def test_each_step_is_saved_and_the_set_up_is_resumed(begun, address, client_of):
    begun.post(f"{address}name/", NAME)
    begun.post(f"{address}imprint/", IMPRINT)

    resumed = client_of(Person.objects.get()).get(address, follow=True)

    assert resumed.redirect_chain[-1][0] == f"{address}name/"
    done = {step.key for step in resumed.context["steps"] if step.is_done}
    assert done == {"administrator", "name", "imprint"}
    assert 'value="Musterstadt"' in resumed.content.decode()


def test_steps_lead_on_and_those_that_can_wait_can_be_skipped(begun, address):
    assert begun.post(f"{address}name/", NAME).url == f"{address}look/"
    assert begun.post(f"{address}look/", {"accent": ""}).url == f"{address}imprint/"
    name, imprint = begun.get(f"{address}name/"), begun.get(f"{address}imprint/")

    assert name.context["skip_url"] == ""
    assert imprint.context["skip_url"] == f"{address}privacy/"
    assert begun.get(f"{address}accessibility/").context["skip_url"] == f"{address}mail/"
    assert begun.get(f"{address}mail/").context["skip_url"] == f"{address}done/"
    assert begun.get(f"{address}password/").status_code == 404


def test_the_mail_server_is_a_step(begun, address):
    begun.post(f"{address}name/", NAME | {"contact_email": "stadt@musterstadt.example"})
    shown = begun.get(f"{address}mail/").content.decode()
    given = {
        "host": "mail.musterstadt.example",
        "port": "587",
        "security": "STARTTLS",
        "sender_name": "Musterstadt",
        "sender_address": "stadt@musterstadt.example",
    }

    assert begun.post(f"{address}mail/", given | {"port": "0"}).status_code == 422
    assert begun.post(f"{address}mail/", given).url == f"{address}done/"

    assert 'value="stadt@musterstadt.example"' in shown
    assert MailServer.objects.get().host == "mail.musterstadt.example"


def test_with_its_end_the_address_is_gone(begun, address):
    begun.post(f"{address}name/", NAME)
    last = begun.get(f"{address}done/").content.decode()

    response = begun.post(f"{address}done/")

    assert "Impressum" in last, "what is missing is named"
    assert response.url == "/"
    for step in ("", "name/", "mail/", "done/"):
        assert begun.get(f"{address}{step}").status_code == 404
    setup = Setup.objects.get()
    assert setup.secret_digest is None
    assert AuditEvent.objects.filter(name="city.setup.finished").count() == 1
    with pytest.raises(services.SetupRefused):
        services.issue_address(at=clock.now())
    with pytest.raises(services.SetupRefused):
        services.finish_setup(setup=setup, by=setup.administrator, at=clock.now())


def test_a_city_without_a_name_is_not_finished(begun, address):
    assert begun.post(f"{address}done/").status_code in {302, 409}

    assert Setup.objects.get().finished_at is None


def test_an_address_ends_after_a_day(secret):
    at = clock.now()

    assert queries.open_setup(secret, at=at + timedelta(hours=23)) is not None
    assert queries.open_setup(secret, at=at + timedelta(hours=24, seconds=1)) is None


def test_a_new_address_replaces_the_one_before(secret):
    newer = services.issue_address(at=clock.now())

    assert queries.open_setup(secret, at=clock.now()) is None
    assert queries.open_setup(newer, at=clock.now()) is not None
    assert Setup.objects.count() == 1


def test_a_set_up_that_was_begun_gets_a_new_address_after_a_restart(begun, address):
    newer = services.issue_address(at=clock.now())

    assert begun.get(address).status_code == 404
    assert begun.get(f"/setup/{newer}/", follow=True).status_code == 200


def test_where_somebody_can_sign_in_there_is_nothing_to_set_up(make_person):
    make_person()

    assert not queries.is_setup_wanted()
    with pytest.raises(services.SetupRefused):
        services.issue_address(at=clock.now())


def test_an_address_is_void_once_somebody_has_an_account_by_another_way(secret, make_person):
    make_person(Role.ADMINISTRATOR)

    assert queries.open_setup(secret, at=clock.now()) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret_digest": None},
        {"finished_at": clock.now()},
        {"expires_at": clock.now() - timedelta(days=1)},
    ],
)
def test_the_database_refuses_a_set_up_that_contradicts_itself(secret, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Setup.objects.update(**wrong)


@pytest.mark.parametrize("is_the_one", [True, False])
def test_there_is_one_set_up(secret, is_the_one):
    at = clock.now()

    with pytest.raises(IntegrityError), transaction.atomic():
        Setup.objects.create(
            id=new_id(),
            is_the_one=is_the_one,
            secret_digest=b"x",
            issued_at=at,
            expires_at=at + timedelta(1),
        )
