"""Child processes that are kept alive, end with their parent and are stopped in order."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

# Names the process that must outlive a child; see end_with_parent.
SUPERVISOR = "NETZSTADT_SUPERVISOR"
# Names the file that a child waits for, see wait_for_supervisor.
READY = "NETZSTADT_SUPERVISOR_READY"
LONGEST_PAUSE = 5.0
STEADY_AFTER = 60.0


def end_with_parent() -> None:
    """End this process (SIGTERM to itself) when its parent dies, even by ``kill -9``.

    Otherwise a killed ``netzstadt up`` would leave servers behind that keep the port.
    """
    parent = os.getppid()
    threading.Thread(target=_watch, args=(parent,), name="parent-watch", daemon=True).start()


def end_with_supervisor() -> None:
    """The same, but only where the parent is a supervisor that says so in the environment; at once
    where that is gone already."""
    named = os.environ.get(SUPERVISOR, "")
    if named == str(os.getppid()):
        end_with_parent()
    elif named.isdecimal() and not _is_alive(int(named)):
        os.kill(os.getpid(), signal.SIGTERM)


def wait_for_supervisor() -> None:
    """Wait until the file exists that the supervisor named, if it named one.

    A child can load its code while the supervisor still prepares what it will work with.
    """
    if named := os.environ.get(READY):
        while not Path(named).exists():
            time.sleep(0.02)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # it is another account's
    return True


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.25)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(15)
    os.kill(os.getpid(), signal.SIGKILL)  # it did not end in time; nobody else would end it


class Child:
    """One command that runs as long as its parent wants.

    When it dies it is started again after 0.5, 1, 2, 4, at most 5 seconds; after a minute without
    dying the count begins anew.
    """

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.name = name
        self.command = list(command)
        self.environment = {**environment, SUPERVISOR: str(os.getpid())}
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._pause = 0.5
        self._due: float | None = None

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> None:
        """Start the command in a session of its own: Ctrl-C in the terminal reaches us alone."""
        self._started = time.monotonic()
        self._due = None
        self._process = subprocess.Popen(  # noqa: S603 - our own commands, no shell
            self.command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def tend(self, say: Callable[[str], None]) -> None:
        """Notice a death and start again when the pause is over; call it every so often."""
        if self._process is None:
            return
        now = time.monotonic()
        status = self._process.poll()
        if status is None:
            return
        if self._due is None:
            if now - self._started > STEADY_AFTER:
                self._pause = 0.5
            self._due = now + self._pause
            say(f"{self.name} {how_it_ended(status)}; starting it again in {self._pause:g} s.")
            self._pause = min(LONGEST_PAUSE, self._pause * 2)
        elif now >= self._due:
            self.start()

    def stop(self, *, seconds: float = 25) -> None:
        """Ask it to end, and end it if it does not within ``seconds``, with all it started."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        try:
            os.killpg(process.pid, signal.SIGKILL)  # whatever is left of its session
        except (ProcessLookupError, PermissionError):
            return


def how_it_ended(status: int) -> str:
    """An exit status in words; negative ones are signals."""
    if status < 0:
        return f"was ended by signal {-status} ({signal.Signals(-status).name})"
    return f"ended by itself with exit code {status}"
