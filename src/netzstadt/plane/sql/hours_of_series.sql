-- Mean, least and greatest number of every hour of series $1 from $2 until before $3.
select time, count, flagged, sum / count as mean, minimum, maximum
from rollup_hour
where series_id = $1 and time >= $2 and time < $3
order by time
