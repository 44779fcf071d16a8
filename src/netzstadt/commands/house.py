"""What commands on persons and keys share: the rooms on a database that answers."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from netzstadt.config import Config

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


@contextmanager
def house() -> Iterator[None]:
    """The rooms, on the database that runs; a refusal becomes a sentence and exit code 1."""
    import django

    from netzstadt.embedded.session import running_database

    running_database(Config.from_environment())
    django.setup()  # reads the address of the database, so only now
    from django.db import connection
    from django.utils import translation

    from netzstadt.core.refusal import Refusal

    with translation.override("en"):
        try:
            yield
        except Refusal as refusal:
            raise click.ClickException(str(refusal)) from refusal
        finally:
            connection.close()


def person_named(email: str) -> "Person":
    """The person with this address. Raises ClickException if there is none."""
    from netzstadt.core.orgs.queries import persons

    found: list[Person] = list(persons.persons(text=email))
    for person in found:
        if person.email.lower() == email.lower():
            return person
    raise click.ClickException(f"There is no account {email}; `netzstadt person make` makes one.")
