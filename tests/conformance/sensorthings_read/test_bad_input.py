"""SQL fragments in every option and wild input everywhere: harmless, or a clear 4xx."""

import logging
from urllib.parse import quote

import psycopg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from .conftest import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")

FRAGMENTS = [
    "'; drop table thing; --",
    "1; drop table thing",
    "1 or 1=1",
    "' or '1'='1",
    "') or true --",
    "name'; select pg_sleep(10); --",
    "(select secret_digest from api_key)",
    "$1",
    "$1::text",
    "a.visibility",
    "name) union select * from api_key --",
    "\\'; drop table thing; --",
    "E'\\x27'",
    "%s%s%s",
    "{0}{a}{s.__class__}",
    "{}",
    "$$ drop table thing $$",
    "/* */",
    "name desc; delete from thing",
    "Datastreams($filter=true);drop table thing",
    "pg_sleep(5)",
    "\u0000",
    "\ufffe\U0001f600",
]
OPTIONS = ["filter", "orderby", "select", "expand", "top", "skip", "count", "skiptoken"]
PLACES = [
    "Things({})",
    "Things('{}')",
    "Things(1)/{}",
    "{}",
    "Things(1)/properties/{}",
    "Things(1)/properties/a/{}/$value",
    "Things?$filter=name eq '{}'",
    "Things?$filter=properties/{} eq 1",
    "Things?$filter=properties/x eq '{}'",
    "Things?$filter={}(name)",
    "Locations?$filter=st_within(location, geography'{}')",
    "Locations?$filter=st_relate(location, geography'POINT(1 1)', '{}')",
    "Things?$expand=Datastreams($filter={})",
    "Things?$expand=Datastreams($orderby={})",
    "Things?$expand=Datastreams($filter=name eq '{}')",
    "Things?{}=1",
    "Things?${}=1",
]


@pytest.mark.parametrize("fragment", FRAGMENTS)
async def test_sql_in_any_option_or_place_is_harmless(
    client: Client, city_database: tuple[str, object], fragment: str
) -> None:
    addresses = [f"Things?${option}={quote(fragment, safe='')}" for option in OPTIONS]
    addresses += [place.format(quote(fragment, safe="")) for place in PLACES]

    for address in addresses:
        answer = await client.ask(address)
        assert answer.status_code in {200, 204, 400, 404, 501}, (address, answer.text)
    with psycopg.connect(city_database[0]) as connection:
        assert connection.execute("select count(*) from thing").fetchone() == (10,)


WORDS = st.sampled_from(
    ["name", "id", "properties/level", "result", "phenomenonTime", "resultTime", "location",
     "Datastreams/name", "Thing/name", "Observations/result", "Datastream/Thing/properties/x",
     "5", "-1.5", "1e300", "1e-300", "'text'", "''", "null", "true", "2024-01-01T00:00:00Z",
     "2024-01-01", "12:00:00", "duration'P1D'", "geography'POINT(1 1)'",
     "2024-01-01T00:00:00Z/2024-01-02T00:00:00Z", "9999-12-31T23:59:59Z",
     "duration'P999999D'", "0"]
)  # fmt: skip
NAMES = [
    "substringof", "endswith", "startswith", "length", "indexof", "substring", "tolower", "toupper",
    "trim", "concat", "year", "month", "day", "hour", "minute", "second", "fractionalseconds",
    "date", "time", "totaloffsetminutes", "now", "mindatetime", "maxdatetime", "round", "floor",
    "ceiling", "geo.distance", "geo.length", "geo.intersects", "st_equals", "st_within",
    "st_relate",
]  # fmt: skip
COMPARISONS = ["eq", "ne", "gt", "ge", "lt", "le"]
ARITHMETIC = ["add", "sub", "mul", "div", "mod"]
OPERATORS = [*COMPARISONS, *ARITHMETIC, "and", "or"]


def _call(names: list[str], *arguments: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    parts = st.tuples(*arguments)
    return st.tuples(st.sampled_from(names), parts).map(lambda t: f"{t[0]}({','.join(t[1])})")


def _infix(
    names: list[str], left: st.SearchStrategy[str], right: st.SearchStrategy[str]
) -> st.SearchStrategy[str]:
    return st.tuples(left, st.sampled_from(names), right).map(lambda t: f"({' '.join(t)})")


# Expressions whose types fit, so that they reach the database.
TEXTS = st.recursive(
    st.sampled_from(["name", "'text'", "''", "properties/kind", "'%_\\'", "null"]),
    lambda one: _call(["tolower", "toupper", "trim"], one) | _call(["concat"], one, one),
    max_leaves=4,
)
TIMES = st.sampled_from(
    ["now()", "2024-01-01T00:00:00Z", "mindatetime()", "maxdatetime()", "2024-02-29", "null",
     "(now() sub duration'P1D')", "(2024-01-01T00:00:00Z add duration'PT1S')"]
)  # fmt: skip
NUMBERS = st.recursive(
    st.sampled_from(["5", "-1.5", "0", "1e300", "1e-300", "properties/level", "null"])
    | _call(["length"], TEXTS)
    | _call(["indexof"], TEXTS, TEXTS)
    | _call(["year", "second", "fractionalseconds", "totaloffsetminutes"], TIMES),
    lambda one: (
        _infix(ARITHMETIC, one, one)
        | _call(["round", "floor", "ceiling"], one)
        | one.map("-{}".format)
    ),
    max_leaves=6,
)
TRUTHS = st.recursive(
    _infix(COMPARISONS, NUMBERS, NUMBERS)
    | _infix(COMPARISONS, TEXTS, TEXTS)
    | _infix(COMPARISONS, TIMES, TIMES)
    | _call(["startswith", "endswith", "substringof"], TEXTS, TEXTS),
    lambda one: _infix(["and", "or", "eq"], one, one) | one.map("not {}".format),
    max_leaves=5,
)
EXPRESSIONS = TRUTHS | st.recursive(
    WORDS,
    lambda inner: (
        _infix(OPERATORS, inner, inner)
        | st.tuples(st.sampled_from(NAMES), st.lists(inner, max_size=3)).map(
            lambda t: f"{t[0]}({','.join(t[1])})"
        )
        | inner.map("not ({})".format)
        | inner.map("-{}".format)
    ),
    max_leaves=6,
)
SETS = st.sampled_from(
    ["Things", "Locations", "Datastreams", "Datastreams(1)/Observations", "FeaturesOfInterest",
     "HistoricalLocations", "Datastreams(2)/Observations", "Datastreams(3)/Observations"]
)  # fmt: skip


@settings(
    max_examples=300,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(address=SETS, option=st.sampled_from(["filter", "orderby"]), text=EXPRESSIONS)
@example("Datastreams(1)/Observations", "filter", "result mul 1e300 mul 1e300 gt 0")
@example("Datastreams(1)/Observations", "filter", "substring('a', 1e300) eq 'a'")
@example("Datastreams(1)/Observations", "orderby", "phenomenonTime sub resultTime")
@example("Things", "orderby", "properties/level mod 0")
@example("Things", "orderby", "('text' eq null)")
@example("Things", "orderby", "null lt null")
async def test_any_expression_is_answered_or_refused_and_never_a_defect(
    client: Client, caplog: pytest.LogCaptureFixture, address: str, option: str, text: str
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = await client.ask(address, **{option: text, "top": "3"})

        assert answer.status_code in {200, 400}, (text, answer.text, caplog.text)
        if answer.status_code == 200 and "@iot.nextLink" in answer.json():
            following = await client.ask(answer.json()["@iot.nextLink"])
            assert following.status_code == 200, (text, following.text, caplog.text)


@settings(
    max_examples=200,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    text=st.text(max_size=60), place=st.sampled_from([*PLACES, "Things?$filter={}", "Things?{}"])
)
async def test_any_text_anywhere_is_answered_or_refused(
    client: Client, text: str, place: str
) -> None:
    answer = await client.ask(place.format(quote(text, safe="", errors="surrogatepass")))

    assert answer.status_code in {200, 204, 400, 404, 501}, answer.text
