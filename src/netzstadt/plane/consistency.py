"""Does the store keep its promises: states and roll-ups count exactly what is stored."""

from dataclasses import dataclass

import psycopg

from netzstadt.plane.statements import statement

_STATE = statement("check_state").encode()
_ORPHANS = statement("check_orphans").encode()
_INDEXES = statement("check_indexes").encode()


@dataclass(frozen=True, slots=True)
class StoreReport:
    """How much was looked at, and a sentence for each thing that is wrong."""

    series: int
    observations: int
    faults: list[str]


def check_store(connection: psycopg.Connection) -> StoreReport:
    """Count every observation and compare; reads only, one snapshot, beside running writers.

    Takes about a second for every five million observations.
    """
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read, read only")
        faults = []
        for row in connection.execute(_STATE):
            faults.append(_state_sentence(*row))
        for series_id, stored in connection.execute(_ORPHANS):
            faults.append(f"{stored} observations belong to series {series_id}, which is gone.")
        for (name,) in connection.execute(_INDEXES):
            faults.append(f"The index {name} is not valid; rebuild it with REINDEX.")
        counts = connection.execute(
            "select (select count(*) from series), "
            "(select coalesce(sum(count), 0) from series_state)"
        ).fetchone()
    series, observations = counts if counts else (0, 0)
    return StoreReport(series, int(observations), faults)


def _state_sentence(
    series_id: int,
    name: str,
    stored: int,
    counted: int,
    numbers: int,
    in_hours: int,
    in_days: int,
    has_wrong_period: bool,
) -> str:
    wrong = []
    if stored != counted:
        wrong.append(f"{stored} observations are stored, its state says {counted}")
    if numbers != in_hours:
        wrong.append(f"{numbers} are numbers, its hours count {in_hours}")
    if numbers != in_days:
        wrong.append(f"{numbers} are numbers, its days count {in_days}")
    if has_wrong_period:
        wrong.append("its state has another first or last time than its observations")
    return f"Series {series_id} ({name}): {'; '.join(wrong)}."
