"""A large city for the measures of pages: ten thousand stations, thirty thousand series."""

import numpy as np
import psycopg

from bench.city import YEAR_START
from bench.house import House, beside
from netzstadt.plane.load import NumberBlock, load

STATIONS = 10_000
SERIES_A_STATION = 3
DATABASE = "pages"
QUARTERS_A_YEAR = 35_040

# Nine of ten stations are public. Most stand in a city, some around it; every twentieth is a
# street of a hundred points, as published counts of traffic are.
_TOWN = """
insert into observed_property (id, iot_id, name, definition, description)
select gen_random_uuid(), to_jsonb(n), 'Quantity ' || n, 'urn:quantity:' || n, ''
from generate_series(1, 12) n;

insert into sensor (id, iot_id, name, description, encoding_type, metadata)
values (gen_random_uuid(), '1', 'Counter', '', 'text/plain', '"none"');

create temporary table place on commit drop as
select n, gen_random_uuid() as thing_id, gen_random_uuid() as location_id, n % 20 = 0 as is_street,
       7.07 + x * (case when n % 25 = 0 then 6 else 1 end) as x,
       51.555 + y * (case when n % 25 = 0 then 6 else 1 end) as y
from (select n, (n::bigint * 7919 % 10007) / 10007.0 * 0.18 - 0.09 as x,
             (n::bigint * 104729 % 9973) / 9973.0 * 0.16 - 0.08 as y
      from generate_series(1, {stations}) n) s;

insert into thing (id, iot_id, name, description, visibility, is_simulated)
select thing_id, to_jsonb(n),
       (array['Kastanienallee', 'Bahnhofstraße', 'Mühlenweg', 'Am Stadtgarten', 'Ringstraße',
              'Ückendorfer Platz', 'Königswiese', 'Hafenkai'])[1 + n % 8] || ' ' || n, '',
       case when n % 20 = 7 then 'RESTRICTED' when n % 20 = 13 then 'ADMINISTRATION'
            else 'PUBLIC' end, n % 2 = 0
from place;

insert into location (id, iot_id, name, description, encoding_type, location, geometry, bounds)
select location_id, to_jsonb(n), 'Place', '', 'application/geo+json',
       case when is_street then jsonb_build_object('type', 'LineString', 'coordinates',
           (select jsonb_agg(jsonb_build_array(x + m * 0.0001, y + m % 2 * 0.0001) order by m)
            from generate_series(0, 99) m))
       else jsonb_build_object('type', 'Point', 'coordinates', jsonb_build_array(x, y)) end,
       '\\x00', box(point(x, y), point(x + case when is_street then 0.0099 else 0 end,
                                      y + case when is_street then 0.0001 else 0 end))
from place;
insert into thing_location select thing_id, location_id from place;

insert into series (uuid, iot_id, name, description, observation_type, unit_of_measurement,
                    thing_id, sensor_id, observed_property_id, visibility)
select gen_random_uuid(), to_jsonb(n * {each} + m), 'Series ' || n || '/' || m, '',
       'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement',
       '{{"name": "degree", "symbol": "°C", "definition": "urn:1"}}', thing_id, s.id, p.id,
       case when n % 50 = 3 and m = 2 then 'RESTRICTED' else 'PUBLIC' end
from place cross join generate_series(0, {each} - 1) m cross join sensor s
     join observed_property p on p.iot_id = to_jsonb(1 + (n + m * 5) % 12)
order by n, m;

update series_state
set count = 35040, first_time = now() - interval '1 year',
    last_time = now() - series_id * interval '3 seconds', last_number = series_id % 400 / 10.0;
"""


def built(house: House) -> House:
    """The same server with the large city in a database of its own."""
    town = beside(house, DATABASE)
    with psycopg.connect(town.url) as connection:
        for text in _TOWN.format(stations=STATIONS, each=SERIES_A_STATION).split(";\n"):
            if text.strip():
                connection.execute(text)
    with town.connect() as connection:
        steps = np.arange(QUARTERS_A_YEAR, dtype=np.int64)
        times = (YEAR_START + steps * 900) * 1_000_000
        first = connection.execute("select min(id) from series").fetchone()[0]
        load(connection, [NumberBlock(first, times, steps * 0.5 % 97)])
        connection.execute("vacuum analyze")
        counted = connection.execute(
            "select (select count(*) from thing), (select count(*) from series)"
        ).fetchone()
    if counted != (STATIONS, STATIONS * SERIES_A_STATION):
        raise RuntimeError(f"The large city has {counted} stations and series.")
    return town
