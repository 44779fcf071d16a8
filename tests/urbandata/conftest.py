"""A small city in Django's database: stations, series and what they measured."""

import json
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from netzstadt.lib.ids import new_id
from netzstadt.urbandata.models import Series, Thing

WHERE = "insert into {table} ({columns}) values ({values})"


@dataclass(frozen=True)
class Station:
    """A station of the test city and its one series."""

    thing: Thing
    series: Series


def _insert(table: str, **columns: object) -> None:
    text = WHERE.format(
        table=table,
        columns=", ".join(columns),
        values=", ".join("%s" for _ in columns),
    )
    with connection.cursor() as cursor:
        cursor.execute(text, list(columns.values()))


@pytest.fixture
def make_station(db: None) -> Callable[..., Station]:
    """Make a station with a place and one series of an observed property."""
    properties: dict[str, uuid.UUID] = {}

    def make(
        name: str = "Markt",
        *,
        measures: str = "Lufttemperatur",
        visibility: str = "PUBLIC",
        series_visibility: str = "PUBLIC",
        symbol: str = "°C",
        kind: str = "OM_Measurement",
        place: tuple[float, float] = (7.1, 51.5),
        iot_id: object | None = None,
        is_simulated: bool = False,
    ) -> Station:
        thing, location, sensor, series = new_id(), new_id(), new_id(), new_id()
        if measures not in properties:
            properties[measures] = new_id()
            _insert(
                "observed_property",
                id=properties[measures],
                iot_id=json.dumps(str(properties[measures])),
                name=measures,
                definition="",
                description="",
            )
        _insert(
            "thing",
            id=thing,
            iot_id=json.dumps(str(thing)),
            name=name,
            description=f"Station {name}",
            visibility=visibility,
            is_simulated=is_simulated,
        )
        longitude, latitude = place
        _insert(
            "location",
            id=location,
            iot_id=json.dumps(str(location)),
            name=name,
            description="",
            encoding_type="application/geo+json",
            location=json.dumps({"type": "Point", "coordinates": place}),
            geometry=b"\x00",
            bounds=f"({longitude},{latitude}),({longitude},{latitude})",
        )
        _insert("thing_location", thing_id=thing, location_id=location)
        _insert(
            "sensor",
            id=sensor,
            iot_id=json.dumps(str(sensor)),
            name="Thermometer",
            description="",
            encoding_type="text/plain",
            metadata=json.dumps(""),
        )
        _insert(
            "series",
            uuid=series,
            iot_id=json.dumps(iot_id if iot_id is not None else str(series)),
            name=f"{measures}, {name}",
            description="",
            observation_type=f"http://www.opengis.net/def/observationType/OGC-OM/2.0/{kind}",
            unit_of_measurement=json.dumps({"name": "", "symbol": symbol, "definition": ""}),
            thing_id=thing,
            sensor_id=sensor,
            observed_property_id=properties[measures],
            visibility=series_visibility,
        )
        found = Series.objects.select_related("thing__data_source", "observed_property")
        return Station(Thing.objects.get(pk=thing), found.get(uuid=series))

    return make


@pytest.fixture
def measure(db: None) -> Callable[[Series, Iterable[tuple[datetime, float]]], None]:
    """Store values of a series by the idempotent load, roll-ups and state included."""
    import numpy as np

    from netzstadt.plane.load import NumberBlock, load

    def store(series: Series, values: Iterable[tuple[datetime, float]]) -> None:
        pairs = sorted(values)
        times = np.array([round(time.timestamp() * 1e6) for time, _ in pairs], dtype=np.int64)
        numbers = np.array([number for _, number in pairs], dtype=np.float64)
        connection.ensure_connection()
        load(connection.connection, [NumberBlock(series.pk, times, numbers)])

    return store


def hours(first: datetime, numbers: Iterable[float]) -> list[tuple[datetime, float]]:
    """Values an hour apart."""
    return [(first + timedelta(hours=n), number) for n, number in enumerate(numbers)]


NOON = datetime(2026, 11, 18, 11, tzinfo=UTC)
