"""Profiles: what is wrong with one is said with file and key; the right one is found by content."""

import json
from pathlib import Path

import msgspec
import pytest
from tests.importing.conftest import WIDE

from netzstadt.plane.importing import profile
from netzstadt.plane.importing.catalogue import known_profiles, read_profile, shipped_profiles
from netzstadt.plane.importing.errors import ImportRefused


@pytest.mark.parametrize(
    ("old", "new", "key", "problem"),
    [
        ('key = "teststadt"', "", "top level", "missing required field `key`"),
        ('key = "teststadt"', 'key = "Test Stadt"', "key", "lower-case"),
        ('licence = "CC0-1.0"', "licence = 4", "licence", "Expected `str`"),
        ('visibility = "public"', 'visibility = "secret"', "visibility", "Invalid enum value"),
        ('format = "csv"', 'format = "csv"\nfarbe = "rot"', "top level", "unknown field `farbe`"),
        ('kind = "wide"', 'kind = "wide"\nspalte = 1', "layout", "unknown field `spalte`"),
        ("%d.%m.%Y %H:%M", "%d.%b.%Y", "time.format", "%b is not known"),
        ("%d.%m.%Y %H:%M", "%d.%m. %H:%M", "time.format", "%Y must be there once"),
        ("Europe/Berlin", "Europe/Teststadt", "time.zone", "no time zone"),
        ('delimiter = ";"', 'delimiter = ";;"', "csv.delimiter", "one ASCII character"),
        ('delimiter = ";"', 'delimiter = ","', "csv.decimal", "delimiter as well"),
        ("(?P<channel>[A-Z]", "(?P<kanal>[A-Z]", "layout.channels", "(?P<channel>…) is missing"),
        ("(?P<channel>[A-Z]", "(?P<channel>[A-Z", "layout.channels", "no regular expression"),
        ('"{channel} Güte"', '"Güte"', "layout.quality", "must contain {channel}"),
        ('"{name}"', '"{nomen}"', "datastream.name", "{nomen} is not known"),
        ('id = "t-{station}"', 'id = "t"', "thing.id", "must contain {station}"),
        ('id = "t-{channel}"', 'id = "t"', "datastream.id", "must contain {channel}"),
        ("[[observed_property]]", "[weg]", "top level", "unknown field `weg`"),
        ("sensor = {", "# sensor = {", "sensor", "table is needed"),
        ("[layout]", "[layout", "no valid TOML", ""),
    ],
)
def test_a_wrong_profile_is_refused_naming_file_and_key(tmp_path, old, new, key, problem):
    path = tmp_path / "stadt.toml"
    assert old in WIDE
    path.write_text(WIDE.replace(old, new, 1), "utf-8")

    with pytest.raises(ImportRefused) as refusal:
        read_profile(path)

    assert "stadt.toml" in str(refusal.value)
    assert key in str(refusal.value)
    assert problem in str(refusal.value)


def test_a_profile_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ImportRefused, match="cannot be read: No such file"):
        read_profile(tmp_path / "none.toml")


def test_shipped_profiles_are_right_and_name_their_licence():
    profiles = shipped_profiles()

    assert [profile.key for profile in profiles] == [
        "bern-sensorthings",
        "koeln-traffic-load",
        "muenster-radverkehr",
    ]
    assert all(profile.publisher and profile.licence for profile in profiles)


def test_a_city_keeps_its_own_profiles_in_a_folder(tmp_path):
    (tmp_path / "x.toml").write_text(WIDE, "utf-8")

    assert "teststadt" in [profile.key for profile in known_profiles(tmp_path)]

    (tmp_path / "y.toml").write_text(WIDE, "utf-8")
    with pytest.raises(ImportRefused, match="Two profiles have the key teststadt"):
        known_profiles(tmp_path)


MUENSTER = "Datetime,100000001 (Platz),100000001-status"
KOELN = '"datetime_utc","identifier","auslastung","valid"'
BERN = json.dumps({"Observations": [{"Datastream": {"@iot.id": "11117-temperature"}}]})


@pytest.mark.parametrize(
    ("name", "first_line", "key"),
    [
        ("a.csv", MUENSTER, "muenster-radverkehr"),
        ("a.csv", KOELN, "koeln-traffic-load"),
        ("a.json", BERN, "bern-sensorthings"),
    ],
)
def test_the_profile_is_found_by_content(city, name, first_line, key):
    city.write(name, first_line)

    city.run(profile=None)

    assert city.ask("select profile from import_run") == [(key,)]


def test_content_that_nobody_knows_is_refused_with_what_was_tried(city):
    city.write("a.csv", "Zeit;A1", "01.02.2024 12:00;1")

    with pytest.raises(
        ImportRefused,
        match=r"tried bern-sensorthings, koeln-traffic-load, muenster-radverkehr.*--profile",
    ):
        city.run(profile=None)


def test_a_folder_of_two_kinds_is_refused(city):
    city.write("a.csv", MUENSTER)
    city.write("b.csv", KOELN)

    with pytest.raises(ImportRefused, match="No profile fits"):
        city.run(profile=None)


def test_content_that_fits_two_profiles_asks_for_a_name(city):
    city.write("a.csv", MUENSTER)
    city.write("b.json", BERN)

    with pytest.raises(
        ImportRefused,
        match=r"several profiles: bern-sensorthings, muenster-radverkehr\. Name one with --profile",
    ):
        city.run(profile=None)


def test_every_key_is_in_the_reference():
    text = (Path(__file__).parents[2] / "docs" / "reference" / "import-profiles.md").read_text()
    tables = [
        table
        for table in vars(profile).values()
        if isinstance(table, type) and issubclass(table, msgspec.Struct)
    ]

    missing = [
        f"{table.__name__}.{field.name}"
        for table in tables
        for field in msgspec.structs.fields(table)
        if f"`{field.name}`" not in text and f"[{field.name}]" not in text
    ]

    assert len(tables) > 10
    assert missing == []
