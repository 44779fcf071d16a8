"""Ports for servers of the tests."""

import fcntl
import os
import socket
import tempfile
from contextlib import suppress
from pathlib import Path

# Below those that the system gives to outgoing connections (32768 and more on Linux): one of these
# could take the port of a server that is not up yet, or down for a moment.
PORTS = range(20_000, 30_000)


def free_port() -> int:
    """A port that is ours until this process ends: a lock keeps other test workers from it."""
    for port in PORTS:
        name = Path(tempfile.gettempdir()) / f"netzstadt-test-port-{port}"
        with suppress(OSError):
            lock = os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                with socket.create_server(("127.0.0.1", port)):
                    return port  # the lock stays open, and so ours
            except OSError:
                os.close(lock)
    raise AssertionError(f"no port from {PORTS[0]} to {PORTS[-1]} is free")
