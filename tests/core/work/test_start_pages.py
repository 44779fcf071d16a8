"""My work and the cockpit: tiles in her order, one that fails alone, few queries, first steps."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from netzstadt.core.access import queries as access
from netzstadt.core.access.permissions import Role
from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.orgs.services import persons
from netzstadt.core.rooms import FirstStep, Tile, TileContent, resolved, rooms
from netzstadt.core.work import queries, services
from netzstadt.core.work.models import TilePlace
from netzstadt.lib import clock

pytestmark = pytest.mark.django_db
TILE_QUERIES = 3


class Room:
    """As much of a room as has tiles and first steps."""

    def __init__(self, *tiles: Tile, steps: tuple[FirstStep, ...] = ()) -> None:
        self.tiles = tiles
        self.first_steps = steps


def text_of(response) -> str:
    return response.content.decode()


def tile(key, content="full", **facts) -> Tile:
    return Tile(key=key, title=key, content=f"{__name__}.{content}", **facts)


def full(person, *, at) -> TileContent:
    return TileContent(count=7)


def broken(person, *, at) -> TileContent:
    raise ValueError("as agreed")


def keys(person, *tiles, places=queries.PLACES) -> list[str]:
    found = queries.tiles(person, access.held(person), places=places, of=[Room(*tiles)])
    return [one.tile.key for one in found]


def test_who_signs_in_lands_on_her_work(make_person, client):
    from tests.conftest import PASSWORD

    person = make_person(Role.READER)
    person.is_demo = True  # others set up a second factor first
    person.save()

    answer = client.post(
        "/account/sign-in/", {"username": person.email, "password": PASSWORD}, follow=True
    )

    assert answer.request["PATH_INFO"] == "/office/"
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "role",
    [
        None,
        *[
            role
            for role in Role
            if role
            in {Role.ADMINISTRATOR, Role.AUDITOR, Role.COORDINATOR, Role.DATA_ENGINEER, Role.READER}
        ],
    ],
)
def test_my_work_opens_for_every_role_and_says_what_will_appear(make_person, client_of, role):
    client = client_of(make_person(*([role] if role else [])))

    response = client.get("/office/", headers={"Accept-Language": "en"})

    assert response.status_code == 200
    assert "appears here" in text_of(response)
    assert ("no role yet" in text_of(response)) == (role is None)


def test_the_cockpit_is_for_who_leads_and_coordinates(make_person, client_of):
    assert client_of(make_person(Role.COORDINATOR)).get("/office/cockpit/").status_code == 200
    assert client_of(make_person(Role.READER)).get("/office/cockpit/").status_code == 403


def test_tiles_of_her_role_come_first_and_those_she_may_not_have_never(make_person):
    from netzstadt.core.access.permissions import READ_AUDIT_TRAIL

    reader = make_person(Role.READER)

    assert keys(
        reader,
        tile("a", order=1),
        tile("b", order=2, roles=frozenset({Role.READER})),
        tile("c", permission=READ_AUDIT_TRAIL),
        tile("d", place="cockpit"),
    ) == ["b", "a"]


def test_her_order_comes_before_the_declared_one_and_new_tiles_behind(make_person):
    person = make_person()
    services.arrange_tiles(person=person, tiles=["c", "a"], hidden=["a"], at=clock.now())

    found = queries.tiles(person, [], places=["waits"], of=[Room(*map(tile, "abc"))])

    assert [(one.tile.key, one.is_hidden) for one in found] == [
        ("c", False),
        ("a", True),
        ("b", False),
    ]


def test_a_tile_that_fails_says_so_and_the_others_stand(make_person, caplog):
    person = make_person()
    arranged = queries.tiles(
        person, [], places=["waits"], of=[Room(tile("a", "broken"), tile("b"))]
    )

    first, second = queries.shown(person, arranged, at=clock.now())

    assert first.content is None
    assert second.content.count == 7
    assert "tile a" in caplog.text


def test_a_failing_tile_does_not_take_the_page_down(make_person, client_of, monkeypatch):
    from django.apps import apps

    monkeypatch.setattr(apps.get_app_config("work"), "tiles", (tile("x", "broken"), tile("y")))

    response = client_of(make_person()).get("/office/", headers={"Accept-Language": "en"})

    assert response.status_code == 200
    assert "cannot be shown" in text_of(response)
    assert ">7<" in text_of(response)


def test_every_tile_of_the_house_asks_the_database_three_times_at_most(make_person, make_unit):
    person = make_person(Role.ADMINISTRATOR, Role.DATA_ENGINEER)
    for other in [make_person() for _ in range(3)]:
        persons.deactivate_person(person=other, by=person, at=clock.now())
        persons.reactivate_person(person=other, by=None, at=clock.now())
    roles = access.held(person)

    for room in rooms():
        for each in room.tiles:
            with (
                access.held_once(person, roles),
                CaptureQueriesContext(
                    connection,
                ) as asked,
            ):
                content = resolved(each.content)(person, at=clock.now())
            assert isinstance(content, TileContent)
            assert len(asked) <= TILE_QUERIES, each.key
            assert each.empty, f"{each.key} says nothing when it is empty"


def test_the_page_asks_little(make_person, client_of, django_assert_max_num_queries):
    client = client_of(make_person(Role.ADMINISTRATOR, Role.DATA_ENGINEER))
    tiles = sum(len(room.tiles) for room in rooms())
    steps = sum(len(room.first_steps) for room in rooms())

    with django_assert_max_num_queries(8 + TILE_QUERIES * tiles + steps):
        client.get("/office/")


def test_what_others_changed_where_she_had_a_hand_in_is_named(make_person):
    person, colleague, other = (
        make_person(Role.ADMINISTRATOR),
        make_person(Role.ADMINISTRATOR),
        make_person(name="Sascha Probe"),
    )
    persons.deactivate_person(person=other, by=person, at=clock.now())
    persons.reactivate_person(person=other, by=colleague, at=clock.now())

    content = queries.changed_tile(person, at=clock.now())

    assert any("Sascha Probe" in line.text for line in content.lines)
    assert all("deactivated" not in line.text for line in content.lines)


def test_tiles_are_moved_hidden_and_shown_with_buttons(make_person, client_of):
    person = make_person(Role.COORDINATOR)
    client = client_of(person)
    roles = access.held(person)

    def order() -> list[str]:
        found = queries.tiles(person, roles, places=["cockpit"])
        return [one.tile.key for one in found if not one.is_hidden]

    first, second, *rest = order()
    client.post("/office/arrange/", {"tile": first, "do": "down"})
    assert order() == [second, first, *rest]
    client.post("/office/arrange/", {"tile": second, "do": "hide"})
    assert order() == [first, *rest]
    client.post("/office/arrange/", {"tile": second, "do": "show"})
    client.post("/office/arrange/", {"tile": second, "do": "up"})
    assert order() == [second, first, *rest]
    client.post("/office/arrange/", {"do": "reset"})

    assert order() == [first, second, *rest]
    assert not TilePlace.objects.exists()
    assert AuditEvent.objects.filter(name="work.tiles.arranged").count() == 3


@pytest.mark.parametrize("sent", [{"tile": "no.such", "do": "up"}, {"do": "fly"}, {}])
def test_words_that_mean_nothing_move_nothing(make_person, client_of, sent):
    person = make_person(Role.COORDINATOR)
    roles = access.held(person)
    before = queries.tiles(person, roles, places=queries.PLACES)

    assert client_of(person).post("/office/arrange/", sent).status_code == 302
    assert queries.tiles(person, roles, places=queries.PLACES) == before


def test_an_order_that_names_a_tile_twice_is_refused(make_person):
    person = make_person()

    for tiles, hidden in ((["a", "a"], []), (["a"], ["b"])):
        with pytest.raises(services.ArrangementRefused):
            services.arrange_tiles(person=person, tiles=tiles, hidden=hidden, at=clock.now())


def test_first_steps_are_those_of_her_role_that_are_not_done(make_person):
    step = FirstStep(title="Do", url_name="accounts:account")
    engineer = FirstStep(
        title="Connect", url_name="accounts:account", roles=frozenset({Role.DATA_ENGINEER})
    )
    done = FirstStep(title="Done", url_name="accounts:account", is_done=f"{__name__}.is_done")
    gone = FirstStep(title="Gone", url_name="no:such-page")
    reader = make_person(Role.READER)

    found = queries.first_steps(
        reader, access.held(reader), of=[Room(steps=(step, engineer, done, gone))]
    )

    assert [one.title for one, _url in found] == ["Do"]


def is_done(person) -> bool:
    return True


def test_the_database_refuses_a_tile_in_two_places_and_one_without_name(make_person):
    person = make_person()
    TilePlace.objects.create(person=person, tile="a", position=0)

    for key in ("a", ""):
        with pytest.raises(IntegrityError), transaction.atomic():
            TilePlace.objects.create(person=person, tile=key, position=1)


def test_a_person_can_have_her_arrangement_and_be_erased(make_person):
    person = make_person()
    services.arrange_tiles(person=person, tiles=["a"], hidden=[], at=clock.now())

    assert len(queries.personal_data(person)["tiles"]) == 1
    assert services.erase_person(person, by=None, at=clock.now()) == {"tiles": 1}
