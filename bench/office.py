"""Searching 200,000 objects, listing 50,000 persons, reading a history of 10,000 events."""

import contextlib
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bench.city import Row, within
from bench.driver import Counted, Plan
from bench.house import House, beside, serving

DATABASE = "office"
CHANGES = 40
FOUND_WITHIN_MS = 5_000  # what people are promised of the search
_PATIENCE_S = 60
# As people ask: a word, its parts, several, a code, a phrase, something mistyped, something broad.
QUESTIONS = (
    "Luft",
    "Luftqualität",
    "Messstation Bahnhofstraße",
    "Zählstelle Goethe",
    "GE-004711",
    "Kastanienallee 12",
    "Straße",
    '"Horster Straße"',
    "Brücken Sanierung -Hafen",
    "Luftqualtät",
    "Bahnhofstrase",
    "verkehrszählung",
    "Bürger",
    "Grundwassermessnetz Schalke",
    "Haus",
    "Anna Müller",
    "Umwelt Verkehr Stadtplanung",
    "Pegel Scholven",
    "gibt es nirgends",
    "Baumkataster",
)


@dataclass(frozen=True, slots=True)
class Page:
    """Addresses opened in turn, and the time within which 19 of 20 readers shall have them."""

    name: str
    paths: list[str]
    goal_ms: int
    cookie: str = ""


def pages(house: House, *, seconds: int) -> Iterator[Row]:
    """The 95th percentile of each page against its goal."""
    office, facts = _built(house)
    with serving(office):
        for page in _pages(facts):
            _get(office, page, seconds=1)  # the first requests pay for what is read only once
            counted = _get(office, page, seconds=max(2.0, float(seconds)))
            p95_ms = counted.p95_s * 1000
            yield within(
                f"{page.name}, 95th percentile",
                p95_ms,
                page.goal_ms,
                f"half within {counted.p50_s * 1000:.0f} ms, {counted.done} requests",
            )
    yield _change_to_found(office, facts)


def _change_to_found(office: House, facts: dict[str, object]) -> Row:
    """How long after a change an index of this size has it, with one worker at work."""
    with working(office):
        _seconds_until_found(office)  # the worker has started
        seconds = sorted(_seconds_until_found(office) for _ in range(CHANGES))
    p95_ms = statistics.quantiles(seconds, n=20)[-1] * 1000
    return within(
        f"a change is found among {facts['objects']:,} objects, 95th percentile",
        p95_ms,
        FOUND_WITHIN_MS,
        f"half within {statistics.median(seconds) * 1000:.0f} ms, {CHANGES} changes",
    )


@contextlib.contextmanager
def working(house: House) -> Iterator[None]:
    """A worker as an installation runs it."""
    worker = subprocess.Popen(
        [Path(sys.executable).with_name("netzstadt"), "worker"],
        env=house.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        worker.terminate()
        worker.wait(30)


def _seconds_until_found(house: House) -> float:
    """Add a station as the data plane does, and wait for its entry in the index."""
    key = uuid.uuid4()
    with house.connect() as connection:
        with connection.transaction():
            connection.execute(
                "insert into thing (id, iot_id, name, description, visibility)"
                " values (%s, to_jsonb(%s::text), %s, '', 'PUBLIC')",
                (key, str(key), f"Messstelle {key}"),
            )
            connection.execute(
                "select audit_append("
                "%s, 'plane.thing.created', null, null, 'plane.thing', %s, '{}')",
                (uuid.uuid4(), key),
            )
        began = time.monotonic()
        found = "select 1 from search_searchentry where object_id = %s"
        while connection.execute(found, (key,)).fetchone() is None:
            if time.monotonic() - began > _PATIENCE_S:
                raise RuntimeError("The worker does not take a change into the index.")
            time.sleep(0.005)
        return time.monotonic() - began


def _pages(facts: dict[str, object]) -> list[Page]:
    objects, cookie, thing = f"{facts['objects']:,}", str(facts["cookie"]), facts["thing"]
    searches = [f"/search/?words={quote(words)}" for words in QUESTIONS]
    typed = [
        f"/search/suggestions.json?words={quote(words[:length])}"
        for words in QUESTIONS
        for length in (3, 5, 8)
    ]
    return [
        Page(f"search over {objects} objects by anybody", searches, 150),
        Page(f"search over {objects} objects by an administrator", searches, 150, cookie),
        Page(f"suggestions from {objects} objects", typed, 150, cookie),
        Page(
            "list of 50,000 persons",
            ["/office/persons/", "/office/persons/?page=1000"],
            200,
            cookie,
        ),
        Page(
            "history of an object with 10,000 events",
            [f"/office/audit/?object={thing}"],
            200,
            cookie,
        ),
    ]


def _get(house: House, page: Page, *, seconds: float) -> Counted:
    return house.drive(
        Plan(
            port=house.port,
            kind="get",
            clients=1,
            paths=page.paths,
            cookie=page.cookie,
            seconds=seconds,
        )
    )


def _built(house: House) -> tuple[House, dict[str, object]]:
    """The same server with the office in a database of its own, and what it says of itself."""
    office = beside(house, DATABASE, secret_key=uuid.uuid4().hex * 2)
    facts: dict[str, object] = office.told_by("bench.office_fill")
    if facts["written"] != facts["objects"]:
        raise RuntimeError(f"The index has {facts['written']} of {facts['objects']} objects.")
    return office, facts
