-- Who may see what: one rule for one object, for lists and for both applications.

create table access_grant (
    id         uuid primary key,
    person_id  uuid not null,
    role       text not null check (role in (
        'ADMINISTRATOR', 'AUDITOR', 'PRIVACY_OFFICER', 'COORDINATOR', 'HEAD_OF_UNIT', 'STAFF',
        'DATA_ENGINEER', 'READER', 'PARTNER', 'ELEVATED')),
    -- Where the role holds: everywhere (both empty), in a unit and all below it, or for one object.
    unit_id    uuid,
    object_id  uuid,
    object_model text not null default '' check (object_model = '' or object_id is not null),
    valid_from timestamptz not null default now(),
    valid_to   timestamptz,
    -- Why it was given; elevated rights are never without.
    reason     text not null default '' check (length(reason) <= 500),
    check (unit_id is null or object_id is null),
    check (valid_to is null or valid_to > valid_from),
    constraint access_grant_elevated check (role <> 'ELEVATED' or (
        unit_id is null and object_id is null and length(reason) >= 10
        and valid_to is not null and valid_to <= valid_from + interval '4 hours')),
    -- A partner from outside works inside one object and sees nothing beyond it.
    constraint access_grant_partner check (role <> 'PARTNER' or object_id is not null)
);
create unique index access_grant_once on access_grant
    (person_id, role, coalesce(unit_id, '00000000-0000-0000-0000-000000000000'),
     coalesce(object_id, '00000000-0000-0000-0000-000000000000')) where valid_to is null;
create index access_grant_person on access_grant (person_id);

-- plpgsql throughout, because it looks for tables when it runs: people, units, memberships and
-- deputies (orgs_…) are a room's tables, made after the tables of the plane, and nobody is a reader
-- before. It also keeps its plan.

-- The calendar day in the city: memberships, deputies and absences begin and end with days.
create function city_today() returns date language plpgsql stable parallel safe as $$
begin
    return (select (now() at time zone s.time_zone)::date from plane_setting s);
end $$;

-- A unit and all below it as the tree is today. A unit that is no more is itself alone: what it
-- owned is not lost to those who had a role there.
create function unit_subtree(top uuid) returns uuid[] language plpgsql stable parallel safe as $$
begin
    return array(
        select top union
        select a.unit_id from orgs_unit_ancestor a
        where a.ancestor_id = top and a.valid_from <= city_today()
          and (a.valid_to is null or city_today() < a.valid_to));
end $$;

-- Whether ``unit`` lies in ``top`` or below it today.
create function unit_lies_in(unit uuid, top uuid) returns boolean
language plpgsql stable parallel safe as $$
begin
    return unit = top or exists (
        select from orgs_unit_ancestor a
        where a.unit_id = unit and a.ancestor_id = top and a.valid_from <= city_today()
          and (a.valid_to is null or city_today() < a.valid_to));
end $$;

-- Whom a person stands in for today: deputies named for good, and those named for an absence while
-- it lasts. ``unit_id`` limits it to roles in that unit and below.
create function access_represented(reader uuid)
returns table (deputy_id uuid, person_id uuid, unit_id uuid)
language plpgsql stable parallel safe rows 2 as $$
begin
    return query
        select d.id, d.person_id, d.unit_id from orgs_deputy d
        join orgs_person p on p.id = d.person_id and p.is_active
        where d.deputy_id = reader and d.valid_from <= city_today()
          and (d.valid_to is null or city_today() < d.valid_to)
          and (not d.only_when_absent or exists (
              select from orgs_absence a
              where a.person_id = d.person_id
                and a.valid_from <= city_today() and city_today() < a.valid_to));
end $$;

-- The roles that pass to a deputy. Power over accounts and the right to read about everybody do
-- not: they are given to persons, not to functions.
create function access_passes_to_deputies(role text) returns boolean
language sql immutable parallel safe as $$
    select role in ('COORDINATOR', 'HEAD_OF_UNIT', 'STAFF', 'DATA_ENGINEER', 'READER')
$$;

-- The roles that a membership brings in its unit.
create function access_roles_of(function text) returns text[] language sql immutable parallel safe
as $$
    select case function when 'HEAD' then array['STAFF', 'HEAD_OF_UNIT'] else array['STAFF'] end
$$;

-- What one person holds in her own right: by grants and by memberships.
create function access_own(holder uuid)
returns table (role text, unit_id uuid, object_id uuid, source text, source_id uuid,
               valid_to timestamptz)
language plpgsql stable parallel safe rows 4 as $$
begin
    return query
        select g.role, g.unit_id, g.object_id, 'GRANT', g.id, g.valid_to from access_grant g
        where g.person_id = holder
          and g.valid_from <= now() and (g.valid_to is null or now() < g.valid_to)
        union all
        select r.role, m.unit_id, null::uuid, 'MEMBERSHIP', m.id, m.valid_to::timestamptz
        from orgs_membership m, unnest(access_roles_of(m.function)) as r (role)
        where m.person_id = holder and m.valid_from <= city_today()
          and (m.valid_to is null or city_today() < m.valid_to);
end $$;

-- Everything that a person holds now, with where it holds and where it comes from: what `may`
-- judges in Python and what `explain` tells. Nobody who may not sign in holds anything; a deputy's
-- deputy holds nothing of the first.
create function access_held(reader uuid)
returns table (role text, unit_id uuid, units uuid[], object_id uuid, source text, source_id uuid,
               acting_for_id uuid, valid_to timestamptz)
language plpgsql stable parallel safe rows 6 as $$
begin
    if not exists (select from orgs_person p where p.id = reader and p.is_active) then
        return;
    end if;
    return query
        select h.role, h.unit_id, case when h.unit_id is not null then unit_subtree(h.unit_id) end,
               h.object_id, h.source, h.source_id, h.acting_for_id, h.valid_to
        from (
            select o.*, null::uuid as acting_for_id from access_own(reader) o
            union all
            select o.role, o.unit_id, o.object_id, 'DEPUTY', r.deputy_id, o.valid_to, r.person_id
            from access_represented(reader) r, access_own(r.person_id) o
            where access_passes_to_deputies(o.role)
              and (r.unit_id is null or unit_lies_in(o.unit_id, r.unit_id))
        ) h;
end $$;

-- What a reader sees, worked out once a statement: `(select access_scope_of($reader))` is not asked
-- again for every row.
create type access_scope as (
    sees_all            boolean,
    sees_administration boolean,
    units               uuid[],
    objects             uuid[]
);

create function access_scope_of(reader uuid) returns access_scope
language plpgsql stable parallel safe as $$
declare
    scope access_scope := row(false, false, '{}', '{}');
begin
    if reader is null then
        return scope;
    end if;
    select coalesce(bool_or(h.object_id is null and h.unit_id is null
                            and h.role in ('ADMINISTRATOR', 'DATA_ENGINEER', 'ELEVATED')), false),
           coalesce(bool_or(h.object_id is null), false),
           coalesce((select array_agg(distinct u) from access_held(reader) o, unnest(o.units) u),
                    '{}'),
           coalesce(array_agg(h.object_id) filter (where h.object_id is not null), '{}')
    into scope from access_held(reader) h;
    return scope;
end $$;

-- access_sees: the one rule. Write
--     (visibility = 'PUBLIC' or access_sees((select access_scope_of($reader)), visibility, …))
-- where speed matters: the function is not inlined, and most rows are public.
--   PUBLIC          everybody
--   ADMINISTRATION  every person with a role (not one limited to a single object)
--   UNIT            people with a role in the owning unit or above it; those who keep the data
--   RESTRICTED      people with a grant on this object; those who keep the data
-- A role is a grant, a membership, or one of either of a person whom the reader stands in for.
-- A person who may not sign in sees what is public.
create function access_sees(
    scope access_scope, visibility text, owner_unit uuid, object_key uuid
) returns boolean language plpgsql immutable parallel safe as $$
begin
    return visibility = 'PUBLIC' or scope.sees_all
        or (visibility = 'ADMINISTRATION' and scope.sees_administration)
        or (visibility = 'UNIT' and coalesce(owner_unit = any (scope.units), false))
        or coalesce(object_key = any (scope.objects), false);
end $$;

-- The same for one object.
create function may_see(visibility text, owner_unit uuid, object_key uuid, reader uuid)
returns boolean language plpgsql stable parallel safe as $$
begin
    return access_sees(access_scope_of(reader), visibility, owner_unit, object_key);
end $$;

-- Whether a person may write to the store through a key of hers: who may see everything (may_see).
create function access_keeps_data(holder uuid) returns boolean
language plpgsql stable parallel safe as $$
begin
    return exists (
        select from access_grant g join orgs_person p on p.id = g.person_id and p.is_active
        where g.person_id = holder and g.role in ('ADMINISTRATOR', 'DATA_ENGINEER')
          and g.unit_id is null and g.object_id is null
          and g.valid_from <= clock_timestamp()
          and (g.valid_to is null or clock_timestamp() < g.valid_to));
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
