"""Tracing: all that is reachable, by nothing but what the reader may see."""

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netzstadt.core.access.permissions import Role
from netzstadt.core.links import drawing, queries, tracing
from netzstadt.core.links.objects import Ref
from netzstadt.core.rooms import ObjectCard
from netzstadt.lib.ids import new_id

pytestmark = pytest.mark.django_db


def outline(nodes: list[queries.TraceNode]) -> list[tuple[int, str, str]]:
    """Depth, relation and title of every node of the trees."""
    return [(node.depth, node.relation, node.card.title) for node in tracing.flat(nodes)]


def test_a_trace_goes_up_and_down_over_several_steps(station, join):
    one, two, three, four = (station(name) for name in ("Eins", "Zwei", "Drei", "Vier"))
    join(one, "derived_from", two)
    join(two, "part_of", three)
    join(four, "uses", one)

    found = queries.trace(one.model, one.id, to=None, relations=["derived_from", "part_of", "uses"])

    assert (1, "is derived from", "Zwei") in outline(found.down)
    assert (2, "is part of", "Drei") in outline(found.down)
    assert (1, "is used by", "Vier") in outline(found.up)
    deepest = next(node for node in tracing.flat(found.down) if node.card.title == "Drei")
    assert [card.title for card in deepest.path] == ["Eins", "Zwei"]


def test_typed_references_are_followed_like_links(make_station, join):
    made = make_station("Markt")
    series = Ref("urbandata.series", made.series.uuid)

    up = queries.trace("urbandata.thing", made.thing.pk, to=None).up
    down = queries.trace(series.model, series.id, to=None).down

    assert outline(up) == [(1, "has as a part", made.series.name)]
    assert outline(down) == [(1, "is part of", "Markt")]


def test_nothing_is_shown_through_what_may_not_be_seen(station, join, make_person):
    start, hidden, behind = (
        station("Start"),
        station("Geheim", visibility="RESTRICTED"),
        station("Dahinter"),
    )
    join(start, "uses", hidden)
    join(hidden, "uses", behind)
    keeper = make_person(Role.DATA_ENGINEER)

    found = queries.trace(start.model, start.id, to=None, relations=["uses"])

    assert (found.down, found.restricted) == ([], 1)
    seen = queries.trace(start.model, start.id, to=keeper, relations=["uses"])
    assert [title for _, _, title in outline(seen.down)] == ["Geheim", "Dahinter"]


def test_what_is_reached_another_way_is_shown_by_that_way(station, join):
    start, hidden, open_, behind = (
        station("Start"),
        station("Geheim", visibility="RESTRICTED"),
        station("Offen"),
        station("Dahinter"),
    )
    join(start, "uses", hidden)
    join(hidden, "uses", behind)
    join(start, "uses", open_)
    join(open_, "uses", behind)

    found = queries.trace(start.model, start.id, to=None, relations=["uses"])

    assert [title for _, _, title in outline(found.down)] == ["Offen", "Dahinter"]


def test_an_object_that_may_not_be_seen_has_no_trace(station, client):
    hidden = station("Geheim", visibility="RESTRICTED")

    assert queries.trace(hidden.model, hidden.id, to=None) is None
    assert client.get(f"/trace/{hidden.model}/{hidden.id}/").status_code == 404
    assert client.get(f"/trace/no.such/{hidden.id}/").status_code == 404


def test_a_circle_ends_where_it_began(station, join):
    one, two, three = station("Eins"), station("Zwei"), station("Drei")
    join(one, "uses", two)
    join(two, "uses", three)
    join(three, "uses", one)

    found = queries.trace(one.model, one.id, to=None, relations=["uses"])

    assert [title for _, _, title in outline(found.down)] == ["Zwei", "Drei"]
    assert [title for _, _, title in outline(found.up)] == ["Drei", "Zwei"]
    last = tracing.flat(found.down)[-1]
    assert [(relation, card.title) for relation, card in last.also] == [("uses", "Eins")]


def test_a_trace_goes_no_farther_than_asked(station, join):
    chain = [station(f"S{number}") for number in range(5)]
    for one, other in itertools.pairwise(chain):
        join(one, "uses", other)

    found = queries.trace(chain[0].model, chain[0].id, to=None, depth=2, relations=["uses"])

    assert [depth for depth, _, _ in outline(found.down)] == [1, 2]


def test_more_links_than_a_trace_follows_are_told_of(station, join):
    market = station("Markt")
    for number in range(tracing.MOST_LINKS_OF_ONE + 5):
        join(market, "uses", station(f"S{number}"))

    found = queries.trace(market.model, market.id, to=None, relations=["uses"])

    assert len(found.down) == tracing.MOST_LINKS_OF_ONE
    assert found.is_cut


def test_a_trace_takes_few_questions(station, join, django_assert_max_num_queries):
    chain = [station(f"S{number}") for number in range(6)]
    for one, other in itertools.pairwise(chain):
        join(one, "part_of", other)

    with django_assert_max_num_queries(3):  # the edges, the stations, the series
        queries.trace(chain[0].model, chain[0].id, to=None)


def test_the_page_says_in_lists_what_the_drawing_shows(station, join, client):
    market, park = station("Markt"), station("Park")
    join(market, "part_of", park)

    page = client.get(f"/trace/{park.model}/{park.id}/?depth=1&relation=part_of")

    text = page.content.decode()
    assert page.status_code == 200
    assert text.count("Markt") >= 2
    assert "<svg" in text
    assert client.get(f"/trace/{park.model}/{park.id}/?depth=99").status_code == 400


SMALL = st.integers(0, 7)


@settings(max_examples=60)
@given(
    edges=st.lists(st.tuples(SMALL, SMALL), max_size=25),
    hidden=st.sets(st.integers(1, 7)),
    depth=st.integers(1, 8),
)
def test_a_tree_holds_what_is_reachable_by_what_is_seen(edges, hidden, depth):
    refs = [Ref("a.b", new_id()) for _ in range(8)]
    cards = {
        ref: ObjectCard(model="a.b", id=ref.id, title=str(number), url="/")
        for number, ref in enumerate(refs)
        if number not in hidden
    }
    given_edges = [(refs[one], "uses", refs[other]) for one, other in edges]

    nodes, visited = tracing._tree(refs[0], given_edges, cards, "down", depth)

    reachable = {0}
    for _ in range(depth):
        reachable |= {b for a, b in edges if a in reachable and b not in hidden}
    assert {refs.index(ref) for ref in visited} == reachable
    titles = [node.card.title for node in tracing.flat(nodes)]
    assert sorted(titles) == sorted({str(number) for number in reachable - {0}})


@given(children=st.integers(1, drawing.MOST), parents=st.integers(0, 10))
def test_a_drawing_has_every_object_inside_and_none_over_another(children, parents):
    def node(title: str) -> queries.TraceNode:
        card = ObjectCard(model="a.b", id=new_id(), title=title, url="/")
        return queries.TraceNode(
            ref=Ref("a.b", card.id), card=card, kind="K", relation="uses", depth=1, path=()
        )

    trace = queries.Trace(
        start=ObjectCard(model="a.b", id=new_id(), title="Start", url="/"),
        kind="K",
        down=[node(f"d{number}") for number in range(children)],
        up=[node(f"u{number}") for number in range(parents)],
        count=children + parents,
        restricted=0,
        is_cut=False,
    )

    drawn = drawing.draw(trace)

    if children + parents > drawing.MOST:
        assert drawn is None
        return
    assert len(drawn.boxes) == children + parents + 1
    assert len({(box.x, box.y) for box in drawn.boxes}) == len(drawn.boxes)
    assert all(0 <= box.x <= drawn.width - drawing.WIDTH for box in drawn.boxes)
    assert all(0 <= box.y <= drawn.height - drawing.HEIGHT for box in drawn.boxes)


def test_a_wide_drawing_is_written_in_plain_numbers(station, join, client):
    """A thousand is 1000 in SVG, in whatever language the page is."""
    chain = [station(f"S{number}") for number in range(6)]
    for one, other in itertools.pairwise(chain):
        join(one, "uses", other)

    text = client.get(f"/trace/{chain[0].model}/{chain[0].id}/?depth=6").content.decode()

    (width,) = re.findall(r'<svg role="img"[^>]* width="([^"]*)"', text)
    assert int(width) > 1_000
