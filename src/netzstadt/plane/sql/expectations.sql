-- Reckon how far apart the values of series usually come: those that changed since the last time.
with due as (
    select s.id, t.last_time, t.changed_at
    from series s
    join series_state t on t.series_id = s.id
    left join series_expectation e on e.series_id = s.id
    where s.retired_at is null and t.last_time is not null
      and (e.reckoned_at is null
           or (e.reckoned_at < t.changed_at and e.reckoned_at < $1::timestamptz - interval '6 hours'))
    order by e.reckoned_at nulls first, s.id
    limit $2
), reckoned as (
    select d.*, g.gap
    from due d cross join lateral (
        select case when count(*) >= 5
                    then percentile_disc(0.5) within group (order by n.time - n.earlier) end as gap
        from (
            select o.time, lag(o.time) over (order by o.time) as earlier
            from (select distinct time from observation
                  where series_id = d.id
                    and time between d.last_time - interval '60 days' and d.last_time
                  order by time desc limit 50) o
        ) n where n.earlier is not null) g
)
insert into series_expectation as e (series_id, gap, is_sending, reckoned_at)
select id, gap,
       gap is not null and changed_at - last_time <= greatest(gap * 3, interval '1 day'), $1
from reckoned
on conflict (series_id) do update
set gap = excluded.gap, is_sending = e.is_sending or excluded.is_sending,
    reckoned_at = excluded.reckoned_at
