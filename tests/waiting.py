"""Waiting for what another process does."""

import time
from collections.abc import Callable

# Waiting ends when what is waited for is there; a busy machine may take ten times as long as ours.
PATIENCE_S = 600


def wait_until(condition: Callable[[], object], what: str, *, every_s: float = 0.05) -> None:
    """Wait for something that takes a moment on a busy machine."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(every_s)
