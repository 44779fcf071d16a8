"""Pages on which stations and Datastreams are kept: who may, what they show and refuse."""

import json
import re
from datetime import timedelta

import pytest

from netzstadt.core.access import services as access
from netzstadt.core.access.permissions import Role
from netzstadt.lib import clock
from netzstadt.lib.ids import new_id
from netzstadt.urbandata.models import Series, Thing
from netzstadt.urbandata.services import things

FORM = {
    "name": "Pegel Nord",
    "description": "",
    "visibility": "PUBLIC",
    "unit": "",
    "place-latitude": "51.5",
    "place-longitude": "7.1",
    "property-TOTAL_FORMS": "2",
    "property-INITIAL_FORMS": "0",
    "property-0-key": "height",
    "property-0-kind": "number",
    "property-0-value": "3,5",
    "property-1-key": "",
    "property-1-kind": "text",
    "property-1-value": "",
}
STREAM = {
    "name": "Wasserstand",
    "description": "",
    "kind": "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement",
    "observed": "new",
    "observed_name": "Pegel",
    "observed_definition": "",
    "sensor": "new",
    "sensor_name": "Radar",
    "sensor_metadata": "",
    "unit": "m",
    "unit_code": "",
    "unit_symbol": "",
    "minimum": "0",
    "maximum": "20",
}


@pytest.fixture
def engineer(make_person):
    return make_person(Role.DATA_ENGINEER)


@pytest.fixture
def pages(engineer, client_of):
    return client_of(engineer)


@pytest.fixture
def staff(make_person, make_unit):
    """Somebody who works in a unit, with the unit."""
    person, unit = make_person(), make_unit()
    access.grant_role(
        person=person,
        role=Role.STAFF,
        unit_id=unit.pk,
        by=None,
        at=clock.now() - timedelta(hours=1),
    )
    return person, unit


def as_opened(pages, thing) -> dict[str, str]:
    """What a browser sends that opens the form of a station and saves it as it was."""
    page = pages.get(f"/things/{thing.pk}/edit/")
    given = {name: value or "" for name, value in page.context["form"].initial.items()}
    parts = re.findall(r'name="(place-\w+)"[^>]*? value="([^"]*)"', page.content.decode())
    rows = {"property-TOTAL_FORMS": "0", "property-INITIAL_FORMS": "0"}
    return {**given, **dict(parts), **rows}


def test_a_station_with_a_datastream_is_made_by_hand(pages):
    made = pages.post("/things/new/", FORM)
    thing = Thing.objects.get()
    streamed = pages.post(f"/things/{thing.pk}/datastreams/new/", STREAM)
    series = Series.objects.get()

    assert made.headers["Location"] == f"/things/{thing.pk}/"
    assert thing.properties == {"height": 3.5}
    assert streamed.headers["Location"] == f"/datastreams/{series.uuid}/"
    assert (series.ucum, series.quality_rules) == ("m", {"minimum": 0, "maximum": 20})
    for address in (f"/things/{thing.pk}/", f"/datastreams/{series.uuid}/", "/things/"):
        assert pages.get(address).status_code == 200, address


def test_a_new_datastream_begins_with_nothing_chosen(pages, make_station):
    station = make_station()
    address = f"/things/{station.thing.pk}/datastreams/new/"

    page = pages.get(address).content.decode()
    refused = pages.post(address, {**STREAM, "observed": "", "sensor": "", "unit": ""})
    of_one = pages.get(f"/datastreams/{station.series.uuid}/edit/").content.decode()

    assert page.count('<option value="" selected>Bitte auswählen</option>') == 3
    assert {"observed", "sensor", "unit"} <= refused.context["form"].errors.keys()
    assert "Bitte auswählen" not in of_one


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ({"minimum": "0", "maximum": "20"}, "from 0 to 20"),
        ({"minimum": "0", "maximum": ""}, "at least 0"),
        ({"minimum": "", "maximum": "20"}, "at most 20"),
    ],
)
def test_either_bound_of_the_plausible_may_be_missing(pages, make_station, bounds, said):
    pages.cookies["netzstadt_language"] = "en"
    thing = make_station().thing
    answer = pages.post(f"/things/{thing.pk}/datastreams/new/", STREAM | bounds)

    page = pages.get(answer.headers["Location"])

    assert page.status_code == 200
    assert said in page.content.decode()


def test_what_somebody_else_changed_meanwhile_is_not_undone_unseen(pages, make_station):
    thing = make_station("Pegel").thing
    mine, theirs = as_opened(pages, thing), as_opened(pages, thing)
    edit = f"/things/{thing.pk}/edit/"
    pages.post(edit, {**theirs, "name": "Pegel Emscher"})

    told = pages.post(edit, {**mine, "description": "Am Wehr"})
    thing.refresh_from_db()
    name = thing.name
    seen = told.context["form"]["seen"].value()
    again = pages.post(edit, {**mine, "description": "Am Wehr", "seen": seen})

    assert (told.status_code, name) == (422, "Pegel Emscher")
    assert "während Sie das Formular offen hatten" in told.content.decode()
    assert again.status_code == 302
    thing.refresh_from_db()
    assert thing.description == "Am Wehr"


def test_a_station_that_is_opened_and_saved_as_it_was_changes_nothing(pages, make_station):
    thing = make_station().thing
    answer = pages.post(f"/things/{thing.pk}/edit/", as_opened(pages, thing))

    from netzstadt.core.audit.models import AuditEvent

    assert answer.status_code == 302
    assert not AuditEvent.objects.filter(object_id=thing.pk).exists()


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"name": " "}, "name"),
        ({"place-latitude": "91"}, "place"),
        ({"place-longitude": ""}, "place"),
        ({"place-latitude": "", "place-longitude": "", "place-search": "Nowhere"}, "place"),
        ({"visibility": "NOBODY"}, "visibility"),
        ({"unit": "none"}, "unit"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(pages, changes, place):
    answer = pages.post("/things/new/", {**FORM, **changes})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [place]
    assert not Thing.objects.exists()


@pytest.mark.parametrize(
    ("kind", "value"), [("number", "tall"), ("truth", "perhaps"), ("json", "{"), ("number", "NaN")]
)
def test_a_property_of_another_kind_is_refused(pages, kind, value):
    changes = {"property-0-kind": kind, "property-0-value": value}
    answer = pages.post("/things/new/", {**FORM, **changes})

    assert answer.status_code == 422
    assert "value" in answer.context["rows"].errors[0]


def test_the_same_key_twice_is_refused(pages):
    twice = {"property-1-key": "height", "property-1-value": "x"}

    assert pages.post("/things/new/", {**FORM, **twice}).status_code == 422


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"unit": "other", "unit_code": "furlong"}, "unit_code"),
        ({"unit": "other", "unit_code": ""}, "unit_code"),
        ({"observed_name": ""}, "observed_name"),
        ({"sensor": "somebody"}, "sensor"),
        ({"minimum": "30"}, "maximum"),
    ],
)
def test_a_datastream_that_cannot_be_is_refused_at_its_field(pages, make_station, changes, place):
    thing = make_station().thing
    answer = pages.post(f"/things/{thing.pk}/datastreams/new/", {**STREAM, **changes})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [place]


def test_a_datastream_is_changed_by_hand(pages, make_station):
    series = make_station().series
    form = pages.get(f"/datastreams/{series.uuid}/edit/").context["form"]
    given = {name: "" if value is None else value for name, value in form.initial.items()}
    changes = {"name": "Anders", "unit": "other", "unit_code": "mg/L", "unit_symbol": "mg/l"}
    answer = pages.post(f"/datastreams/{series.uuid}/edit/", {**given, **changes})

    series.refresh_from_db()
    assert answer.status_code == 302
    assert (series.name, series.ucum, series.unit) == ("Anders", "mg/L", "mg/l")


def test_the_list_is_filtered(pages, make_station, engineer):
    retired, public = make_station("Alt"), make_station("Markt", visibility="PUBLIC")
    things.retire_things(things=[retired.thing], reason="away", by=engineer, at=clock.now())

    def names(query: str) -> list[str]:
        return [thing.name for thing in pages.get(f"/things/?{query}").context["page"].things]

    assert names("") == ["Alt", "Markt"]
    assert names("q=mark") == ["Markt"]
    assert names("state=retired") == ["Alt"]
    assert names("state=service") == ["Markt"]
    assert names("visibility=RESTRICTED") == []
    assert names("silent_since=2020-01-01") == ["Alt", "Markt"], "neither ever had a value"
    assert names(f"unit={new_id()}") == []
    assert public.thing.name == "Markt"


def test_the_list_goes_on_behind_its_last_station_and_asks_little(
    pages, make_station, django_assert_max_num_queries
):
    for number in range(27):
        make_station(f"Station {number:02}")

    with django_assert_max_num_queries(12):
        first = pages.get("/things/").context
    second = pages.get(first["older"]).context

    names = [thing.name for thing in [*first["page"].things, *second["page"].things]]
    assert names == [f"Station {number:02}" for number in range(27)]
    assert second["older"] == ""


def test_staff_keep_the_stations_of_their_unit_and_no_others(staff, client_of, make_station):
    person, unit = staff
    own, foreign = make_station("Own"), make_station("Foreign")
    Thing.objects.filter(pk=own.thing.pk).update(unit_id=unit.pk)
    pages = client_of(person)

    listed = [thing.name for thing in pages.get("/things/").context["page"].things]
    assert listed == ["Own"]
    assert pages.get(f"/things/{own.thing.pk}/edit/").status_code == 200
    assert pages.get(f"/things/{foreign.thing.pk}/edit/").status_code == 403
    assert pages.get(f"/datastreams/{foreign.series.uuid}/").status_code == 403
    assert pages.get(f"/datastreams/{foreign.series.uuid}/values/").status_code == 403
    assert pages.post(f"/things/{foreign.thing.pk}/return/").status_code == 403
    assert pages.get(f"/things/{own.thing.pk}/delete/").status_code == 403, "only who keeps all"


def test_staff_make_stations_for_their_unit_only(staff, client_of, make_unit):
    person, unit = staff
    pages, other = client_of(person), make_unit("Other")

    assert pages.post("/things/new/", FORM).status_code == 422, "a unit is needed"
    assert pages.post("/things/new/", {**FORM, "unit": str(other.pk)}).status_code == 403
    assert pages.post("/things/new/", {**FORM, "unit": str(unit.pk)}).status_code == 302
    assert Thing.objects.get().unit_id == unit.pk


@pytest.mark.parametrize("role", [Role.READER, Role.AUDITOR, None])
def test_others_are_told_what_they_miss(role, make_person, client_of, make_station):
    station = make_station()
    pages = client_of(make_person(*([role] if role else [])))

    for address in (
        "/things/",
        "/things/new/",
        "/things/silent/",
        f"/things/{station.thing.pk}/",
        f"/datastreams/{station.series.uuid}/values/",
    ):
        assert pages.get(address).status_code == 403, address


def test_several_are_changed_after_a_question(pages, make_station):
    keys = [str(make_station(name).thing.pk) for name in ("Markt", "Bahnhof")]
    given = {"things": keys, "action": "visibility:RESTRICTED"}
    asked = pages.post("/things/several/", given)

    assert [thing.visibility for thing in Thing.objects.all()] == ["PUBLIC", "PUBLIC"]
    assert {thing.name for thing in asked.context["things"]} == {"Markt", "Bahnhof"}

    pages.post("/things/several/", {**given, "confirmed": "yes"})
    assert [thing.visibility for thing in Thing.objects.all()] == ["RESTRICTED", "RESTRICTED"]


def test_several_are_retired_with_a_reason_only(pages, make_station):
    given = {"things": [str(make_station().thing.pk)], "action": "retire:", "confirmed": "yes"}

    assert pages.post("/things/several/", given).status_code == 422
    assert pages.post("/things/several/", {**given, "reason": "sold"}).status_code == 302
    assert Thing.objects.get().retired_at is not None


def test_nothing_chosen_changes_nothing(pages, make_station):
    thing = make_station().thing
    for given in ({}, {"things": [str(thing.pk)]}, {"things": ["x"], "action": "retire:"}):
        assert pages.post("/things/several/", given).status_code == 302

    assert Thing.objects.get().retired_at is None


def test_a_page_shows_its_history(pages, make_station, engineer):
    station = make_station()
    things.retire_things(
        things=[station.thing], reason="the pole fell", by=engineer, at=clock.now()
    )

    assert "the pole fell" in pages.get(f"/things/{station.thing.pk}/").content.decode()


def test_a_unit_that_is_not_in_the_database_is_refused(pages, make_station):
    thing = make_station().thing
    answer = pages.post(
        "/things/several/",
        {"things": [str(thing.pk)], "action": f"unit:{new_id()}", "confirmed": "yes"},
    )

    assert answer.status_code == 302
    assert Thing.objects.get().unit_id is None
    assert json.dumps(thing.properties) == "null"
