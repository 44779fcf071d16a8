"""Hidden: what up does with Django before the servers start, in a process that then ends.

Standard output carries one JSON object a line for up to read: steps with their seconds, the
demo accounts, and the path of the first set-up. People's eyes get standard error, such as the
progress of the demo city.
"""

import contextlib
import json
import sys
import time
from collections.abc import Callable, Iterator

import click

from netzstadt.config import Config


@click.command(hidden=True)
def command() -> None:
    """Migrate the database and fill the demo city where that is wanted."""
    from netzstadt.commands.migrate import migrate
    from netzstadt.embedded.session import running_database

    config = Config.from_environment()
    url = running_database(config)
    with _step() as say, contextlib.redirect_stdout(sys.stderr):
        done = migrate(url, time_zone=config.time_zone)
        say(f"migrated, {len(done)} steps" if done else "up to date")
    _warn_of_another_key()
    accounts: list[dict[str, str]] = []
    if config.demo:
        with _step() as say, contextlib.redirect_stdout(sys.stderr):
            say(_fill_demo(config, url))
            accounts = _demo_accounts()
    _tell(accounts=accounts, setup_path=_setup_path())


def _warn_of_another_key() -> None:
    """Say it at the start, not when nobody can sign in: the key that encrypts is another one."""
    from netzstadt.core.accounts import queries

    if not queries.can_read_keys():
        click.secho(
            "Authenticator apps were set up with another key than the one used now: nobody's codes "
            "are right. Put back the file secret-key of the data directory, which every backup "
            "holds, or set NETZSTADT_SECRET_KEY as before.",
            fg="yellow",
            err=True,
        )


def _fill_demo(config: Config, url: str) -> str:
    """Fill the demo city unless that was finished before; an interrupted filling goes on."""
    from netzstadt.commands.demo import command as demo

    mark = config.data_path / "demo-filled"
    filled = identity(url)
    if mark.exists() and mark.read_text() == filled:
        return "demo city is there"
    demo.main(["fill"], prog_name="netzstadt demo", standalone_mode=False)
    mark.write_text(filled)
    return "demo city filled"


def identity(url: str) -> str:
    """Which database this is: the data directory may be used with another one later."""
    import psycopg

    with psycopg.connect(url) as connection:
        row = connection.execute(
            "select system_identifier || '/' || oid"
            " from pg_control_system(), pg_database where datname = current_database()"
        ).fetchone()
    assert row is not None
    return str(row[0])


def _demo_accounts() -> list[dict[str, str]]:
    """The accounts to print; none where the server can be reached from other machines."""
    from django.utils import translation

    from netzstadt.core.orgs.demo import accounts_to_show

    with translation.override("en"):  # as everything a command says
        return [
            {"email": one.email, "password": one.password, "what_for": str(one.what_for)}
            for one in accounts_to_show()
        ]


def _setup_path() -> str:
    """Where the first administrator sets the city up; empty where somebody is there already.

    Every start makes a new one: what was printed before may stand in somebody's log.
    """
    from netzstadt.core.city import queries
    from netzstadt.core.city.services import setup
    from netzstadt.lib import clock

    if not queries.is_setup_wanted():
        return ""
    return f"/setup/{setup.issue_address(at=clock.now())}/"


@contextlib.contextmanager
def _step() -> Iterator[Callable[[str], None]]:
    """Time what is done inside; it says at its end what it did."""
    said: list[str] = []
    begun = time.monotonic()
    yield said.append
    _tell(step=" ".join(said), seconds=time.monotonic() - begun)


def _tell(**message: object) -> None:
    click.echo(json.dumps(message))
    sys.stdout.flush()
