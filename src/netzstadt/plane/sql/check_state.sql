-- Series whose state or roll-ups do not count what is stored; one snapshot, safe beside writers.
with stored as (
    select series_id, count(*) as count, count(number) as numbers,
           min(time) as first_time, max(time) as last_time
      from observation group by series_id
), hours as (
    select series_id, sum(count) as count from rollup_hour group by series_id
), days as (
    select series_id, sum(count) as count from rollup_day group by series_id
)
select s.id, s.name,
       coalesce(o.count, 0) as stored, coalesce(st.count, 0) as counted,
       coalesce(o.numbers, 0) as numbers,
       coalesce(h.count, 0) as in_hours, coalesce(d.count, 0) as in_days,
       o.first_time is distinct from st.first_time
           or o.last_time is distinct from st.last_time as has_wrong_period
  from series s
  left join stored o on o.series_id = s.id
  left join series_state st on st.series_id = s.id
  left join hours h on h.series_id = s.id
  left join days d on d.series_id = s.id
 where coalesce(o.count, 0) <> coalesce(st.count, 0)
    or coalesce(o.numbers, 0) <> coalesce(h.count, 0)
    or coalesce(o.numbers, 0) <> coalesce(d.count, 0)
    or o.first_time is distinct from st.first_time
    or o.last_time is distinct from st.last_time
 order by s.id
