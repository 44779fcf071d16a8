-- The audit trail: append-only events, written in the transaction of the change they tell of.
-- Shared by the plane and the rooms through audit_append(); sealed into a hash chain by a job.

create extension if not exists pg_trgm;
create extension if not exists unaccent;
create extension if not exists btree_gist;

create table audit_event (
    id            uuid primary key,
    sequence      bigint generated always as identity unique,
    at            timestamptz not null default clock_timestamp(),
    -- Who: a person, an API key acting for one, or the system itself (both empty).
    person_id     uuid,
    api_key_id    uuid,
    -- Whom that person stood in for, where she acted as a deputy.
    acting_for_id uuid check (acting_for_id <> person_id),
    -- What happened: a room's event name in the past tense, e.g. urbandata.api_key.revoked
    name          text not null check (name ~ '^[a-z_]+(\.[a-z_]+)+$'),
    -- What it happened to: room.model and its key.
    object_model  text not null check (object_model ~ '^[a-z_]+\.[a-z_]+$'),
    object_id     uuid not null,
    -- Plain facts, sealed as they are; facts about persons, sealed by digest so they can be erased.
    data          jsonb not null default '{}' check (jsonb_typeof(data) = 'object'),
    personal      jsonb check (jsonb_typeof(personal) = 'object'),
    personal_salt uuid,
    personal_digest bytea,
    check (personal is null or (personal_digest is not null and personal_salt is not null))
);
create index audit_event_object on audit_event (object_model, object_id, sequence desc);
create index audit_event_person on audit_event (person_id, sequence desc) where person_id is not null;

-- The chain: hash = sha256(previous hash || canonical event); position has no gaps.
create table audit_seal (
    position   bigint primary key check (position > 0),
    event_id   uuid not null unique references audit_event (id),
    sealed_at  timestamptz not null default clock_timestamp(),
    hash       bytea not null check (length(hash) = 32)
);

-- Events that wait for their seal. Kept apart, so that sealing reads only what is new: a late
-- commit may carry an early sequence number, so no watermark would do.
create table audit_waiting (
    event_id uuid primary key references audit_event (id)
);

-- Events that nobody has followed yet: search and notices are told of them, whoever recorded them.
create table audit_unfollowed (
    event_id uuid primary key references audit_event (id)
);

-- Checks of the whole chain: what was found, and the head to compare the next check with.
create table audit_check (
    id          uuid primary key,
    started_at  timestamptz not null,
    finished_at timestamptz not null check (finished_at >= started_at),
    verified    bigint not null check (verified >= 0),
    erased      bigint not null check (erased >= 0),
    waiting     bigint not null check (waiting >= 0),
    head        text not null,
    -- At most a hundred, as [{"kind": …, "position": …, "event_id": …}].
    faults      jsonb not null default '[]' check (jsonb_typeof(faults) = 'array'),
    fault_count bigint not null check (fault_count >= 0)
);
create index audit_check_newest on audit_check (started_at desc);

create function audit_append(
    event_id uuid, event_name text, event_person uuid, event_api_key uuid,
    event_object_model text, event_object_id uuid, event_data jsonb, event_personal jsonb default null,
    event_acting_for uuid default null
) returns void language plpgsql as $$
declare
    salt uuid := case when event_personal is not null then gen_random_uuid() end;
begin
    insert into audit_event
        (id, name, person_id, api_key_id, acting_for_id, object_model, object_id, data,
         personal, personal_salt, personal_digest)
    values
        (event_id, event_name, event_person, event_api_key, event_acting_for, event_object_model,
         event_object_id, coalesce(event_data, '{}'), event_personal, salt,
         case when event_personal is not null
              then sha256(convert_to(salt::text || event_personal::text, 'UTF8')) end);
    insert into audit_waiting (event_id) values (event_id);
    -- What observations bring is followed through the plane's outbox; search knows no values.
    if event_name <> 'plane.observations.added' then
        insert into audit_unfollowed (event_id) values (event_id);
    end if;
end $$;

-- An event is never changed or removed; only its personal part may be emptied (erasure).
create function audit_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'the audit trail is append-only' using errcode = 'restrict_violation';
end $$;
create function audit_event_may_be_erased() returns trigger language plpgsql as $$
begin
    if new.personal is null and new.personal_salt is null
       and (to_jsonb(new) - 'personal' - 'personal_salt')
         = (to_jsonb(old) - 'personal' - 'personal_salt')
    then
        return new;
    end if;
    raise exception 'the audit trail is append-only' using errcode = 'restrict_violation';
end $$;
create trigger audit_event_update before update on audit_event
    for each row execute function audit_event_may_be_erased();
create trigger audit_event_delete before delete on audit_event
    for each row execute function audit_is_append_only();
create trigger audit_event_truncate before truncate on audit_event
    for each statement execute function audit_is_append_only();
create trigger audit_seal_change before update or delete on audit_seal
    for each row execute function audit_is_append_only();
create trigger audit_seal_truncate before truncate on audit_seal
    for each statement execute function audit_is_append_only();
