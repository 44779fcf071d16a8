"""Start everything: database, pages, background jobs, and print the address."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException

import click

from netzstadt.config import Config
from netzstadt.embedded.children import READY, SUPERVISOR, Child, how_it_ended
from netzstadt.embedded.errors import DatabaseError
from netzstadt.embedded.postgres import Postgres
from netzstadt.lib import ports

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
FIRST_ANSWER_WITHIN_S = 60
NETZSTADT = [sys.executable, "-m", "netzstadt"]


@click.command(
    epilog="""\
\b
Examples:
  netzstadt up
  NETZSTADT_PORT=8080 NETZSTADT_DEMO=no netzstadt up
  NETZSTADT_DATABASE_URL=postgresql://… netzstadt up

\b
Exit codes: 0 stopped on request, 1 could not start (a sentence says why).
"""
)
def command() -> None:
    """Start everything on this machine and print the address.

    Starts the embedded PostgreSQL (unless NETZSTADT_DATABASE_URL names a server), brings its
    tables to this version, fills the demo city on the first start, and keeps the web server, the
    worker and the simulated sensors running: what dies is started again. Ctrl-C stops everything.
    """
    Up(Config.from_environment()).run()


class Stopped(Exception):
    """A signal asked to stop while something was still starting."""


class Up:
    """Everything that one ``netzstadt up`` has started."""

    def __init__(self, config: Config) -> None:
        self.config = config
        address = f"[{config.host}]" if ":" in config.host else config.host
        self.address = f"http://{address}:{config.port}"
        self.postgres = Postgres(config.data_path, command="netzstadt up", address=self.address)
        self.stopping = threading.Event()
        self.accounts: list[dict[str, str]] = []
        self.setup_path = ""
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        self.prepared = config.data_path / "prepared"
        self.web = Child(
            "The web server", [*NETZSTADT, "web"], {**environment, READY: str(self.prepared)}
        )
        self.worker = Child("The worker", [*NETZSTADT, "worker"], environment)
        self.sender = Child("The demo city", [*NETZSTADT, "demo", "send"], environment)

    def run(self) -> None:
        """Start, stay until a signal comes, stop."""
        begun = time.monotonic()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self.stopping.set())
        self.postgres.take()
        try:
            if sentence := ports.refusal(self.config.host, self.config.port):
                raise click.ClickException(sentence)
            self._start()
            self._welcome(time.monotonic() - begun)
            self._stay()
        except Stopped:
            pass
        finally:
            self._stop()

    # -- starting -----------------------------------------------------------------------------

    def _start(self) -> None:
        with self._step("Database") as say:
            say(self._start_database())
        # It loads its code meanwhile, which takes as long as the rest of a second start.
        self.prepared.unlink(missing_ok=True)
        self.web.start()
        self._prepare()
        with self._step("Web server") as say:
            self.prepared.touch()
            self._wait_for_answer()
            say("answers")
        # After the first page: on few cores they would only slow each other down.
        self.worker.start()
        if self.config.demo:
            self.sender.start()

    def _start_database(self) -> str:
        if self.config.database_url:
            from netzstadt.embedded.foreign import check

            return f"PostgreSQL {check(self.config.database_url)}, the server you named"
        self.postgres.start()
        assert self.postgres.installation is not None
        made = "made and started" if self.postgres.was_created else "started"
        return (
            f"PostgreSQL {self.postgres.installation.version} {made} in {self.postgres.directory}"
        )

    def _prepare(self) -> None:
        """Migrate and fill in a process of its own: this one stays small."""
        titles = iter(("Tables", "Demo city"))
        _print_begun("Tables")  # the demo city shows its progress itself
        process = subprocess.Popen(  # noqa: S603 - our own command
            [*NETZSTADT, "prepare"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env={**os.environ, SUPERVISOR: str(os.getpid())},
        )
        assert process.stdout is not None
        watch = threading.Thread(target=self._end_when_stopping, args=(process,), daemon=True)
        watch.start()
        with process.stdout:
            for line in process.stdout:
                message = json.loads(line)
                if "step" in message:
                    _print_step(next(titles), message["step"], message["seconds"])
                self.accounts = message.get("accounts", self.accounts)
                self.setup_path = message.get("setup_path", self.setup_path)
        status = process.wait()
        self._check_stopping()
        if status:
            raise click.ClickException("The database could not be prepared; see above.")

    def _end_when_stopping(self, process: "subprocess.Popen[str]") -> None:
        while process.poll() is None:
            if self.stopping.wait(0.1):
                process.terminate()
                return

    def _wait_for_answer(self) -> None:
        deadline = time.monotonic() + FIRST_ANSWER_WITHIN_S
        while not self._answers():
            self._check_stopping()
            if self.web.pid is None:
                raise click.ClickException("The web server did not start; see above.")
            if time.monotonic() > deadline:
                raise click.ClickException(
                    f"The web server does not answer within {FIRST_ANSWER_WITHIN_S} seconds."
                )
            self.stopping.wait(0.05)

    def _answers(self) -> bool:
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.config.host, self.config.host)  # noqa: S104
        connection = HTTPConnection(host, self.config.port, timeout=20)
        try:
            connection.request("GET", "/", headers={"Host": "localhost"})
            return connection.getresponse().status < 500
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def _check_stopping(self) -> None:
        if self.stopping.is_set():
            raise Stopped

    # -- running ------------------------------------------------------------------------------

    def _welcome(self, seconds: float) -> None:
        shown = self.config.base_url or self.address
        lines = ["", f"Netzstadt runs at {shown}  (ready after {seconds:.1f} s)"]
        if self.config.base_url:
            lines.append(f"The server itself, for the proxy in front: {self.address}")
        if self.accounts and self.config.host in LOOPBACK:
            lines.append("Demo accounts:")
            width = max(len(one["email"]) for one in self.accounts)
            secret = max(len(one["password"]) for one in self.accounts)
            lines += [
                f"  {one['email']:{width}}  {one['password']:{secret}}  ({one['what_for']})"
                for one in self.accounts
            ]
        if self.setup_path:
            lines.append("Set the city up here (valid for 24 hours, and until that is done):")
            lines.append(f"  {shown.rstrip('/')}{self.setup_path}")
        lines += ["Ctrl-C stops it.", ""]
        click.echo("\n".join(lines))
        sys.stdout.flush()

    def _stay(self) -> None:
        trimmed = time.monotonic()
        while not self.stopping.wait(0.2):
            if (status := self.postgres.ended()) is not None:
                self._bring_database_back(status)
            for child in (self.web, self.worker, self.sender):
                child.tend(_say)
            if time.monotonic() - trimmed > 60:
                self.postgres.trim_logs()
                trimmed = time.monotonic()

    def _bring_database_back(self, status: int) -> None:
        """Start the database again until it runs; what was committed is recovered."""
        _say(f"The database {how_it_ended(status)}; starting it again.")
        pause = 1.0
        told = ""
        while not self.stopping.is_set():
            try:
                self.postgres.restart()
            except DatabaseError as error:
                if str(error) != told:
                    told = str(error)
                    _say(told)
                self.stopping.wait(pause)
                pause = min(30, pause * 2)
            else:
                _say("The database runs again; nothing that was acknowledged is lost.")
                return

    def _stop(self) -> None:
        """Stop in the order in which one needs the other."""
        begun = time.monotonic()
        if self.stopping.is_set():
            _say("Stopping …")
        for child in (self.sender, self.web, self.worker):
            child.stop()
        self.prepared.unlink(missing_ok=True)
        self.postgres.stop()
        if self.stopping.is_set():
            _say(f"Stopped after {time.monotonic() - begun:.1f} s.")

    @contextmanager
    def _step(self, title: str) -> Iterator["_Words"]:
        words = _Words()
        begun = time.monotonic()
        self._check_stopping()
        _print_begun(title)
        yield words
        _print_step(title, words.text, time.monotonic() - begun)


class _Words:
    """What a step reports at its end."""

    text = ""

    def __call__(self, text: str) -> None:
        self.text = text


def _print_begun(title: str) -> None:
    """Name the step at work, where somebody looks on; its end overwrites the line."""
    if sys.stdout.isatty():
        click.echo(f"{title + ':':14} …\r", nl=False)
        sys.stdout.flush()


def _print_step(title: str, text: str, seconds: float) -> None:
    click.echo(f"{title + ':':14} {text} ({seconds:.1f} s)")  # in line with those of set-up
    sys.stdout.flush()


def _say(text: str) -> None:
    # A terminal that was closed must not keep us from stopping what we started.
    with suppress(OSError):
        click.echo(text, err=True)
