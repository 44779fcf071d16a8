"""A load generator: keep-alive connections on one epoll loop, so that it is not what is measured.

Run as a process of its own: `python -m bench.driver`, a plan as JSON on standard input, what was
counted as JSON on standard output.
"""

import itertools
import json
import select
import socket
import sys
import time
from dataclasses import asdict, dataclass, field


@dataclass(slots=True)
class Plan:
    """``kind`` get: ``path`` for ``seconds``, or ``paths`` in turn, with ``cookie``;
    single: one observation a request for ``seconds``;
    batch: ``requests`` requests of ``rows`` observations each, by every client."""

    port: int
    kind: str
    clients: int
    path: str = ""
    paths: list[str] = field(default_factory=list)
    cookie: str = ""
    series: list[int] = field(default_factory=list)
    secret: str = ""
    seconds: float = 5.0
    requests: int = 0
    rows: int = 0
    start_s: int = 0


@dataclass(slots=True)
class Counted:
    """What a run did; times in seconds."""

    done: int
    failed: int
    elapsed_s: float
    p50_s: float
    p95_s: float
    p99_s: float
    cpu_s: float
    first_failure: str = ""


class Client:
    """One connection that sends its next request when the previous one is answered."""

    __slots__ = ("chunks", "length", "requests", "sent_at", "socket")

    def __init__(self, port: int, requests) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.requests = requests
        self.chunks = b""
        self.length = 0

    def send(self) -> bool:
        """Send the next request; False where there is none."""
        request = next(self.requests, None)
        if request is None:
            return False
        self.chunks, self.length = b"", 0
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)
        return True

    def receive(self) -> bytes | None:
        """The whole answer, or None while it is not all there."""
        data = self.socket.recv(262_144)
        if not data:
            raise ConnectionError("The server closed the connection.")
        self.chunks = self.chunks + data if self.chunks else data
        if not self.length:
            end = self.chunks.find(b"\r\n\r\n")
            if end < 0:
                return None
            at = self.chunks.find(b"content-length: ", 0, end)
            if at < 0:
                done = self.chunks.endswith(b"0\r\n\r\n")
                return self.chunks if done else None
            self.length = end + 4 + int(self.chunks[at + 16 : self.chunks.find(b"\r", at)])
        return self.chunks if len(self.chunks) >= self.length else None


def run(plan: Plan) -> Counted:
    """Do what is planned; every answer's status is looked at."""
    expected = b"HTTP/1.1 200" if plan.kind == "get" else b"HTTP/1.1 201"
    clients = [Client(plan.port, requests_of(plan, n)) for n in range(plan.clients)]
    poll = select.epoll()
    by_number = {client.socket.fileno(): client for client in clients}
    for number in by_number:
        poll.register(number, select.EPOLLIN)
    taken: list[float] = []
    failures: list[bytes] = []
    started, cpu = time.perf_counter(), time.process_time()
    ends = started + plan.seconds if not plan.requests else float("inf")
    active = sum(client.send() for client in clients)
    while active:
        for number, _ in poll.poll(30):
            client = by_number[number]
            answer = client.receive()
            if answer is None:
                continue
            now = time.perf_counter()
            taken.append(now - client.sent_at)
            if not answer.startswith(expected):
                failures.append(answer)
            if now >= ends or not client.send():
                active -= 1
    elapsed = time.perf_counter() - started
    taken.sort()
    return Counted(
        done=len(taken) - len(failures),
        failed=len(failures),
        elapsed_s=elapsed,
        p50_s=taken[len(taken) // 2],
        p95_s=taken[len(taken) * 95 // 100],
        p99_s=taken[len(taken) * 99 // 100],
        cpu_s=time.process_time() - cpu,
        first_failure=failures[0].decode(errors="replace")[:500] if failures else "",
    )


def requests_of(plan: Plan, client: int):
    """The requests of one client, made beforehand where they are large."""
    host = b"Host: 127.0.0.1\r\n"
    if plan.secret:
        host += b"Authorization: Bearer " + plan.secret.encode() + b"\r\n"
    if plan.cookie:
        host += b"Cookie: " + plan.cookie.encode() + b"\r\n"
    if plan.kind == "get":
        heads = [b"GET " + path.encode() + b" HTTP/1.1\r\n" for path in plan.paths or [plan.path]]
        return itertools.cycle(head + host + b"\r\n" for head in heads)
    head = host + b"Content-Type: application/json\r\nContent-Length: "
    if plan.kind == "single":
        return _singles(plan, client, head)
    return iter([_batch(plan, client, n, head) for n in range(plan.requests)])


def _moment(second: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second))


def _singles(plan: Plan, client: int, head: bytes):
    series = plan.series[client % len(plan.series)]
    start = b"POST /sta/v1.1/Datastreams(%d)/Observations HTTP/1.1\r\n" % series + head
    for minute in itertools.count(plan.start_s // 60 + 1):
        # Made once a minute: what the generator does is not what is measured.
        begin = b'{"phenomenonTime":"%s' % _moment(minute * 60)[:17].encode()
        length = len(begin) + len(b'00Z","result":10.5}')
        request = b"%s%d\r\n\r\n%s" % (start, length, begin)
        for second in range(60):
            yield request + b'%02dZ","result":%d.5}' % (second, 10 + second)


def _batch(plan: Plan, client: int, number: int, head: bytes) -> bytes:
    first = plan.start_s + number * plan.rows * 60
    rows = [[_moment(first + n * 60), (first // 60 + n) % 97 + 0.5] for n in range(plan.rows)]
    body = json.dumps(
        [
            {
                "Datastream": {"@iot.id": plan.series[client]},
                "components": ["phenomenonTime", "result"],
                "dataArray": rows,
            }
        ],
        separators=(",", ":"),
    ).encode()
    return b"POST /sta/v1.1/CreateObservations HTTP/1.1\r\n%s%d\r\n\r\n%s" % (head, len(body), body)


if __name__ == "__main__":
    print(json.dumps(asdict(run(Plan(**json.load(sys.stdin))))))
