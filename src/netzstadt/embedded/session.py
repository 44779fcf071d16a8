"""A database that answers, for a command: the server's, the one that runs, or one for a while."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from netzstadt.config import Config
from netzstadt.embedded.address import database_url
from netzstadt.embedded.errors import DatabaseError
from netzstadt.embedded.foreign import check
from netzstadt.embedded.hold import Holder
from netzstadt.embedded.postgres import Postgres

START_LIMIT_S = 60


@contextmanager
def database(config: Config, *, command: str, makes: bool = False) -> Iterator[str]:
    """URL of a database that answers while the block runs.

    That is the server of NETZSTADT_DATABASE_URL; else the embedded one that ``netzstadt up``
    runs; else the embedded one, started for the block and stopped after it. Only with ``makes``
    is it made where there is none: a mistyped directory is no empty city.

    Raises DatabaseError with a sentence that says what to do.
    """
    if config.database_url:
        check(config.database_url)
        yield config.database_url
        return
    postgres = Postgres(config.data_path, command=command)
    if is_running(postgres):
        yield database_url(config)
        return
    if not makes and not postgres.is_made():
        raise DatabaseError(
            f"There is no installation in {config.data_path}. Name its directory in "
            "NETZSTADT_DATA_DIR, or start a new one with `netzstadt up`."
        )
    postgres.start()
    try:
        yield postgres.url()
    finally:
        postgres.stop()


def running_database(config: Config) -> str:
    """URL of the database for a server that must not start one: it would stop it, too.

    Raises DatabaseError if the embedded database does not run, or the server does not let us in.
    """
    if config.database_url:
        check(config.database_url)
        return config.database_url
    if is_running(Postgres(config.data_path)):
        return database_url(config)
    raise DatabaseError(
        f"The database in {config.data_path} does not run. Start it with `netzstadt up`, or name "
        "a server in NETZSTADT_DATABASE_URL (postgresql://…)."
    )


def is_running(postgres: Postgres) -> bool:
    """Whether another process holds this database; waits until it takes connections."""
    deadline = time.monotonic() + START_LIMIT_S
    while holder := _holder(postgres):
        if postgres.is_ready() and postgres.password_file.exists():
            return True
        if time.monotonic() > deadline:
            raise DatabaseError(
                f"{holder.command} (process {holder.pid}) has had the data directory "
                f"{postgres.directory} since {holder.since}, but its database does not answer."
            )
        time.sleep(0.05)
    return False


def _holder(postgres: Postgres) -> Holder | None:
    try:
        return postgres.holder()
    except (PermissionError, NotADirectoryError) as error:
        raise DatabaseError(
            f"The data directory {postgres.directory} cannot be opened: {error.strerror}. Name "
            "another in NETZSTADT_DATA_DIR, or use the account that it belongs to."
        ) from error
