"""Linking on the pages: look for the other object, choose it, end the link again."""

import pytest

from netzstadt.core.access.permissions import Role
from netzstadt.core.links.models import Link

pytestmark = pytest.mark.django_db


def test_somebody_looks_for_an_object_links_it_and_ends_the_link(station, make_person, client_of):
    client = client_of(make_person(Role.DATA_ENGINEER))
    market, park = station("Markt"), station("Park am See")
    page = f"/office/links/{market.model}/{market.id}/new/"

    asked = client.get(page, {"relation": "part_of-back", "q": "see"})
    made = client.post(
        f"{page}?relation=part_of-back&q=see",
        {"target": f"{park.model}:{park.id}", "note": "the pond"},
    )
    link = Link.objects.get()
    question = client.get(f"/office/links/{link.pk}/end/")
    ended = client.post(f"/office/links/{link.pk}/end/")

    assert asked.context["found"][0].card.title == "Park am See"
    assert made.url == f"/stations/{market.id}/#links"
    assert ended.url == f"/stations/{park.id}/#links"
    assert (link.source_id, link.target_id, link.note) == (park.id, market.id, "the pond")
    assert "Park am See" in question.content.decode()
    link.refresh_from_db()
    assert link.ended_at is not None


def test_a_form_that_cannot_be_read_names_the_place(station, make_person, client_of):
    client = client_of(make_person(Role.DATA_ENGINEER))
    market = station("Markt")
    page = f"/office/links/{market.model}/{market.id}/new/"

    assert client.get(page).status_code == 200
    wrong = client.get(page, {"relation": "likes", "q": "x"})
    assert wrong.status_code == 422
    assert 'href="#id_relation"' in wrong.content.decode()
    none = client.post(f"{page}?relation=uses&q=markt", {"target": "urbandata.thing:1"})
    assert none.status_code == 422
    assert Link.objects.count() == 0


def test_what_may_not_be_seen_is_neither_found_nor_linked(station, make_person, client_of):
    client = client_of(make_person(Role.STAFF))
    market = station("Markt")
    hidden = station("Geheim", visibility="RESTRICTED")
    page = f"/office/links/{market.model}/{market.id}/new/"

    found = client.get(page, {"relation": "uses", "q": "geheim"})
    sent = client.post(f"{page}?relation=uses&q=geheim", {"target": f"{hidden.model}:{hidden.id}"})

    assert found.context["found"] == []
    assert sent.status_code == 422
    away = client.get(f"/office/links/{hidden.model}/{hidden.id}/new/")
    assert away.status_code == 404
    assert Link.objects.count() == 0


def test_a_link_to_something_hidden_cannot_be_ended(station, join, make_person, client_of):
    client = client_of(make_person(Role.STAFF))
    link = join(station("Markt"), "uses", station("Geheim", visibility="RESTRICTED"))

    assert client.post(f"/office/links/{link.pk}/end/").status_code == 404
    link.refresh_from_db()
    assert link.ended_at is None


def test_who_only_reads_may_not_link(station, join, make_person, client_of, client):
    market = station("Markt")
    link = join(market, "uses", station("Park"))
    reader = client_of(make_person(Role.READER))

    for address in (
        f"/office/links/{market.model}/{market.id}/new/",
        f"/office/links/{link.pk}/end/",
    ):
        assert reader.get(address).status_code == 403
        assert client.get(address).status_code == 302


def test_many_of_one_kind_hide_no_other_and_what_is_called_just_so_comes_first(
    station, make_person, client_of
):
    client = client_of(make_person(Role.DATA_ENGINEER))
    market, lake = station("Markt"), station("See")
    for number in range(30):
        station(f"Ein See {number}")

    page = f"/office/links/{market.model}/{market.id}/new/"
    found = client.get(page, {"relation": "uses", "q": "Ein See 7"}).context["found"]
    several = client.get(page, {"relation": "uses", "q": "see"}).context["found"]

    assert found[0].card.title == "Ein See 7"
    assert {one.kind for one in several} == {"Station", "Datastream"}
    assert len(several) == 16
    assert lake.id not in {one.card.id for one in found}
