"""Judges a PostgreSQL server that is not ours: is it new enough, has it what we need?"""

from urllib.parse import urlparse

import psycopg

from netzstadt.embedded.errors import DatabaseError
from netzstadt.embedded.installations import OLDEST_MAJOR

EXTENSIONS = ("pg_trgm", "unaccent", "btree_gist")


def check(url: str) -> str:
    """The version of the server of ``url``, such as ``16.4``, if Netzstadt can run on it.

    Raises DatabaseError with a sentence that says what to do.
    """
    where = f"The server of NETZSTADT_DATABASE_URL ({_shown(url)})"
    try:
        with psycopg.connect(url, connect_timeout=10, autocommit=True) as connection:
            return _judge(connection, where)
    except psycopg.Error as error:
        raise DatabaseError(f"{where} does not let us in: {str(error).strip()}") from error


def _judge(connection: psycopg.Connection, where: str) -> str:
    number = connection.info.server_version
    version = f"{number // 10000}.{number % 10000}"
    if number // 10000 < OLDEST_MAJOR:
        raise DatabaseError(
            f"{where} is PostgreSQL {version}; Netzstadt needs {OLDEST_MAJOR} or newer. Upgrade "
            "it, or leave the variable empty to use the embedded database."
        )
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise DatabaseError(
            f"{where} keeps its texts as {encoding}; make a database with "
            "`createdb --encoding=UTF8 --template=template0`."
        )
    present = connection.execute("select name from pg_available_extensions").fetchall()
    if missing := [name for name in EXTENSIONS if (name,) not in present]:
        raise DatabaseError(
            f"{where} lacks the extension{'s' if len(missing) > 1 else ''} {', '.join(missing)}. "
            "Install the server's contrib package (postgresql-contrib)."
        )
    return version


def _shown(url: str) -> str:
    """The address without its password."""
    parts = urlparse(url)
    return f"{parts.hostname or 'unix socket'}{f':{parts.port}' if parts.port else ''}{parts.path}"
