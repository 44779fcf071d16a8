"""Every SQL file fits the migrated database: PREPARE is a type check for SQL."""

import re
from pathlib import Path

import psycopg
import pytest
from tests.architecture.source import PACKAGE, files, relative

STATEMENTS = [
    path
    for path in files()
    if path.suffix == ".sql" and path.is_relative_to(PACKAGE) and "migrations" not in path.parts
]


def described(path: Path) -> bool:
    """Whether the file begins with a comment that says what the statement does."""
    return bool(re.match(r"\s*--\s*\S", path.read_text("utf-8")))


@pytest.mark.parametrize("path", STATEMENTS, ids=relative)
def test_every_sql_file_is_described_and_fits_the_database(path, migrated):
    assert described(path), f"{relative(path)} begins without a line that says what it does"

    with psycopg.connect(migrated) as connection:
        statement = path.read_text("utf-8").rstrip().rstrip(";")
        connection.execute(f"prepare checked as {statement}")  # raises where it does not fit
        prepared = connection.execute("select count(*) from pg_prepared_statements").fetchone()

    assert prepared is not None
    assert prepared[0] >= 1


def test_sql_with_a_misspelt_column_is_refused(migrated):
    with psycopg.connect(migrated) as connection, pytest.raises(psycopg.errors.UndefinedColumn):
        connection.execute("prepare checked as select naem from thing where id = $1")
