"""Imports of small files that the tests write themselves, into a database of their own."""

import csv
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from netzstadt.lib import clock
from netzstadt.plane.importing.account import Counts
from netzstadt.plane.importing.catalogue import read_profile, shipped_profiles
from netzstadt.plane.importing.run import Order, Outcome, run_import
from netzstadt.plane.importing.sources import Limits
from netzstadt.plane.importing.survey import survey

WIDE = r"""
key = "teststadt"
title = "Zählstellen Teststadt"
publisher = "Stadt Teststadt"
licence = "CC0-1.0"
visibility = "public"
format = "csv"
recognise = { files = ["*.csv"], content = '\AZeit;' }
csv = { delimiter = ";", decimal = "," }
time = { format = "%d.%m.%Y %H:%M", zone = "Europe/Berlin", repeated_hour = "reject" }
sensor = { id = "t-sensor", name = "Sensor", description = "Ein Sensor.", metadata = "keine" }

[layout]
kind = "wide"
time = "Zeit"
channels = '\A(?P<channel>[A-Z]\d)( (?P<name>.+))?\Z'
quality = "{channel} Güte"
station = "first-channel"
ignore = ['\ABemerkung\Z']

[quality]
flags = { "" = [], "ok" = [], "?" = ["doubtful"] }
other = "quality-{value}"

[thing]
id = "t-{station}"
description = "Station {station}"

[datastream]
id = "t-{channel}"
name = "{name}"
description = "Kanal {channel}"

[[observed_property]]
id = "t-temperatur"
name = "Lufttemperatur"
definition = "https://example.org/temperature"
description = "Temperatur der Luft"
unit = { name = "Grad Celsius", symbol = "°C", ucum = "Cel" }
"""


@dataclass
class City:
    """A made-up city: its profile, its files, its database, and imports of them."""

    folder: Path
    database: str

    @property
    def profile_file(self) -> Path:
        return self.folder.parent / "teststadt.toml"

    @property
    def rejects_file(self) -> Path:
        return self.folder.parent / "rejects.csv"

    def describe(self, text: str = WIDE) -> None:
        """Write the profile."""
        self.profile_file.write_text(text, "utf-8")

    def write(self, name: str, *lines: str, encoding: str = "utf-8") -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
        return path

    def run(
        self,
        path: Path | None = None,
        *,
        profile: str | None = "own",
        stop: threading.Event | None = None,
        limits: Limits | None = None,
        visibility: str = "PUBLIC",
        progress: Callable[..., None] | None = None,
    ) -> Outcome:
        """Import ``path`` (all files of the city) and check that the account balances."""
        path = path or self.folder
        if profile == "own":
            profiles = [read_profile(self.profile_file)]
        else:
            profiles = [p for p in shipped_profiles() if profile in (None, p.key)]
        limits = limits or Limits()
        found = survey(path, profiles, is_named=profile is not None, limits=limits)
        if self.rejects_file.is_file():
            self.rejects_file.unlink()
        order = Order(
            path=path,
            survey=found,
            database_url=self.database,
            rejects=self.rejects_file,
            visibility=visibility,
            limits=limits,
        )
        outcome = run_import(
            order,
            at=clock.now(),
            stop=stop or threading.Event(),
            progress=progress or (lambda **_: None),
        )
        assert outcome.counts.is_balanced
        assert len(self.rejects()) == outcome.counts.rejected
        return outcome

    def counts(self, path: Path | None = None, **options: Any) -> Counts:
        return self.run(path, **options).counts

    def rejects(self) -> list[dict[str, str]]:
        """The list of rejects of the last import."""
        if not self.rejects_file.exists():
            return []
        with self.rejects_file.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def ask(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database) as connection:
            return connection.execute(statement, values).fetchall()  # type: ignore[arg-type]

    def sessions(self) -> set[int]:
        """Who is connected to the database."""
        return {
            pid
            for (pid,) in self.ask(
                "select pid from pg_stat_activity where datname = current_database() "
                "and pid <> pg_backend_pid() and backend_type = 'client backend'"
            )
        }

    def observations(self) -> list[tuple[str, str, float, list[str] | None]]:
        """Series, UTC time, number and flags of everything stored."""
        return [
            (series, f"{time:%Y-%m-%dT%H:%M}", number, quality)
            for series, time, number, quality in self.ask(
                "select s.iot_id #>> '{}', o.time at time zone 'UTC', o.number, o.quality "
                "from observation o join series s on s.id = o.series_id order by 1, 2"
            )
        ]


@pytest.fixture
def city(tmp_path: Path, database: str) -> City:
    folder = tmp_path / "daten"
    folder.mkdir()
    made = City(folder, database)
    made.describe()
    return made
