"""The public side of the council: what is new, lists, a meeting, a paper's way, a resolution."""

from datetime import timedelta

import pytest
from tests.stakeholders.conftest import id_of, oparl

from netzstadt.core.access.permissions import Role
from netzstadt.core.audit import services as audit
from netzstadt.core.links import services as links
from netzstadt.core.links.queries import Ref, trace
from netzstadt.core.links.tracing import flat
from netzstadt.core.objects import called, card_of
from netzstadt.core.search import queries as search
from netzstadt.core.search import services as searching
from netzstadt.core.search.asked import asked
from netzstadt.lib import clock
from netzstadt.stakeholders.models import AgendaItem, CouncilOrganisation, Meeting, Paper
from netzstadt.standards.oparl.objects import Kind

pytestmark = pytest.mark.django_db


@pytest.fixture
def council(source, harvest):
    """The small council, harvested."""
    harvest(source)
    return source


def paper(key: str) -> Paper:
    return Paper.objects.get(oparl_id=id_of(Kind.PAPER, key))


def item(key: str) -> AgendaItem:
    return AgendaItem.objects.get(oparl_id=id_of(Kind.AGENDA_ITEM, key))


def names(page, key="page") -> list[str]:
    return [one.name for one in page.context[key].rows]


def test_everybody_sees_what_is_new(council, client):
    page = client.get("/council/")

    assert sorted(names(page, "resolutions")[:2]) == ["Bericht", "Radverkehrskonzept"]
    assert names(page, "resolutions")[2:] == ["Radwege"], "of an earlier meeting"
    assert names(page, "papers") == ["Bericht zur Lage", "Radverkehrskonzept für Müllheim"]


def test_a_city_without_a_council_is_told_what_to_do(db, client):
    page = client.get("/council/").content.decode()

    assert "No resolution yet" in page
    assert "No paper yet" in page


def test_the_next_meetings_stand_first(council, client, ris, harvest):
    later = (clock.now() + timedelta(days=9)).isoformat()
    ris.add(oparl(Kind.MEETING, "3", name="Rat der Stadt", start=later, modified=later))
    harvest(council, days=1)

    page = client.get("/council/")

    assert [one.oparl_id for one in page.context["coming"]] == [id_of(Kind.MEETING, "3")]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=MUELLHEIM", ["Radverkehrskonzept für Müllheim"]),
        ("q=verkehr", ["Radverkehrskonzept für Müllheim"]),
        ("q=2026/0002", ["Bericht zur Lage"]),
        ("q=lage bericht", ["Bericht zur Lage"]),
        ("q=100%25", []),
        ("year=2026", ["Bericht zur Lage", "Radverkehrskonzept für Müllheim"]),
        ("year=2025", []),
        ("result=ADOPTED_UNANIMOUSLY", ["Radverkehrskonzept für Müllheim"]),
        ("result=NOTED", ["Bericht zur Lage"]),
    ],
)
def test_papers_are_found_by_words_year_and_result(council, client, query, found):
    assert names(client.get(f"/council/papers/?{query}")) == found


def test_papers_and_resolutions_are_found_by_their_body(council, client):
    traffic = CouncilOrganisation.objects.get(name="Ausschuss für Verkehr").pk

    assert names(client.get(f"/council/papers/?body={traffic}")) == [
        "Radverkehrskonzept für Müllheim"
    ]
    assert names(client.get(f"/council/resolutions/?body={traffic}")) == ["Radwege"]
    assert names(client.get(f"/council/meetings/?body={traffic}")) == ["Ausschuss für Verkehr"]


def test_resolutions_are_found_by_their_text(council, client):
    assert names(client.get("/council/resolutions/?q=beschliesst")) == ["Radverkehrskonzept"]
    assert names(client.get("/council/resolutions/?q=Mitteilungen")) == [], "it has no result"


@pytest.mark.parametrize("query", ["year=20x6", "result=MAYBE", "body=none", "after=forged"])
def test_what_cannot_be_read_of_a_filter_is_named_and_left_out(council, client, query):
    page = client.get(f"/council/papers/?{query}")

    assert page.status_code == (200 if query == "after=forged" else 422)
    assert len(names(page)) == 2


def test_lists_show_everything_once_page_by_page(council, client, ris, harvest):
    at = clock.now()
    many = [
        oparl(
            Kind.PAPER,
            f"many-{number}",
            name=f"Paper {number}",
            date=f"2026-01-{1 + number % 9:02}" if number % 5 else "",
            modified=at.isoformat(),
        )
        for number in range(60)
    ]
    ris.add(*many)
    harvest(council, days=1)

    seen: list[str] = []
    address = "/council/papers/"
    while address:
        page = client.get(address)
        seen += names(page)
        address = page.context["older"]

    assert len(seen) == len(set(seen)) == 62
    assert seen[0] == "Bericht zur Lage"
    assert page.context["page"].total == 62


@pytest.mark.parametrize("name", ["papers", "resolutions", "meetings"])
def test_a_long_list_asks_the_database_as_often_as_a_short_one(
    council, client, ris, harvest, name, django_assert_max_num_queries
):
    at = clock.now().isoformat()
    body = [id_of(Kind.ORGANIZATION, "traffic")]
    for number in range(30):
        items = [
            oparl(Kind.AGENDA_ITEM, f"x{number}", name=f"Punkt {number}", result="beschlossen")
        ]
        start = f"2026-05-{1 + number % 28:02}T10:00:00+02:00"
        more = {"modified": at, "start": start, "organization": body, "agendaItem": items}
        ris.add(
            oparl(Kind.MEETING, f"x{number}", name=f"Sitzung {number}", **more),
            oparl(Kind.PAPER, f"x{number}", name=f"Vorlage {number}", modified=at),
        )
    harvest(council, days=1)
    client.get(f"/council/{name}/")

    with django_assert_max_num_queries(5):
        page = client.get(f"/council/{name}/")

    assert len(page.context["page"].rows) == 25


def test_a_meeting_shows_its_agenda_with_papers_and_results(council, client):
    meeting = Meeting.objects.get(oparl_id=id_of(Kind.MEETING, "1"))

    page = client.get(f"/council/meetings/{meeting.pk}/").content.decode()

    assert page.index("Radverkehrskonzept") < page.index("Mitteilungen") < page.index("Bericht")
    assert "Adopted unanimously" in page
    assert f'href="/council/papers/{paper("1").pk}/">2026/0001</a>' in page
    assert "Ratssaal" in page


def test_a_paper_shows_its_way_through_the_bodies(council, client):
    page = client.get(f"/council/papers/{paper('1').pk}/").content.decode()

    way = page.partition("Its way through the bodies")[2]
    assert way.index("Ausschuss für Verkehr") < way.index("Rat der Stadt")
    assert way.index("Referred to another body") < way.index("Adopted unanimously")
    assert 'href="https://ris.example/1.pdf"' in page


def test_a_resolution_shows_its_text_and_leads_to_meeting_and_paper(council, client):
    page = client.get(f"/council/resolutions/{item('1').pk}/").content.decode()

    assert "Der Rat beschließt das Konzept." in page
    assert "einstimmig beschlossen" in page
    assert f"/council/papers/{paper('1').pk}/" in page
    assert f"/council/meetings/{item('1').meeting_id}/" in page


def test_an_item_without_a_result_is_no_resolution(council, client):
    page = client.get(f"/council/resolutions/{item('2').pk}/").content.decode()

    assert "Agenda item" in page
    assert ">Resolution<" not in page


@pytest.mark.parametrize("what", ["papers", "resolutions", "meetings"])
def test_what_is_not_there_has_no_page(db, client, what):
    assert client.get(f"/council/{what}/01a22dee-bfde-7607-a157-a27766f653ca/").status_code == 404


def test_a_withdrawn_paper_says_so_and_nothing_else(council, client, ris, harvest):
    key = paper("1").pk
    ris.delete(Kind.PAPER, id_of(Kind.PAPER, "1"), at=clock.now())
    harvest(council, days=1)

    page = client.get(f"/council/papers/{key}/")

    assert page.status_code == 200
    assert "Withdrawn by the council’s system" in page.content.decode()
    assert "Müllheim" not in page.content.decode()
    assert names(client.get("/council/papers/")) == ["Bericht zur Lage"]
    assert str(key) not in client.get(f"/council/resolutions/{item('1').pk}/").content.decode()


def test_links_to_a_withdrawn_resolution_stay_and_say_so(
    council, client, ris, harvest, make_person
):
    person = make_person(Role.ADMINISTRATOR)
    resolution, other = item("3"), paper("1")
    links.link(
        source=Ref("stakeholders.paper", other.pk),
        relation="decided_by",
        target=Ref("stakeholders.resolution", resolution.pk),
        by=person,
        at=clock.now(),
    )
    meeting = ris.objects[Kind.MEETING][id_of(Kind.MEETING, "1")]
    ris.change(Kind.MEETING, meeting["id"], at=clock.now(), agendaItem=meeting["agendaItem"][:2])
    harvest(council, days=1)

    page = client.get(f"/council/papers/{other.pk}/").content.decode()

    assert f"/council/resolutions/{resolution.pk}/" in page.partition("Linked with")[2]
    assert "Withdrawn item 3, Rat der Stadt" in page
    assert called("Bericht", to=None, model="stakeholders.resolution") == []


def test_anything_can_be_decided_by_a_resolution_and_by_nothing_else_of_the_council(
    council, make_person
):
    person = make_person(Role.ADMINISTRATOR)
    source = Ref("stakeholders.meeting", item("1").meeting_id)

    made = links.link(
        source=source,
        relation="implements",
        target=Ref("stakeholders.resolution", item("1").pk),
        by=person,
        at=clock.now(),
    )

    assert made.pk
    with pytest.raises(links.LinkRefused):
        links.link(
            source=source,
            relation="decided_by",
            target=Ref("stakeholders.paper", paper("1").pk),
            by=person,
            at=clock.now(),
        )


def test_the_trace_leads_from_a_paper_over_its_resolutions_to_meetings(council):
    found = trace("stakeholders.paper", paper("1").pk, to=None)

    titles = {node.card.title for node in flat(found.down)}
    assert {"Radwege", "Radverkehrskonzept"} <= titles
    assert any(title.startswith("Rat der Stadt") for title in titles)


def test_what_was_harvested_is_found_by_the_search(council):
    index()

    found = {one.title: one.model for one in search.find(asked("Radverkehr"), to=None).rows}

    assert found == {
        "Radverkehrskonzept": "stakeholders.resolution",
        "Radverkehrskonzept für Müllheim": "stakeholders.paper",
    }
    assert [one.title for one in search.find(asked("2026/0002"), to=None).rows] == [
        "Bericht zur Lage"
    ]


def test_what_was_withdrawn_is_found_no_more(source, ris, harvest):
    harvest(source, days=-2)
    index()
    ris.delete(Kind.PAPER, id_of(Kind.PAPER, "1"), at=clock.now())
    harvest(source)
    index()

    titles = [one.title for one in search.find(asked("Radverkehr"), to=None).rows]

    assert titles == ["Radverkehrskonzept"]


def index() -> None:
    """Follow the trail and index what changed, as the worker does."""
    while audit.follow_events():
        pass
    while waiting := search.waiting_models():
        for model in waiting:
            searching.index_waiting(model=model, at=clock.now())


def test_an_item_that_lost_its_result_keeps_its_card(council, ris, harvest):
    meeting = ris.objects[Kind.MEETING][id_of(Kind.MEETING, "1")]
    items = [{**meeting["agendaItem"][0], "result": ""}, *meeting["agendaItem"][1:]]
    ris.change(Kind.MEETING, meeting["id"], at=clock.now(), agendaItem=items)
    harvest(council, days=1)

    assert card_of("stakeholders.resolution", item("1").pk, to=None) is not None
    assert not item("1").is_resolution


def test_an_end_before_the_beginning_is_not_shown(council, client, ris, harvest):
    """Real systems give the midnight of the day for an end that they do not know."""
    wrong, right = (f"2026-03-05T{hour}:00:00+01:00" for hour in ("00", "18"))
    ris.change(Kind.MEETING, id_of(Kind.MEETING, "1"), at=clock.now(), end=wrong)
    ris.change(Kind.MEETING, id_of(Kind.MEETING, "2"), at=clock.now(), end=right)
    harvest(council, days=1)
    pages = [
        client.get(
            f"/council/meetings/{Meeting.objects.get(oparl_id=id_of(Kind.MEETING, key)).pk}/"
        )
        for key in "12"
    ]

    assert [">Ends<" in page.content.decode() for page in pages] == [False, True]
