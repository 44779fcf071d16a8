"""Traces over a hundred thousand links between ten thousand stations."""

import gc
import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator

import psycopg

from bench.city import Row, verify, within
from bench.house import House, beside

STATIONS = 10_000
LINKS = 100_000
TRACES = 200
GOAL_MS = 100
DATABASE = "links"

# Every station uses nine others; of twenty that follow one another each is derived from the last.
_LINKED = """
create temporary table station on commit drop as
select n, gen_random_uuid() as id from generate_series(1, {stations}) n;

insert into thing (id, iot_id, name, description, visibility)
select id, to_jsonb(n), 'Station ' || n, '',
       case when n % 20 = 7 then 'RESTRICTED' else 'PUBLIC' end
from station;

create unique index on station (n);
analyze station;

insert into links_link (id, source_model, source_id, relation, target_model, target_id, note,
                        made_at)
select gen_random_uuid(), 'urbandata.thing', s.id, case when m < 10 then 'uses' else 'derived_from'
       end, 'urbandata.thing', t.id, '', now()
from station s cross join generate_series(1, 10) m
     join station t on t.n = case when m < 10 then (s.n + m * m * 1237) % {stations} + 1
                             else s.n - 1 end
where s.id <> t.id and (m < 10 or s.n % 20 <> 1)
on conflict do nothing
"""


def traces(house: House) -> Iterator[Row]:
    """The 95th percentile of a trace of six steps in both directions, without the page."""
    linked = beside(house, DATABASE)
    environment = os.environ | {
        "NETZSTADT_DATABASE_URL": linked.url,
        "NETZSTADT_SECRET_KEY": uuid.uuid4().hex * 2,
    }
    stored = _fill(linked)
    done = subprocess.run(
        [sys.executable, "-m", "bench.links"],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    p95_ms, p50_ms, objects = json.loads(done.stdout)
    yield within(
        f"trace over {stored:,} links, six steps, 95th percentile",
        p95_ms,
        GOAL_MS,
        f"half within {p50_ms:.0f} ms, {objects:.0f} objects each",
    )


def _fill(house: House) -> int:
    with psycopg.connect(house.url) as connection:
        for text in _LINKED.format(stations=STATIONS).split(";\n"):
            connection.execute(text)
    with house.connect() as connection:
        connection.execute("vacuum analyze")
    stored = house.one("select count(*) from links_link where ended_at is null")
    verify(int(stored > LINKS * 0.99), 1)
    return stored


def measure() -> None:
    """Trace some stations and print the percentiles: run in a process with Django."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "netzstadt.settings")
    django.setup()
    from netzstadt.core.links import queries
    from netzstadt.server import COLLECT_AFTER
    from netzstadt.urbandata.queries import visible_things

    keys = list(visible_things(to=None).order_by("pk").values_list("pk", flat=True)[:TRACES])
    for key in keys[:3]:  # the first ones pay for what is read only once
        queries.trace("urbandata.thing", key, to=None)
    # As in the web server.
    gc.set_threshold(*COLLECT_AFTER)
    gc.collect()
    gc.freeze()
    seconds, objects = [], 0
    for key in keys:
        began = time.perf_counter()
        found = queries.trace("urbandata.thing", key, to=None)
        seconds.append(time.perf_counter() - began)
        objects += found.count if found else 0
    seconds.sort()
    percentiles = [seconds[int(len(seconds) * part)] * 1000 for part in (0.95, 0.5)]
    sys.stdout.write(json.dumps([*percentiles, objects / len(keys)]))


if __name__ == "__main__":
    measure()
