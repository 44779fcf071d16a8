"""Ending sessions with the database from outside, as a restart of the server does."""

# All but the one that asks; autovacuum's are not ours to end.
END_SESSIONS = (
    "select pg_terminate_backend(pid) from pg_stat_activity "
    "where datname = current_database() and pid <> pg_backend_pid() "
    "and backend_type = 'client backend'"
)
