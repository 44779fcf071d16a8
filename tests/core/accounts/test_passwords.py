"""Which passwords are taken."""

import pytest
from django.core.exceptions import ValidationError
from tests.core.accounts.conftest import sign_in

from netzstadt.core.accounts.passwords import WORDS, NoCommonPassword
from netzstadt.core.city import queries as city
from netzstadt.core.orgs.models import Person
from netzstadt.core.orgs.services import persons
from netzstadt.lib import clock

pytestmark = pytest.mark.django_db


def make(password: str) -> Person:
    return persons.create_person(
        email="kim@example.org", name="Kim Muster", password=password, by=None, at=clock.now()
    )


@pytest.mark.parametrize(
    "password",
    ["eleven char", "qwerty123456", "kim@example.org", "Netzstadt-2026!", "Rathaus 12345"],
)
def test_short_common_and_obvious_passwords_are_refused(password):
    with pytest.raises(persons.PersonRefused):
        make(password)


@pytest.mark.parametrize(
    "password",
    [
        "Password2026!",
        "P@$$w0rd1234!",
        "24121985dragon",
        "passwordpassword",
        "Sunshine1Sunshine1",
        "abababababab",
        "123412341234",
        "123456789012",
        "qwertzuiopas",
        "zyxwvutsrqpo",
    ],
)
def test_a_common_password_made_longer_is_refused(password):
    with pytest.raises(persons.PersonRefused):
        make(password)


def test_far_more_than_three_thousand_passwords_of_twelve_characters_are_refused():
    """The most common passwords of this length are short ones made longer (ASVS 6.2.4)."""
    rule = NoCommonPassword()
    short = [word for word in rule.passwords if 5 <= len(word) <= 10]

    refused = 0
    for word in short:
        try:
            rule.validate(word.ljust(11, "1") + "!")
        except ValidationError:
            refused += 1

    assert refused > 10_000


def test_the_name_of_the_city_is_no_password():
    with pytest.raises(persons.PersonRefused):
        make(f"{city.city_name()}-2026!!")


@pytest.mark.parametrize(
    "password",
    [
        "twelve chars",
        "nur kleine buchstaben",
        "  spaces at both ends  ",
        "Umlaute und Zeichen: äöü €𝄞",
        "correct horse battery staple",
        "dragon73948261047",
        "abc123 und def456",
        "l" + "ong and quiet " * 20,
        f"{WORDS[0]} wird heute nur nebenbei erwähnt",
    ],
)
def test_any_long_password_is_taken_and_checked_as_it_was_typed(client, password):
    person = make(password)

    assert person.check_password(password)
    assert not person.check_password(password.swapcase())
    assert not person.check_password(password.strip() + "x")
    assert not person.check_password(password[:-1])
    assert sign_in(client, person.email, password).status_code == 302


def test_fields_for_passwords_hide_them_and_let_managers_fill_them(client):
    page = client.get("/account/sign-in/").content.decode()

    assert 'type="password"' in page
    assert 'autocomplete="current-password"' in page
    assert "onpaste" not in page
