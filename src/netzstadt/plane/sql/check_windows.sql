-- All times in parts, ascending: where the partitions of observations end, by the calendar of $1.
with bounds as (
    select regexp_match(pg_get_expr(c.relpartbound, c.oid), '\(''(.+)''\) TO \(''(.+)''\)') as pair
      from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = 'observation'::regclass
), ends as (
    select distinct (bound::timestamptz at time zone 'UTC') at time zone $1::text as at
      from bounds, unnest(pair) as bound
)
select coalesce(lag(at) over (order by at), '-infinity')::text as low, at::text as high from ends
union all
select max(at)::text, 'infinity' from ends having count(*) > 0
