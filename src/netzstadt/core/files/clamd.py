"""The client of ClamAV's daemon: one INSTREAM over a unix socket or loopback, with time-outs."""

import socket
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from netzstadt.core.files.models import ScanState

Address = str | tuple[str, int]
CONNECT_WITHIN_S = 3.0
SCAN_WITHIN_S = 60.0
_LONGEST_ANSWER = 4096


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the scanner said: a state, and the signature found or what went wrong."""

    state: ScanState
    note: str = ""


class _Silent(Exception):
    """The scanner cannot be reached, or did not answer in time."""


def scan(
    pieces: Iterable[bytes], *, address: Address | None, within_s: float = SCAN_WITHIN_S
) -> Verdict:
    """Have the scanner judge a content.

    Never raises for what the scanner does: without one the content is not scanned, and one that is
    away, slow, or has a smaller limit than the file gives an error that can be tried again.
    """
    if address is None:
        return Verdict(ScanState.NOT_SCANNED)
    deadline = time.monotonic() + within_s
    try:
        answer = _stream(pieces, address, deadline)
    except _Silent as error:
        return Verdict(ScanState.ERROR, str(error)[:200])
    return _verdict(answer)


def is_answering(address: Address | None) -> bool:
    """Whether a scanner is there and says so."""
    if address is None:
        return False
    try:
        with _connected(address, time.monotonic() + CONNECT_WITHIN_S) as connection:
            connection.sendall(b"zPING\0")
            return _answer(connection, time.monotonic() + CONNECT_WITHIN_S) == "PONG"
    except (OSError, _Silent):
        return False


def _stream(pieces: Iterable[bytes], address: Address, deadline: float) -> str:
    with _connected(address, deadline) as connection:
        # A scanner that has had enough closes before the end; its reason is still to be read.
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(b"zINSTREAM\0")
            for piece in pieces:
                _wait_no_longer_than(connection, deadline)
                try:
                    connection.sendall(len(piece).to_bytes(4, "big") + piece)
                except TimeoutError as error:
                    raise _Silent("The scanner did not take the file in time.") from error
            connection.sendall(bytes(4))
        return _answer(connection, deadline)


def _connected(address: Address, deadline: float) -> socket.socket:
    family = socket.AF_UNIX
    if not isinstance(address, str):
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    connection = socket.socket(family, socket.SOCK_STREAM)
    try:
        connection.settimeout(CONNECT_WITHIN_S)
        connection.connect(address)
        _wait_no_longer_than(connection, deadline)
    except OSError as error:
        connection.close()
        raise _Silent("The scanner cannot be reached.") from error
    return connection


def _answer(connection: socket.socket, deadline: float) -> str:
    """What the scanner says, up to the zero byte at its end."""
    answer = b""
    try:
        while b"\0" not in answer and len(answer) < _LONGEST_ANSWER:
            _wait_no_longer_than(connection, deadline)
            piece = connection.recv(_LONGEST_ANSWER)
            if not piece:
                break
            answer += piece
    except TimeoutError as error:
        raise _Silent("The scanner did not answer in time.") from error
    except OSError as error:
        raise _Silent("The scanner broke the connection off.") from error
    return answer.partition(b"\0")[0].decode("utf-8", "replace").strip()


def _wait_no_longer_than(connection: socket.socket, deadline: float) -> None:
    left = deadline - time.monotonic()
    if left <= 0:
        raise _Silent("The scanner did not answer in time.")
    connection.settimeout(left)


def _verdict(answer: str) -> Verdict:
    text = answer.removeprefix("stream: ")
    if text == "OK":
        return Verdict(ScanState.CLEAN)
    if text.endswith(" FOUND"):
        return Verdict(ScanState.INFECTED, text.removesuffix(" FOUND")[:200])
    # Such as "INSTREAM size limit exceeded. ERROR".
    return Verdict(ScanState.ERROR, (text or "The scanner said nothing.")[:200])
