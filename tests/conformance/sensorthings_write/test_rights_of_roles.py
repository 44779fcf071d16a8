"""All ways of holding rights × all ways into the API: what is hidden is told to nobody else, and
nothing is written by who may not."""

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import asyncpg
import pytest
from tests.conformance.sensorthings_write.documents import TEN, observed_property, sensor, station
from tests.conformance.sensorthings_write.test_rights import ALL, fingerprint
from tests.plane.client import NEW_PERSON, make_key

# Named for whom each is visible; the figure is what its sensor measured.
HIDDEN = {"administration": 4711.25, "unit": 4712.25, "restricted": 4713.25}
READING = [
    "/Things?$count=true",
    "/Things('{}')",
    "/Things('{}')/name/$value",
    "/Things('{}')/Datastreams",
    "/Things('{}')/Locations",
    "/Things('{}')/HistoricalLocations?$expand=Thing",
    "/Things?$filter=startswith(name,'Secret {}')",
    "/Things?$expand=Datastreams/Observations,Locations&$orderby=name",
    "/Datastreams",
    "/Datastreams('{}')",
    "/Datastreams('{}')/Thing",
    "/Datastreams('{}')/Observations?$count=true",
    "/Sensors?$expand=Datastreams",
    "/ObservedProperties?$expand=Datastreams",
    "/Locations",
    "/Locations('{}')/Things",
    "/HistoricalLocations?$expand=Thing,Locations",
    "/Observations",
    "/Observations?$expand=Datastream/Thing",
    "/FeaturesOfInterest?$expand=Observations",
]


@dataclass
class House:
    """A unit with a station of each visibility, and its people."""

    pool: asyncpg.Pool
    unit: uuid.UUID
    other_unit: uuid.UUID
    restricted: uuid.UUID
    since: date = field(default_factory=lambda: datetime.now(UTC).date() - timedelta(days=1))

    async def person(self, role: str | None = None, **grant: object) -> uuid.UUID:
        """Somebody, perhaps with one role."""
        person = uuid.uuid4()
        await self.pool.execute(NEW_PERSON, person)
        if role:
            values = {"id": uuid.uuid4(), "person_id": person, "role": role, **grant}
            slots = ", ".join(f"${n}" for n in range(1, len(values) + 1))
            await self.pool.execute(
                f"insert into access_grant ({', '.join(values)}) values ({slots})",
                *values.values(),
            )
        return person

    async def member(self, function: str) -> uuid.UUID:
        person = await self.person()
        await self.pool.execute(
            "insert into orgs_membership (id, person_id, unit_id, function, title, valid_from) "
            "values ($1, $2, $3, $4, '', $5)",
            *(uuid.uuid4(), person, self.unit, function, self.since),
        )
        return person

    async def deputy_of(self, person: uuid.UUID) -> uuid.UUID:
        deputy = await self.person()
        await self.pool.execute(
            "insert into orgs_deputy (id, person_id, deputy_id, only_when_absent, valid_from) "
            "values ($1, $2, $3, false, $4)",
            *(uuid.uuid4(), person, deputy, self.since),
        )
        return deputy

    async def deactivated(self) -> uuid.UUID:
        person = await self.person("DATA_ENGINEER")
        await self.pool.execute("update orgs_person set is_active = false where id = $1", person)
        return person


Holding = Callable[[House], Awaitable[uuid.UUID]]
PAST = datetime(2026, 1, 1, tzinfo=UTC)
ENDED = {"valid_from": PAST, "valid_to": PAST + timedelta(days=1)}


def elevated() -> dict[str, object]:
    """A grant that holds now. Not made when the file is read: a long run would outlast it."""
    now = datetime.now(UTC)
    return {
        "reason": "A walk through the house",
        "valid_from": now - timedelta(minutes=5),
        "valid_to": now + timedelta(hours=3),
    }


NONE: set[str] = set()
OFFICE = {"administration"}
UNIT = {"administration", "unit"}
EVERYTHING = {"administration", "unit", "restricted"}
# How rights are held, what is seen with them, and whether the store may be written to.
HOLDINGS: dict[str, tuple[Holding, set[str], bool]] = {
    "nothing": (lambda house: house.person(), NONE, False),
    "administrator": (lambda house: house.person("ADMINISTRATOR"), EVERYTHING, True),
    "data engineer": (lambda house: house.person("DATA_ENGINEER"), EVERYTHING, True),
    "auditor": (lambda house: house.person("AUDITOR"), OFFICE, False),
    "privacy officer": (lambda house: house.person("PRIVACY_OFFICER"), OFFICE, False),
    "coordinator": (lambda house: house.person("COORDINATOR"), OFFICE, False),
    "head everywhere": (lambda house: house.person("HEAD_OF_UNIT"), OFFICE, False),
    "staff everywhere": (lambda house: house.person("STAFF"), OFFICE, False),
    "reader": (lambda house: house.person("READER"), OFFICE, False),
    "elevated": (lambda house: house.person("ELEVATED", **elevated()), EVERYTHING, False),
    "former engineer": (lambda house: house.person("DATA_ENGINEER", **ENDED), NONE, False),
    "deactivated engineer": (lambda house: house.deactivated(), NONE, False),
    "engineer of the unit": (
        lambda house: house.person("DATA_ENGINEER", unit_id=house.unit),
        UNIT,
        False,
    ),
    "engineer of another unit": (
        lambda house: house.person("DATA_ENGINEER", unit_id=house.other_unit),
        OFFICE,
        False,
    ),
    "partner": (
        lambda house: house.person("PARTNER", object_id=house.restricted),
        {"restricted"},
        False,
    ),
    "engineer of one object": (
        lambda house: house.person("DATA_ENGINEER", object_id=house.restricted),
        {"restricted"},
        False,
    ),
    "head of the unit": (lambda house: house.member("HEAD"), UNIT, False),
    "member of the unit": (lambda house: house.member("MEMBER"), UNIT, False),
}
# Who stands in for somebody holds what passes to deputies, and never writes through a key of hers.
STANDING_IN = {
    "administrator": NONE,
    "auditor": NONE,
    "elevated": NONE,
    "partner": NONE,
    "data engineer": EVERYTHING,
    "coordinator": OFFICE,
    "head of the unit": UNIT,
    "deactivated engineer": NONE,
}


@pytest.fixture
async def house(client, pool) -> House:
    units = []
    for key in ("walk", "other"):
        units.append(uuid.uuid4())
        await pool.execute(
            "insert into orgs_unit (id, key, email, phone, address, website, task, is_demo, "
            "created_at) values ($1, $2, '', '', '', '', '', false, now())",
            *(units[-1], f"{key}-{units[-1].hex[:8]}"),
        )
    shared = {}
    for kind, body in (("Sensors", sensor()), ("ObservedProperties", observed_property())):
        shared[kind] = (await client.post(f"/{kind}", body | {"@iot.id": "shared"})).status
    assert shared == {"Sensors": 201, "ObservedProperties": 201}
    for name, figure in HIDDEN.items():
        body = station(
            **{"@iot.id": name, "name": f"Secret {name}", "description": f"Secret {name}"}
        )
        body["Locations"][0] |= {"@iot.id": name, "name": f"Secret {name}"}
        body["Datastreams"][0] |= {
            "@iot.id": name,
            "name": f"Secret {name}",
            "Sensor": {"@iot.id": "shared"},
            "ObservedProperty": {"@iot.id": "shared"},
        }
        assert (await client.post("/Things", body)).status == 201
        row = {"phenomenonTime": TEN, "result": figure}
        assert (await client.post(f"/Datastreams('{name}')/Observations", row)).status == 201
        await pool.execute(
            "update thing set visibility = $1, unit_id = $2 where iot_id = $3",
            *(name.upper(), units[0], f'"{name}"'),
        )
    restricted = await pool.fetchval("select id from thing where iot_id = '\"restricted\"'")
    return House(pool, *units, restricted)


async def told(client, secret: str) -> dict[str, set[str]]:
    """Of each hidden station the reading ways that tell of it."""
    found: dict[str, set[str]] = {name: set() for name in HIDDEN}
    for way in READING:
        for name, figure in HIDDEN.items():
            answer = await client.with_key(secret).get(way.format(name))
            assert answer.status in {200, 404}, (way, answer.body)
            # By its name, or by what its sensor measured.
            if any(mark.encode() in answer.body for mark in (f"Secret {name}", str(figure))):
                found[name].add(way)
    return found


async def refusals(client, secret: str) -> list[int]:
    """What each way of writing answers."""
    other = client.with_key(secret)
    return [(await other.request(*way)).status for way in ALL]


@pytest.mark.parametrize("holding", HOLDINGS)
async def test_every_holding_sees_and_writes_what_it_names(client, pool, mast, house, holding):
    make, sees, writes = HOLDINGS[holding]
    secret = await make_key(pool, role=None, person_id=await make(house))

    ways = await told(client, secret)

    assert {name for name, found in ways.items() if found} == sees
    # Who sees a station, sees it on every way that can show it: the walk looks at real ways.
    assert all(found == set(READING) for name, found in ways.items() if name in sees)
    if not writes:
        before = await fingerprint(pool)
        assert set(await refusals(client, secret)) == {403}
        assert await fingerprint(pool) == before


@pytest.mark.parametrize("represented", STANDING_IN)
async def test_a_deputy_sees_what_passes_to_her_and_writes_nothing(
    client, pool, mast, house, represented
):
    deputy = await house.deputy_of(await HOLDINGS[represented][0](house))
    secret = await make_key(pool, role=None, person_id=deputy)

    ways = await told(client, secret)

    assert {name for name, found in ways.items() if found} == STANDING_IN[represented]
    before = await fingerprint(pool)
    assert set(await refusals(client, secret)) == {403}
    assert await fingerprint(pool) == before


async def test_without_a_key_nothing_hidden_is_told(client, house):
    ways = await told(client, "")

    assert not any(ways.values())
