"""Values of an indicator from a table: read as people write them, all or none, never twice."""

from collections.abc import Callable
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.strategy.conftest import NOW, City, standing

from netzstadt.core.access.permissions import Role
from netzstadt.core.audit.models import AuditEvent
from netzstadt.lib.tables import read_table
from netzstadt.strategy import value_files
from netzstadt.strategy.models import Indicator, IndicatorValue
from netzstadt.strategy.services import indicators
from netzstadt.strategy.services.indicators import Definition, Path

TABLE = "Jahr;Wert;Quelle\n2023;1.234,5;Bericht 2023\n2024;1300;Bericht 2024\n2025;1.400;\n"


@pytest.fixture
def indicator(db: None) -> Indicator:
    return indicators.create_indicator(
        code="E1", definition=Definition(title="Gästezahl"), by=None, at=NOW
    )


@pytest.fixture
def office(client_of: Callable[..., Client], make_person: Callable[..., object]) -> Client:
    return client_of(make_person(Role.COORDINATOR))


def bring(client: Client, indicator: Indicator, table: str, *, do: str = "", **sent: str):
    address = f"/office/strategy/indicators/{indicator.pk}/values/import/"
    if not do:
        file = SimpleUploadedFile("werte.csv", table.encode())
        return client.post(address, {"file": file, **sent})
    return client.post(address, {"content": table, "file_name": "werte.csv", "do": do, **sent})


def held(indicator: Indicator) -> dict[int, float]:
    found = IndicatorValue.objects.filter(indicator=indicator, superseded_at__isnull=True)
    return {one.starts_at.year + 1: one.value for one in found}  # midnight here is before UTC's


@pytest.mark.parametrize(
    ("text", "window", "first"),
    [
        ("2024", "YEAR", date(2024, 1, 1)),
        ("2024-Q3", "QUARTER", date(2024, 7, 1)),
        ("Q1/2025", "QUARTER", date(2025, 1, 1)),
        ("2024-02", "MONTH", date(2024, 2, 1)),
        ("03/2024", "MONTH", date(2024, 3, 1)),
        ("2024-W01", "WEEK", date(2024, 1, 1)),
        ("2024-02-29", "DAY", date(2024, 2, 29)),
        ("31.12.2024", "DAY", date(2024, 12, 31)),
    ],
)
def test_a_period_is_read_as_people_write_it(text: str, window: str, first: date):
    file = value_files.read(read_table(f"Zeitraum;Wert;Quelle\n{text};1;Q\n".encode()))

    assert [(row.window, row.first) for row in file.rows] == [(window, first)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234,5", 1234.5),
        ("1,5", 1.5),
        ("1.5", 1.5),
        ("1.234.567", 1234567.0),
        ("12 %", 12.0),
        ("1,234.5", 1234.5),
        ("0.123", 0.123),
        ("0,123", 0.123),
        ("1234.567", 1234.567),
        ("-3", -3.0),
        ("2e3", 2000.0),
    ],
)
def test_a_number_is_read_as_people_write_it(text: str, value: float):
    file = value_files.read(read_table(f"Zeitraum;Wert;Quelle\n2024;{text};Q\n".encode()))

    assert [row.value for row in file.rows] == [value]


def test_a_point_is_read_as_the_other_numbers_of_the_column_show():
    for others, value in (("7,5", 1400.0), ("7.5", 1.4), ("1.234.567", 1400.0), ("1,234.5", 1.4)):
        table = f"Jahr;Wert;Quelle\n2023;1.400;Q\n2024;{others};Q\n"
        file = value_files.read(read_table(table.encode()))
        assert file.mistakes == []
        assert file.rows[0].value == value


def test_unmistakable_numbers_are_read_by_themselves_in_a_mixed_column():
    table = "Jahr;Wert;Quelle\n2023;7.5;Q\n2024;12,5;Q\n2025;1.400;Q\n"

    file = value_files.read(read_table(table.encode()))

    assert [row.value for row in file.rows] == [7.5, 12.5]
    assert [mistake.line for mistake in file.mistakes] == [4]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("2024-13;1;Q", "2024-13"),
        ("2024-W60;1;Q", "2024-W60"),
        ("30.02.2024;1;Q", "30.02.2024"),
        ("gestern;1;Q", "gestern"),
        ("2024;viel;Q", "viel"),
        ("2024;1.400;Q", "1400 oder 1.4000"),
        ("2024;1,400;Q", "1400 oder 1,4000"),
        ("2024;1.40.0;Q", "1.40.0"),
        ("9999;1;Q", "9999"),
        ("31.12.9999;1;Q", "31.12.9999"),
        ("0001;1;Q", "0001"),
        ("2024;nan;Q", "nan"),
        ("2024;1e999;Q", "1e999"),
        ("2024;1;", "Wert kommt"),
        ("2024;1;Q\n2024;2;Q", "Zeile 2"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(row: str, says: str):
    file = value_files.read(read_table(f"Zeitraum;Wert;Quelle\n{row}\n".encode()))

    assert [mistake.line for mistake in file.mistakes] == [row.count("\n") + 2]
    assert says in file.mistakes[0].text


def test_a_table_without_the_columns_says_how_they_are_called():
    file = value_files.read(read_table(b"Foo;Bar\n1;2\n"))

    assert len(file.mistakes) == 2
    assert "zeitraum" in file.mistakes[0].text


def test_values_are_seen_first_then_imported_and_again_change_nothing(
    indicator: Indicator, office: Client
):
    seen = bring(office, indicator, TABLE, source="Amt für Statistik")
    assert "Bericht 2023" in seen.content.decode()
    assert not IndicatorValue.objects.exists()

    for _twice in range(2):
        sent = bring(office, indicator, TABLE, do="import", source="Amt für Statistik")
        assert sent.status_code == 302

    assert held(indicator) == {2023: 1234.5, 2024: 1300.0, 2025: 1400.0}
    assert IndicatorValue.objects.count() == 3
    sources = set(IndicatorValue.objects.values_list("source", flat=True))
    assert sources == {"Bericht 2023", "Bericht 2024", "Amt für Statistik"}
    event = AuditEvent.objects.get(name="strategy.value.imported")
    assert (event.data["added"], event.data["changed"]) == (3, 0)


def test_a_correction_supersedes_what_was_there(indicator: Indicator, office: Client):
    bring(office, indicator, "Jahr;Wert;Quelle\n2024;10;A\n", do="import")
    page = bring(office, indicator, "Jahr;Wert;Quelle\n2024;11;B\n").content.decode()
    bring(office, indicator, "Jahr;Wert;Quelle\n2024;11;B\n", do="import")

    assert "10" in page
    assert held(indicator) == {2024: 11.0}
    old = IndicatorValue.objects.get(value=10)
    assert old.superseded_by.value == 11


def test_one_mistake_and_nothing_is_imported(indicator: Indicator, office: Client):
    table = "Jahr;Wert;Quelle\n2024;10;A\n2099;11;A\n"

    sent = bring(office, indicator, table, do="import")

    assert sent.status_code == 422
    assert "hat noch nicht begonnen" in sent.content.decode()
    assert not IndicatorValue.objects.exists()


def test_a_goal_follows_imported_values(city: City, indicator: Indicator, office: Client):
    path = Path(points=[(date(2020, 1, 1), 0), (date(2020, 12, 31), 10)], amber_at=1, red_at=2)
    indicators.set_path(indicator=indicator, goal=city.goal, path=path, by=None, at=NOW)

    bring(office, indicator, "Jahr;Wert;Quelle\n2025;3;A\n", do="import")

    assert standing(city.goal).light == "RED"


def test_values_that_are_worked_out_are_not_imported(
    indicator: Indicator, office: Client, make_station, measure
):
    heat = make_station("Markt")
    measure(heat.series, [(NOW, 1.0)])
    source = indicators.Source(
        kind="SERIES", window="HOUR", series=(heat.series.pk,), first_day=NOW.date()
    )
    indicators.bind_indicator(indicator=indicator, source=source, by=None, at=NOW)

    sent = bring(office, indicator, "Jahr;Wert;Quelle\n2025;3;A\n", do="import")

    assert sent.status_code == 422
    assert "berechnet" in sent.content.decode()
