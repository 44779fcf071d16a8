-- Who may see what: one rule for one object, for lists and for both applications.

create table access_grant (
    id         uuid primary key,
    person_id  uuid not null,
    role       text not null check (role in ('ADMINISTRATOR', 'DATA_ENGINEER', 'READER')),
    -- Where the role holds: everywhere (both empty), in a unit, or for one object.
    unit_id    uuid,
    object_id  uuid,
    valid_from timestamptz not null default now(),
    valid_to   timestamptz,
    check (unit_id is null or object_id is null),
    check (valid_to is null or valid_to > valid_from)
);
create unique index access_grant_once on access_grant
    (person_id, role, coalesce(unit_id, '00000000-0000-0000-0000-000000000000'),
     coalesce(object_id, '00000000-0000-0000-0000-000000000000')) where valid_to is null;
create index access_grant_person on access_grant (person_id);

-- may_see: the one rule. Write `(visibility = 'PUBLIC' or may_see(…))` where speed matters: the
-- function is not inlined, and most rows are public.
--   PUBLIC          everybody
--   ADMINISTRATION  every person with a role (not one limited to a single object)
--   UNIT            people with a role in the owning unit; those who keep the data
--   RESTRICTED      people with a grant on this object; those who keep the data
-- A person who may not sign in sees what is public.
--
-- plpgsql, because it looks for tables when it runs: people (orgs_person) are a room's table, which
-- is made after the tables of the plane, and nobody is a reader before. It also keeps its plan.
create function may_see(visibility text, owner_unit uuid, object_key uuid, reader uuid)
returns boolean language plpgsql stable parallel safe as $$
begin
    if visibility = 'PUBLIC' or reader is null then
        return visibility = 'PUBLIC';
    end if;
    return exists (
        select from access_grant g
        join orgs_person p on p.id = g.person_id and p.is_active
        where g.person_id = reader
          and g.valid_from <= now() and (g.valid_to is null or now() < g.valid_to)
          and (   (g.object_id = object_key)
               or (g.object_id is null and visibility = 'ADMINISTRATION')
               or (g.object_id is null and visibility = 'UNIT' and g.unit_id = owner_unit)
               or (g.object_id is null and g.unit_id is null
                   and g.role in ('ADMINISTRATOR', 'DATA_ENGINEER'))));
end $$;

-- API keys: what a machine shows instead of a password. Only a digest of the secret is kept.
create table api_key (
    id           uuid primary key,
    name         text not null check (length(name) between 1 and 200),
    -- The first characters, shown in lists so that people know which key they hold.
    prefix       text not null unique check (length(prefix) between 8 and 16),
    secret_digest bytea not null unique check (length(secret_digest) = 32),
    person_id    uuid not null,
    may_read     boolean not null default false,
    may_write    boolean not null default false,
    -- Empty: all Things its person may see; else only these.
    thing_ids    uuid[] check (thing_ids is null or cardinality(thing_ids) > 0),
    created_at   timestamptz not null default now(),
    expires_at   timestamptz check (expires_at > created_at),
    last_used_at timestamptz,
    revoked_at   timestamptz,
    check (may_read or may_write)
);
create index api_key_person on api_key (person_id);
