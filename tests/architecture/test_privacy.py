"""Every column of the database is classified: about a person, or not."""

import importlib
import importlib.util
from collections.abc import Iterator

import psycopg
import pytest

from netzstadt.core.rooms import rooms
from netzstadt.lib.privacy import Fields, fields

COLUMNS = """
    select c.table_name, c.column_name
      from information_schema.columns c
     where c.table_schema = 'public'
       and not exists (select 1 from pg_inherits i where i.inhrelid = c.table_name::regclass)
"""


def classifications() -> Iterator[tuple[str, dict[str, Fields]]]:
    """Every ``privacy.py`` and the tables that it classifies."""
    for package in ("netzstadt.plane", *(room.name for room in rooms())):
        name = f"{package}.privacy"
        if importlib.util.find_spec(name):
            yield name, importlib.import_module(name).FIELDS


def columns(database: str) -> dict[str, set[str]]:
    """The columns of every table of the migrated database."""
    found: dict[str, set[str]] = {}
    with psycopg.connect(database) as connection:
        for table, column in connection.execute(COLUMNS):
            found.setdefault(table, set()).add(column)
    return found


def test_every_column_is_classified_once(migrated):
    present = columns(migrated)
    classified: dict[str, Fields] = {}
    for module, tables in classifications():
        assert not classified.keys() & tables.keys(), f"{module} classifies a table a second time"
        classified |= tables

    missing = {
        table: sorted(names - classified.get(table, fields()).personal - classified[table].other)
        if table in classified
        else sorted(names)
        for table, names in present.items()
    }
    gone = {
        table: sorted((entry.personal | entry.other) - present.get(table, set()))
        for table, entry in classified.items()
    }

    assert {table: names for table, names in missing.items() if names} == {}, (
        "say in the room's privacy.py whether these columns are about a person"
    )
    assert {table: names for table, names in gone.items() if names} == {}


def test_a_column_cannot_be_personal_and_not():
    with pytest.raises(ValueError, match="name cannot be"):
        fields(personal="name", other="name id", kept="always")


def test_personal_columns_have_a_period():
    with pytest.raises(ValueError, match="how long"):
        fields(personal="name")
