"""The page of notices and the bell: what is unread, together where it is the same, read, undone."""

import re
from datetime import timedelta
from itertools import count

import pytest

from netzstadt.core.access import services as access
from netzstadt.core.access.permissions import Role
from netzstadt.core.notices import queries, services
from netzstadt.core.notices.models import Notice
from netzstadt.lib import clock
from netzstadt.lib.ids import new_id

pytestmark = pytest.mark.django_db
numbers = count(1_000_000)


def text_of(response) -> str:
    return response.content.decode()


def bell_of(text: str) -> str:
    """The number at the bell."""
    found = re.search(r'ns-bell__count"><span aria-hidden="true">([^<]*)<', text)
    return found[1] if found else ""


def tell(person, *, event="access.role.granted", model="access.grant", key=None, times=1, **facts):
    """Notices as the follower makes them."""
    key = key or access.grant_role(person=person, role=Role.READER, by=None, at=clock.now()).pk
    for _ in range(times):
        made = Notice.objects.create(
            person=person,
            event_id=new_id(),
            sequence=next(numbers),
            event_name=event,
            object_model=model,
            object_id=key,
            topic="access.roles",
            created_at=clock.now(),
            **facts,
        )
    return made


def test_the_bell_counts_what_is_unread(make_person, client_of, give):
    person = make_person()
    client = client_of(person)
    assert bell_of(text_of(client.get("/imprint/"))) == ""

    give(person)

    assert bell_of(text_of(client.get("/imprint/"))) == "1"
    assert bell_of(text_of(client.get("/notices/bell/"))) == "1"


def test_who_is_not_signed_in_has_no_bell(client):
    assert "ns-bell" not in text_of(client.get("/imprint/"))
    assert client.get("/notices/").status_code == 302
    assert client.get("/notices/bell/").status_code == 302


def test_a_notice_says_what_happened_to_what_and_who_did_it(make_person, client_of, give):
    person = make_person()
    give(person, Role.DATA_ENGINEER, by=make_person(Role.ADMINISTRATOR, name="Toni Beispiel"))

    text = text_of(client_of(person).get("/notices/", headers={"Accept-Language": "en"}))

    assert "Role given" in text
    assert "Data engineer" in text
    assert "Toni Beispiel" in text


def test_opening_a_notice_leads_to_its_object_and_reads_it(
    make_person, client_of, give, notices_of
):
    person = make_person()
    give(person)
    (notice,) = notices_of(person)
    client = client_of(person)

    response = client.post(f"/notices/{notice.pk}/open/")

    assert response.url == "/account/"
    assert bell_of(text_of(client.get("/imprint/"))) == ""


def test_nobody_opens_or_reads_the_notice_of_another(make_person, client_of, give, notices_of):
    person = make_person()
    give(person)
    (notice,) = notices_of(person)
    other = client_of(make_person(Role.ADMINISTRATOR))

    assert other.post(f"/notices/{notice.pk}/open/").status_code == 404
    assert other.post(f"/notices/{notice.pk}/read/").status_code == 404
    notice.refresh_from_db()
    assert notice.read_at is None


def test_reading_can_be_undone_and_a_read_notice_made_unread(
    make_person, client_of, give, notices_of
):
    person = make_person()
    give(person)
    (notice,) = notices_of(person)
    client = client_of(person)

    page = client.post(f"/notices/{notice.pk}/read/", follow=True)
    at = re.search(r'name="at" value="([^"]+)"', text_of(page))[1].replace("&#x2B;", "+")
    assert queries.unread(person).count == 0
    client.post("/notices/undo/", {"at": at})
    assert queries.unread(person).count == 1

    client.post(f"/notices/{notice.pk}/read/")
    client.post(f"/notices/{notice.pk}/read/", {"read": "no", "next": "/notices/?show=all"})
    assert queries.unread(person).count == 1


def test_all_are_read_in_one_stroke_which_can_be_undone_without_what_was_read_before(
    make_person, client_of
):
    person = make_person()
    before = tell(person)
    services.mark_read(notice=before, at=clock.now())
    tell(person, event="access.role.revoked", key=before.object_id)
    client = client_of(person)

    page = client.post("/notices/read/", follow=True)
    at = re.search(r'name="at" value="([^"]+)"', text_of(page))[1].replace("&#x2B;", "+")
    assert queries.unread(person).count == 0
    client.post("/notices/undo/", {"at": at})

    assert queries.unread(person).count == 1
    before.refresh_from_db()
    assert before.read_at is not None


@pytest.mark.parametrize("at", ["", "yesterday", "2026-01-01T00:00:00", "9" * 400])
def test_an_undo_that_names_no_moment_changes_nothing(make_person, client_of, at):
    person = make_person()
    tell(person)
    client = client_of(person)

    assert client.post("/notices/undo/", {"at": at}).status_code == 302
    assert client.get("/notices/", {"undo": at}).status_code == 200
    assert queries.unread(person).count == 1


def test_repeated_events_on_one_object_stand_together(make_person, client_of):
    person = make_person()
    latest = tell(person, times=4)

    page = queries.notice_page(to=person)

    (group,) = page.groups
    assert (group.count, group.unread, group.notice) == (4, 4, latest)
    assert queries.unread(person).count == 1
    services.mark_read(notice=latest, at=clock.now())
    assert queries.notice_page(to=person, only_unread=True).groups == []


def test_what_happens_while_she_reads_stays_unread(make_person):
    person = make_person()
    shown = tell(person)
    tell(person, key=shown.object_id)

    services.mark_read(notice=shown, at=clock.now())

    assert queries.unread(person).count == 1


def test_what_she_may_not_see_any_more_is_in_neither_list_nor_count(make_person, client_of):
    administrator, other = make_person(Role.ADMINISTRATOR), make_person()
    tell(administrator, event="orgs.person.created", model="orgs.person", key=other.pk)
    client = client_of(administrator)
    assert bell_of(text_of(client.get("/imprint/"))) == "1"

    role = administrator.grants.get()
    make_person(Role.ADMINISTRATOR)
    # Before the test's transaction began, which is "now" to the database.
    access.revoke_role(grant=role, by=None, at=clock.now() - timedelta(minutes=30))

    text = text_of(client.get("/notices/?show=all"))
    assert other.name not in text.split("<main")[1]
    assert bell_of(text) == ""
    assert client.post(f"/notices/{Notice.objects.get().pk}/open/").status_code == 404


def test_objects_of_a_kind_that_no_room_declares_are_not_shown(make_person):
    person = make_person()
    tell(person, model="tests.nothing", key=new_id())

    assert queries.unread(person).count == 0


def test_hidden_ones_do_not_keep_the_page_from_going_on(make_person):
    person = make_person()
    seen = tell(person)
    for _ in range(120):
        tell(person, model="orgs.person", key=new_id())

    first = queries.notice_page(to=person)
    second = queries.notice_page(to=person, before=first.before)

    assert first.groups == []
    assert [group.notice for group in second.groups] == [seen]


def test_pages_go_on_where_the_last_ended(make_person, client_of):
    person = make_person(Role.ADMINISTRATOR)
    others = [make_person() for _ in range(7)]
    for other in others:
        tell(person, event="orgs.person.created", model="orgs.person", key=other.pk)

    seen, before = [], None
    while True:
        page = queries.notice_page(to=person, before=before, limit=3)
        seen += [group.card.id for group in page.groups]
        before = page.before
        if before is None:
            break

    assert seen == [other.pk for other in reversed(others)]


def test_the_list_is_filtered_by_topic(make_person, client_of):
    person = make_person()
    tell(person)
    client = client_of(person)

    assert "ns-told__item" in text_of(client.get("/notices/?topic=access.roles"))
    assert "ns-told__item" not in text_of(client.get("/notices/?topic=orgs.account"))


@pytest.mark.parametrize("query", ["topic=nothing", "show=some", "before=0", "before=x"])
def test_a_filter_that_does_not_exist_is_refused_with_its_place(make_person, client_of, query):
    response = client_of(make_person()).get(f"/notices/?{query}")

    assert response.status_code == 422
    assert "ns-error-summary" in text_of(response)


def test_the_page_asks_little_however_many_notices_there_are(
    make_person, client_of, django_assert_max_num_queries
):
    person = make_person(Role.ADMINISTRATOR)
    for other in [make_person() for _ in range(10)]:
        tell(person, event="orgs.person.created", model="orgs.person", key=other.pk, times=3)
    tell(person)
    client = client_of(person)

    with django_assert_max_num_queries(12):
        assert client.get("/notices/?show=all").status_code == 200


def test_old_notices_are_removed_read_ones_earlier(make_person):
    person, at = make_person(), clock.now()
    old = tell(person)
    Notice.objects.filter(pk=old.pk).update(
        created_at=at - timedelta(days=100), read_at=at - timedelta(days=91)
    )
    unread = tell(person, key=old.object_id)
    Notice.objects.filter(pk=unread.pk).update(created_at=at - timedelta(days=366))
    tell(person, key=old.object_id)

    assert services.remove_read(at - timedelta(days=90), limit=10) == 1
    assert services.remove_unread(at - timedelta(days=365), limit=10) == 1
    assert services.remove_unread(at - timedelta(days=365), limit=10) == 0
    assert Notice.objects.count() == 1


def test_a_person_can_have_her_data_and_be_erased(make_person, client_of, give, notices_of):
    person, other = make_person(), make_person()
    give(other, by=person)
    give(person)

    assert len(queries.personal_data(person)["notices"]) == 1
    services.erase_person(person, by=None, at=clock.now())

    assert notices_of(person) == []
    (notice,) = notices_of(other)
    assert notice.actor_id is None
