-- Jobs that are not done, by state: how many, and how long the oldest of them has been due.
select status::text, count(*)::bigint as number,
       extract(epoch from now() - min(coalesce(scheduled_at, e.at))) as age_s
  from procrastinate_jobs j
  left join lateral (select min(at) as at from procrastinate_events where job_id = j.id) e on true
 where status in ('todo', 'doing', 'failed') and coalesce(scheduled_at, now()) <= now()
 group by status
