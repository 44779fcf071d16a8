"""The files and programs of one PostgreSQL cluster: making it, its pid file, its processes."""

import errno
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from netzstadt.embedded.installations import Installation
from netzstadt.embedded.machine import Account

NO_SPACE = {errno.ENOSPC, errno.EDQUOT}
# Beside the cluster and ours, not the account's; named relative to postgresql.conf.
SETTINGS_FILE = "postgresql-machine.conf"
# The programs speak English, so that their words can be understood, and see nothing of ours.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}

# The role of the application owns its database and is no superuser. The extensions it needs are
# trusted ones, which the owner may create. Nobody signs in as the superuser: its password is not
# kept, and whoever may start PostgreSQL has single-user mode.
_ROLE = """\
create role netzstadt login createdb in role pg_monitor, pg_checkpoint, pg_signal_backend
    password '{password}';

create database netzstadt owner netzstadt;

alter role postgres password null;

"""


class ProgramFailed(Exception):
    """A program of PostgreSQL failed; the message is what it said."""


class _RunAs(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


def as_account(account: Account | None) -> _RunAs:
    """Arguments for subprocess that drop to ``account``."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def create(
    data: Path, installation: Installation, account: Account | None, *, password: str
) -> None:
    """Make a cluster in ``data``, with the role and the database ``netzstadt`` in it.

    Raises ProgramFailed.
    """
    password_file = data.with_name("password")
    password_file.write_text(f"{os.urandom(24).hex()}\n")
    password_file.chmod(0o600)
    if account:
        os.chown(password_file, account.uid, account.gid)
    arguments = ["-D", str(data), "-U", "postgres", "--encoding=UTF8", "--auth=scram-sha-256"]
    arguments += ["--data-checksums", "--no-instructions", f"--pwfile={password_file}"]
    try:
        _run(installation.programs / "initdb", [*arguments, *_locale(installation)], account)
    except ProgramFailed as failure:
        if "locale" not in str(failure):
            raise
        # A system without C.UTF-8: lower() and trigrams then know ASCII only.
        _run(installation.programs / "initdb", [*arguments, "--locale=C"], account)
    words = _run(
        installation.programs / "postgres",
        ["--single", "-j", "-D", str(data), "postgres"],
        account,
        _ROLE.format(password=password),
    )
    if "ERROR:" in words or "FATAL:" in words:
        raise ProgramFailed(words)
    flags = os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW
    with os.fdopen(os.open(data / "postgresql.conf", flags), "a") as file:
        file.write(f"\ninclude = '../{SETTINGS_FILE}'\n")


def _locale(installation: Installation) -> list[str]:
    """Letters beyond ASCII are letters, order is by code point, on every system the same."""
    if installation.major >= 17:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"]
    return ["--locale=C.UTF-8"]


def _run(program: Path, arguments: list[str], account: Account | None, text: str = "") -> str:
    done = subprocess.run(  # noqa: S603 - our own binaries, no shell
        [program, *arguments],
        cwd="/",
        env=ENVIRONMENT,
        input=text,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        start_new_session=True,
        **as_account(account),
    )
    if done.returncode:
        raise ProgramFailed(f"{program.name}: {done.stdout.strip()}")
    return done.stdout


@dataclass(frozen=True, slots=True)
class PidFile:
    """``postmaster.pid``: which process says it serves the cluster, and whether it is ready."""

    pid: int
    is_ready: bool


def read_pid_file(directory: Path) -> PidFile | None:
    """What the pid file of the cluster says, or None where there is none to read."""
    try:
        lines = (directory / "postmaster.pid").read_text().splitlines()
        # Line 8 is the status, written with blanks after it (PostgreSQL, pidfile.h).
        status = lines[7].strip() if len(lines) > 7 else ""
        return PidFile(pid=abs(int(lines[0])), is_ready=status == "ready")
    except (OSError, ValueError, IndexError):
        return None


def is_server(pid: int, directory: Path) -> bool:
    """Whether process ``pid`` is a PostgreSQL that serves the cluster in ``directory``."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return False  # another account's: PostgreSQL, too, takes such a pid file for stale
    process = Path(f"/proc/{pid}")
    if process.is_dir():
        try:
            if (process / "stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return False
            return (process / "exe").readlink().name.startswith("postgres") and (
                process / "cwd"
            ).resolve() == directory.resolve()
        except OSError:
            return False
    told = subprocess.run(  # noqa: S603 - macOS
        ["/bin/ps", "-p", str(pid), "-o", "comm="], capture_output=True, text=True, check=False
    )
    return "postgres" in told.stdout


def disown_pid_file(directory: Path) -> None:
    """Mark a pid file whose process is no server of this cluster as stale.

    After a crash its number may belong to another program by now, and PostgreSQL would refuse to
    start. Removing the file would also remove PostgreSQL's own check that no child of the dead
    server still writes (the shared memory key in the file). So only the number is changed: to
    ours, which as that of its parent PostgreSQL takes for stale.
    """
    path = directory / "postmaster.pid"
    found = read_pid_file(directory)
    if found is None or is_server(found.pid, directory):
        if found is None and path.exists() and path.stat().st_size == 0:
            path.unlink()  # the disk was full when it was written: it names nobody
        return
    with os.fdopen(os.open(path, os.O_RDWR | os.O_NOFOLLOW), "r+") as file:
        rest = file.read().splitlines()[1:]
        file.seek(0)
        file.write("\n".join([str(os.getpid()), *rest]) + "\n")
        file.truncate()
