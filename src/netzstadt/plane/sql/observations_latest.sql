-- The newest $2 observations of series $1 from $3 to $4; both bounds keep far partitions untouched.
select time, sequence, number, result, time_end, result_time, quality
from observation
where series_id = $1 and time between $3 and $4
order by time desc, sequence desc
limit $2
