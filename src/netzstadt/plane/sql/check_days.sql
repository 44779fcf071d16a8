-- Days from $1 until before $2 whose roll-up is not what the observations add up to, by series.
-- Roll-ups of days without any observation: check_state.sql.
with stored as (
    select series_id, date_trunc('day', time, (select time_zone from plane_setting)) as time, count(*) as count,
           count(*) filter (where quality is not null) as flagged,
           sum(number) as sum, min(number) as minimum, max(number) as maximum
      from observation
     where time >= $1::timestamptz and time < $2::timestamptz and number is not null
     group by 1, 2
), compared as (
    select o.series_id, o.time,
           k.count is distinct from o.count as has_wrong_count,
           k.flagged is distinct from o.flagged as has_wrong_flagged,
           -- Added up in another order it may differ by the rounding of so many additions.
           k.sum is null or abs(k.sum - o.sum) > 2 * o.count::double precision ^ 2
               * 2.220446049250313e-16 * greatest(abs(o.minimum), abs(o.maximum))
               as has_wrong_sum,
           k.minimum is distinct from o.minimum as has_wrong_minimum,
           k.maximum is distinct from o.maximum as has_wrong_maximum
      from stored o
      left join rollup_day k on k.series_id = o.series_id and k.time = o.time
)
select s.id, s.name, count(*) as buckets, min(c.time) as first,
       array_remove(array[
           case when bool_or(c.has_wrong_count) then 'count' end,
           case when bool_or(c.has_wrong_flagged) then 'flagged' end,
           case when bool_or(c.has_wrong_sum) then 'sum' end,
           case when bool_or(c.has_wrong_minimum) then 'minimum' end,
           case when bool_or(c.has_wrong_maximum) then 'maximum' end
       ], null) as wrong
  from compared c join series s on s.id = c.series_id
 where c.has_wrong_count or c.has_wrong_flagged or c.has_wrong_sum or c.has_wrong_minimum
    or c.has_wrong_maximum
 group by s.id, s.name
