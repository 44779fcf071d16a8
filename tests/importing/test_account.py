"""Every observation read is loaded, unchanged or rejected, however often it comes."""

import psycopg
import pytest
from tests.sessions import END_SESSIONS

from netzstadt.plane.importing.errors import ImportRefused


def test_running_twice_adds_nothing(city):
    city.write("a.csv", "Zeit;A1;B2", "01.02.2024 12:00;1;2", "01.02.2024 13:00;3;4")
    first = city.counts()

    second = city.counts()

    assert (first.loaded, first.unchanged) == (4, 0)
    assert (second.read, second.loaded, second.unchanged) == (4, 0, 4)
    assert city.ask("select count(*), sum(count) from series_state") == [(2, 4)]
    assert city.ask("select count(*) from thing") == [(1,)]
    assert city.ask("select sum(count), sum(sum) from rollup_day") == [(4, 10.0)]


def test_an_equal_duplicate_in_a_file_is_unchanged(city):
    city.write("a.csv", "Zeit;A1", "01.02.2024 12:00;1", "01.02.2024 12:00;1,0")

    counts = city.counts()

    assert (counts.loaded, counts.unchanged, counts.rejected) == (1, 1, 0)


def test_a_duplicate_with_another_value_is_rejected_and_the_first_stays(city):
    city.write("a.csv", "Zeit;A1", "01.02.2024 12:00;1", "01.02.2024 12:00;2")

    counts = city.counts()

    assert (counts.loaded, counts.unchanged, counts.rejected) == (1, 0, 1)
    assert city.observations()[0][2] == 1.0
    (reject,) = city.rejects()
    assert (reject["line"], reject["column"], reject["value"]) == ("3", "A1", "2")
    assert reject["reason"] == "another value is stored for this time: 1"


def test_a_value_that_contradicts_the_stored_one_is_rejected(city):
    city.write("a.csv", "Zeit;A1", "01.02.2024 12:00;1")
    city.run()
    city.write("a.csv", "Zeit;A1", "01.02.2024 12:00;5,5", "01.02.2024 13:00;6")

    counts = city.counts()

    assert (counts.loaded, counts.rejected) == (1, 1)
    assert city.observations()[0][2] == 1.0


def test_the_run_keeps_its_account_and_is_in_the_audit_trail(city):
    city.write("a.csv", "Zeit;A1", "01.02.2024 12:00;1", "01.02.2024 13:00;x")

    city.run()

    assert city.ask(
        "select profile, source, state, rows_read, rows_loaded, rows_unchanged, rows_rejected "
        "from import_run"
    ) == [("teststadt", "daten", "DONE", 2, 1, 0, 1)]
    names = [name for (name,) in city.ask("select name from audit_event order by sequence")]
    assert names == [
        "plane.thing.created",
        "plane.feature_of_interest.created",
        "plane.sensor.created",
        "plane.observed_property.created",
        "plane.datastream.created",
        "plane.import_run.finished",
    ]
    assert city.ask(
        "select data ->> 'state', data ->> 'loaded' from audit_event "
        "where name = 'plane.import_run.finished'"
    ) == [("DONE", "1")]


def test_the_first_rejects_are_kept_with_the_account(city):
    city.write("a.csv", "Zeit;A1", "01.02.2024 12:00;1", "01.02.2024 13:00;x")

    city.run()

    (reject,) = city.rejects()
    assert city.ask("select number, line::text, field, value, reason from import_reject") == [
        (1, reject["line"], reject["column"], reject["value"], reject["reason"])
    ]


def test_a_file_of_rejects_alone_is_accounted_for(city):
    city.write("a.csv", "Zeit;A1", "x;1", "y;2")

    outcome = city.run()

    assert (outcome.counts.read, outcome.counts.rejected) == (2, 2)
    assert outcome.rejects == city.rejects_file
    assert city.ask("select rows_read, rows_rejected, state from import_run") == [(2, 2, "DONE")]


def test_the_source_is_shown_with_its_licence(city):
    city.write("a.csv", "Zeit;A1", "01.02.2024 12:00;1")

    city.run()

    assert city.ask(
        "select d.publisher, d.licence, t.name, t.visibility, not t.is_simulated "
        "from thing t join data_source d on d.id = t.data_source_id"
    ) == [("Stadt Teststadt", "CC0-1.0", "A1", "PUBLIC", True)]


def test_visibility_is_that_of_the_order_for_new_things(city):
    city.write("a.csv", "Zeit;A1", "01.02.2024 12:00;1")

    city.run(visibility="RESTRICTED")

    assert city.ask("select visibility from thing") == [("RESTRICTED",)]


def test_a_thing_of_another_origin_is_not_touched(city):
    city.write("a.csv", "Zeit;A1", "01.02.2024 12:00;1")
    with psycopg.connect(city.database) as connection:
        connection.execute(
            "insert into thing (id, iot_id, name, description) "
            "values (gen_random_uuid(), '\"t-A1\"', 'Fremd', '')"
        )

    with pytest.raises(ImportRefused, match="Thing 't-A1' already, which did not come from"):
        city.run()

    assert city.ask("select count(*) from series") == [(0,)]
    assert city.ask("select state, message <> '' from import_run") == [("FAILED", True)]


def test_a_second_import_of_the_same_source_is_refused_while_one_runs(city):
    city.write("a.csv", "Zeit;A1", "01.02.2024 12:00;1")
    with psycopg.connect(city.database) as other:
        other.execute(
            "select pg_advisory_lock(hashtext('netzstadt.import'), hashtext('teststadt'))"
        )

        with pytest.raises(ImportRefused, match="Another import of teststadt is running"):
            city.run()
        # By itself it ends with its session, and that a moment after it was closed.
        other.execute(
            "select pg_advisory_unlock(hashtext('netzstadt.import'), hashtext('teststadt'))"
        )

    assert city.counts().loaded == 1


def test_a_list_of_rejects_that_cannot_be_written_ends_the_import_with_a_sentence(city):
    city.write("a.csv", "Zeit;A1", "x;1")
    city.rejects_file.mkdir()

    with pytest.raises(ImportRefused, match="Name another place with --rejects"):
        city.run()

    assert city.ask("select state from import_run") == [("FAILED",)]


def test_a_lost_database_is_a_sentence_and_the_next_run_goes_on(city):
    city.write("a.csv", "Zeit;A1;B2", "01.02.2024 12:00;1;2", "01.02.2024 13:00;3;4")
    cuts: list[bool] = []

    def cut(**_: object) -> None:
        if not cuts:
            cuts.append(True)
            city.ask(END_SESSIONS)

    with pytest.raises(ImportRefused, match="The database cannot be reached"):
        city.run(progress=cut)
    counts = city.counts()

    assert cuts
    assert counts.loaded + counts.unchanged == counts.read == 4
    assert city.ask("select count(*) from observation") == [(4,)]
    assert city.ask("select state from import_run order by started_at") == [
        ("INTERRUPTED",),
        ("DONE",),
    ]


def test_an_observation_that_was_moved_is_not_imported_again(city):
    city.write("a.csv", "Zeit;A1", "01.02.2024 12:00;1", "01.02.2024 13:00;2")
    city.run()
    city.ask(
        "select observation_replace(series_id, time, sequence, time + interval '90 minutes', "
        "number, null, null, null, null, null, null, null, null) from observation where number = 1"
    )

    counts = city.counts()

    assert (counts.loaded, counts.unchanged, counts.rejected) == (0, 1, 1)
    assert [number for _, _, number, _ in city.observations()] == [2.0, 1.0]
    (reject,) = city.rejects()
    assert (reject["line"], reject["value"]) == ("2", "1")
    assert reject["reason"] == "the observation of this time was given another time or Datastream"
