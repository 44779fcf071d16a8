-- The place in the outbox from which a new listener is told what changes.
select (pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1)::text as transaction,
       9223372036854775807::bigint as id
