-- What health and metrics tell in numbers: ages in seconds, lengths of queues; null where nothing is.
select
    extract(epoch from now() - (select max(last_heartbeat) from procrastinate_workers))
        as worker_heartbeat_age_s,
    extract(epoch from now() - (select sealed_at from audit_seal order by position desc limit 1))
        as last_seal_age_s,
    (select count(*) from (select from audit_waiting limit 100000) w) as audit_waiting,
    (select count(*) from (select from audit_unfollowed limit 100000) u) as audit_unfollowed,
    extract(epoch from now() - (select max(at) from operation_backup)) as last_backup_age_s,
    extract(epoch from now() - (select min(at) from (select at from outbox order by id limit 1) o))
        as outbox_age_s,
    (select max(due_late) from (
        select extract(epoch from now() - due_at) as due_late from jobs_duty) d) as duty_late_s,
    (select numbackends from pg_stat_database where datname = current_database())
        as database_connections,
    pg_database_size(current_database()) as database_bytes
