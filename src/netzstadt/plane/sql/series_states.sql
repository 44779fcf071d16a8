-- Counts, extent and latest value of the series $1.
select series_id, count, first_time, last_time, last_sequence, last_time_end, last_number,
       last_result, last_quality
from series_state
where series_id = any ($1)
order by series_id
