"""The check of the store finds what the store would never do by itself."""

import os
import subprocess
import sys
import uuid

import psycopg
import pytest

from netzstadt.plane.consistency import check_store


@pytest.fixture
def series(database) -> int:
    """One series with two observations, state and roll-ups that fit."""
    with psycopg.connect(database) as connection:
        thing, sensor, observed = (uuid.uuid4() for _ in range(3))
        connection.execute(
            "insert into thing (id, iot_id, name, description) values (%s, '\"t\"', 'T', '')",
            [thing],
        )
        connection.execute(
            "insert into sensor (id, iot_id, name, description, encoding_type, metadata) "
            "values (%s, '\"s\"', 'S', '', 'text/plain', '\"m\"')",
            [sensor],
        )
        connection.execute(
            "insert into observed_property (id, iot_id, name, definition, description) "
            "values (%s, '\"o\"', 'O', 'https://example.org/o', '')",
            [observed],
        )
        row = connection.execute(
            "insert into series (uuid, iot_id, name, description, observation_type, "
            "unit_of_measurement, thing_id, sensor_id, observed_property_id) "
            "values (gen_random_uuid(), '\"d\"', 'D', '', 'x', '{}', %s, %s, %s) returning id",
            [thing, sensor, observed],
        ).fetchone()
        assert row is not None
        connection.execute("select observation_partition_ensure('2025-01-01')")
        for minute in (0, 15):
            connection.execute(
                "insert into observation (series_id, time, number) values (%s, %s, 5)",
                [row[0], f"2025-01-01 10:{minute:02}+00"],
            )
        connection.execute("delete from series_state where series_id = %s", row)
        connection.execute(
            "insert into series_state (series_id, count, first_time, last_time) values "
            "(%s, 2, '2025-01-01 10:00+00', '2025-01-01 10:15+00')",
            row,
        )
        for table, start in (("hour", "2025-01-01 10:00+00"), ("day", "2024-12-31 23:00+00")):
            connection.execute(
                f"insert into rollup_{table} (series_id, time, count, sum, minimum, maximum) "
                "values (%s, %s, 2, 10, 5, 5)",
                [row[0], start],
            )
        return int(row[0])


def test_a_store_that_fits_has_no_faults(database, series):
    with psycopg.connect(database) as connection:
        report = check_store(connection)

    assert report.faults == []
    assert (report.series, report.observations) == (1, 2)


def test_an_observation_taken_out_behind_the_store_is_noticed(database, series):
    with psycopg.connect(database) as connection:
        connection.execute("delete from observation where time = '2025-01-01 10:15+00'")
        connection.commit()

        (fault,) = check_store(connection).faults

    assert "1 observations are stored, its state says 2" in fault
    assert "its hours count 2" in fault
    assert "another first or last time" in fault


def test_observations_without_a_series_are_noticed(database, series):
    with psycopg.connect(database) as connection:
        connection.execute(
            "insert into observation (series_id, time, number) values (999, '2025-01-02', 1)"
        )
        connection.commit()

        (fault,) = check_store(connection).faults

    assert fault == "1 observations belong to series 999, which is gone."


def test_the_command_names_what_is_wrong_and_exits_with_one(database, series):
    def check() -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "netzstadt", "check", "all"],
            env=os.environ | {"NETZSTADT_DATABASE_URL": database},
            capture_output=True,
            text=True,
            check=False,
        )

    whole = check()
    with psycopg.connect(database) as connection:
        connection.execute("delete from rollup_hour")
    broken = check()

    assert whole.returncode == 0, whole.stderr
    assert "2 observations in 1 series" in whole.stdout
    assert broken.returncode == 1
    assert "its hours count 0" in broken.stderr
