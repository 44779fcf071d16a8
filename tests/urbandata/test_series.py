"""The chart of a series, its numbers, and its values as files."""

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlparse

import pytest
from asgiref.sync import async_to_sync
from django.utils.html import strip_tags
from tests.urbandata.conftest import NOON, hours

from netzstadt.core.access.permissions import Role
from netzstadt.core.city import queries as city
from netzstadt.urbandata import downloads, readings
from netzstadt.urbandata.periods import Span

WEEK = {"start": "2026-11-16T00:00:00+01:00", "end": "2026-11-23T00:00:00+01:00"}
MOST_QUERIES = 12


def page_of(station, **query: str) -> str:
    words = "&".join(f"{name}={value}" for name, value in query.items())
    return f"/stations/{station.thing.pk}/?{words}"


def collected(parts) -> bytes:
    """What an asynchronous stream brings, whole."""

    async def collect() -> bytes:
        return b"".join([part async for part in parts])

    return async_to_sync(collect)()


def test_the_chart_of_a_week_shows_its_values_and_says_them_in_a_table(
    client, make_station, measure
):
    station = make_station()
    measure(station.series, hours(NOON, [1.5, 2.5, 3.5]))

    page = client.get(page_of(station, span="week", on="2026-11-18")).content.decode()

    assert "KW 47" in page
    (line,) = re.findall(r'<polyline class="ns-chart-line" points="([^"]*)"', page)
    assert len(line.split()) == 3
    table = page[page.index("kern-table__body") :]
    assert [cell in strip_tags(table) for cell in ("1,5", "2,5", "3,5")] == [True] * 3


@pytest.mark.parametrize("on", ["2010-01-01", "2030-01-01"])
def test_a_period_without_values_says_so_and_leads_to_the_newest(client, make_station, measure, on):
    station = make_station()
    measure(station.series, hours(NOON, [1.5, 2.5, 3.5]))

    page = client.get(page_of(station, span="month", on=on)).content.decode()

    assert "Keine Werte in diesem Zeitraum" in page
    assert "Zum neuesten" in page
    over_time = page[page.index('id="chart-title"') :].partition("</section>")[0]
    assert not any(value in strip_tags(over_time) for value in ("1,5", "2,5", "3,5"))


def test_statistics_are_those_of_the_period(client, make_station, measure):
    station = make_station()
    measure(station.series, hours(NOON, [1.0, 2.0, 6.0]))
    measure(station.series, hours(NOON - timedelta(days=30), [100.0]))

    page = client.get(page_of(station, span="day", on="2026-11-18")).content.decode()

    figures = re.findall(r'ns-figure__value">([^<]*)<', page)
    assert figures[:4] == ["3", "1", "6", "3"]  # mean, least, greatest, count


@pytest.mark.parametrize("span", ["week", "month", "year"])
def test_a_longer_period_leads_to_the_day_that_was_looked_at(client, make_station, measure, span):
    station = make_station()
    measure(station.series, hours(NOON, [1.0, 2.0]))

    asked = client.get(page_of(station, span=span, on="2026-11-17")).content.decode()
    newest = client.get(page_of(station, span=span)).content.decode()
    other_year = client.get(page_of(station, span="year", on="2024-06-01")).content.decode()

    assert "span=day&on=2026-11-17#" in asked
    assert 'name="on" value="2026-11-17"' in asked
    assert "span=day&on=2026-11-18#" in newest
    assert "span=day&on=2024-06-01#" in other_year


def test_the_period_before_is_named_with_its_unit(client, make_station, measure):
    station = make_station()
    measure(station.series, hours(NOON, [1.0, 3.0]))
    measure(station.series, hours(NOON - timedelta(days=1), [5.0]))

    page = client.get(page_of(station, span="day", on="2026-11-18")).content.decode()

    assert "Tag davor: 5 °C" in page


def test_numbers_of_a_column_have_equally_many_digits(client, make_station, measure):
    station = make_station()
    measure(station.series, hours(NOON, [8.0, 8.25, 7.9]))

    page = client.get(page_of(station, span="day", on="2026-11-18")).content.decode()

    table = strip_tags(page[page.index("kern-table__body") :])
    assert [cell in table for cell in ("8,00", "8,25", "7,90")] == [True] * 3


def test_who_looks_at_the_past_is_led_back_to_the_newest(client, make_station, measure):
    station = make_station()
    measure(station.series, hours(NOON, [1.0]))

    past = client.get(page_of(station, span="week", on="2020-01-01")).content.decode()

    assert "Zum neuesten" in past


def test_coverage_counts_the_hours_with_a_value(make_station, measure):
    station = make_station()
    measure(station.series, hours(NOON, [1.0] * 6))

    found = readings.statistics(
        station.series, NOON, NOON + timedelta(hours=24), at=NOON + timedelta(days=9)
    )

    assert found.coverage == pytest.approx(6 / 24)


def test_things_counted_are_summed_by_day(client, make_station, measure):
    station = make_station(measures="Radverkehr", kind="OM_CountObservation", symbol="Räder")
    measure(station.series, hours(datetime(2026, 11, 18, 8, tzinfo=UTC), [10.0, 20.0]))

    page = client.get(page_of(station, span="month", on="2026-11-18")).content.decode()

    assert page.count('class="ns-chart-bar"') == 1
    assert re.findall(r'ns-figure__value">([^<]*)<', page)[0] == "30"


@pytest.mark.parametrize("span", [span.value for span in Span])
def test_a_station_page_asks_few_questions(
    client, make_station, measure, django_assert_max_num_queries, monkeypatch, span
):
    monkeypatch.setattr(city, "FRESH_FOR_S", 3600.0)
    station = make_station()
    measure(station.series, hours(NOON, [float(n) for n in range(48)]))

    client.get("/")  # what is remembered of the city is read
    with django_assert_max_num_queries(MOST_QUERIES):
        client.get(page_of(station, span=span, on="2026-11-18"))


def test_a_year_of_quarter_hours_is_drawn_from_its_days(make_station, measure):
    station = make_station()
    start = datetime(2025, 1, 1, tzinfo=UTC)
    values = [(start + timedelta(minutes=15 * n), float(n % 96)) for n in range(96 * 365)]
    measure(station.series, values)

    from zoneinfo import ZoneInfo

    from netzstadt.urbandata.periods import period_of

    period = period_of(Span.YEAR, start.date(), ZoneInfo("Europe/Berlin"))
    found = readings.readings(station.series, period, count=len(values))
    zoomed = readings.zoomed(station.series, period.start, period.end)

    assert found.resolution == "day"
    assert 364 <= len(found.points) <= 366
    assert zoomed.resolution == "hour"
    assert 8759 <= len(zoomed.points) <= 8760
    assert (zoomed.points[5].minimum, zoomed.points[5].maximum) == (20.0, 23.0)


def test_zooming_into_few_values_shows_each_and_null_in_a_gap(client, make_station, measure):
    station = make_station()
    measure(
        station.series,
        [*hours(NOON, [1.0, 2.0, 3.0]), *hours(NOON + timedelta(days=1), [4.0, 5.0])],
    )

    answer = client.get(f"/series/{station.series.pk}/values.json", WEEK).json()

    assert answer["resolution"] == "single"
    assert answer["values"] == [1.0, 2.0, 3.0, None, 4.0, 5.0]
    assert answer["times"] == sorted(answer["times"])


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"start": "yesterday", "end": "today"},
        {"start": "2026-11-16", "end": "2026-11-17"},
        {"start": WEEK["end"], "end": WEEK["start"]},
        {"start": "0001-01-01T00:00:00Z", "end": WEEK["end"]},
    ],
)
@pytest.mark.parametrize("form", ["values.json", "observations.csv", "observations.json"])
def test_moments_that_cannot_be_read_are_a_problem_document(client, make_station, query, form):
    station = make_station()

    answer = client.get(f"/series/{station.series.pk}/{form}", query)

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("span", ["", "day", "century", "%00"])
@pytest.mark.parametrize("on", ["", "2026-02-30", "0001-01-01", "9999-12-31", "x"])
def test_a_period_that_cannot_be_read_is_the_usual_one(client, make_station, measure, span, on):
    station = make_station()
    measure(station.series, hours(NOON, [1.0]))

    assert client.get(page_of(station, span=span, on=on)).status_code == 200


def _csv_of(station, to=None, **options) -> list[list[str]]:
    from zoneinfo import ZoneInfo

    parts = downloads.csv_parts(
        station.series,
        NOON - timedelta(days=1),
        NOON + timedelta(days=9),
        to=to,
        zone=ZoneInfo("Europe/Berlin"),
        **options,
    )
    text = collected(parts).decode()
    delimiter = ";" if options.get("for_spreadsheet") else ","
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=delimiter))


@pytest.mark.django_db(transaction=False)
def test_csv_has_local_time_with_offset_and_decimal_points(make_station, measure):
    station = make_station(is_simulated=True)
    measure(station.series, hours(NOON, [1.5, 2.0]))

    rows = _csv_of(station)

    assert rows == [
        list(downloads.COLUMNS),
        ["2026-11-18T12:00:00+01:00", "", "1.5", "°C", "", "true"],
        ["2026-11-18T13:00:00+01:00", "", "2", "°C", "", "true"],
    ]


def test_a_spreadsheet_gets_decimal_commas_and_times_it_knows(make_station, measure):
    station = make_station()
    measure(station.series, hours(NOON + timedelta(milliseconds=250), [1.5]))

    assert _csv_of(station, for_spreadsheet=True) == [
        ["Zeit", "Zeit, Ende", "Wert", "Einheit", "Qualität", "Simuliert", "Abstand von UTC"],
        ["2026-11-18 12:00:00,250", "", "1,5", "°C", "", "nein", "UTC+01:00"],
    ]


def test_an_offset_of_nearly_a_day_is_a_time_like_any_other(client, make_station, measure):
    station = make_station()
    measure(station.series, hours(NOON, [1.5]))
    period = {"start": "2026-11-17T00:00+23:59", "end": "2026-11-19T00:00-23:59"}

    answer = client.get(f"/series/{station.series.pk}/values.json", period)

    assert answer.json()["values"] == [1.5]


@pytest.mark.parametrize("symbol", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_a_spreadsheet_never_runs_a_unit_as_a_formula(make_station, measure, symbol):
    station = make_station(symbol=symbol)
    measure(station.series, hours(NOON, [-1.5]))

    assert _csv_of(station, for_spreadsheet=True)[1][2:4] == ["-1,5", f"'{symbol}"]
    assert _csv_of(station)[1][3] == symbol


def test_a_long_file_is_written_in_chunks_without_losing_or_doubling_a_row(
    make_station, measure, monkeypatch
):
    station = make_station()
    measure(station.series, hours(NOON, [float(n) for n in range(23)]))
    monkeypatch.setattr(readings, "CHUNK", 5)

    rows = _csv_of(station)[1:]

    assert [row[2] for row in rows] == [str(n) for n in range(23)]


def test_a_series_that_is_hidden_meanwhile_ends_the_file(make_station, measure, monkeypatch):
    from netzstadt.urbandata.models import Thing

    station = make_station()
    measure(station.series, hours(NOON, [float(n) for n in range(23)]))
    monkeypatch.setattr(readings, "CHUNK", 5)

    async def read() -> int:
        count = 0
        async for chunk in readings.exported(
            station.series, NOON, NOON + timedelta(days=2), to=None
        ):
            count += len(chunk)
            await Thing.objects.filter(pk=station.thing.pk).aupdate(visibility="RESTRICTED")
        return count

    assert async_to_sync(read)() == 5


def test_json_says_where_its_values_come_from(make_station, measure):
    station = make_station()
    measure(station.series, hours(NOON, [1.5]))

    parts = downloads.json_parts(
        station.series, NOON - timedelta(days=1), NOON + timedelta(days=1), to=None
    )
    document = json.loads(collected(parts))

    assert document["station"] == "Markt"
    assert document["simulated"] is False
    assert document["values"] == [{"time": "2026-11-18T11:00:00Z", "value": 1.5}]


def test_a_file_of_a_series_that_may_not_be_seen_is_not_there(
    client, make_station, make_person, client_of
):
    station = make_station(visibility="RESTRICTED")
    address = f"/series/{station.series.pk}/observations.csv"

    assert client.get(address, WEEK).status_code == 404
    assert client_of(make_person(Role.READER)).get(address, WEEK).status_code == 404


@pytest.mark.parametrize("iot_id", [17, "plain", "it's", "a/b c?"])
def test_the_address_of_the_api_names_the_series_and_the_period(
    client, make_station, measure, iot_id
):
    station = make_station(iot_id=iot_id)
    measure(station.series, hours(NOON, [1.0]))

    page = client.get(page_of(station, span="day", on="2026-11-18")).content.decode()

    (address,) = re.findall(r'class="ns-api-link" href="([^"]*)"', page)
    parts = urlparse(address.replace("&amp;", "&").replace("&#x27;", "'"))
    options = parse_qs(parts.query)
    key = iot_id if isinstance(iot_id, int) else None
    if key is not None:
        assert parts.path == "/sta/v1.1/Datastreams(17)/Observations"
    else:
        assert parts.path.startswith("/sta/v1.1/Datastreams('")
        assert "/" not in parts.path.removeprefix("/sta/v1.1/Datastreams('").split("')")[0]
    assert options["$filter"] == [
        "phenomenonTime ge 2026-11-17T23:00:00Z and phenomenonTime lt 2026-11-18T23:00:00Z"
    ]
