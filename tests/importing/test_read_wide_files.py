"""Files with one column a channel."""

from pathlib import Path

import pytest

from netzstadt.plane.importing.errors import ImportRefused


def test_a_new_city_needs_a_profile_and_no_code(city):
    city.write("a.csv", "Zeit;A1 Markt;B2", "01.02.2024 12:00;7,25;-3", "01.02.2024 13:00;8;")

    outcome = city.run()

    assert (outcome.state, outcome.series) == ("DONE", 2)
    assert city.observations() == [
        ("t-A1", "2024-02-01T11:00", 7.25, None),
        ("t-A1", "2024-02-01T12:00", 8.0, None),
        ("t-B2", "2024-02-01T11:00", -3.0, None),
    ]


def test_an_empty_cell_is_no_observation(city):
    city.write("a.csv", "Zeit;A1;B2", "01.02.2024 12:00;;", "01.02.2024 13:00;;4")

    assert city.counts().read == 1


def test_what_the_publisher_notes_becomes_quality_flags(city):
    city.write(
        "a.csv",
        "Zeit;A1;A1 Güte",
        "01.02.2024 12:00;1;ok",
        "01.02.2024 13:00;2;?",
        "01.02.2024 14:00;3;",
        "01.02.2024 15:00;4;x9",
    )

    city.run()

    assert [flags for *_, flags in city.observations()] == [
        None,
        ["doubtful"],
        None,
        ["quality-x9"],
    ]
    assert city.ask("select sum(flagged) from rollup_day") == [(2,)]


def test_channels_that_appear_late_get_their_series(city):
    city.write("2024-01.csv", "Zeit;A1", "01.01.2024 12:00;1")
    city.write("2024-02.csv", "Zeit;A1 Markt;B2 Hafen", "01.02.2024 12:00;2;3")

    city.run()

    assert city.ask("select name from series order by name") == [("Hafen",), ("Markt",)]


def test_a_file_of_an_unknown_column_is_refused_before_anything_is_written(city):
    city.write("a.csv", "Zeit;A1", "01.01.2024 12:00;1")
    city.write("b.csv", "Zeit;A1;wind", "01.01.2024 12:00;1;2")

    with pytest.raises(ImportRefused, match=r"b\.csv has the column 'wind'.*layout\.ignore"):
        city.run()

    assert city.ask("select count(*) from thing") == [(0,)]


def test_a_file_without_the_time_column_is_refused_with_its_columns(city):
    city.write("a.csv", "Datum;A1", "01.01.2024 12:00;1")

    with pytest.raises(ImportRefused, match="no column 'Zeit'; it has 'Datum', 'A1'"):
        city.run()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("01.02.2024 12:00;x;1", "no number"),
        ("01.02.2024 12:00;NaN;1", "no number"),
        ("01.02.2024 12:00;1_000;1", "no number"),
        ("01.02.2024 12:00;-inf;1", "no number"),
        ("01.02.2024 12:00;9007199254740993;1", "no number"),
        ("01.02.2024 12:00;1e999;1", "no number"),
    ],
)
def test_a_cell_that_is_no_number_is_rejected_and_its_neighbour_kept(city, line, reason):
    city.write("a.csv", "Zeit;A1;B2", line)

    counts = city.counts()

    assert (counts.read, counts.loaded, counts.rejected) == (2, 1, 1)
    (reject,) = city.rejects()
    assert (reject["file"], reject["line"], reject["column"]) == ("a.csv", "2", "A1")
    assert reason in reject["reason"]


@pytest.mark.parametrize(
    ("time", "reason"),
    [
        ("31.02.2024 12:00", "no time"),
        ("2024-02-01 12:00", "no time"),
        ("01.02.2024 25:00", "no time"),
        ("", "no time"),
        ("01.01.1850 12:00", "before 1900"),
        ("01.01.2999 12:00", "ten years"),
        ("31.03.2024 02:30", "does not exist"),
        ("27.10.2024 02:30", "comes twice"),
    ],
)
def test_every_value_beside_a_bad_time_is_rejected(city, time, reason):
    city.write("a.csv", "Zeit;A1;B2", "01.02.2024 11:00;1;1", f"{time};1;2")

    counts = city.counts()

    assert (counts.read, counts.loaded, counts.rejected) == (4, 2, 2)
    assert all(reason in reject["reason"] for reject in city.rejects())
    assert [reject["line"] for reject in city.rejects()] == ["3", "3"]


def test_a_line_with_a_cell_too_many_is_one_reject(city):
    city.write("a.csv", "Zeit;A1", "01.02.2024 12:00;1;2;3", "01.02.2024 13:00;1")

    counts = city.counts()

    assert (counts.read, counts.loaded, counts.rejected) == (2, 1, 1)
    assert "4 cells instead of 2" in city.rejects()[0]["reason"]


def test_quotes_delimiters_in_quotes_and_line_ends_of_windows_are_understood(city):
    lines = ('"Zeit";"A1 Markt; Nord";Bemerkung', '"01.02.2024 12:00";"5,5";"a;b ""c"""')
    (city.folder / "a.csv").write_bytes("\r\n".join([*lines, ""]).encode())

    assert city.counts().loaded == 1
    assert city.ask("select name from series") == [("Markt; Nord",)]


def test_a_quote_that_is_not_closed_rejects_its_line_alone(city):
    city.write("a.csv", "Zeit;A1", '01.02.2024 12:00;"1', "01.02.2024 13:00;2")

    counts = city.counts()

    assert (counts.loaded, counts.rejected) == (1, 1)
    assert "quotation mark" in city.rejects()[0]["reason"]


def test_a_byte_order_mark_and_empty_lines_do_no_harm(city):
    text = "Zeit;A1\n\n01.02.2024 12:00;1\n\r\n\n01.02.2024 13:00;2"
    (city.folder / "a.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())

    assert city.counts().loaded == 2


def test_line_numbers_of_rejects_hold_across_blocks(city):
    lines = [f"01.02.2024 {n // 60 % 24:02}:{n % 60:02};1" for n in range(100_000)]
    lines[77_776] = "bad;1"
    city.write("a.csv", "Zeit;A1", *lines)

    city.run()

    assert [reject["line"] for reject in city.rejects()] == ["77778"]


def test_the_station_can_be_in_the_name_of_the_file(city):
    text = city.profile_file.read_text().replace(
        'station = "first-channel"',
        "station = \"file-name\"\nstation_pattern = '(?P<station>s\\d+)'",
    )
    city.describe(text)
    city.write("s17.csv", "Zeit;A1;B2", "01.02.2024 12:00;1;2")

    city.run()

    assert city.ask("select iot_id #>> '{}' from thing") == [("t-s17",)]


def test_the_sum_of_a_station_is_marked_and_names_its_parts(city):
    city.describe(
        city.profile_file.read_text().replace(
            'kind = "wide"', 'kind = "wide"\nsum = "first-channel"'
        )
    )
    city.write("a.csv", "Zeit;A1;B2;C3", "01.02.2024 12:00;3;1;2")

    city.run()

    assert city.ask("select iot_id #>> '{}', properties from series order by 1") == [
        ("t-A1", {"isSum": True, "sumOf": ["t-B2", "t-C3"]}),
        ("t-B2", None),
        ("t-C3", None),
    ]


def test_an_empty_folder_is_refused_with_what_was_looked_for(city, tmp_path: Path):
    with pytest.raises(ImportRefused, match=r"holds no file \*\.csv"):
        city.run()
