"""The nights when clocks change."""

import pytest


def in_berlin(city, rule: str) -> None:
    text = city.profile_file.read_text()
    city.describe(text.replace('repeated_hour = "reject"', f'repeated_hour = "{rule}"'))


def test_an_hour_counted_together_is_kept_at_the_summer_time_hour_and_flagged(city):
    in_berlin(city, "together")
    city.write(
        "a.csv",
        "Zeit;A1",
        "26.10.2025 01:00;1",
        "26.10.2025 02:00;22",
        "26.10.2025 03:00;3",
    )

    city.run()

    assert city.observations() == [
        ("t-A1", "2025-10-25T23:00", 1.0, None),
        ("t-A1", "2025-10-26T00:00", 22.0, ["two-hours"]),
        ("t-A1", "2025-10-26T02:00", 3.0, None),
    ]


def test_an_hour_that_comes_twice_is_kept_in_its_order(city):
    in_berlin(city, "twice")
    times = ["01:45", "02:00", "02:30", "02:00", "02:30", "03:00"]
    city.write("a.csv", "Zeit;A1", *(f"26.10.2025 {time};{n}" for n, time in enumerate(times)))

    city.run()

    assert [time[11:] for _, time, *_ in city.observations()] == [
        "23:45",
        "00:00",
        "00:30",
        "01:00",
        "01:30",
        "02:00",
    ]


def test_every_autumn_begins_with_the_first_of_the_two_hours(city):
    in_berlin(city, "twice")
    days = ("27.10.2024", "26.10.2025")
    lines = [f"{day} {hour};1" for day in days for hour in ("01:00", "02:00", "02:00", "03:00")]
    city.write("a.csv", "Zeit;A1", *lines)

    city.run()

    times = [time[11:] for _, time, *_ in city.observations()]
    assert times == ["23:00", "00:00", "01:00", "02:00"] * 2


def test_the_hour_missing_in_spring_leaves_no_gap_in_utc(city):
    city.write("a.csv", "Zeit;A1", "30.03.2025 01:00;1", "30.03.2025 03:00;2")

    city.run()

    assert [time for _, time, *_ in city.observations()] == [
        "2025-03-30T00:00",
        "2025-03-30T01:00",
    ]


@pytest.mark.parametrize(("month", "hour"), [("01", "11"), ("07", "10")])
def test_winter_and_summer_times_get_their_own_offset(city, month, hour):
    city.write("a.csv", "Zeit;A1", f"15.{month}.2025 12:00;1")

    city.run()

    assert city.observations()[0][1] == f"2025-{month}-15T{hour}:00"


def test_times_with_an_offset_need_no_zone(city):
    text = city.profile_file.read_text().replace("%d.%m.%Y %H:%M", "iso8601")
    city.describe(text)
    city.write(
        "a.csv",
        "Zeit;A1",
        "2025-10-26T02:30:00+02:00;1",
        "2025-10-26T02:30:00+01:00;2",
        "2025-07-01T12:00:00Z;3",
        "2025-07-02T12:00:00;4",
        "gestern;5",
    )

    counts = city.counts()

    assert counts.rejected == 1
    assert [time for _, time, *_ in city.observations()] == [
        "2025-07-01T12:00",
        "2025-07-02T10:00",
        "2025-10-26T00:30",
        "2025-10-26T01:30",
    ]
