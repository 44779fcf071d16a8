-- Outbox rows after a place, in the order of their commits, never past the oldest open transaction.
select id, transaction::text as transaction, series_ids
from outbox
where (transaction, id) > ($1::text::xid8, $2::bigint)
  and transaction < pg_snapshot_xmin(pg_current_snapshot())
order by transaction, id
limit 1000
