-- The one way in for observations, inside the database: what was sent is judged under the locks of
-- its series and written with its roll-ups, states and outbox row in one transaction.
--
-- The caller (plane/ingest.py, plane/load.py) sorts and sums up; these functions trust no cache.
-- Every statement of a plpgsql function sees what was committed before it began, so what is read
-- after the series are locked is true until the commit.

-- Which of the pairs (key, series) may not be written: their positions. The Things' visibility
-- need not be asked: who holds one of these roles everywhere may see everything (may_see).
create function api_key_refusals(
    key_ids uuid[], series_ids bigint[], out invalid bigint[], out refused bigint[]
) language plpgsql stable as $$  -- plpgsql keeps the plan, sql would make it every time
begin
    with asked as (
        select * from unnest(key_ids, series_ids) with ordinality as a (key_id, series_id, n)
    ), valid as materialized (
        select k.id, k.thing_ids, k.may_write and access_keeps_data(k.person_id) as may_write
        from api_key k
        where k.id = any (key_ids) and k.revoked_at is null
          and (k.expires_at is null or clock_timestamp() < k.expires_at)
    )
    select array_agg(a.n) filter (where v.id is null),
           array_agg(a.n) filter (where not v.may_write or (v.thing_ids is not null
               and not exists (select from series s
                               where s.id = a.series_id and s.thing_id = any (v.thing_ids))))
    into invalid, refused
    from asked a left join valid v on v.id = a.key_id
    where a.key_id is not null;
end $$;

-- Add what a batch adds to its series: states, hours, days, one outbox row. The caller holds the
-- locks of the states; all arrays of one kind have one length, ids are ascending.
create function observations_account(
    ids bigint[], counts integer[], firsts double precision[], lasts double precision[],
    last_ends double precision[], first_results double precision[], last_results double precision[],
    last_sequences smallint[], last_numbers double precision[], last_values text[],
    last_qualities text[],
    hour_ids bigint[], hours double precision[], hour_counts integer[], hour_flagged integer[],
    hour_sums double precision[], hour_minima double precision[], hour_maxima double precision[],
    day_ids bigint[], days double precision[], day_counts integer[], day_flagged integer[],
    day_sums double precision[], day_minima double precision[], day_maxima double precision[]
) returns void language plpgsql as $$
begin
    update series_state s
    set count = s.count + i.count,
        first_time = least(s.first_time, to_timestamp(i.first)),
        last_time = greatest(s.last_time, to_timestamp(i.last)),
        last_sequence = case when (coalesce(s.last_time, '-infinity'), coalesce(s.last_sequence, 0))
                                  <= (to_timestamp(i.last), i.last_sequence)
                             then i.last_sequence else s.last_sequence end,
        last_number = case when (coalesce(s.last_time, '-infinity'), coalesce(s.last_sequence, 0))
                                <= (to_timestamp(i.last), i.last_sequence)
                           then i.last_number else s.last_number end,
        last_result = case when (coalesce(s.last_time, '-infinity'), coalesce(s.last_sequence, 0))
                                <= (to_timestamp(i.last), i.last_sequence)
                           then i.last_value::jsonb else s.last_result end,
        last_quality = case when (coalesce(s.last_time, '-infinity'), coalesce(s.last_sequence, 0))
                                 <= (to_timestamp(i.last), i.last_sequence)
                            then i.last_quality::text[] else s.last_quality end,
        last_time_end = greatest(s.last_time_end, to_timestamp(i.last_end)),
        first_result_time = least(s.first_result_time, to_timestamp(i.first_result)),
        last_result_time = greatest(s.last_result_time, to_timestamp(i.last_result)),
        changed_at = clock_timestamp()
    from unnest(ids, counts, firsts, lasts, last_ends, first_results, last_results,
                last_sequences, last_numbers, last_values, last_qualities)
         as i (id, count, first, last, last_end, first_result, last_result,
               last_sequence, last_number, last_value, last_quality)
    where s.series_id = i.id;

    if cardinality(hour_ids) > 0 then
        insert into rollup_hour as r (series_id, time, count, flagged, sum, minimum, maximum)
        select u.id, to_timestamp(u.second), u.n, u.flagged, u.sum, u.low, u.high
        from unnest(hour_ids, hours, hour_counts, hour_flagged, hour_sums, hour_minima, hour_maxima)
             as u (id, second, n, flagged, sum, low, high)
        on conflict (series_id, time) do update
        set count = r.count + excluded.count, flagged = r.flagged + excluded.flagged,
            sum = r.sum + excluded.sum, minimum = least(r.minimum, excluded.minimum),
            maximum = greatest(r.maximum, excluded.maximum);
    end if;
    if cardinality(day_ids) > 0 then
        insert into rollup_day as r (series_id, time, count, flagged, sum, minimum, maximum)
        select u.id, to_timestamp(u.second), u.n, u.flagged, u.sum, u.low, u.high
        from unnest(day_ids, days, day_counts, day_flagged, day_sums, day_minima, day_maxima)
             as u (id, second, n, flagged, sum, low, high)
        on conflict (series_id, time) do update
        set count = r.count + excluded.count, flagged = r.flagged + excluded.flagged,
            sum = r.sum + excluded.sum, minimum = least(r.minimum, excluded.minimum),
            maximum = greatest(r.maximum, excluded.maximum);
    end if;

    insert into outbox (series_ids) values (ids);
end $$;

-- Lock the states of the series (ascending). Returns those of them that are not there.
create function series_lock(ids bigint[]) returns bigint[] language plpgsql as $$
declare
    locked bigint[];
begin
    select array_agg(series_id) into locked from (
        select series_id from series_state where series_id = any (ids)
        order by series_id for no key update) s;
    return array(select unnest(ids) except select unnest(locked));
end $$;

-- Which of the series somebody else holds just now.
create function series_busy(ids bigint[]) returns bigint[] language sql as $$
    with free as materialized (
        select series_id from series_state where series_id = any (ids)
        for no key update skip locked)
    select array(select series_id from series_state where series_id = any (ids)
                 except select series_id from free)
$$;

-- Note that the series have observations of their default feature, where that is the current one.
create function series_feature_note(ids bigint[]) returns void language sql as $$
    insert into series_feature (series_id, feature_id)
    select s.id, s.default_feature_id from series s
    where s.id = any (ids) and s.current_feature_id = s.default_feature_id
    order by s.id
    on conflict do nothing
$$;

-- What of a batch cannot be written as it is: `problem` names the kind, `places` the culprits.
-- The caller takes them out (or learns the rules of quality) and sends the rest again.
--   invalid_key      places: positions of the pairs (key, series); refused_key the same
--   unknown_series   places: series; retired_series the same
--   rules            places: series; minima, maxima: the bounds of the plausible there now
--   unknown_feature  places: positions of rows; taken_id, sequence_full the same
create type observations_answer as (
    problem text, places bigint[], minima double precision[], maxima double precision[],
    sequences smallint[]   -- one a row; null where all are 0
);

-- Keys that an observation has left for another time. Its @iot.id was derived from the key and
-- stays its own, so no other observation may come to hold the key.
create table observation_moved (
    series_id bigint not null references series (id) on delete cascade,
    time      timestamptz not null,
    sequence  smallint not null,
    primary key (series_id, time, sequence)
);

-- Sequences of rows whose times are not all new: after the highest one ever used and still known,
-- in the order sent.
create function observation_sequences(
    series_ids bigint[], seconds double precision[], low timestamptz, high timestamptz
) returns integer[] language plpgsql stable as $$
begin
    return (select array_agg(x.base + x.rank order by x.n) from (
        select r.n, (row_number() over (partition by r.series_id, r.second order by r.n))::int - 1
                    as rank,
               1 + greatest(-1,
                   (select max(o.sequence)::int from observation o
                    where o.series_id = r.series_id and o.time = to_timestamp(r.second)
                      and o.time between low and high),
                   (select max(m.sequence)::int from observation_moved m
                    where m.series_id = r.series_id and m.time = to_timestamp(r.second))) as base
        from unnest(series_ids, seconds) with ordinality as r (series_id, second, n)
    ) x);
end $$;

-- Insert rows of any kind; the series are locked, the partitions are there.
create function observations_insert(
    series_ids bigint[], seconds double precision[], numbers double precision[], is_fresh boolean,
    results text[], ends double precision[], result_seconds double precision[], features uuid[],
    qualities text[], result_qualities text[], all_parameters text[], valid_times text[],
    iot_ids text[], given_sequences smallint[] default null
) returns observations_answer language plpgsql as $$
declare
    answer observations_answer;
    all_sequences integer[];
begin
    if given_sequences is not null then
        answer.sequences := given_sequences;
    elsif not is_fresh then
        all_sequences := observation_sequences(
            series_ids, seconds, (select to_timestamp(min(x)) from unnest(seconds) x),
            (select to_timestamp(max(x)) from unnest(seconds) x));
        select 'sequence_full', array_agg(n) into answer.problem, answer.places
        from unnest(all_sequences) with ordinality as q (sequence, n)
        where sequence > 32767 having count(*) > 0;
        if answer.places is not null then
            return answer;
        end if;
        if 0 < any (all_sequences) then
            answer.sequences := all_sequences::smallint[];
        end if;
    end if;
    if features is not null then
        select 'unknown_feature', array_agg(n) into answer.problem, answer.places
        from unnest(features) with ordinality as u (feature, n)
        where u.feature is not null
          and not exists (select from feature_of_interest f where f.id = u.feature)
        having count(*) > 0;
        if answer.places is not null then
            return answer;
        end if;
    end if;
    if iot_ids is not null then
        select 'taken_id', array_agg(n) into answer.problem, answer.places
        from (select u.n, u.iot_id, row_number() over (partition by u.iot_id::jsonb order by u.n)
                     as occurrence
              from unnest(iot_ids) with ordinality as u (iot_id, n) where u.iot_id is not null) t
        where occurrence > 1
           or exists (select from observation_alias a where a.iot_id = t.iot_id::jsonb)
        having count(*) > 0;
        if answer.places is not null then
            return answer;
        end if;
    end if;

    insert into observation (
        series_id, time, sequence, number, time_end, result_time, feature_id, result, quality,
        result_quality, parameters, valid_time, iot_id)
    select r.series_id, to_timestamp(r.second), coalesce(r.sequence, 0), r.number,
           to_timestamp(r.last), to_timestamp(r.result_second),
           case when r.feature is not null then nullif(r.feature, s.default_feature_id)
                else nullif(s.current_feature_id, s.default_feature_id) end,
           r.result::jsonb, r.quality::text[], r.result_quality::jsonb, r.parameters::jsonb,
           r.valid_time::tstzrange, r.iot_id::jsonb
    from unnest(series_ids, seconds, numbers, answer.sequences, ends, result_seconds, features,
                results, qualities, result_qualities, all_parameters, valid_times, iot_ids)
         as r (series_id, second, number, sequence, last, result_second, feature, result, quality,
               result_quality, parameters, valid_time, iot_id)
    join series s on s.id = r.series_id;

    insert into series_feature (series_id, feature_id)
    select distinct s.id, coalesce(r.feature, s.current_feature_id, s.default_feature_id)
    from unnest(series_ids, features) as r (series_id, feature)
    join series s on s.id = r.series_id
    where coalesce(r.feature, s.current_feature_id, s.default_feature_id) is not null
    on conflict do nothing;
    if iot_ids is not null then
        insert into observation_alias (iot_id, series_id, time, sequence)
        select r.iot_id::jsonb, r.series_id, to_timestamp(r.second), coalesce(r.sequence, 0)
        from unnest(series_ids, seconds, answer.sequences, iot_ids)
             as r (series_id, second, sequence, iot_id)
        where r.iot_id is not null;
    end if;
    return answer;
end $$;

-- Lock the series of a batch and judge it; `problem` as in observations_answer. `firsts` and `lasts`
-- are the earliest and latest times by series. The partitions of the months are there afterwards. Who changes a series
-- for long is not waited for (lock_not_available): the caller sets those calls aside.
--   is_fresh       of no series anything is stored, or was moved away, between its times
--   is_moved       the observations of a series belong to another feature than its default one
--   needs_feature  it is not noted yet that a series has observations of its default feature
create function observations_judge(
    key_ids uuid[], key_series bigint[], ids bigint[], firsts double precision[],
    lasts double precision[], known_minima double precision[], known_maxima double precision[],
    months date[],
    out problem text, out places bigint[], out minima double precision[],
    out maxima double precision[], out is_fresh boolean, out is_moved boolean,
    out needs_feature boolean
) language plpgsql set lock_timeout = '200ms' as $$
declare
    invalid bigint[];
    refused bigint[];
    retired bigint[];
    month date;
    low timestamptz;
    high timestamptz;
begin
    select f.invalid, f.refused into invalid, refused
    from api_key_refusals(key_ids, key_series) f where key_ids is not null;
    if invalid is not null then
        problem := 'invalid_key';
        places := invalid;
        return;
    end if;

    -- Two statements: what the second one sees is what was committed before it was locked.
    places := nullif(series_lock(ids), '{}');
    if places is not null then
        problem := 'unknown_series';
        return;
    end if;
    select bool_and(coalesce(s.last_time < to_timestamp(i.first), true)) into is_fresh
    from series_state s join unnest(ids, firsts) as i (id, first) on i.id = s.series_id;
    if not is_fresh then
        select min(to_timestamp(first)), max(to_timestamp(last)) into low, high
        from unnest(firsts, lasts) as i (first, last);
        is_fresh := not exists (
            select from unnest(ids, firsts, lasts) as i (id, first, last)
            join observation o on o.series_id = i.id
             and o.time between to_timestamp(i.first) and to_timestamp(i.last)
             and o.time between low and high);
    end if;
    if is_fresh then
        is_fresh := not exists (
            select from unnest(ids, firsts, lasts) as i (id, first, last)
            join observation_moved m on m.series_id = i.id
             and m.time between to_timestamp(i.first) and to_timestamp(i.last));
    end if;
    if refused is not null then
        problem := 'refused_key';
        places := refused;
        return;
    end if;

    select bool_or(s.current_feature_id is distinct from s.default_feature_id),
           bool_or(s.default_feature_id is not null and not exists (
               select from series_feature f
               where f.series_id = s.id and f.feature_id = s.default_feature_id)),
           array_agg(s.id) filter (where s.retired_at is not null),
           array_agg(s.id) filter (where (s.quality_rules -> 'minimum')::float8 is distinct from i.low
                                      or (s.quality_rules -> 'maximum')::float8 is distinct from i.high)
    into is_moved, needs_feature, retired, places
    from unnest(ids, known_minima, known_maxima) as i (id, low, high) join series s on s.id = i.id;
    if retired is not null then
        problem := 'retired_series';
        places := retired;
        return;
    end if;
    if places is not null then
        select 'rules', array_agg(s.id), array_agg((s.quality_rules -> 'minimum')::float8),
               array_agg((s.quality_rules -> 'maximum')::float8)
        into problem, places, minima, maxima
        from series s where s.id = any (places);
        return;
    end if;

    foreach month in array months loop
        perform observation_partition_ensure(month);
    end loop;
end $$;

-- Note that the keys were used, at most once a minute.
create function api_keys_touch(key_ids uuid[]) returns void language plpgsql as $$
begin
    update api_key set last_used_at = clock_timestamp() where id in (
        select id from api_key
        where id = any (key_ids)
          and (last_used_at is null or last_used_at < clock_timestamp() - interval '1 minute')
        for no key update skip locked);
end $$;

-- Add the rows of a batch, sorted by series and time; the sums by series, hour and day lie beside
-- them. Everything or nothing; see observations_answer for the nothing.
create function observations_add(
    series_ids bigint[], seconds double precision[], numbers double precision[],
    is_distinct boolean, months date[], key_ids uuid[], key_series bigint[],
    ids bigint[], counts integer[], firsts double precision[], lasts double precision[],
    last_ends double precision[], first_results double precision[], last_results double precision[],
    last_positions integer[], last_numbers double precision[],
    known_minima double precision[], known_maxima double precision[],
    hour_ids bigint[], hours double precision[], hour_counts integer[], hour_flagged integer[],
    hour_sums double precision[], hour_minima double precision[], hour_maxima double precision[],
    day_ids bigint[], days double precision[], day_counts integer[], day_flagged integer[],
    day_sums double precision[], day_minima double precision[], day_maxima double precision[],
    -- Rare columns, null where no row has a value.
    results text[] default null, ends double precision[] default null,
    result_seconds double precision[] default null, features uuid[] default null,
    qualities text[] default null, result_qualities text[] default null,
    all_parameters text[] default null, valid_times text[] default null,
    iot_ids text[] default null
) returns observations_answer language plpgsql as $$
declare
    answer observations_answer;
    judged record;
    is_plain boolean;
    last_sequences smallint[];
begin
    select * into judged from observations_judge(
        key_ids, key_series, ids, firsts, lasts, known_minima, known_maxima, months);
    if judged.problem is not null then
        return row(judged.problem, judged.places, judged.minima, judged.maxima,
                   null)::observations_answer;
    end if;
    is_plain := judged.is_fresh and not judged.is_moved and is_distinct
        and coalesce(results, result_qualities, all_parameters, iot_ids, qualities) is null
        and ends is null and result_seconds is null and features is null and valid_times is null;

    if is_plain then
        insert into observation (series_id, time, number)
        select r.series_id, to_timestamp(r.second), r.number
        from unnest(series_ids, seconds, numbers) as r (series_id, second, number);
    else
        answer := observations_insert(
            series_ids, seconds, numbers, judged.is_fresh and is_distinct, results, ends, result_seconds,
            features, qualities, result_qualities, all_parameters, valid_times, iot_ids);
        if answer.problem is not null then
            return answer;
        end if;
    end if;
    if is_plain and judged.needs_feature then
        perform series_feature_note(ids);
    end if;

    last_sequences := array(
        select coalesce(answer.sequences[p], 0) from unnest(last_positions) as p);
    perform observations_account(
        ids, counts, firsts, lasts, last_ends, first_results, last_results, last_sequences,
        last_numbers, array(select results[p] from unnest(last_positions) as p),
        array(select qualities[p] from unnest(last_positions) as p),
        hour_ids, hours, hour_counts, hour_flagged, hour_sums, hour_minima, hour_maxima,
        day_ids, days, day_counts, day_flagged, day_sums, day_minima, day_maxima);
    perform api_keys_touch(key_ids);
    return answer;
end $$;

-- Add one number to each of some series, as most groups are: many sensors, one value each. As
-- observations_add, but the sums need not be sent along. `days` are the starts of the days; without
-- `key_series` one key is the key of all. Everything or nothing; `not_plain` asks for observations_add.
create function observations_add_ones(
    ids bigint[], seconds double precision[], numbers double precision[], days double precision[],
    months date[], key_ids uuid[], key_series bigint[],
    known_minima double precision[], known_maxima double precision[]
) returns observations_answer language plpgsql as $$
declare
    judged record;
    keys uuid[] := key_ids;
    ones integer[] := array_fill(1, array[cardinality(ids)]);
    zeros integer[] := array_fill(0, array[cardinality(ids)]);
begin
    if key_series is null and key_ids is not null then
        key_ids := array_fill(keys[1], array[cardinality(ids)]);
        key_series := ids;
    end if;
    select * into judged from observations_judge(
        key_ids, key_series, ids, seconds, seconds, known_minima, known_maxima, months);
    if judged.problem is null and (judged.is_moved or not judged.is_fresh) then
        judged.problem := 'not_plain';
    end if;
    if judged.problem is not null then
        return row(judged.problem, judged.places, judged.minima, judged.maxima,
                   null)::observations_answer;
    end if;

    insert into observation (series_id, time, number)
    select r.id, to_timestamp(r.second), r.number
    from unnest(ids, seconds, numbers) as r (id, second, number);
    if judged.needs_feature then
        perform series_feature_note(ids);
    end if;
    perform observations_account(
        ids, ones, seconds, seconds, seconds, null, null, zeros::smallint[], numbers, null, null,
        ids, array(select floor(s / 3600) * 3600 from unnest(seconds) s), ones, zeros,
        numbers, numbers, numbers,
        ids, days, ones, zeros, numbers, numbers, numbers);
    perform api_keys_touch(keys);
    return null;
end $$;
