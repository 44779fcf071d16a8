"""What roll-ups and states must be: recomputed from the observations themselves."""

import sys

import psycopg

RECOMPUTED = {
    "rollup_hour": """
        select series_id, date_trunc('hour', time, 'UTC') as time, count(number),
               count(number) filter (where quality is not null) as flagged,
               sum(number), min(number), max(number)
        from observation where number is not null group by 1, 2 order by 1, 2""",
    "rollup_day": """
        select series_id, date_trunc('day', time, (select time_zone from plane_setting)) as time,
               count(number), count(number) filter (where quality is not null) as flagged,
               sum(number), min(number), max(number)
        from observation where number is not null group by 1, 2 order by 1, 2""",
    "series_state": """
        select s.series_id, coalesce(a.count, 0) as count, a.first_time, a.last_time,
               l.sequence, a.last_time_end, a.first_result_time, a.last_result_time,
               l.number, l.result, l.quality
        from series_state s
        left join (select series_id, count(*), min(time) as first_time, max(time) as last_time,
                          max(coalesce(time_end, time)) as last_time_end,
                          min(result_time) as first_result_time,
                          max(result_time) as last_result_time
                   from observation group by series_id) a using (series_id)
        left join lateral (select * from observation o where o.series_id = s.series_id
                           order by time desc, sequence desc limit 1) l on true
        order by 1""",
    "series_feature": """
        select distinct o.series_id, coalesce(o.feature_id, s.default_feature_id) as feature_id
        from observation o join series s on s.id = o.series_id
        where coalesce(o.feature_id, s.default_feature_id) is not null order by 1, 2""",
}
KEPT = {
    "rollup_hour": "select * from rollup_hour order by series_id, time",
    "rollup_day": "select * from rollup_day order by series_id, time",
    "series_state": """
        select series_id, count, first_time, last_time, last_sequence, last_time_end,
               first_result_time, last_result_time, last_number, last_result, last_quality
        from series_state order by 1""",
    "series_feature": "select series_id, feature_id from series_feature order by 1, 2",
}


def assert_accounts_are_right(database: str) -> None:
    """Compare every sum that is kept with the sum of what is stored."""
    with psycopg.connect(database) as connection:
        for table, statement in RECOMPUTED.items():
            expected = connection.execute(statement).fetchall()
            kept = connection.execute(KEPT[table]).fetchall()
            assert len(kept) == len(expected), table
            for row, wanted in zip(kept, expected, strict=True):
                assert _is_same(table, row, wanted), (table, row, wanted)


def _is_same(table: str, row: tuple, wanted: tuple) -> bool:
    """Whether a row is what it must be. A sum may have been added up in another order: then it
    differs by at most the rounding of so many additions of numbers so great."""
    if not table.startswith("rollup"):
        return row == wanted
    *others, total, least, greatest = row
    *wanted_others, wanted_total, wanted_least, wanted_greatest = wanted
    count = wanted[2]
    rounding = 2 * count**2 * sys.float_info.epsilon * max(abs(wanted_least), abs(wanted_greatest))
    return (others, least, greatest) == (wanted_others, wanted_least, wanted_greatest) and abs(
        total - wanted_total
    ) <= rounding
