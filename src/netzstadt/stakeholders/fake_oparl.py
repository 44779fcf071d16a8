"""A council information system to try things with: serves any OParl JSON on this machine.

    python -m netzstadt.stakeholders.fake_oparl FOLDER_OR_TAR

Objects lie in files of one object or a list each; the type of an object says to which list it
belongs. Served are a system, a body and its lists with pages and ``modified_since``, as OParl 1.1
asks for. What a test needs beyond: objects change, are deleted and come back, answers fail.
"""

import json
import sys
import tarfile
import threading
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit

from netzstadt.standards.oparl.objects import Kind
from netzstadt.standards.oparl.reading import kind_of

Json = dict[str, Any]
_LONG_LIST = 100_000
_TYPE = "https://schema.oparl.org/1.1/"
# The member of a body that names the list, and the part of its address.
LISTS = {
    Kind.ORGANIZATION: "organization",
    Kind.MEETING: "meeting",
    Kind.AGENDA_ITEM: "agendaItem",
    Kind.PAPER: "paper",
    Kind.CONSULTATION: "consultation",
}


class FakeOParl:
    """A system with one body. Begin it with ``with``; ``address`` is where its System stands."""

    def __init__(self, *, per_page: int = 100, name: str = "Musterstadt") -> None:
        self.objects: dict[Kind, dict[str, Json]] = defaultdict(dict)
        self.per_page = per_page
        self.name = name
        # Some systems take no notice of modified_since, which they must (OParl 1.1, 2.5).
        self.heeds_since = True
        # Answers that fail, one after the other, before it answers again.
        self.failures: list[int] = []
        # Answers in place of its own, by path.
        self.answers: dict[str, bytes] = {}
        # Where a path leads on to.
        self.redirects: dict[str, str] = {}
        self.asked: list[str] = []
        self._server: ThreadingHTTPServer | None = None

    @property
    def root(self) -> str:
        """Where it listens. Raises RuntimeError before it was begun."""
        if self._server is None:
            raise RuntimeError("It listens only inside of “with”.")
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def address(self) -> str:
        """The address of its System."""
        return f"{self.root}/system"

    def add(self, *found: Json) -> None:
        """Serve objects, or others in their place."""
        for one in found:
            if (kind := kind_of(one)) in LISTS:
                self.objects[kind][one["id"]] = one

    def load(self, path: Path, *, every: int = 1) -> "FakeOParl":
        """Serve what lies in a folder or a tar, or of single objects about every n-th."""
        for document in _documents(path, every):
            for one in document if isinstance(document, list) else [document]:
                if isinstance(one, dict) and isinstance(one.get("id"), str):
                    self.add(one)
        return self

    def delete(self, kind: Kind, oparl_id: str, *, at: datetime) -> None:
        """Leave of an object only that it was there (OParl 1.1, 2.8)."""
        self.objects[kind][oparl_id] = {
            "id": oparl_id,
            "type": f"{_TYPE}{kind.value}",
            "deleted": True,
            "modified": at.isoformat(),
        }

    def change(self, kind: Kind, oparl_id: str, *, at: datetime, **members: Any) -> None:
        """Say something else of an object."""
        before = self.objects[kind][oparl_id]
        self.objects[kind][oparl_id] = {**before, **members, "modified": at.isoformat()}

    def __enter__(self) -> "FakeOParl":
        fake = self

        class Handler(_Handler):
            served = fake

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def answer(self, path: str, query: dict[str, str]) -> Json | None:
        """The document at a path; None where there is none."""
        if path == "/system":
            return {
                "id": self.address,
                "type": f"{_TYPE}System",
                "oparlVersion": "https://schema.oparl.org/1.1/",
                "body": f"{self.root}/bodies",
            }
        if path == "/bodies":
            return {"data": [self._body()], "pagination": {"totalElements": 1}, "links": {}}
        if path == "/body":
            return self._body()
        kind = next((one for one, name in LISTS.items() if path == f"/{name}"), None)
        return self._page(kind, query) if kind else None

    def _body(self) -> Json:
        return {
            "id": f"{self.root}/body",
            "type": f"{_TYPE}Body",
            "name": self.name,
            **{name: f"{self.root}/{name}" for kind, name in LISTS.items() if self._offers(kind)},
        }

    def _offers(self, kind: Kind) -> bool:
        """Lists of sub-objects are offered where something lies in them."""
        is_main = kind in (Kind.ORGANIZATION, Kind.MEETING, Kind.PAPER)
        return is_main or bool(self.objects[kind])

    def _page(self, kind: Kind, query: dict[str, str]) -> Json:
        found = [self.objects[kind][key] for key in sorted(self.objects[kind])]
        if self.heeds_since and (since := query.get("modified_since")):
            moment = datetime.fromisoformat(since)
            found = [one for one in found if datetime.fromisoformat(one["modified"]) >= moment]
        number = int(query.get("page", "1"))
        size = min(int(query.get("elementsPerPage", self.per_page)), self.per_page)
        links = {}
        if number * size < len(found):
            following = urlencode({**query, "page": str(number + 1)})
            links["next"] = f"{self.root}/{LISTS[kind]}?{following}"
        return {
            "data": found[(number - 1) * size : number * size],
            "pagination": {
                "totalElements": len(found),
                "elementsPerPage": size,
                "currentPage": number,
            },
            "links": links,
        }


class _Handler(BaseHTTPRequestHandler):
    served: ClassVar[FakeOParl]

    def do_GET(self) -> None:
        fake = self.served
        fake.asked.append(self.path)
        parts = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        if fake.failures:
            self._send(fake.failures.pop(0), b"{}")
        elif parts.path in fake.redirects:
            self._send(302, b"", location=fake.redirects[parts.path])
        elif parts.path in fake.answers:
            self._send(200, fake.answers[parts.path])
        elif (document := fake.answer(parts.path, query)) is None:
            self._send(404, b"{}")
        else:
            self._send(200, json.dumps(document).encode())

    def _send(self, status: int, body: bytes, *, location: str = "") -> None:
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing is written to the console."""


def _documents(path: Path, every: int) -> Iterator[Any]:
    """The JSON of a folder or a tar: all long lists, and a fixed part of the other files."""
    for name, size, read in _files(path):
        if zlib.crc32(name.encode()) % every == 0 or size > _LONG_LIST:
            yield json.loads(read())


def _files(path: Path) -> Iterator[tuple[str, int, Callable[[], bytes]]]:
    if path.is_dir():
        for file in path.rglob("*.json"):
            yield file.name, file.stat().st_size, file.read_bytes
        return
    with tarfile.open(path) as archive:  # read in its own order: going back is slow
        for member in archive:
            if member.name.endswith(".json") and (content := archive.extractfile(member)):
                yield member.name.rpartition("/")[2], member.size, content.read


def main() -> None:
    """Serve a folder or a tar until it is interrupted; say where, and how much."""
    if len(sys.argv) != 2 or not Path(sys.argv[1]).exists():
        sys.exit("usage: python -m netzstadt.stakeholders.fake_oparl FOLDER_OR_TAR [with *.json]")
    with FakeOParl().load(Path(sys.argv[1])) as fake:
        served = sum(len(objects) for objects in fake.objects.values())
        sys.stderr.write(f"{served:,} objects of all lists are served.\n")
        sys.stdout.write(f"{fake.address}\n")
        sys.stdout.flush()
        while True:
            time.sleep(3_600)


if __name__ == "__main__":
    main()
