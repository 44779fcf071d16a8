"""The pages of the strategy: what readers see, and what the office does with them."""

import io
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from tests.strategy.conftest import NOW, TODAY, City, Station, standing

from netzstadt.core.access.permissions import Role
from netzstadt.core.links import services as links
from netzstadt.lib import clock
from netzstadt.strategy.models import Edition, Indicator, IndicatorValue
from netzstadt.strategy.services import editions, indicators, lights
from netzstadt.strategy.services.indicators import Definition, Path, Source

READ = ["/strategy/", "/strategy/vernetzt/", "/strategy/indicators/"]


@pytest.fixture
def office(client_of: Callable[..., Client], make_person: Callable[..., object]) -> Client:
    return client_of(make_person(Role.COORDINATOR))


def in_force(city: City) -> None:
    editions.adopt_edition(edition=city.draft, adopted_on=TODAY, adopted_by="Rat", by=None, at=NOW)
    editions.put_in_force(edition=Edition.objects.get(pk=city.draft.pk), on=TODAY, by=None, at=NOW)


def test_a_draft_is_nobodys_but_the_administrations(city: City, client: Client, office: Client):
    address = f"/strategy/elements/{city.goal.pk}/"
    assert [client.get(one).status_code for one in ("/strategy/vernetzt/", address)] == [404, 404]
    assert office.get(address).status_code == 200

    in_force(city)

    assert client.get(address).status_code == 200
    assert "Die Stadt bleibt im Sommer kühl" in client.get("/strategy/vernetzt/").content.decode()


def test_a_goal_explains_itself_in_a_sentence(city: City, client: Client):
    lights.type_progress(element=city.first, progress=0.5, note="", by=None, at=NOW)
    lights.type_progress(element=city.second, progress=0.74, note="", by=None, at=NOW)
    in_force(city)
    client.cookies["netzstadt_language"] = "en"

    text = client.get(f"/strategy/elements/{city.goal.pk}/").content.decode()

    assert (
        "62\u00a0%, because: Bäume pflanzen has come to 50\u00a0%;"
        " Dächer begrünen has come to 74\u00a0%." in text
    )


def test_an_indicator_that_one_may_not_see_is_not_named(
    city: City, client: Client, make_station: Callable[..., Station], measure: Callable[..., None]
):
    heat = make_station("Markt")
    measure(heat.series, [(NOW, 33.0)])
    secret = indicators.create_indicator(
        code="X1",
        definition=Definition(title="Geheimer Indikator"),
        visibility="RESTRICTED",
        by=None,
        at=NOW,
    )
    source = Source(kind="SERIES", window="HOUR", series=(heat.series.pk,), first_day=TODAY)
    indicators.bind_indicator(indicator=secret, source=source, by=None, at=NOW)
    path = Path(points=[(date(2026, 1, 1), 0), (date(2026, 12, 31), 100)], amber_at=1, red_at=2)
    indicators.set_path(indicator=secret, goal=city.goal, path=path, by=None, at=NOW)
    in_force(city)

    for address in (*READ, f"/strategy/elements/{city.goal.pk}/"):
        text = client.get(address, follow=True).content.decode()
        assert "Geheimer Indikator" not in text
        assert "33,0" not in text
        assert "33\u00a0%" not in text.partition("<table")[2]
    for suffix in ("/", ".json", ".csv"):
        assert client.get(f"/strategy/indicators/{secret.pk}{suffix}").status_code == 404


def test_a_coordinator_imports_with_a_look_first(city: City, office: Client):
    address = f"/office/strategy/editions/{city.draft.pk}/import/"
    upload = io.BytesIO("Handlungsfeld;Nr;Titel\nMobilität;1;Radwege\n".encode())
    upload.name = "strategie.csv"

    looked = office.post(address, {"file": upload})

    assert looked.status_code == 200
    assert not city.draft.elements.filter(title="Radwege").exists()
    content = looked.context["content"]
    done = office.post(
        address,
        {
            "content": content,
            "file_name": "strategie.csv",
            "role-0": "field",
            "role-1": "code",
            "role-2": "measure",
            "do": "import",
        },
    )
    assert done.status_code == 302
    assert city.draft.elements.filter(title="Radwege", element__code="1").exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"\x00\x01\x02", b"a" * 2_000_001])
def test_a_file_that_is_no_table_is_refused_with_a_reason(
    city: City, office: Client, content: bytes
):
    upload = io.BytesIO(content)
    upload.name = "strategie.xlsx"

    answer = office.post(f"/office/strategy/editions/{city.draft.pk}/import/", {"file": upload})

    assert answer.status_code in {200, 422}
    assert answer.context["form"].errors or answer.context["plan"].mistakes


def test_an_indicator_is_described_bound_and_set_on_a_path(
    city: City, office: Client, make_station: Callable[..., Station], measure: Callable[..., None]
):
    heat = make_station("Markt")
    measure(heat.series, [(clock.now(), 33.0)])
    made = office.post(
        "/office/strategy/indicators/new/",
        {
            "code": "K1",
            "title": "Hitze",
            "measurement_unit": "Cel",
            "direction": "DOWN",
            "level": "OUTCOME",
            "digits": 1,
            "visibility": "PUBLIC",
        },
    )
    indicator = Indicator.objects.get(code="K1")
    assert made.url == f"/office/strategy/indicators/{indicator.pk}/bind/"

    bound = office.post(
        made.url,
        {
            "kind": "SERIES",
            "series": [heat.series.pk],
            "window": "HOUR",
            "aggregation": "MEAN",
            "combination": "MEAN",
            "factor": 1,
            "minimum_coverage": 0,
            "maximum_flagged": 25,
        },
    )
    assert bound.status_code == 302, bound.context["form"].errors

    version = city.version(city.goal)
    chosen = office.get(f"/office/strategy/elements/{version.pk}/measured-by/?q=Hitze")
    assert "Hitze" in chosen.content.decode()
    set_on = office.post(
        f"/office/strategy/elements/{version.pk}/measured-by/?indicator={indicator.pk}",
        {
            "baseline_on": "2025-01-01",
            "baseline": 30,
            "target_on": "2030-01-01",
            "target": 20,
            "between": "31.12.2027 25,5",
            "amber_at": 1,
            "red_at": 3,
            "weight": 1,
            "fresh_days": 30,
        },
    )
    assert set_on.status_code == 302, set_on.context["form"].errors
    assert standing(city.goal).light == "RED"

    page = office.get(f"/strategy/indicators/{indicator.pk}/")
    assert "ns-curve__values" in page.content.decode()
    body = office.get(f"/strategy/indicators/{indicator.pk}.json").json()
    assert body["newest"]["value"] == 33.0


def test_a_unit_that_ucum_does_not_know_is_refused(office: Client):
    answer = office.post("/office/strategy/indicators/new/", {"measurement_unit": "Äpfel"})

    assert answer.status_code == 422
    assert "measurement_unit" in answer.context["form"].errors


def test_two_editions_are_compared(city: City, office: Client):
    from netzstadt.strategy.services import elements

    in_force(city)
    first = Edition.objects.get(pk=city.draft.pk)
    second = editions.draft_edition(strategy=first.strategy, based_on=first, by=None, at=NOW)
    version = second.elements.get(element=city.goal)
    elements.change_element(
        version=version,
        facts=elements.ElementFacts(title="Die Stadt bleibt kühl", parent_id=city.field.pk),
        by=None,
        at=NOW,
    )
    elements.remove_element(version=second.elements.get(element=city.first), by=None, at=NOW)

    answer = office.get("/strategy/vernetzt/compare/?old=1&new=2")

    found = answer.context["differences"]
    assert [one.title for one in found.removed] == ["Bäume pflanzen"]
    assert [one.facts for one in found.changed] == [
        {"title": ("Die Stadt bleibt im Sommer kühl", "Die Stadt bleibt kühl")}
    ]
    assert found.serves_no_more == [("Bäume pflanzen", "Die Stadt bleibt im Sommer kühl")]


def test_gaps_are_rows_to_work_on(city: City, office: Client):
    answer = office.get("/office/strategy/gaps/")
    counts = {key: count for key, _title, count in answer.context["counts"]}

    assert counts == {
        "goals": 1,
        "measures": 0,
        "responsible": 2,
        "projects": 2,
        "values": 0,
        "unbound": 0,
    }
    assert "Die Stadt bleibt im Sommer kühl" in answer.content.decode()


def test_a_measure_that_something_implements_is_no_gap(
    city: City, office: Client, make_station: Callable[..., Station]
):
    links.link(
        source=links.Ref("urbandata.thing", make_station("Markt").thing.pk),
        relation="implements",
        target=links.Ref("strategy.element", city.first.pk),
        by=None,
        at=NOW,
    )

    page = office.get("/office/strategy/gaps/?show=projects").content.decode()

    assert "Dächer begrünen" in page
    assert "Bäume pflanzen" not in page
    assert f"/office/links/strategy.element/{city.second.pk}/new/?relation=implements-back" in page


def test_a_value_page_leads_down_to_the_observations(
    city: City, client: Client, make_station: Callable[..., Station], measure: Callable[..., None]
):
    heat = make_station("Markt")
    measure(heat.series, [(NOW, 21.0)])
    indicator = indicators.create_indicator(
        code="K1", definition=Definition(title="Hitze"), by=None, at=NOW
    )
    source = Source(kind="SERIES", window="HOUR", series=(heat.series.pk,), first_day=TODAY)
    indicators.bind_indicator(indicator=indicator, source=source, by=None, at=clock.now())
    value = IndicatorValue.objects.get(indicator=indicator)

    text = client.get(f"/strategy/indicators/{indicator.pk}/values/{value.pk}/").content.decode()

    assert f"/stations/{heat.thing.pk}/?series={heat.series.pk}&amp;span=day" in text


def test_the_tree_asks_the_database_a_bounded_number_of_times(
    city: City, client: Client, add: Callable[..., object], django_assert_max_num_queries
):
    for number in range(30):
        add("MEASURE", f"Maßnahme {number}", into=city.field)
    in_force(city)
    client.get("/strategy/vernetzt/")

    with django_assert_max_num_queries(12):
        answer = client.get("/strategy/vernetzt/")
    assert "Maßnahme 29" in answer.content.decode()
