"""The small city: what is in it is written here, so that tests can say what must come back.

Five public Things (1 to 5) with names from "alpha" to "echo"; Things that not everybody sees;
Datastreams with numbers, texts, truths and objects as results; places as points and areas.
"""

import hashlib
import json
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from shapely.geometry import shape

START = datetime(2024, 1, 1, tzinfo=UTC)
UNIT = uuid.UUID(int=0x77)
OTHER_UNIT = uuid.UUID(int=0x78)
HIDDEN = {"administration": 11, "unit": 12, "restricted": 13}


@dataclass
class City:
    """Keys that tests need: rows' uuids by (table, id), secrets of API keys by reader."""

    rows: dict[tuple[str, Any], Any] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)


class Builder:
    """Inserts rows, each with one statement."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection
        self.city = City()

    def insert(self, table: str, iot_id: Any, **values: Any) -> Any:
        key = "uuid" if table == "series" else "id"
        row = {key: uuid.uuid4(), "iot_id": json.dumps(iot_id)} | values
        names, marks = ", ".join(row), ", ".join(["%s"] * len(row))
        found = self.connection.execute(
            f"insert into {table} ({names}) values ({marks}) returning id", list(row.values())
        ).fetchone()
        assert found
        self.city.rows[table, iot_id] = found[0]
        return found[0]

    def shaped(self, geometry: dict[str, Any], column: str) -> dict[str, Any]:
        made = shape(geometry)
        x1, y1, x2, y2 = made.bounds
        return {
            column: json.dumps(geometry),
            "encoding_type": "application/geo+json",
            "geometry": made.wkb,
            "bounds": f"({x2},{y2}),({x1},{y1})",
        }

    def location(self, iot_id: Any, name: str, geometry: dict[str, Any]) -> Any:
        return self.insert(
            "location", iot_id, name=name, description="", **self.shaped(geometry, "location")
        )

    def feature(self, iot_id: Any, name: str, geometry: dict[str, Any], **values: Any) -> Any:
        shaped = self.shaped(geometry, "feature")
        return self.insert(
            "feature_of_interest", iot_id, name=name, description="", **shaped, **values
        )

    def thing(self, iot_id: Any, name: str, **values: Any) -> Any:
        given = {"visibility": "PUBLIC", "description": f"The {name}"} | values
        return self.insert("thing", iot_id, name=name, **given)

    def at(self, thing: Any, location: Any, historical: Any, time: datetime) -> None:
        self.connection.execute("insert into thing_location values (%s, %s)", [thing, location])
        row = self.insert("historical_location", historical, thing_id=thing, time=time)
        self.connection.execute(
            "insert into historical_location_location values (%s, %s)", [row, location]
        )

    def series(self, iot_id: Any, thing: Any, sensor: Any, observed: Any, **values: Any) -> int:
        given = {
            "name": f"stream {iot_id}",
            "description": "",
            "observation_type": "http://www.opengis.net/def/observationType/OGC-OM/2.0/"
            "OM_Measurement",
            "unit_of_measurement": json.dumps(
                {"name": "degree Celsius", "symbol": "°C", "definition": "ucum:Cel"}
            ),
        } | values
        row = self.insert(
            "series",
            iot_id,
            thing_id=thing,
            sensor_id=sensor,
            observed_property_id=observed,
            **given,
        )
        return int(row)

    def observe(self, series: int, rows: list[dict[str, Any]]) -> None:
        """Insert observations and what is kept about their series."""
        for row in rows:
            month = row["time"].date().replace(day=1)
            self.connection.execute("select observation_partition_ensure(%s)", [month])
            names, marks = ", ".join(["series_id", *row]), ", ".join(["%s"] * (len(row) + 1))
            self.connection.execute(
                f"insert into observation ({names}) values ({marks})", [series, *row.values()]
            )
        self.connection.execute(
            """update series_state
               set (count, first_time, last_time, last_time_end, first_result_time,
                    last_result_time) =
                   (select count(*), min(time), max(time), max(coalesce(time_end, time)),
                           min(result_time), max(result_time)
                    from observation where series_id = %s)
               where series_id = %s""",
            [series, series],
        )
        self.connection.execute(
            """insert into series_feature
               select distinct o.series_id, coalesce(o.feature_id, s.default_feature_id)
               from observation o join series s on s.id = o.series_id
               where series_id = %s and coalesce(o.feature_id, s.default_feature_id) is not null""",
            [series],
        )

    def key(self, reader: str, person: uuid.UUID, **values: Any) -> None:
        secret = "nst_" + hashlib.sha256(reader.encode()).hexdigest()[:43]
        self.city.secrets[reader] = secret
        given = {
            "id": uuid.uuid4(),
            "name": reader,
            "prefix": secret[:12],
            "secret_digest": hashlib.sha256(secret.encode()).digest(),
            "person_id": person,
            "may_read": True,
        } | values
        names, marks = ", ".join(given), ", ".join(["%s"] * len(given))
        self.connection.execute(
            f"insert into api_key ({names}) values ({marks})", list(given.values())
        )

    def grant(self, person: uuid.UUID, role: str, **values: Any) -> None:
        given = {"id": uuid.uuid4(), "person_id": person, "role": role} | values
        names, marks = ", ".join(given), ", ".join(["%s"] * len(given))
        self.connection.execute(
            f"insert into access_grant ({names}) values ({marks})", list(given.values())
        )


def point(x: float, y: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [x, y]}


def build(connection: psycopg.Connection) -> City:
    """Build the small city."""
    builder = Builder(connection)
    _public(builder)
    _hidden(builder)
    _readers(builder)
    connection.commit()
    return builder.city


def _public(b: Builder) -> None:
    sensor = b.insert(
        "sensor", 1, name="thermometer", description="", encoding_type="text/html",
        metadata=json.dumps("https://example.org/manual"), properties=json.dumps({"class": "A"}),
    )  # fmt: skip
    b.insert(
        "sensor", 2, name="unused", description="", encoding_type="text/html",
        metadata=json.dumps({"a": [1, {"b": None}]}),
    )  # fmt: skip
    heat = b.insert(
        "observed_property", 1, name="temperature", definition="https://example.org/t",
        description="how warm",
    )  # fmt: skip
    state = b.insert(
        "observed_property", 2, name="state", definition="https://example.org/s", description=""
    )
    places = [b.location(n, f"place {n}", point(7.0 + n / 10, 51.0 + n / 10)) for n in range(1, 5)]
    places.append(
        b.location(
            5,
            "square",
            {
                "type": "Polygon",
                "coordinates": [[[7, 51], [8, 51], [8, 52], [7, 52], [7, 51]]],
            },
        )
    )
    lane = b.location(6, "a lane", {"type": "LineString", "coordinates": [[9, 50], [9, 52]]})
    names = ["alpha", "bravo", "charlie", "delta", "echo"]
    things = []
    for n, name in enumerate(names, 1):
        properties = [
            {"level": 1, "kind": "pole", "deep": {"er": [10, 20, {"est": "yes"}]}},
            {"level": 2, "kind": "pole", "open": True},
            {"level": 3.5, "kind": "O'Brien", "open": False},
            {"level": "high", "empty": None},
            None,
        ][n - 1]
        given = {"properties": json.dumps(properties)} if properties else {}
        things.append(b.thing(n, name, **given))
        b.at(things[-1], places[n - 1], n, START + timedelta(days=n))
    features = [b.feature(n, f"feature {n}", point(7 + n, 51)) for n in range(1, 4)]
    _streams(b, things, sensor, heat, state, features)
    b.at(b.thing("a b/c'ü%", "odd id"), lane, 6, START + timedelta(days=6))


def _streams(
    b: Builder, things: list[Any], sensor: Any, heat: Any, state: Any, features: list[Any]
) -> None:
    hours = [START + timedelta(hours=n) for n in range(48)]
    numbers = b.series(
        1, things[0], sensor, heat, default_feature_id=features[0], current_feature_id=features[1]
    )
    b.observe(
        numbers,
        [
            {
                "time": time,
                "number": n - 10.5,
                "result_time": time + timedelta(minutes=5) if n % 2 else None,
                "feature_id": features[1] if n >= 40 else None,
                "quality": ["two-hours"] if n == 3 else None,
                "parameters": json.dumps({"n": n, "even": n % 2 == 0}),
            }
            for n, time in enumerate(hours)
        ],
    )
    mixed = b.series(2, things[0], sensor, state, name="states", default_feature_id=features[0])
    results: list[Any] = ["open", "closed", True, False, {"a": {"b": 1}}, [1, 2]]
    rows = [{"time": hours[n], "result": json.dumps(result)} for n, result in enumerate(results)]
    rows.append({"time": hours[6], "number": 3.0})
    b.observe(mixed, rows)
    periods = b.series(3, things[1], sensor, heat, default_feature_id=features[2])
    b.observe(
        periods,
        [
            {
                "time": hours[n],
                "time_end": hours[n + 1],
                "number": n,
                "valid_time": f"[{hours[n]}, {hours[n + 2]})",
            }
            for n in range(5)
        ],
    )
    ties = b.series("ties", things[1], sensor, heat, default_feature_id=features[0])
    b.observe(
        ties,
        [
            {"time": hours[n // 3], "sequence": n % 3, "number": n % 2, "quality": None}
            for n in range(12)
        ],
    )
    b.series(5, things[2], sensor, heat, name="empty")
    months = b.series(6, things[2], sensor, heat, name="months", default_feature_id=features[2])
    b.observe(
        months,
        [{"time": START + timedelta(days=10 * n), "number": n} for n in range(40)],
    )


def _hidden(b: Builder) -> None:
    """Three Things that not everybody sees, each with all kinds of entities behind it, and a
    public Thing (20) with one restricted Datastream (21) beside a public one (20)."""
    for word, n in HIDDEN.items():
        thing = b.thing(
            n, f"secret {word}", visibility=word.upper(), unit_id=UNIT,
            properties=json.dumps({"secret": n}),
        )  # fmt: skip
        place = b.location(n, f"secret place {n}", point(n, 10))
        b.at(thing, place, n, START)
        former = b.location(n + 100, f"secret former place {n}", point(n, 11))
        row = b.insert("historical_location", n + 100, thing_id=thing, time=START)
        b.connection.execute(
            "insert into historical_location_location values (%s, %s)", [row, former]
        )
        sensor = b.insert(
            "sensor", n, name=f"secret sensor {n}", description="", encoding_type="x",
            metadata='"m"',
        )  # fmt: skip
        observed = b.insert(
            "observed_property", n, name=f"secret property {n}", definition="d", description=""
        )
        feature = b.feature(n, f"secret feature {n}", point(n, 10), location_id=place)
        series = b.series(n, thing, sensor, observed, default_feature_id=feature)
        b.observe(series, [{"time": START + timedelta(hours=h), "number": n} for h in range(3)])
        b.feature(n + 100, f"secret unused feature {n}", point(n, 11), location_id=former)
    open_thing = b.thing(20, "half open", unit_id=UNIT)
    sensor, heat = b.city.rows["sensor", 1], b.city.rows["observed_property", 1]
    feature = b.feature(20, "open feature", point(20, 20))
    hidden = b.feature(21, "secret feature 21", point(21, 21))
    seen = b.series(20, open_thing, sensor, heat, default_feature_id=feature)
    unseen = b.series(
        21, open_thing, sensor, heat, name="secret stream", default_feature_id=hidden,
        visibility="RESTRICTED",
    )  # fmt: skip
    for series, number in ((seen, 20), (unseen, 2121)):
        b.observe(series, [{"time": START, "number": number}])


def _readers(b: Builder) -> None:
    rows = b.city.rows
    people = {
        name: uuid.uuid4()
        for name in ("stranger", "reader", "colleague", "guest", "engineer", "deactivated")
    }
    for name, person in people.items():
        b.connection.execute(
            """insert into orgs_person (id, email, name, password, is_active, is_demo, created_at)
               values (%s, %s, %s, '', %s, false, %s)""",
            [person, f"{name}@example.org", name, name != "deactivated", START],
        )
    for unit in (UNIT, OTHER_UNIT):
        b.connection.execute(
            """insert into orgs_unit
                   (id, key, email, phone, address, website, task, is_demo, created_at)
               values (%s, %s, '', '', '', '', '', false, %s)""",
            [unit, f"U {str(unit)[-4:]}", START],
        )
    b.grant(people["reader"], "READER", unit_id=OTHER_UNIT)
    b.grant(people["colleague"], "READER", unit_id=UNIT)
    b.grant(people["guest"], "READER", object_id=rows["thing", HIDDEN["restricted"]])
    b.grant(people["engineer"], "DATA_ENGINEER")
    b.grant(people["deactivated"], "DATA_ENGINEER")
    for name, person in people.items():
        b.key(name, person)
    b.key("scoped", people["engineer"], thing_ids=[rows["thing", HIDDEN["unit"]]])
    b.key("writer", people["engineer"], may_read=False, may_write=True)
    b.key("revoked", people["engineer"], revoked_at=START)
