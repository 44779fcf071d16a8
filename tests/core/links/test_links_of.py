"""What an object is linked with: grouped, without what the reader may not see."""

import pytest

from netzstadt.core.access.permissions import Role
from netzstadt.core.links import queries
from netzstadt.core.links.models import Link

pytestmark = pytest.mark.django_db


def groups(linked: queries.Linked) -> dict[str, list[str]]:
    """The titles in every group, by how it is read."""
    return {one.title: [entry.card.title for entry in one.entries] for one in linked.groups}


def test_links_are_read_from_either_end(station, join):
    market, park, lake = station("Markt"), station("Park"), station("See")
    join(market, "part_of", park)
    join(market, "uses", lake)
    join(lake, "part_of", park)

    assert groups(queries.links_of(park.model, park.id, to=None)) == {
        "has as a part": ["Markt", "See"]
    }
    assert groups(queries.links_of(market.model, market.id, to=None)) == {
        "is part of": ["Park"],
        "uses": ["See"],
    }


def test_a_link_without_direction_reads_the_same_from_both(station, join):
    market, park = station("Markt"), station("Park")
    join(market, "relates_to", park)

    assert groups(queries.links_of(market.model, market.id, to=None)) == {
        "has to do with": ["Park"]
    }
    assert groups(queries.links_of(park.model, park.id, to=None)) == {"has to do with": ["Markt"]}


def test_what_may_not_be_seen_is_counted_and_not_told(station, join, make_person):
    market = station("Markt")
    hidden = station("Geheim", visibility="RESTRICTED")
    join(market, "uses", hidden)
    reader, keeper = make_person(Role.READER), make_person(Role.DATA_ENGINEER)

    seen = queries.links_of(market.model, market.id, to=reader)

    assert (seen.groups, seen.restricted) == ([], 1)
    assert groups(queries.links_of(market.model, market.id, to=keeper)) == {"uses": ["Geheim"]}


def test_only_who_may_link_reads_how_many_are_hidden(station, join, make_person, client_of, client):
    market, park = station("Markt"), station("Park")
    join(market, "uses", station("Geheim", visibility="RESTRICTED"))
    join(market, "uses", park)
    staff, reader = make_person(Role.STAFF), make_person(Role.READER)
    page = f"/stations/{market.id}/"

    words = "that you may not see"
    assert words in client_of(staff).get(page).content.decode()
    for reading in (client_of(reader), client):
        text = reading.get(page).content.decode()
        assert "Park" in text
        assert words not in text
        assert "Geheim" not in text


def test_a_link_that_ended_is_not_shown(station, join):
    market, park = station("Markt"), station("Park")
    link = join(market, "uses", park)
    Link.objects.filter(pk=link.pk).update(ended_at=link.made_at)

    assert queries.links_of(market.model, market.id, to=None).groups == []


def test_many_links_take_as_many_questions_as_few(station, join, django_assert_max_num_queries):
    market = station("Markt")
    for number in range(30):
        join(market, "uses", station(f"Station {number:02}"))

    with django_assert_max_num_queries(3):
        found = queries.links_of(market.model, market.id, to=None)

    assert len(found.groups[0].entries) == 30
