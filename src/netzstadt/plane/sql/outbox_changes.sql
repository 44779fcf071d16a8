-- At most $3 outbox rows after the place ($1, $2), in the order that every reader sees alike. Rows of
-- a transaction that is older than every open one can no longer be preceded by new ones: ids are given
-- before the commit, so that an order by id alone would skip a late commit.
select id, transaction::text as transaction, series_ids
from outbox
where (transaction, id) > ($1::text::xid8, $2::bigint)
  and transaction < pg_snapshot_xmin(pg_current_snapshot())
order by transaction, id
limit $3::bigint
