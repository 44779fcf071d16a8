"""Holds an import after its first batch, however quick it is: who strikes then hits its middle."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg

# The second batch of a run waits, before its end, for whoever holds this lock.
_GATE = """
create or replace function tests_gate() returns trigger language plpgsql as $$
begin
    if old.rows_loaded > 0 and new.rows_loaded > old.rows_loaded then
        perform pg_advisory_xact_lock_shared(4711);
    end if;
    return new;
end
$$;
create or replace trigger tests_gate before update on import_run
    for each row execute function tests_gate();
"""
IS_HALFWAY = "select 1 from import_run where state = 'RUNNING' and rows_loaded > 0"
# Whether an import of any source runs, or the session of one that was killed is still there.
IS_LOCKED = (
    "select 1 from pg_locks where locktype = 'advisory' and objsubid = 2"
    " and classid = hashtext('netzstadt.import')::oid"
    " and database = (select oid from pg_database where datname = current_database())"
)


@contextmanager
def held_halfway(database_url: str) -> Iterator[None]:
    """Imports of the block go no further than their first batch."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(_GATE)
        connection.execute("select pg_advisory_lock(4711)")
        try:
            yield
        finally:
            with suppress(psycopg.OperationalError):  # a killed database holds no lock
                connection.execute("select pg_advisory_unlock_all()")
