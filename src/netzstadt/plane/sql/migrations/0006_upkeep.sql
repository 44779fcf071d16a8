-- Changing and deleting observations: sums, states and features are right again at the commit.

-- Compute the hours and days of a period again from its observations, and the state.
-- `difference`: by how many observations there are more. Ends and result times are looked for
-- again only where the extreme may be gone, because that reads the whole series.
create function observations_recount(
    one bigint, since timestamptz, until timestamptz, difference bigint,
    is_end_lost boolean, are_results_lost boolean
) returns void language plpgsql as $$
declare
    zone text := (select time_zone from plane_setting);
    low timestamptz := date_trunc('hour', since, 'UTC');
    high timestamptz := date_trunc('hour', until, 'UTC') + interval '1 hour';
    earliest timestamptz;
    latest timestamptz;
    newest observation;
begin
    delete from rollup_hour where series_id = one and time >= low and time < high;
    insert into rollup_hour (series_id, time, count, flagged, sum, minimum, maximum)
    select one, date_trunc('hour', time, 'UTC'), count(*), count(*) filter (where quality is not null),
           sum(number), min(number), max(number)
    from observation
    where series_id = one and time >= low and time < high and number is not null group by 2;

    low := date_trunc('day', since, zone);
    high := (date_trunc('day', until at time zone zone) + interval '1 day') at time zone zone;
    delete from rollup_day where series_id = one and time >= low and time < high;
    insert into rollup_day (series_id, time, count, flagged, sum, minimum, maximum)
    select one, date_trunc('day', time, zone), count(*), count(*) filter (where quality is not null),
           sum(number), min(number), max(number)
    from observation
    where series_id = one and time >= low and time < high and number is not null group by 2;

    select least(first_time, since), greatest(last_time, until) into earliest, latest
    from series_state where series_id = one;
    select * into newest from observation
    where series_id = one and time between earliest and latest
    order by time desc, sequence desc limit 1;
    update series_state
    set count = count + difference,
        first_time = (select min(time) from observation
                      where series_id = one and time between earliest and latest),
        last_time = newest.time, last_sequence = newest.sequence, last_number = newest.number,
        last_result = newest.result, last_quality = newest.quality, changed_at = clock_timestamp()
    where series_id = one;
    if is_end_lost or are_results_lost or newest is null then
        update series_state
        set (last_time_end, first_result_time, last_result_time) =
            (select max(coalesce(time_end, time)), min(result_time), max(result_time)
             from observation where series_id = one and time between earliest and latest)
        where series_id = one;
    end if;
end $$;

-- Forget the features that a series has no observation of any more.
create function series_feature_forget(one bigint, features uuid[]) returns void language sql as $$
    delete from series_feature f using series s, series_state t
    where f.series_id = one and f.feature_id = any (features) and s.id = one and t.series_id = one
      and not exists (
          select from observation o
          where o.series_id = one and o.time between t.first_time and t.last_time
            and coalesce(o.feature_id, s.default_feature_id) = f.feature_id)
$$;

-- Delete the observations of a series from `since` until before `until`, or of one key (`until`
-- null). Returns how many there were.
create function observations_delete(
    one bigint, since timestamptz, until timestamptz, only_sequence smallint default null
) returns bigint language plpgsql as $$
declare
    gone record;
    state series_state;
    default_feature uuid := (select default_feature_id from series where id = one);
begin
    perform series_lock(array[one]);
    select * into state from series_state where series_id = one;
    with deleted as (
        delete from observation o
        where o.series_id = one and o.time >= since and o.time <= coalesce(until, since)
          and (until is null or o.time < until)
          and (only_sequence is null or o.sequence = only_sequence)
        returning *)
    select count(*) as count, min(time) as low, max(time) as high,
           max(coalesce(time_end, time)) as last_end, min(result_time) as first_result,
           max(result_time) as last_result,
           array_agg(distinct coalesce(feature_id, default_feature)) as features
    into gone from deleted;
    if gone.count = 0 then
        return 0;
    end if;
    delete from observation_alias a
    where a.series_id = one and a.time between gone.low and gone.high
      and not exists (select from observation o where o.series_id = one and o.time = a.time
                      and o.sequence = a.sequence and o.time between gone.low and gone.high);
    perform observations_recount(
        one, gone.low, gone.high, -gone.count, gone.last_end >= state.last_time_end,
        gone.first_result <= state.first_result_time or gone.last_result >= state.last_result_time);
    perform series_feature_forget(one, gone.features);
    insert into outbox (series_ids) values (array[one]);
    return gone.count;
end $$;

-- Delete the observations of a series that belong to a feature, and let go of the feature (OGC
-- 18-088, 10.4: they go with it). Returns how many there were.
create function observations_delete_of_feature(one bigint, feature uuid)
returns bigint language plpgsql as $$
declare
    gone record;
    state series_state;
    default_feature uuid;
begin
    perform series_lock(array[one]);
    select * into state from series_state where series_id = one;
    select default_feature_id into default_feature from series where id = one for no key update;
    with deleted as (
        delete from observation o
        where o.series_id = one and o.time between state.first_time and state.last_time
          and coalesce(o.feature_id, default_feature) = feature
        returning *
    ), forgotten as (
        delete from observation_alias a using deleted d
        where a.series_id = one and a.time = d.time and a.sequence = d.sequence)
    select count(*) as count, min(time) as low, max(time) as high into gone from deleted;
    if gone.count > 0 then
        perform observations_recount(one, gone.low, gone.high, -gone.count, true, true);
        insert into outbox (series_ids) values (array[one]);
    end if;
    -- What names no feature belonged to the default one, so nothing is left without.
    update series
    set default_feature_id = case when default_feature_id is distinct from feature
                                  then default_feature_id end,
        current_feature_id = case when current_feature_id is distinct from feature
                                  then current_feature_id end
    where id = one;
    return gone.count;
end $$;

-- Replace an observation by other values of its own; with another time it moves and keeps its id.
-- Returns where it is now; nothing where there is none.
create function observation_replace(
    one bigint, at timestamptz, old_sequence smallint, new_time timestamptz,
    new_number double precision, new_result jsonb, new_end timestamptz, new_result_time timestamptz,
    new_feature uuid, new_quality text[], new_result_quality jsonb, new_parameters jsonb,
    new_valid tstzrange, out now_at timestamptz, out now_sequence smallint
) language plpgsql as $$
declare
    old observation;
    now_there observation;
    state series_state;
    belongs series;
    old_feature uuid;
    now_feature uuid;
begin
    perform series_lock(array[one]);
    select * into state from series_state where series_id = one;
    select * into belongs from series where id = one;
    select * into old from observation o
    where o.series_id = one and o.time = at and o.sequence = old_sequence;
    if old is null then
        return;
    end if;
    now_there := old;
    now_there.number := new_number;
    now_there.result := new_result;
    now_there.time_end := new_end;
    now_there.result_time := new_result_time;
    now_there.feature_id := nullif(new_feature, belongs.default_feature_id);
    now_there.result_quality := new_result_quality;
    now_there.parameters := new_parameters;
    now_there.valid_time := new_valid;
    now_there.quality := array_remove(new_quality, 'implausible');
    if new_number < (belongs.quality_rules -> 'minimum')::float8
       or new_number > (belongs.quality_rules -> 'maximum')::float8 then
        now_there.quality := now_there.quality || array['implausible'];
    end if;
    now_there.quality := nullif(now_there.quality, '{}');
    if new_time <> at then
        perform observation_partition_ensure(new_time::date);
        now_there.time := new_time;
        now_there.sequence := (observation_sequences(
            array[one], array[extract(epoch from new_time)::float8], new_time, new_time))[1];
        if old.iot_id is null then
            now_there.iot_id := to_jsonb(format(
                '%s-%s-%s', one, (extract(epoch from at) * 1000000)::bigint, old_sequence));
            insert into observation_moved (series_id, time, sequence) values (one, at, old_sequence);
        end if;
        insert into observation_alias as a (iot_id, series_id, time, sequence)
        values (now_there.iot_id, one, new_time, now_there.sequence)
        on conflict (iot_id) do update set time = excluded.time, sequence = excluded.sequence;
    end if;
    delete from observation o
    where o.series_id = one and o.time = at and o.sequence = old_sequence;
    insert into observation select now_there.*;

    old_feature := coalesce(old.feature_id, belongs.default_feature_id);
    now_feature := coalesce(now_there.feature_id, belongs.default_feature_id);
    insert into series_feature (series_id, feature_id)
    select one, now_feature where now_feature is not null
    on conflict do nothing;
    if new_time <> at then
        perform observations_recount(one, at, at, 0, false, false);
    end if;
    perform observations_recount(
        one, new_time, new_time, 0,
        coalesce(old.time_end, at) >= state.last_time_end
            and coalesce(new_end, new_time) < state.last_time_end,
        old.result_time <= state.first_result_time
            and coalesce(new_result_time > state.first_result_time, true)
        or old.result_time >= state.last_result_time
            and coalesce(new_result_time < state.last_result_time, true));
    update series_state
    set last_time_end = greatest(last_time_end, new_end, new_time),
        first_result_time = least(first_result_time, new_result_time),
        last_result_time = greatest(last_result_time, new_result_time)
    where series_id = one;
    if old_feature is distinct from now_feature then
        perform series_feature_forget(one, array[old_feature]);
    end if;
    insert into outbox (series_ids) values (array[one]);
    now_at := new_time;
    now_sequence := now_there.sequence;
end $$;

-- A series takes its observations with it, however it is deleted. Its state is locked, so that a
-- batch on its way is either deleted, too, or finds no series any more. The row of the series is
-- locked by now: who deletes series calls series_lock before, or a batch that holds the state and
-- asks for the row (foreign keys do) is blocked for good.
create function series_observations_delete() returns trigger language plpgsql as $$
declare
    low timestamptz;
    high timestamptz;
begin
    select first_time, last_time into low, high
    from series_state where series_id = old.id for no key update;
    delete from observation where series_id = old.id and time between low and high;
    delete from rollup_hour where series_id = old.id;
    delete from rollup_day where series_id = old.id;
    insert into outbox (series_ids) values (array[old.id]);
    return old;
end $$;
create trigger series_observations_delete before delete on series
    for each row execute function series_observations_delete();

-- Remove outbox rows older than `kept` that every lasting reader has passed. Returns how many.
create function outbox_trim(kept interval) returns bigint language sql as $$
    with trimmed as (
        delete from outbox o
        where o.at < clock_timestamp() - kept
          and o.transaction < pg_snapshot_xmin(pg_current_snapshot())
          and not exists (select from outbox_reader r
                          where (r.transaction, r.outbox_id) < (o.transaction, o.id))
        returning 1)
    select count(*) from trimmed
$$;
