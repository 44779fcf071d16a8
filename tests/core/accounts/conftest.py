"""Accounts in tests: jobs that are done at once, people with second factors."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from django.test import Client
from tests.conftest import PASSWORD

from netzstadt.core.accounts import totp
from netzstadt.core.accounts.models import CodeGenerator
from netzstadt.core.accounts.services import factors
from netzstadt.core.orgs.models import Person
from netzstadt.lib import clock

SIGN_IN = "/account/sign-in/"


@dataclass
class Phone:
    """An authenticator app that knows a person's key."""

    key: bytes
    person: Person = field(repr=False)

    def code(self) -> str:
        """The code that it shows now."""
        return totp.code_of(self.key, totp.step_at(clock.now()))

    def next_code(self) -> str:
        """A code as after a while: the last one that was used is long ago."""
        CodeGenerator.objects.filter(person=self.person).update(last_step=0)
        return self.code()


@pytest.fixture
def make_phone() -> Callable[[Person], Phone]:
    """Set up an authenticator app for a person."""

    def make(person: Person) -> Phone:
        phone = Phone(totp.new_key(), person)
        factors.add_code_generator(
            person=person, key=phone.key, code=phone.code(), keep_session=None, at=clock.now()
        )
        return phone

    return make


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: str):
    """Send the sign-in form."""
    return client.post(SIGN_IN, {"username": email, "password": password, **more})


def is_signed_in(client: Client) -> bool:
    """Whether the browser may open a page for people who are signed in."""
    return client.get("/account/").status_code == 200
