"""Make an account and give it a role: the first administrator, or a new password."""

import click

from netzstadt.commands.house import house, person_named
from netzstadt.config import Config

# Those that hold everywhere; others are given on the pages, where units and objects are chosen.
ROLES = [
    "ADMINISTRATOR",
    "AUDITOR",
    "PRIVACY_OFFICER",
    "COORDINATOR",
    "DATA_ENGINEER",
    "READER",
]


@click.group(
    epilog="""\
\b
Examples:
  netzstadt person make anna@stadt.example "Anna Alt" --role ADMINISTRATOR
  netzstadt person password anna@stadt.example
  netzstadt person setup-link         the address of the first set-up, where nobody is there yet
\b
Exit codes: 0 done, 1 refused (a sentence says why), 2 wrong usage.
"""
)
def command() -> None:
    """Make accounts, beside a running `netzstadt up`; the rest is done on the page Persons."""


@command.command()
@click.argument("email")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), help="A role that holds everywhere.")
@click.password_option(help="Asked for where it is not given; at least 12 characters.")
def make(email: str, name: str, role: str | None, password: str) -> None:
    """Make an account, such as the first administrator's."""
    with house():
        from django.db import transaction

        from netzstadt.core.access import services as access
        from netzstadt.core.access.permissions import Role
        from netzstadt.core.orgs.services import persons
        from netzstadt.lib import clock

        at = clock.now()
        with transaction.atomic():
            person = persons.create_person(
                email=email, name=name, password=password, by=None, at=at
            )
            if role:
                access.grant_role(person=person, role=Role(role), by=None, at=at)
        click.echo(f"{person.email} may sign in{f' as {role}' if role else ''}.")


@command.command()
@click.argument("email")
@click.password_option(help="Asked for where it is not given; at least 12 characters.")
def password(email: str, password: str) -> None:
    """Set a new password, where nobody can do it on the page."""
    with house():
        from netzstadt.core.orgs.services import persons
        from netzstadt.lib import clock

        person = person_named(email)
        persons.change_password(person=person, new=password, by=None, at=clock.now())
        click.echo(f"The password of {person.email} is set.")


@command.command(name="setup-link")
def setup_link() -> None:
    """Print the address at which the first administrator sets the city up.

    It is valid for 24 hours and until the set-up is done; one that was printed before opens
    nothing any more. Refused where somebody can sign in already.
    """
    with house():
        from netzstadt.core.city.services import setup
        from netzstadt.lib import clock

        secret = setup.issue_address(at=clock.now())
        click.echo(f"{Config.from_environment().public_url}/setup/{secret}/")
