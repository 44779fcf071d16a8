-- The store of the data plane (architecture, section 4): SensorThings entities, series,
-- observations by month, state, roll-ups, outbox.
--
-- iot_id is the @iot.id as JSON, a string or a whole number kept as its maker gave it; without
-- one it is the key as a string. Every hot key contains series_id, so that the observation tables
-- can be distributed by it.

create table plane_setting (
    only_row  boolean primary key default true check (only_row),
    time_zone text not null
);

create domain visibility as text not null
    check (value in ('PUBLIC', 'ADMINISTRATION', 'UNIT', 'RESTRICTED'));
create domain iot_id as jsonb check (jsonb_typeof(value) in ('string', 'number'));
create domain properties as jsonb check (jsonb_typeof(value) = 'object');

-- Where data comes from: shown with every value, as its licence asks.
create table data_source (
    id        uuid primary key,
    key       text not null unique,
    title     text not null,
    publisher text not null default '',
    licence   text not null default '',
    url       text not null default '',
    note      text not null default ''
);

-- German names in the order of DIN 5007-1, whatever the collation of the database: ä as a, ß as ss,
-- upper and lower case alike. Also what a search without accents compares.
create function din_5007(name text) returns text language sql immutable strict parallel safe as $$
    select lower(translate(replace(replace(name, 'ß', 'ss'), 'ẞ', 'ss'),
        'ÄÖÜäöüÀÁÂÃÅàáâãåÇçÈÉÊËèéêëÌÍÎÏìíîïÑñÒÓÔÕØòóôõøÙÚÛùúûÝýÿŠšŽžŁłĞğİı',
        'AOUaouAAAAAaaaaaCcEEEEeeeeIIIIiiiiNnOOOOOoooooUUUuuuYyySsZzLlGgIi'))
$$;

create table thing (
    id          uuid primary key,
    iot_id      iot_id not null unique,
    name        text not null check (name <> ''),
    description text not null,
    properties  properties,
    visibility  visibility default 'ADMINISTRATION',
    unit_id     uuid,
    -- Values of this Thing are made up by a program, and every page says so.
    is_simulated boolean not null default false,
    data_source_id uuid references data_source (id),
    -- Since when it measures no more; what it measured stays readable.
    retired_at  timestamptz,
    created_at  timestamptz not null default now(),
    changed_at  timestamptz not null default now(),
    -- Kept, not made anew of every name: that was most of the time of a page of ten thousand.
    sort_key    text not null generated always as (din_5007(name)) stored
);
create index thing_name on thing (name, id);
create index thing_sort_key on thing (sort_key, id);

create table location (
    id            uuid primary key,
    iot_id        iot_id not null unique,
    name          text not null check (name <> ''),
    description   text not null,
    encoding_type text not null,
    location      jsonb not null,           -- as given
    geometry      bytea,                    -- WKB, EPSG:4326, longitude first
    bounds        box,
    properties    properties,
    check ((geometry is null) = (bounds is null))
);
create index location_bounds on location using gist (bounds);

create table thing_location (
    thing_id    uuid not null references thing (id) on delete cascade,
    location_id uuid not null references location (id) on delete cascade,
    primary key (thing_id, location_id)
);
create index thing_location_location on thing_location (location_id);

create table historical_location (
    id       uuid primary key,
    iot_id   iot_id not null unique,
    thing_id uuid not null references thing (id) on delete cascade,
    time     timestamptz not null
);
create index historical_location_thing on historical_location (thing_id, time desc, id);

create table historical_location_location (
    historical_location_id uuid not null references historical_location (id) on delete cascade,
    location_id            uuid not null references location (id) on delete cascade,
    primary key (historical_location_id, location_id)
);
create index historical_location_location_location on historical_location_location (location_id);

create table sensor (
    id            uuid primary key,
    iot_id        iot_id not null unique,
    name          text not null check (name <> ''),
    description   text not null,
    encoding_type text not null,
    metadata      jsonb not null,
    properties    properties
);

create table observed_property (
    id          uuid primary key,
    iot_id      iot_id not null unique,
    name        text not null check (name <> ''),
    definition  text not null,
    description text not null,
    properties  properties
);

create table feature_of_interest (
    id            uuid primary key,
    iot_id        iot_id not null unique,
    name          text not null check (name <> ''),
    description   text not null,
    encoding_type text not null,
    feature       jsonb not null,
    geometry      bytea,
    bounds        box,
    properties    properties,
    -- Made by the server from this Location (OGC 18-088, 8.2.8): used again until the Thing moves.
    location_id   uuid unique references location (id) on delete set null,
    check ((geometry is null) = (bounds is null))
);
create index feature_of_interest_bounds on feature_of_interest using gist (bounds);

-- What is measured. A Datastream is a series; so will be a field of a MultiDatastream and an
-- NGSI-LD attribute.
create table series (
    id                   bigint generated always as identity primary key,
    uuid                 uuid not null unique,
    kind                 text not null default 'DATASTREAM'
                             check (kind in ('DATASTREAM', 'MULTI_FIELD', 'ATTRIBUTE')),
    iot_id               iot_id not null unique,
    name                 text not null check (name <> ''),
    description          text not null,
    observation_type     text not null,
    unit_of_measurement  jsonb not null check (jsonb_typeof(unit_of_measurement) = 'object'),
    ucum                 text,               -- case-sensitive UCUM code where it is known
    observed_area        jsonb,              -- as given; else the extent is computed
    properties           properties,
    thing_id             uuid not null references thing (id),
    sensor_id            uuid not null references sensor (id),
    observed_property_id uuid not null references observed_property (id),
    -- An observation without a feature belongs to the default one; once the Thing has moved, new
    -- observations name the current one.
    default_feature_id   uuid references feature_of_interest (id),
    current_feature_id   uuid references feature_of_interest (id),
    visibility           visibility default 'PUBLIC',  -- seen only where its Thing is seen, too
    -- {"minimum": number, "maximum": number}: outside it is stored with the quality flag "implausible"
    quality_rules        jsonb not null default '{}' check (
        jsonb_typeof(quality_rules) = 'object'
        and coalesce(jsonb_typeof(quality_rules -> 'minimum'), 'number') = 'number'
        and coalesce(jsonb_typeof(quality_rules -> 'maximum'), 'number') = 'number'),
    -- Since when no value is taken any more, be it with its Thing or alone.
    retired_at           timestamptz,
    created_at           timestamptz not null default now(),
    changed_at           timestamptz not null default now()
);
create index series_thing on series (thing_id);
create index series_sensor on series (sensor_id);
create index series_observed_property on series (observed_property_id);
create index series_default_feature on series (default_feature_id);
create index series_current_feature on series (current_feature_id);

-- What comes to a retired Thing is retired with it, whoever made or moved it.
create function series_retire_with_thing() returns trigger language plpgsql as $$
begin
    new.retired_at := coalesce(new.retired_at, (select retired_at from thing where id = new.thing_id));
    return new;
end $$;
create trigger series_retire_with_thing before insert or update of thing_id on series
    for each row execute function series_retire_with_thing();

-- How far apart the values of a series usually come (the median of its newest gaps; empty where
-- there are too few), and whether they come as they are measured: an import of old files does not.
-- Reckoned by a duty, so that looking for silent series reads one row each.
create table series_expectation (
    series_id   bigint primary key references series (id) on delete cascade,
    gap         interval check (gap > interval '0'),
    is_sending  boolean not null,
    reckoned_at timestamptz not null
);

-- Which features a series has observations of.
create table series_feature (
    series_id  bigint not null references series (id) on delete cascade,
    feature_id uuid not null references feature_of_interest (id) on delete cascade,
    primary key (series_id, feature_id)
);
create index series_feature_feature on series_feature (feature_id);

-- One row a series, updated once a batch: counts and latest values cost one row.
create table series_state (
    series_id         bigint primary key references series (id) on delete cascade,
    count             bigint not null default 0 check (count >= 0),
    first_time        timestamptz,
    last_time         timestamptz,           -- start of the newest observation
    last_sequence     smallint,
    last_time_end     timestamptz,           -- latest end of any observation; an instant ends at once
    first_result_time timestamptz,
    last_result_time  timestamptz,
    last_number       double precision,
    last_result       jsonb,
    last_quality      text[],
    changed_at        timestamptz not null default now()
) with (fillfactor = 50);

-- A series has its state from the beginning: writers find a row to take turns at, and nobody makes
-- rows while holding others.
create function series_state_make() returns trigger language plpgsql as $$
begin
    insert into series_state (series_id) select id from made order by id;
    return null;
end $$;
create trigger series_state_make after insert on series
    referencing new table as made for each statement execute function series_state_make();

-- Two observations of one time are legal: sequence tells them apart. The @iot.id is derived from
-- the key; iot_id holds only one that a client gave or that a later change of time must not break.
create table observation (
    series_id   bigint not null,
    time        timestamptz not null,        -- phenomenonTime, or its start
    sequence    smallint not null default 0 check (sequence >= 0),
    number      double precision,            -- a finite number; anything else is in result
    time_end    timestamptz,
    result_time timestamptz,
    feature_id  uuid,
    result      jsonb,
    quality     text[],                      -- flags; empty where nothing is known against it
    result_quality jsonb,                    -- resultQuality as given by a client
    parameters  jsonb check (jsonb_typeof(parameters) = 'object'),
    valid_time  tstzrange,
    iot_id      jsonb check (jsonb_typeof(iot_id) in ('string', 'number')),
    primary key (series_id, time, sequence) include (number),
    check ((number is null) <> (result is null)),
    check (number > '-Infinity' and number < 'Infinity'),
    check (time_end >= time)
) partition by range (time);

create table observation_alias (
    iot_id    jsonb primary key check (jsonb_typeof(iot_id) in ('string', 'number')),
    series_id bigint not null references series (id) on delete cascade,
    time      timestamptz not null,
    sequence  smallint not null
);
create index observation_alias_series on observation_alias (series_id, time, sequence);

-- Count, sum, least and greatest number of an hour, and of a day of the city's calendar.
-- flagged counts the numbers that carry a quality flag.
create table rollup_hour (
    series_id bigint not null,
    time      timestamptz not null,
    count     integer not null check (count > 0),
    flagged   integer not null default 0 check (flagged between 0 and count),
    sum       double precision not null,
    minimum   double precision not null,
    maximum   double precision not null,
    primary key (series_id, time)
) with (fillfactor = 80);  -- the newest bucket is updated with every batch
create table rollup_day (like rollup_hour including all) with (fillfactor = 80);

-- Which series a committed batch changed. Read in the order of (transaction, id), never beyond
-- the oldest transaction still open, so that a late commit is not jumped over.
create table outbox (
    id          bigint generated always as identity primary key,
    transaction xid8 not null default pg_current_xact_id(),
    at          timestamptz not null default clock_timestamp(),
    series_ids  bigint[] not null
);
create index outbox_order on outbox (transaction, id);
-- How far each lasting reader of the outbox has come; rows before the slowest may be trimmed.
create table outbox_reader (
    name        text primary key,
    transaction xid8 not null,
    outbox_id   bigint not null
);

-- Make the partition of a month (UTC) unless it is there. Attached, not created in place, so that
-- readers are not held up. Before 2000 a partition holds a decade: old series are rare, and every
-- partition costs the queries that have no bound in time. Returns true where it was made.
create function observation_partition_ensure(month date) returns boolean language plpgsql as $$
declare
    is_old boolean := month < '2000-01-01';
    first_day date := date_trunc(case when is_old then 'decade' else 'month' end, month)::date;
    next_day date := first_day + case when is_old then interval '10 years'
                                      else interval '1 month' end;
    partition text := 'observation_' || to_char(first_day, 'YYYYMM');
begin
    if to_regclass(partition) is not null then
        return false;
    end if;
    -- A table lock, no advisory one: only taking it lets this statement see what another
    -- transaction has made meanwhile. Attaching takes the same lock.
    lock table observation in share update exclusive mode;
    if to_regclass(partition) is not null then
        return false;
    end if;
    execute format('create table %I (like observation including defaults including constraints '
                   'including indexes)', partition);
    execute format('alter table observation attach partition %I for values from (%L) to (%L)',
                   partition, first_day || ' 00:00:00+00', next_day || ' 00:00:00+00');
    return true;
end $$;

-- The account of imports: every row read is loaded, unchanged or rejected.
create table import_run (
    id          uuid primary key,
    profile     text not null,
    source      text not null,
    person_id   uuid,
    started_at  timestamptz not null,
    finished_at timestamptz,
    state       text not null default 'RUNNING'
                    check (state in ('RUNNING', 'DONE', 'INTERRUPTED', 'FAILED')),
    rows_read      bigint not null default 0,
    rows_loaded    bigint not null default 0,
    rows_unchanged bigint not null default 0,
    rows_rejected  bigint not null default 0,
    message     text not null default '',
    check (state <> 'DONE' or rows_read = rows_loaded + rows_unchanged + rows_rejected),
    check ((state = 'RUNNING') = (finished_at is null))
);
create index import_run_started on import_run (started_at desc);

-- The first rejected rows of an import; all of them are in its file.
create table import_reject (
    run_id   uuid not null references import_run (id) on delete cascade,
    number   integer not null check (number > 0),
    file     text not null,
    line     bigint,
    field    text not null,
    value    text not null,
    reason   text not null,
    primary key (run_id, number)
);
