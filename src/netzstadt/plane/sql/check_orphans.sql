-- Observations of series that are gone, by series; there must be none.
select o.series_id, count(*) as stored
  from observation o
 where not exists (select 1 from series s where s.id = o.series_id)
 group by o.series_id
 order by o.series_id
