"""Nobody finds, counts or is suggested what she may not see."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection

from netzstadt.core.access import services as access
from netzstadt.core.access.permissions import Role
from netzstadt.core.orgs.services import persons
from netzstadt.core.search import queries, services
from netzstadt.core.search.asked import asked
from netzstadt.lib import clock
from netzstadt.urbandata.documents import narrower
from netzstadt.urbandata.models import Thing

pytestmark = pytest.mark.django_db
LEVELS = ("PUBLIC", "ADMINISTRATION", "UNIT", "RESTRICTED")


@pytest.fixture
def things(make_thing, make_unit):
    """A station of every visibility, the third of it in a unit."""
    unit = make_unit().pk
    return unit, {
        level: make_thing(
            f"Pegel {level.title()}", visibility=level, unit_id=unit if level == "UNIT" else None
        )
        for level in LEVELS
    }


def everybody(make_person, unit: uuid.UUID, key: uuid.UUID):
    """A person of every role, everywhere, in the unit and for the object where it can be given."""
    at = clock.now() - timedelta(hours=1)
    for role in (Role.ADMINISTRATOR, Role.AUDITOR, Role.DATA_ENGINEER, Role.READER):
        yield make_person(role)
    yield make_person()
    for role in (Role.STAFF, Role.HEAD_OF_UNIT):
        person = make_person()
        access.grant_role(person=person, role=role, unit_id=unit, by=None, at=at)
        yield person
    partner = make_person()
    access.grant_role(
        person=partner,
        role=Role.PARTNER,
        for_object=("urbandata.thing", key),
        by=None,
        at=at,
        reason="as agreed",
    )
    yield partner


def test_the_search_finds_what_the_one_rule_shows(things, make_person, titles):
    unit, keys = things
    found, shown = {}, {}
    for number, person in enumerate(everybody(make_person, unit, keys["RESTRICTED"])):
        found[number] = set(titles("pegel", to=person))
        with connection.cursor() as cursor:
            cursor.execute(
                "select name from thing where may_see(visibility, unit_id, id, %s)", (person.pk,)
            )
            shown[number] = {row[0] for row in cursor.fetchall()}

    assert found == shown
    assert set(titles("pegel")) == {"Pegel Public"}
    assert len({frozenset(names) for names in found.values()}) > 3


def test_counts_and_similar_words_tell_nothing_of_what_is_hidden(things, make_thing):
    make_thing("Geheimtunnel", visibility="RESTRICTED")

    assert queries.find(asked("pegel"), to=None).counts == {"urbandata.thing": 1}
    results = queries.find(asked("geheimtunel"), to=None)
    assert (results.rows, results.counts) == ([], {})


def test_a_similar_word_of_what_is_hidden_is_not_named(make_thing, make_person, client):
    make_thing("Pegel Hafen")
    make_thing("Gutachten Haken", visibility="RESTRICTED")
    keeper = make_person(Role.DATA_ENGINEER)

    def named(to) -> tuple[str, ...]:
        return queries.find(asked("haxen"), to=to).corrected

    assert named(None) == ("hafen",)
    assert named(make_person(Role.READER)) == ("hafen",)
    assert set(named(keeper)) == {"hafen", "haken"}
    assert "haken" not in client.get("/search/", {"words": "haxen"}).content.decode()


def test_who_signs_in_no_longer_finds_only_what_is_public(things, make_person, titles):
    admin = make_person(Role.ADMINISTRATOR)
    other = make_person(Role.DATA_ENGINEER)
    assert len(titles("pegel", to=other)) == 4

    persons.deactivate_person(person=other, by=admin, at=clock.now())
    other.refresh_from_db()

    assert titles("pegel", to=other) == ["Pegel Public"]


def test_persons_are_found_by_who_keeps_accounts_alone(make_person, titles):
    admin, engineer = make_person(Role.ADMINISTRATOR), make_person(Role.DATA_ENGINEER)
    hidden = make_person(name="Xanthippe Muster", email="xan@example.org")
    services.index_objects(model="orgs.person", ids=[hidden.pk], at=clock.now())

    assert titles("xanthippe", to=admin) == ["Xanthippe Muster"]
    assert titles("xan@example.org", to=admin) == ["Xanthippe Muster"]
    assert titles("xanthippe", to=engineer) == titles("xanthippe") == []


def test_a_changed_visibility_holds_with_the_next_entry(things, titles):
    _unit, keys = things
    Thing.objects.filter(pk=keys["PUBLIC"]).update(visibility="RESTRICTED")

    services.index_objects(model="urbandata.thing", ids=[keys["PUBLIC"]], at=clock.now())

    assert titles("pegel") == []


@pytest.mark.parametrize(
    ("of_thing", "own", "together"),
    [
        ("PUBLIC", "PUBLIC", "PUBLIC"),
        ("ADMINISTRATION", "PUBLIC", "ADMINISTRATION"),
        ("PUBLIC", "UNIT", "UNIT"),
        ("UNIT", "ADMINISTRATION", "UNIT"),
        ("PUBLIC", "RESTRICTED", "RESTRICTED"),
        ("UNIT", "RESTRICTED", ""),
        ("RESTRICTED", "PUBLIC", ""),
    ],
)
def test_a_series_is_seen_where_its_station_is_seen_too(of_thing, own, together):
    assert narrower(of_thing, own) == together
