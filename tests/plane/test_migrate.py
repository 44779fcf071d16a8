"""The SQL migrations of the plane."""

import psycopg

from netzstadt.plane.migrate import migrate


def test_a_second_run_of_the_migrations_does_nothing(database):
    with psycopg.connect(database, autocommit=True) as connection:
        assert migrate(connection, time_zone="Europe/Berlin") == []
