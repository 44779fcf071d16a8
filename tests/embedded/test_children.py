"""Processes end with the one that started them, however that ended."""

import os
import signal
import subprocess
import sys

import psutil
import pytest
from tests.waiting import PATIENCE_S

from netzstadt.embedded.children import SUPERVISOR

pytestmark = pytest.mark.processes
CHILD = """
import time
from netzstadt.embedded.children import end_with_supervisor
end_with_supervisor()
print("goes on", flush=True)
time.sleep(600)
"""


def child(supervisor: int) -> "subprocess.Popen[str]":
    """A process that is told who its supervisor is."""
    return subprocess.Popen(
        [sys.executable, "-c", CHILD],
        env=os.environ | {SUPERVISOR: str(supervisor)},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_who_comes_after_the_end_of_its_supervisor_ends_at_once() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()

    with child(gone.pid) as late:
        assert late.wait(PATIENCE_S) == -signal.SIGTERM


def test_who_has_another_parent_goes_on() -> None:
    parent = psutil.Process().parent()
    assert parent

    with child(parent.pid) as process:
        assert process.stdout
        assert process.stdout.readline() == "goes on\n"
        process.kill()
