-- Series whose state, or the count of whose roll-ups, is not what is stored; what of it is wrong.
with stored as (
    select series_id, count(*) as count, count(number) as numbers,
           min(time) as first_time, max(time) as last_time,
           max(coalesce(time_end, time)) as last_time_end,
           min(result_time) as first_result_time, max(result_time) as last_result_time
      from observation group by series_id
), hours as (
    select series_id, sum(count) as count from rollup_hour group by series_id
), days as (
    select series_id, sum(count) as count from rollup_day group by series_id
), compared as (
    select s.id, s.name,
           coalesce(o.count, 0) as stored, st.count as counted,  -- null: it has no state
           coalesce(o.numbers, 0) as numbers,
           coalesce(h.count, 0) as in_hours, coalesce(d.count, 0) as in_days,
           array_remove(array[
               case when o.first_time is distinct from st.first_time then 'first time' end,
               case when o.last_time is distinct from st.last_time then 'last time' end,
               case when o.last_time_end is distinct from st.last_time_end then 'latest end' end,
               case when o.first_result_time is distinct from st.first_result_time
                    then 'first result time' end,
               case when o.last_result_time is distinct from st.last_result_time
                    then 'last result time' end,
               case when n.sequence is distinct from st.last_sequence then 'latest sequence' end,
               case when n.number is distinct from st.last_number then 'latest number' end,
               case when n.result is distinct from st.last_result then 'latest result' end,
               case when n.quality is distinct from st.last_quality then 'latest quality' end
           ], null) as wrong
      from series s
      left join stored o on o.series_id = s.id
      left join series_state st on st.series_id = s.id
      left join hours h on h.series_id = s.id
      left join days d on d.series_id = s.id
      left join lateral (
          select r.sequence, r.number, r.result, r.quality from observation r
           where r.series_id = s.id and r.time = o.last_time
           order by r.sequence desc limit 1) n on true
)
select id, name, stored, counted, numbers, in_hours, in_days, wrong
  from compared
 where stored is distinct from counted or numbers <> in_hours or numbers <> in_days or wrong <> '{}'
 order by id
