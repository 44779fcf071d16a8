-- The latest values of some series as JSON, only those that the reader may see now. A reader who may
-- no longer sign in may see none: who asks with an old ticket is not taken for an anonymous reader.
select s.id,
       json_build_object(
           'series', s.id,
           'time', to_char(st.last_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
           'value', coalesce(to_jsonb(st.last_number), st.last_result),
           'quality', coalesce(st.last_quality, '{}'))::text as value
from series s
join thing t on t.id = s.thing_id
join series_state st on st.series_id = s.id
where s.id = any ($1::bigint[])
  and st.last_time is not null
  and ($2::uuid is null or exists (select from orgs_person p where p.id = $2 and p.is_active))
  and (t.visibility = 'PUBLIC' or access_sees((select access_scope_of($2::uuid)), t.visibility, t.unit_id, t.id))
  and (s.visibility = 'PUBLIC' or access_sees((select access_scope_of($2::uuid)), s.visibility, t.unit_id, s.uuid))
