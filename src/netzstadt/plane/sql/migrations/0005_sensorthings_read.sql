-- What reading SensorThings needs inside the database: links and paging tokens as text, so
-- that whole answers are built by one statement.

-- An @iot.id as it stands in a URL: a number as it is, a string in quotes, percent-encoded.
create function sta_encoded(given text) returns text
language sql immutable strict parallel safe as $$
    select string_agg(
        case when letter ~ '^[A-Za-z0-9._~-]$' then letter
             else regexp_replace(upper(encode(convert_to(letter, 'UTF8'), 'hex')),
                                 '(..)', '%\1', 'g') end, '' order by n)
    from regexp_split_to_table(replace(given, '''', ''''''), '') with ordinality as l (letter, n)
$$;
create function sta_id(given jsonb) returns text language sql immutable parallel safe as $$
    select case
        when jsonb_typeof(given) = 'number' then given::text
        when given #>> '{}' ~ '^[A-Za-z0-9._~-]+$' then '''' || (given #>> '{}') || ''''
        else '''' || sta_encoded(given #>> '{}') || '''' end
$$;

-- A number or a text inside JSON; null where the value is something else.
create function sta_number(given jsonb) returns double precision
language sql immutable parallel safe as $$
    select case when jsonb_typeof(given) = 'number'
                 and abs((given #>> '{}')::numeric) < 1e308::numeric
                then (given #>> '{}')::numeric::double precision end
$$;
create function sta_text(given jsonb) returns text language sql immutable parallel safe as $$
    select case when jsonb_typeof(given) = 'string' then given #>> '{}' end
$$;
create function sta_boolean(given jsonb) returns boolean language sql immutable parallel safe as $$
    select case when jsonb_typeof(given) = 'boolean' then given = 'true' end
$$;

-- Where a page ended: the sort keys of its last row, with a checksum over them and over the order
-- in which they stand, so that a changed or misplaced token is recognised. It is no secret: it
-- says nothing that its holder has not been shown.
create function sta_skiptoken(signature text, keys jsonb) returns text
language sql immutable parallel safe as $$
    select translate(encode(convert_to(left(md5(signature || keys::text), 8) || keys::text, 'UTF8'),
                            'base64'), E'+/=\n', '-_')
$$;

-- A box as GeoJSON: a point, a line or a polygon. Stable and not immutable, for then it is inlined.
create function sta_area(
    x1 double precision, y1 double precision, x2 double precision, y2 double precision
) returns jsonb language sql stable parallel safe as $$
    select case
        when x1 = x2 and y1 = y2
        then jsonb_build_object('type', 'Point', 'coordinates', jsonb_build_array(x1, y1))
        when x1 = x2 or y1 = y2
        then jsonb_build_object('type', 'LineString', 'coordinates', jsonb_build_array(
            jsonb_build_array(x1, y1), jsonb_build_array(x2, y2)))
        when x1 is not null
        then jsonb_build_object('type', 'Polygon', 'coordinates', jsonb_build_array(
            jsonb_build_array(
                jsonb_build_array(x1, y1), jsonb_build_array(x2, y1), jsonb_build_array(x2, y2),
                jsonb_build_array(x1, y2), jsonb_build_array(x1, y1))))
        end
$$;
