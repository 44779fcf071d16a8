"""Linking two objects: what may be joined, once, never in a circle; both histories tell of it."""

import uuid
from datetime import timedelta

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from netzstadt.core.access.permissions import Role
from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.links import queries, services
from netzstadt.core.links.models import Link
from netzstadt.core.links.queries import Ref
from netzstadt.core.links.relations import RELATIONS
from netzstadt.core.rooms import object_kinds
from netzstadt.lib import clock
from netzstadt.lib.ids import new_id

pytestmark = pytest.mark.django_db

ACYCLIC = sorted(name for name, one in RELATIONS.items() if one.is_acyclic)


def store(source: Ref, relation: str, target: Ref, **given: object) -> Link:
    """A row as it comes to the database, past the service."""
    columns = {
        "source_model": source.model,
        "source_id": source.id,
        "relation": relation,
        "target_model": target.model,
        "target_id": target.id,
        "made_at": clock.now(),
    }
    with transaction.atomic():
        return Link.objects.create(**columns | given)


def some(count: int = 2) -> list[Ref]:
    """Objects that only the database is asked about, in ascending order."""
    return sorted(Ref("urbandata.thing", new_id()) for _ in range(count))


def test_both_histories_tell_of_a_link(station, join):
    market, park = station("Markt"), station("Park")

    made = join(market, "uses", park)

    told = AuditEvent.objects.filter(name="links.link.made")
    assert {(one.object_model, one.object_id) for one in told} == {
        ("urbandata.thing", market.id),
        ("urbandata.thing", park.id),
    }
    here = told.get(object_id=park.id)
    assert here.data["other_id"] == str(market.id)
    assert here.data["is_source"] is False
    assert here.data["link_id"] == str(made.pk)


def test_the_same_link_is_made_once(station, join):
    market, park = station("Markt"), station("Park")
    join(market, "uses", park)

    with pytest.raises(services.LinkRefused):
        join(market, "uses", park)

    assert Link.objects.count() == 1


def test_a_relation_without_direction_is_there_once_whichever_way_it_is_made(station, join):
    market, park = station("Markt"), station("Park")
    join(market, "relates_to", park)

    with pytest.raises(services.LinkRefused):
        join(park, "relates_to", market)


def test_an_object_is_not_linked_with_itself(station, join):
    market = station()

    with pytest.raises(services.LinkRefused):
        join(market, "uses", market)


def test_a_circle_is_refused_over_several_steps(station, join):
    one, two, three = station("1"), station("2"), station("3")
    join(one, "part_of", two)
    join(two, "part_of", three)

    with pytest.raises(services.LinkRefused, match="circle"):
        join(three, "part_of", one)


def test_a_circle_of_relations_that_allow_it_is_made(station, join):
    one, two = station("1"), station("2")
    join(one, "uses", two)

    assert join(two, "uses", one).pk


def test_an_unknown_relation_and_kinds_that_do_not_fit_are_refused(station, join, make_person):
    market, person = station(), Ref("orgs.person", make_person().pk)

    with pytest.raises(services.LinkRefused):
        join(market, "likes", person)
    with pytest.raises(services.LinkRefused):
        join(person, "measures", market)  # only stations and series do
    with pytest.raises(services.LinkRefused):
        join(market, "replaces", person)  # one of another kind
    with pytest.raises(services.LinkRefused):
        join(market, "decided_by", station("Park"))

    assert join(market, "decided_by", person).pk
    assert join(market, "measures", person).pk


def test_what_somebody_may_not_see_she_cannot_link(station, make_person):
    reader = make_person(Role.READER)
    market, hidden = station("Markt"), station("Geheim", visibility="RESTRICTED")

    with pytest.raises(services.LinkRefused, match="not there"):
        services.link(source=market, relation="uses", target=hidden, by=reader, at=clock.now())


def test_a_link_that_ended_can_be_made_again_and_stays_on_record(station, join, make_person):
    person = make_person(Role.DATA_ENGINEER)
    market, park = station("Markt"), station("Park")
    first = join(market, "uses", park)

    services.unlink(link=first, by=person, at=clock.now())
    join(market, "uses", park)

    first.refresh_from_db()
    assert first.ended_by == person
    assert Link.objects.count() == 2
    ended = AuditEvent.objects.filter(name="links.link.ended", person=person)
    assert {one.object_id for one in ended} == {market.id, park.id}
    with pytest.raises(services.LinkRefused):
        services.unlink(link=first, by=person, at=clock.now())


def test_the_links_of_a_removed_object_end_with_it(station, join):
    market, park, lake = station("Markt"), station("Park"), station("See")
    join(market, "uses", park)
    join(lake, "part_of", market)
    join(lake, "uses", park)

    assert services.end_links_of(ref=market, by=None, at=clock.now()) == 2

    assert queries.open_links().count() == 1


def test_what_links_say_about_a_person_goes_with_her(station, join, make_person):
    person, other = make_person(), make_person()
    market, park = station("Markt"), station("Park")
    join(market, "looked_after_by", Ref("orgs.person", person.pk), note="since spring")
    join(market, "uses", park, by=None)
    Link.objects.filter(relation="uses").update(made_by=person, note="hers")
    known = queries.what_is_known_of(person)

    done = services.forget_person(person, by=other, at=clock.now())

    assert len(known["links"]) == 2
    assert done == {"links_ended": 1, "links_removed": 1, "notes_emptied": 2}
    assert list(Link.objects.values_list("relation", "note")) == [("uses", "")]


@pytest.mark.parametrize("relation", ACYCLIC)
def test_the_database_itself_refuses_a_circle(relation):
    one, two, three = some(3)
    store(one, relation, two)
    store(two, relation, three)

    with pytest.raises(IntegrityError, match="cycle"):
        store(three, relation, one)

    Link.objects.filter(source_id=two.id).update(ended_at=clock.now())
    assert store(three, relation, one).pk


def test_the_database_itself_refuses_what_cannot_be():
    one, two = some()
    now = clock.now()

    store(one, "uses", two)
    for wrong, words in (
        (lambda: store(one, "uses", two), "links_link_once"),
        (lambda: store(one, "uses", one), "links_link_not_to_itself"),
        (lambda: store(one, "likes", two), "links_link_relation_known"),
        (lambda: store(Ref("Thing", one.id), "uses", two), "links_link_kinds"),
        (lambda: store(two, "relates_to", one), "links_link_one_way_round"),
        (
            lambda: store(two, "uses", one, ended_at=now - timedelta(days=365)),
            "links_link_ended",
        ),
    ):
        with pytest.raises(IntegrityError, match=words):
            wrong()


def test_two_writers_at_once_make_no_circle(committed):
    """The second one waits for the first one's commit, and sees what it wrote."""
    one, two = some()
    insert = (
        "insert into links_link (id, source_model, source_id, relation, target_model, target_id,"
        " note, made_at) values (%s, 'a.b', %s, 'part_of', 'a.b', %s, '', now())"
    )
    with psycopg.connect(committed) as first, psycopg.connect(committed) as second:
        second.execute("set lock_timeout = '200ms'")
        first.execute(insert, [uuid.uuid4(), one.id, two.id])
        with pytest.raises(psycopg.errors.LockNotAvailable):
            second.execute(insert, [uuid.uuid4(), two.id, one.id])
        second.rollback()
        first.commit()
        with pytest.raises(psycopg.errors.CheckViolation):
            second.execute(insert, [uuid.uuid4(), two.id, one.id])


def test_every_relation_says_what_it_is_in_a_shared_vocabulary():
    assert all(
        one.equivalent.split(":")[0] in {"prov", "dcterms", "skos"} for one in RELATIONS.values()
    )
    assert {"urbandata.thing", "urbandata.series", "orgs.person"} <= set(object_kinds())


def test_the_migration_and_the_vocabulary_agree_on_what_has_no_cycle():
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_get_triggerdef(oid) from pg_trigger where tgname = 'links_link_no_cycle'"
        )
        (text,) = cursor.fetchone()

    assert [name for name in sorted(RELATIONS) if f"'{name}'" in text] == ACYCLIC
