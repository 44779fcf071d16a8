"""The city's name, key and contact: what pages show, how soon, what the trail keeps."""

import re
from dataclasses import replace
from types import SimpleNamespace

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from netzstadt.core.access.permissions import Role
from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.city import queries
from netzstadt.core.city.models import City
from netzstadt.core.city.services.facts import CityRefused
from netzstadt.lib import clock
from netzstadt.lib.ids import new_id
from netzstadt.lib.municipal_code import is_municipal_code

PAGE = "/office/city/name/"
FRESH_FOR_S = queries.FRESH_FOR_S  # the product's own; in tests it is longer


@pytest.mark.django_db
def test_until_it_is_named_the_city_is_called_as_the_settings_say(client, settings, name_city):
    settings.CONFIG = replace(settings.CONFIG, city_name="Altstadt")
    before = client.get("/imprint/").content.decode()

    name_city(name="Neustadt <an der Donau>")
    after = client.get("/imprint/").content.decode()

    assert "<title>Impressum – Altstadt</title>" in before
    assert "Neustadt &lt;an der Donau&gt;" in after
    assert "Altstadt" not in after


@pytest.mark.django_db
def test_the_page_sets_name_key_and_contact_and_the_trail_has_old_and_new(admin):
    given = {"name": "Musterstadt", "municipal_code": "05513000", "language": "de"}
    assert admin.post(PAGE, given).status_code == 302

    admin.post(PAGE, given | {"name": "Neumusterstadt"})

    entry = AuditEvent.objects.filter(name="city.city.named").latest("sequence")
    assert entry.data == {"before": {"name": "Musterstadt"}, "after": {"name": "Neumusterstadt"}}
    assert entry.person is not None


@pytest.mark.django_db
def test_nothing_new_leaves_no_event(name_city):
    name_city()
    name_city()

    assert AuditEvent.objects.filter(name="city.city.named").count() == 1


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("05513000", True),
        ("16077001", True),
        ("01001000", True),
        ("00513000", False),
        ("17513000", False),
        ("5513000", False),
        ("055130000", False),
        ("0551300a", False),
        ("05513000\n", False),
        ("٠٥٥١٣٠٠٠", False),
    ],
)
def test_a_municipality_key_has_eight_digits_and_a_state(code, expected):
    assert is_municipal_code(code) is expected


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [{"name": " "}, {"municipal_code": "123"}, {"language": "fr"}])
def test_what_cannot_be_is_refused_by_the_service_and_the_page(name_city, admin, wrong):
    with pytest.raises(CityRefused):
        name_city(**wrong)

    given = {"name": "Musterstadt", "municipal_code": "", "language": "de"} | wrong
    response = admin.post(PAGE, given)
    assert response.status_code == 422
    assert set(response.context["form"].errors) == set(wrong)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"municipal_code": "99513000"},
        {"accent": "red"},
        {"logo": b"x"},
        {"logo_type": "image/png"},
        {"logo": b"x", "logo_type": "text/html", "logo_digest": "1"},
        {"conformity": "PARTIAL", "barriers": "", "barriers_reasons": ""},
        {"conformity": "FULL", "statement_made_on": None},
    ],
)
def test_the_database_refuses_a_city_that_cannot_be(name_city, wrong):
    city = name_city()

    with pytest.raises(IntegrityError), transaction.atomic():
        City.objects.filter(pk=city.pk).update(**wrong)


@pytest.mark.django_db
@pytest.mark.parametrize("is_the_one", [True, False])
def test_there_is_one_city(name_city, is_the_one):
    name_city()

    with pytest.raises(IntegrityError), transaction.atomic():
        City.objects.create(id=new_id(), is_the_one=is_the_one, changed_at=clock.now())


@pytest.mark.django_db
def test_only_who_manages_the_city_opens_its_pages(make_person, client_of):
    reader = client_of(make_person())

    for path in ("/office/city/", PAGE, "/office/city/look/1a4f9c.css"):
        assert reader.get(path).status_code == 403


@pytest.mark.django_db
def test_the_history_of_the_city_stands_on_its_page_and_has_one_of_its_own(
    admin, make_person, client_of, name_city
):
    city = name_city()

    page = admin.get(PAGE).content.decode()
    address = re.search(rf'href="([^"]*city\.city[^"]*{city.pk}[^"]*)"', page)

    assert address
    assert admin.get(address.group(1)).status_code == 200
    assert client_of(make_person(Role.READER)).get(address.group(1)).status_code == 404


@pytest.mark.django_db
def test_a_part_that_does_not_exist_is_no_page(admin):
    assert admin.get("/office/city/password/").status_code == 404


def test_a_change_by_another_process_is_seen_within_five_seconds(committed, client, monkeypatch):
    from netzstadt.core.city.services import facts

    at_s = 1_000.0  # a clock of its own: the machine's goes on while the test is held up
    monkeypatch.setattr(queries, "time", SimpleNamespace(monotonic=lambda: at_s))
    monkeypatch.setattr(queries, "FRESH_FOR_S", FRESH_FOR_S)
    queries.forget()

    whole = {"name": "Musterstadt", "municipal_code": "", "language": "de"}
    facts.name_city(facts=whole, by=None, at=clock.now())
    assert queries.city_name() == "Musterstadt"
    with psycopg.connect(committed, autocommit=True) as other_process:
        other_process.execute("update city_city set name = 'Neustadt'")

    assert queries.city_name() == "Musterstadt", "read again for every page, it would cost each one"
    assert FRESH_FOR_S < 5
    at_s += FRESH_FOR_S + 0.1
    assert queries.city_name() == "Neustadt"


@pytest.mark.django_db
def test_showing_the_city_costs_a_page_no_question(client, name_city):
    name_city()
    client.get("/kit/")

    with CaptureQueriesContext(connection) as asked:
        answer = client.get("/kit/")

    assert answer.status_code == 200
    assert not [each["sql"] for each in asked if City._meta.db_table in each["sql"]]
