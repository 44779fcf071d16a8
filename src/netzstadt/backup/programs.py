"""PostgreSQL's own programs for dumps, of a version that fits the server."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from netzstadt.backup.errors import BackupError
from netzstadt.embedded import installations
from netzstadt.embedded.cluster import ENVIRONMENT

# libpq reads these from the environment, so that no list of processes shows a password.
_SECRETS = {"password": "PGPASSWORD", "sslpassword": "PGSSLPASSWORD"}
_LAST_WORDS = 20


def fitting(name: str, *, major: int) -> Path:
    """The program ``name`` of the oldest version that reads and writes for server ``major``.

    An older pg_dump refuses a newer server; a newer pg_restore says words that an older server
    does not know. Raises BackupError if there is none.
    """
    found = sorted(installations.available(), key=lambda one: one.major)
    for one in found:
        if one.major >= major and (one.programs / name).exists():
            return one.programs / name
    here = ", ".join(one.version for one in found) or "none"
    raise BackupError(
        f"The server is PostgreSQL {major}, and no {name} of that version or a newer one is here "
        f"(found: {here}). Install its client package (postgresql-client-{major})."
    )


def run(
    program: Path, arguments: list[str], url: str, *, line: Callable[[str], None] = lambda _: None
) -> None:
    """Run ``program`` on the database of ``url``; ``line`` is told what it says while it works.

    Raises BackupError with its own words if it fails.
    """
    given = {key: str(value) for key, value in conninfo_to_dict(url).items()}
    secrets = {_SECRETS[key]: given.pop(key) for key in list(given) if key in _SECRETS}
    kept = {key: os.environ[key] for key in ("HOME", "TMPDIR") if key in os.environ}
    process = subprocess.Popen(  # noqa: S603 - PostgreSQL's own program, no shell
        [program, *arguments, f"--dbname={make_conninfo(**given)}"],
        env=ENVIRONMENT | kept | secrets,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    )
    said: list[str] = []
    wrong: list[str] = []
    try:
        assert process.stderr is not None
        with process.stderr:
            for text in process.stderr:
                line(text.rstrip())
                said = [*said[1 - _LAST_WORDS :], text.rstrip()]
                if "error:" in text.lower() and len(wrong) < _LAST_WORDS:
                    wrong.append(text.strip())
        status = process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
    if status:
        raise BackupError(f"{program.name} failed: {'; '.join(wrong[:3] or said[-3:])}")
