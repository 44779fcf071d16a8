-- Which of some series changed after a place; whether the outbox still reaches back to it.
select coalesce((select array_agg(distinct c.series_id)
                 from outbox o, unnest(o.series_ids) as c (series_id)
                 where (o.transaction, o.id) > ($1::text::xid8, $2::bigint)
                   and c.series_id = any ($3::bigint[])), '{}') as series_ids,
       exists (select from outbox o where o.transaction <= $1::text::xid8) as reaches_back
