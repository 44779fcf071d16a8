"""Live values: who is told what, what a returning page has missed, and that it all ends."""

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from tests.plane.client import NEW_PERSON
from tests.plane.conftest import make_series
from tests.sessions import END_SESSIONS

from netzstadt.lib.live_tickets import issue_ticket
from netzstadt.plane.app import Plane
from netzstadt.plane.ingest import Columns
from netzstadt.plane.live import hub as hubs
from netzstadt.plane.outbox import Place

KEY = "the key of the house"
START = datetime(2026, 11, 18, 11, tzinfo=UTC)
PATIENCE_S = 20


@dataclass
class Stream:
    """A page that listens: its answer so far, and how to leave."""

    status: int = 0
    text: str = ""
    is_over: bool = False
    left: asyncio.Event = field(default_factory=asyncio.Event)
    reads: asyncio.Event = field(default_factory=asyncio.Event)
    grown: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def values(self) -> list[dict[str, Any]]:
        """Every value told, in its order."""
        lines = [line[6:] for line in self.text.split("\n") if line.startswith("data: ")]
        return [value for line in lines for value in json.loads(line)]

    @property
    def last_id(self) -> str:
        """The id of the last event, which a browser sends when it comes back."""
        return [line[4:] for line in self.text.split("\n") if line.startswith("id: ")][-1]

    async def until(self, count: int) -> list[dict[str, Any]]:
        """Wait for so many values."""
        async with asyncio.timeout(PATIENCE_S):
            while len(self.values) < count:
                self.grown.clear()
                await self.grown.wait()
        return self.values

    async def until_told(self, number: float) -> None:
        """Wait for this very value."""
        async with asyncio.timeout(PATIENCE_S):
            while number not in [value["value"] for value in self.values]:
                self.grown.clear()
                await self.grown.wait()

    async def end(self) -> None:
        """Wait until the server ends it."""
        async with asyncio.timeout(PATIENCE_S):
            while not self.is_over:
                self.grown.clear()
                await self.grown.wait()


@pytest.fixture
async def plane(database: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Plane]:
    monkeypatch.setattr(hubs, "POLL_S", 0.05)
    plane = Plane(database, public_url="http://127.0.0.1", secret_key=KEY)
    await plane.start()
    yield plane
    await plane.stop()


@asynccontextmanager
async def listening(
    plane: Plane, query: str, *, last_id: str = "", path: str = "/live/values"
) -> AsyncIterator[Stream]:
    """Open a stream, and leave it at the end of the block."""
    stream = Stream()
    stream.reads.set()

    async def receive() -> dict[str, Any]:
        await stream.left.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            stream.status = message["status"]
        else:
            stream.text += message.get("body", b"").decode()
            stream.is_over = not message.get("more_body", False)
        stream.grown.set()
        await stream.reads.wait()

    headers = [(b"host", b"127.0.0.1")]
    if last_id:
        headers.append((b"last-event-id", last_id.encode()))
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": headers,
        "scheme": "http",
    }
    task = asyncio.create_task(plane(scope, receive, send))
    try:
        async with asyncio.timeout(PATIENCE_S):
            while not stream.status:
                await stream.grown.wait()
        yield stream
    finally:
        stream.left.set()
        async with asyncio.timeout(PATIENCE_S):
            await task


async def measure(plane: Plane, series: list[int], number: float, hour: int = 0) -> None:
    at = START + timedelta(hours=hour)
    await plane.ingest.add(
        Columns(list(series), [at] * len(series), [number] * len(series)), key_id=None
    )


async def hide(plane: Plane, series_id: int, visibility: str = "RESTRICTED") -> uuid.UUID:
    return await plane.writes.fetchval(
        "update thing set visibility = $2 where id = (select thing_id from series where id = $1) "
        "returning id",
        series_id,
        visibility,
    )


async def test_a_page_is_told_the_present_value_and_every_new_one(plane):
    (series,) = await make_series(plane.writes)
    await measure(plane, [series], 1.5)

    async with listening(plane, f"series={series}") as stream:
        (first,) = await stream.until(1)
        await measure(plane, [series], 2.5, hour=1)
        values = await stream.until(2)

    assert first == {
        "series": series,
        "time": "2026-11-18T11:00:00.000Z",
        "value": 1.5,
        "quality": [],
    }
    assert values[1]["value"] == 2.5


async def test_a_page_is_not_told_of_series_it_did_not_ask_for(plane):
    asked, other = await make_series(plane.writes, 2)

    async with listening(plane, f"series={asked}") as stream:
        await measure(plane, [other], 9.0)
        await measure(plane, [asked], 1.0)
        values = await stream.until(1)

    assert [value["series"] for value in values] == [asked]


async def test_a_hidden_station_is_silent_without_a_ticket(plane):
    (hidden,) = await make_series(plane.writes)
    (public,) = await make_series(plane.writes)
    await hide(plane, hidden)
    await measure(plane, [hidden], 7.0)

    async with listening(plane, f"series={hidden},{public}") as stream:
        await measure(plane, [hidden, public], 8.0, hour=1)
        values = await stream.until(1)

    assert {value["series"] for value in values} == {public}


async def test_a_station_that_is_hidden_while_a_page_listens_is_told_no_more(plane):
    (series,) = await make_series(plane.writes)
    (other,) = await make_series(plane.writes)

    async with listening(plane, f"series={series},{other}") as stream:
        await measure(plane, [series], 1.0)
        await stream.until(1)
        await hide(plane, series)
        await measure(plane, [series], 2.0, hour=1)
        await measure(plane, [other], 3.0, hour=2)
        values = await stream.until(2)

    assert [value["value"] for value in values] == [1.0, 3.0]


async def test_a_ticket_opens_what_its_reader_may_see_and_only_while_she_may(plane):
    (series,) = await make_series(plane.writes)
    (other,) = await make_series(plane.writes)
    thing = await hide(plane, series)
    reader = uuid.uuid4()
    await _grant(plane.writes, reader, thing)
    ticket = issue_ticket(reader, now=int(time.time()), key=KEY)

    async with listening(plane, f"series={series},{other}&ticket={ticket}") as stream:
        await measure(plane, [series], 1.0)
        await stream.until(1)
        await plane.writes.execute("delete from access_grant where person_id = $1", reader)
        await measure(plane, [series], 2.0, hour=1)
        await measure(plane, [other], 3.0, hour=2)
        values = await stream.until(2)

    assert [value["value"] for value in values] == [1.0, 3.0]


async def test_a_deactivated_person_is_told_nothing_more_and_her_stream_ends(plane):
    hidden, public = [*await make_series(plane.writes), *await make_series(plane.writes)]
    thing = await hide(plane, hidden)
    reader = uuid.uuid4()
    await _grant(plane.writes, reader, thing)
    query = f"series={hidden},{public}"

    async with (
        listening(plane, query + _ticket(reader)) as hers,
        listening(plane, query) as anonymous,
    ):
        await measure(plane, [hidden, public], 1.0)
        await hers.until(2)
        await _deactivate(plane.writes, reader)
        await measure(plane, [hidden, public], 2.0, hour=1)
        await hers.end()
        await anonymous.until(2)

        assert not anonymous.is_over
    assert {value["value"] for value in hers.values} == {1.0}


async def test_the_stream_of_a_deactivated_person_ends_also_where_nothing_is_measured(plane):
    (series,) = await make_series(plane.writes)
    reader = uuid.uuid4()
    await plane.writes.execute(NEW_PERSON, reader)

    async with listening(plane, f"series={series}{_ticket(reader)}") as stream:
        await _deactivate(plane.writes, reader)
        await stream.end()

    assert stream.values == []


async def test_the_ticket_of_a_person_who_may_not_sign_in_opens_nothing(plane):
    (public,) = await make_series(plane.writes)
    await measure(plane, [public], 1.0)
    deactivated, unknown = uuid.uuid4(), uuid.uuid4()
    await plane.writes.execute(NEW_PERSON, deactivated)
    await _deactivate(plane.writes, deactivated)

    for reader in (deactivated, unknown):
        async with listening(plane, f"series={public}{_ticket(reader)}") as stream:
            pass

        assert stream.status == 401
        assert json.loads(stream.text)["place"] == "ticket"


async def test_the_statement_that_reads_values_tells_a_deactivated_person_none(plane):
    (public,) = await make_series(plane.writes)
    await measure(plane, [public], 1.0)
    reader = uuid.uuid4()
    await plane.writes.execute(NEW_PERSON, reader)

    before = await plane.reads.fetch(hubs.VALUES, [public], reader)
    await _deactivate(plane.writes, reader)
    after = await plane.reads.fetch(hubs.VALUES, [public], reader)

    assert (len(before), after) == (1, [])


@pytest.mark.parametrize("is_hidden", [True, False])
async def test_what_waited_for_a_page_that_did_not_read_is_judged_again(
    plane, monkeypatch, is_hidden
):
    monkeypatch.setattr(hubs, "JUDGED_FOR_S", 0.2)
    series, other = [*await make_series(plane.writes), *await make_series(plane.writes)]
    await measure(plane, [other], 1.0)

    async with listening(plane, f"series={series},{other}") as stream:
        await stream.until(1)
        stream.reads.clear()
        await measure(plane, [other], 1.5, hour=1)  # what the page does not read
        await stream.until_told(1.5)
        await measure(plane, [series], 2.0)  # what waits behind it
        await asyncio.sleep(0.5)
        if is_hidden:
            await hide(plane, series)
        await measure(plane, [other], 3.0, hour=2)
        await asyncio.sleep(0.2)
        stream.reads.set()
        await stream.until_told(3.0)

    assert (2.0 in [value["value"] for value in stream.values]) is not is_hidden


async def test_a_page_cannot_tell_when_a_hidden_station_measures(plane):
    hidden, public = [*await make_series(plane.writes), *await make_series(plane.writes)]
    await hide(plane, hidden)

    async with listening(plane, f"series={hidden},{public}") as stream:
        await measure(plane, [public], 1.0)
        await stream.until(1)
        await measure(plane, [hidden], 2.0)
        await asyncio.sleep(0.3)
        await measure(plane, [public], 3.0, hour=1)
        await stream.until_told(3.0)

    assert "still here" not in stream.text


def _ticket(reader: uuid.UUID) -> str:
    return "&ticket=" + issue_ticket(reader, now=int(time.time()), key=KEY)


async def _deactivate(pool: asyncpg.Pool, reader: uuid.UUID) -> None:
    await pool.execute("update orgs_person set is_active = false where id = $1", reader)


async def _grant(pool: asyncpg.Pool, reader: uuid.UUID, thing: uuid.UUID) -> None:
    await pool.execute(NEW_PERSON, reader)
    await pool.execute(
        "insert into access_grant (id, person_id, role, object_id, valid_from) "
        "values ($1, $2, 'READER', $3, now() - interval '1 hour')",
        uuid.uuid4(),
        reader,
        thing,
    )


async def test_a_page_that_comes_back_is_told_only_what_it_missed(plane):
    still, moving = await make_series(plane.writes, 2)
    await measure(plane, [still, moving], 1.0)
    query = f"series={still},{moving}"
    async with listening(plane, query) as first:
        await first.until(2)
    await measure(plane, [moving], 5.0, hour=1)

    async with listening(plane, query, last_id=first.last_id) as second:
        values = await second.until(1)

    assert [(value["series"], value["value"]) for value in values] == [(moving, 5.0)]


async def test_after_a_long_absence_a_page_is_told_everything(plane):
    series = await make_series(plane.writes, 2)
    await measure(plane, series, 1.0)
    await plane.writes.execute("delete from outbox")

    async with listening(plane, f"series={series[0]},{series[1]}", last_id="1-1") as stream:
        values = await stream.until(2)

    assert len(values) == 2


async def test_the_outbox_is_read_only_while_somebody_listens(plane):
    (series,) = await make_series(plane.writes)
    await measure(plane, [series], 1.0)
    hub = plane.live.hub

    before = hub.is_polling
    async with (
        listening(plane, f"series={series}") as one,
        listening(plane, f"series={series}") as two,
    ):
        await one.until(1)
        await two.until(1)
        during = (hub.is_polling, len(hub))

    assert (before, during, hub.is_polling, len(hub)) == (False, (True, 2), False, 0)


async def test_more_changes_than_are_read_at_once_are_told_without_delay(plane, monkeypatch):
    series, other = await make_series(plane.writes, 2)
    monkeypatch.setattr(hubs, "CHANGES_AT_ONCE", 5)
    await measure(plane, [series], 1.0)

    async with listening(plane, f"series={series}") as stream:
        await stream.until(1)
        monkeypatch.setattr(hubs, "POLL_S", 1.0)
        await plane.writes.execute(
            "insert into outbox (series_ids) select array[$1::bigint] from generate_series(1, 200)",
            other,
        )
        await measure(plane, [series], 2.0, hour=1)
        async with asyncio.timeout(10):  # forty pages
            values = await stream.until(2)

    assert values[-1]["value"] == 2.0


async def test_a_full_house_asks_to_come_again(plane):
    (series,) = await make_series(plane.writes)
    plane.live.hub.maximum = 1

    async with (
        listening(plane, f"series={series}") as one,
        listening(plane, f"series={series}") as two,
    ):
        assert (one.status, two.status) == (200, 503)


async def test_streams_end_when_the_server_stops(plane):
    (series,) = await make_series(plane.writes)
    await measure(plane, [series], 1.0)

    async with listening(plane, f"series={series}") as stream:
        await stream.until(1)
        plane.live.stop()

    assert len(plane.live.hub) == 0


async def test_listeners_survive_a_database_that_ends_its_sessions(plane, database):
    (series,) = await make_series(plane.writes)
    await measure(plane, [series], 1.0)

    async with listening(plane, f"series={series}") as stream:
        await stream.until(1)
        connection = await asyncpg.connect(database)
        await connection.execute(END_SESSIONS)
        await connection.close()
        await asyncio.sleep(0.3)
        await measure(plane, [series], 2.0, hour=1)
        values = await stream.until(2)

    assert values[-1]["value"] == 2.0


@pytest.mark.parametrize(
    "query",
    [
        "",
        "series=",
        "series=x",
        "series=-1",
        "series=1;drop table thing",
        "series=99999999999999999999",
        "series=" + ",".join(str(n) for n in range(201)),
        "series=%31%ff",
        "&".join(f"a{n}=1" for n in range(50)),
    ],
)
async def test_what_cannot_be_listened_to_is_a_problem_document(plane, query):
    async with listening(plane, query) as stream:
        pass

    assert stream.status == 400
    assert json.loads(stream.text)["status"] == 400


async def test_a_forged_ticket_is_refused(plane):
    ticket = issue_ticket(uuid.uuid4(), now=int(time.time()), key="another key")

    async with listening(plane, f"series=1&ticket={ticket}") as stream:
        pass

    assert stream.status == 401


async def test_other_addresses_below_live_are_not_there(plane):
    async with listening(plane, "", path="/live/everything") as stream:
        pass

    assert stream.status == 404


@pytest.mark.parametrize("text", ["", "x", "1", "1-x", "-1-2", "99999999999999999999-1", "²-1"])
def test_an_event_id_that_cannot_be_read_is_none(text):
    assert Place.parse(text) is None


def test_an_event_id_is_read_as_it_was_written():
    assert Place.parse(str(Place(17, 4))) == Place(17, 4)
