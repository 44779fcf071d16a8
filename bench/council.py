"""A council information system harvested by OParl: how many objects a second, how soon again."""

import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.city import Row, within
from bench.house import House

BODIES, MEETINGS, ITEMS_EACH, PAPERS = 40, 1_000, 8, 5_000
AGAIN_WITHIN_MS = 5_000
_ROOT = "https://ris.example"
_CHANGED = "2026-01-01T00:00:00+01:00"
_RESULTS = ("einstimmig beschlossen", "mehrheitlich zugestimmt", "Kenntnisnahme", "verwiesen", "")


def harvests(house: House) -> Iterator[Row]:
    """Harvest a council that was made up, the first time and again."""
    with (
        tempfile.TemporaryDirectory(prefix="netzstadt-bench-oparl-") as folder,
        _served(Path(folder)) as address,
    ):
        read_s, pages = _pages_alone(address)
        first, again = house.told_by(
            "bench.council_harvest", address, NETZSTADT_COUNCIL_HOSTS="127.0.0.1"
        )
    _is_here(house, first["read"])
    rate, limit = first["read"] / first["seconds"], first["read"] / read_s
    yield within(
        f"OParl harvest of {first['read']:,} objects",
        f"{rate:,.0f} objects/s",
        "the same pages fetched and decoded, nothing stored",
        f"{limit:,.0f} objects/s",
        rate / limit,
        None,
        is_least=True,
        note=f"{pages} pages, each stored in a transaction of its own",
    )
    ms = again["seconds"] * 1000
    yield Row(
        "the same council harvested again, nothing changed",
        ms,
        AGAIN_WITHIN_MS,
        f"{again['read']:,} objects read",
    )


def _is_here(house: House, read: int) -> None:
    """Count what was stored, in the database."""
    tables = ("councilorganisation", "meeting", "agendaitem", "paper", "consultation")
    found = [house.one(f"select count(*) from stakeholders_{one}") for one in tables]
    made = [BODIES, MEETINGS, MEETINGS * ITEMS_EACH, PAPERS, MEETINGS * ITEMS_EACH]
    if found != made or sum(made) != read:
        raise RuntimeError(f"Harvested {read}, stored {found}, made {made}.")


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """The made council, served by a process of its own: its address."""
    for name, objects in _council().items():
        (folder / f"{name}.json").write_text(json.dumps(objects), "utf-8")
    server = subprocess.Popen(
        [sys.executable, "-m", "netzstadt.stakeholders.fake_oparl", str(folder)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None, "it is a pipe"
    try:
        yield server.stdout.readline().strip()
    finally:
        server.kill()
        server.wait()
        server.stdout.close()


def _pages_alone(address: str) -> tuple[float, int]:
    """Seconds to fetch and decode all pages of all lists, and how many they are."""
    body = _json(_json(address)["body"])["data"][0]
    began, pages = time.perf_counter(), 0
    for name in ("organization", "meeting", "paper"):
        following = body[name]
        while following:
            following = _json(following)["links"].get("next")
            pages += 1
    return time.perf_counter() - began, pages


def _json(address: str) -> Any:
    with urllib.request.urlopen(address, timeout=60) as answer:
        return json.load(answer)


def _council() -> dict[str, list[dict[str, Any]]]:
    """Bodies, meetings with their agendas, and papers that stand on them."""
    papers = [_object("Paper", n, reference=f"26/{n}", consultation=[]) for n in range(PAPERS)]
    meetings = []
    for meeting in range(MEETINGS):
        items = []
        for place in range(ITEMS_EACH):
            number = meeting * ITEMS_EACH + place
            item = _object(
                "AgendaItem",
                number,
                number=str(place + 1),
                result=_RESULTS[number % len(_RESULTS)],
                resolutionText="Es wird beschlossen, wie vorgeschlagen zu verfahren. " * 5,
            )
            items.append(item)
            papers[number % PAPERS]["consultation"].append(
                _object("Consultation", number, agendaItem=item["id"])
            )
        meetings.append(
            _object(
                "Meeting",
                meeting,
                start=f"20{10 + meeting % 16}-03-0{1 + meeting % 9}T16:00:00+01:00",
                organization=[f"{_ROOT}/Organization/{meeting % BODIES}"],
                agendaItem=items,
            )
        )
    bodies = [_object("Organization", n) for n in range(BODIES)]
    return {"organization": bodies, "meeting": meetings, "paper": papers}


def _object(kind: str, key: int, **members: Any) -> dict[str, Any]:
    return {
        "id": f"{_ROOT}/{kind}/{key}",
        "type": f"https://schema.oparl.org/1.1/{kind}",
        "name": f"{kind} Nummer {key} zu Verkehr, Umwelt und Stadtentwicklung",
        "created": _CHANGED,
        "modified": _CHANGED,
        **members,
    }
