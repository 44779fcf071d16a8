"""SensorThings entities and observations as JSON."""

import json

import pytest

from netzstadt.plane.importing.errors import ImportRefused
from netzstadt.plane.importing.sources import Limits

UNIT = {"name": "Degree Celsius", "symbol": "°C", "definition": "https://example.org/Cel"}
THING = {"@iot.id": "11001", "name": "Platz", "description": "Station", "properties": {"a": 1}}
LOCATION = {
    "@iot.id": "11001",
    "name": "Platz",
    "description": "Ort",
    "encodingType": "application/vnd.geo+json",
    "location": {"type": "Point", "coordinates": [7.4, 46.9]},
}
DATASTREAM = {
    "@iot.id": "11001-temperature",
    "name": "Temperatur",
    "description": "Luft",
    "unitOfMeasurement": UNIT,
    "observationType": "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement",
    "Thing": {"@iot.id": "11001"},
    "ObservedProperty": {"name": "Temperature", "definition": "https://example.org/t"},
    "Sensor": {"name": "Fühler", "description": "Ein Fühler"},
}


def observation(result: object = 1.5, **changes: object) -> dict[str, object]:
    return {
        "Datastream": {"@iot.id": "11001-temperature"},
        "phenomenonTime": "2024-11-01T00:24:02+01:00",
        "resultTime": "2024-11-01T00:25:00+01:00",
        "result": result,
        **changes,
    }


def write(city, *observations: object, name: str = "a.json", **changes: object) -> None:
    document = {
        "Things": [THING],
        "Locations": [LOCATION],
        "Datastreams": [DATASTREAM],
        "Observations": list(observations),
        **changes,
    }
    (city.folder / name).write_text(json.dumps(document), "utf-8")


def run(city, **options):
    return city.run(profile="bern-sensorthings", **options)


def test_ids_are_kept_as_their_maker_gave_them(city):
    write(city, observation())

    run(city)

    assert city.ask(
        "select t.iot_id, t.properties, l.iot_id, s.iot_id, s.ucum, l.bounds::text "
        "from thing t join series s on s.thing_id = t.id "
        "join thing_location tl on tl.thing_id = t.id join location l on l.id = tl.location_id"
    ) == [("11001", {"a": 1}, "11001", "11001-temperature", "Cel", "(7.4,46.9),(7.4,46.9)")]
    assert city.ask(
        "select time at time zone 'UTC' = '2024-10-31 23:24:02', "
        "result_time at time zone 'UTC' = '2024-10-31 23:25:00', number from observation"
    ) == [(True, True, 1.5)]


def test_whole_number_ids_stay_numbers(city):
    thing, datastream = {**THING, "@iot.id": 5}, {**DATASTREAM, "@iot.id": 6}
    write(
        city,
        observation(Datastream={"@iot.id": 6}),
        Things=[thing],
        Datastreams=[{**datastream, "Thing": {"@iot.id": 5}}],
        Locations=[],
    )

    run(city)

    assert city.ask("select t.iot_id, s.iot_id from thing t join series s on true") == [(5, 6)]


def test_entities_may_stand_inside_each_other(city):
    inner = {key: value for key, value in DATASTREAM.items() if key != "Thing"}
    inner["Observations"] = [
        {"phenomenonTime": "2024-11-01T00:00:00Z/2024-11-01T01:00:00Z", "result": "mild"}
    ]
    thing = {**THING, "Locations": [LOCATION], "Datastreams": [inner]}
    write(city, Things=[thing], Locations=[], Datastreams=[])

    counts = run(city).counts

    assert (counts.read, counts.loaded) == (1, 1)
    assert city.ask(
        "select number, result, extract(epoch from time_end - time)::int from observation"
    ) == [(None, "mild", 3600)]


def test_observations_of_a_later_file_find_their_datastream(city):
    write(city, observation())
    run(city)
    (city.folder / "a.json").unlink()
    later = observation(2, phenomenonTime="2024-11-02T00:00:00Z")
    (city.folder / "b.json").write_text(json.dumps({"Observations": [observation(), later]}))

    counts = run(city).counts

    assert (counts.read, counts.loaded, counts.unchanged) == (2, 1, 1)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (observation(Datastream={"@iot.id": "99999-temperature"}), "there is no Datastream"),
        (observation(Datastream=None), "no Datastream with an @iot.id"),
        (observation(phenomenonTime="gestern"), "no time of ISO 8601"),
        (observation(phenomenonTime="2024-11-01T00:00:00"), "no offset from UTC"),
        (observation(phenomenonTime=None), "no time of ISO 8601"),
        (observation(phenomenonTime="1700-01-01T00:00:00Z"), "1900"),
        (observation(2**60), "no number that can be kept exactly"),
        (observation(parameters=3), "parameters is no object"),
        ("kein Objekt", "no object"),
    ],
)
def test_an_observation_that_cannot_be_kept_is_one_reject_with_its_place(city, wrong, reason):
    write(city, observation(), wrong)

    counts = run(city).counts

    assert (counts.read, counts.loaded, counts.rejected) == (2, 1, 1)
    (reject,) = city.rejects()
    assert (reject["file"], reject["column"]) == ("a.json", "$.Observations[1]")
    assert reason in reject["reason"]


def test_another_value_for_a_stored_time_is_rejected(city):
    write(city, observation())
    run(city)
    write(city, observation(9))

    counts = run(city).counts

    assert (counts.unchanged, counts.rejected) == (0, 1)
    assert city.ask("select number from observation") == [(1.5,)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "no valid JSON"),
        ("[" * 100_000, "no valid JSON"),
        ("[1]", "no JSON object"),
        ('{"Things": 3}', "Things is no array"),
        ('{"Things": [3]}', r"Things\[0\] is no object"),
        ('{"Things": [{"name": "x"}]}', "Thing has no @iot.id"),
        ('{"Things": [{"@iot.id": "1"}]}', "Thing '1' has no name"),
        (json.dumps({"Datastreams": [DATASTREAM]}), "at no Thing of these files"),
    ],
)
def test_a_document_that_cannot_be_understood_is_refused(city, text, reason):
    (city.folder / "a.json").write_text(text)

    with pytest.raises(ImportRefused, match=reason):
        run(city)

    assert city.ask("select count(*) from thing") == [(0,)]


def test_a_document_beyond_the_limit_is_refused(city):
    write(city, *[observation()] * 20)

    with pytest.raises(ImportRefused, match="Split it into several files"):
        run(city, limits=Limits(document=1000))
