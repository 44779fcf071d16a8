-- SensorThings DELETE of a FeatureOfInterest (OGC 18-088, 10.4): its Observations go with it.

-- Delete the observations of a series that belong to a feature, and let go of the feature; returns
-- how many there were.
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
