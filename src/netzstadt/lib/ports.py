"""Whether a server can listen on an address, said in a sentence where it cannot."""

import errno
import socket


def refusal(host: str, port: int) -> str:
    """Why nothing can listen on ``host`` and ``port``, and what to do; empty where it can."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except socket.gaierror:
        return f"NETZSTADT_HOST is {host!r}, which is no address of this machine."
    family, kind, protocol, _, address = found[0]
    with socket.socket(family, kind, protocol) as trial:
        # As the server does: a port in TIME_WAIT from the last run is free.
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(address)
            trial.listen(1)
        except OSError as error:
            return _sentence(error, host, port)
    return ""


def _sentence(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} on {host} is taken by another program. Stop that one, or choose another "
            f"port, for instance NETZSTADT_PORT={port + 1 if port < 65535 else 8000}."
        )
    if error.errno == errno.EACCES:
        return f"Port {port} is for root alone. Choose one from 1024 on with NETZSTADT_PORT."
    return f"NETZSTADT_HOST is {host!r}, which is no address of this machine ({error.strerror})."
