"""Live values: who is told what, what a returning page has missed, and that it all ends."""

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import asyncpg
import pytest
from tests.plane.client import NEW_PERSON
from tests.plane.conftest import make_series
from tests.plane.patience import (  # patient_plane is a fixture
    BEYOND_S,
    PATIENCE_S,
    patient_plane,  # noqa: F401
    until,
    until_readable,
)
from tests.sessions import END_SESSIONS
from tests.urbandata.streams import listening

from netzstadt.lib.live_tickets import issue_ticket
from netzstadt.plane.app import Plane
from netzstadt.plane.ingest import Columns
from netzstadt.plane.live import hub as hubs
from netzstadt.plane.live import routes
from netzstadt.plane.outbox import Place

KEY = "the key of the house"
START = datetime(2026, 11, 18, 11, tzinfo=UTC)


@pytest.fixture
async def plane(database: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Plane]:
    monkeypatch.setattr(hubs, "POLL_S", 0.05)
    plane = Plane(database, public_url="http://127.0.0.1", secret_key=KEY)
    await plane.start()
    yield plane
    await plane.stop()


async def measure(plane: Plane, series: list[int], number: float, hour: int = 0) -> None:
    at = START + timedelta(hours=hour)
    await plane.ingest.add(
        Columns(list(series), [at] * len(series), [number] * len(series)), key_id=None
    )


async def until_read(plane: Plane) -> None:
    """Wait until the hub has read, and told, everything that is in the outbox."""
    row = await plane.writes.fetchrow(
        "select transaction::text as place, id from outbox "
        "order by outbox.transaction desc, id desc limit 1"
    )
    newest, hub = Place(int(row["place"]), row["id"]), plane.live.hub
    await until(lambda: hub._place is not None and hub._place >= newest)


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
        await anonymous.until_told(2.0)

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
        (listener,) = plane.live.hub._listeners
        stream.reads.clear()
        await measure(plane, [other], 1.5, hour=1)  # what the page does not read
        await until(lambda: stream.is_stuck)
        await measure(plane, [series], 2.0)  # what waits behind it
        await until(lambda: _waits(listener, series, 2.0))
        await until(lambda: time.monotonic() - listener.judged_at > hubs.JUDGED_FOR_S)
        if is_hidden:
            await hide(plane, series)
        await measure(plane, [other], 3.0, hour=2)
        await until(lambda: _waits(listener, other, 3.0))
        stream.reads.set()
        await stream.until_told(3.0)

    assert (2.0 in [value["value"] for value in stream.values]) is not is_hidden


def _waits(listener: hubs.Listener, series: int, number: float) -> bool:
    """Whether this value waits for its page."""
    return json.loads(listener.waiting.get(series, "{}")).get("value") == number


async def test_a_page_cannot_tell_when_a_hidden_station_measures(plane, monkeypatch):
    monkeypatch.setattr(routes, "HEARTBEAT_S", BEYOND_S)  # or one comes by itself
    hidden, public = [*await make_series(plane.writes), *await make_series(plane.writes)]
    await hide(plane, hidden)

    async with listening(plane, f"series={hidden},{public}") as stream:
        await measure(plane, [public], 1.0)
        await stream.until(1)
        await measure(plane, [hidden], 2.0)
        await until_read(plane)  # alone, not together with what comes next
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
    await until_readable(plane.writes)  # so that both lie before the place of the first page
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
    steps = _steps_of_hub(monkeypatch)
    await measure(plane, [series], 1.0)

    async with listening(plane, f"series={series}") as stream:
        await stream.until(1)
        await plane.writes.execute(
            "insert into outbox (series_ids) select array[$1::bigint] from generate_series(1, 200)",
            other,
        )
        await measure(plane, [series], 2.0, hour=1)
        await until_read(plane)
        values = await stream.until(2)

    assert "|" * 40 in "".join(steps), "forty pages were read without a pause between"
    assert values[-1]["value"] == 2.0


def _steps_of_hub(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the hub does from now on: "|" a page read to its end, "." a pause."""
    steps: list[str] = []
    tell = hubs.Hub._tell

    async def noted(hub: hubs.Hub, pool: asyncpg.Pool) -> bool:
        is_behind = await tell(hub, pool)
        steps.extend("|" if is_behind else "")
        return is_behind

    async def pause(seconds: float) -> None:
        steps.append(".")
        await asyncio.sleep(seconds)

    monkeypatch.setattr(hubs.Hub, "_tell", noted)
    monkeypatch.setattr(hubs, "asyncio", SimpleNamespace(**vars(asyncio) | {"sleep": pause}))
    return steps


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


async def test_listeners_survive_a_database_that_ends_its_sessions(plane, database, monkeypatch):
    # A value that waits for long is judged again, and a page whose judge is lost comes back.
    monkeypatch.setattr(hubs, "JUDGED_FOR_S", BEYOND_S)
    (series,) = await make_series(plane.writes)
    await measure(plane, [series], 1.0)

    async with listening(plane, f"series={series}") as stream:
        await stream.until(1)
        connection = await asyncpg.connect(database)
        await connection.execute(END_SESSIONS)
        await connection.close()
        await _measure_again(plane, series, 2.0)
        values = await stream.until(2)

    assert values[-1]["value"] == 2.0


async def _measure_again(plane: Plane, series: int, number: float) -> None:
    """Measure until it is stored: it takes a while until all sessions have ended."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            with suppress(*hubs.UNREADABLE):
                return await measure(plane, [series], number, hour=1)
            await asyncio.sleep(0.05)


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
