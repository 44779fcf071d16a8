"""Entering by hand: a city without OParl enters meetings, agenda items with results, papers."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from netzstadt.core.access.permissions import Role
from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.meanwhile import ChangedMeanwhile
from netzstadt.lib import clock
from netzstadt.stakeholders.models import AgendaItem, CouncilOrganisation, Meeting, Paper
from netzstadt.stakeholders.services import keeping as services

pytestmark = pytest.mark.django_db
OFFICE = "/office/council/"
START = datetime(2026, 3, 5, 14, 0, tzinfo=UTC)


@pytest.fixture
def person(make_person):
    """Somebody who keeps the council."""
    return make_person(Role.COORDINATOR)


@pytest.fixture
def keeper(client_of, person):
    """Her browser."""
    return client_of(person)


@pytest.fixture
def meeting(person) -> Meeting:
    """A meeting that was entered by hand."""
    facts = services.MeetingFacts(body="Rat der Stadt", start_at=START)
    return services.enter_meeting(facts=facts, by=person, at=clock.now())


def enter_item(meeting, person, name="Radwege", **more) -> AgendaItem:
    facts = services.ItemFacts(number="1", name=name, **more)
    return services.enter_item(meeting=meeting, facts=facts, by=person, at=clock.now())


def enter_paper(person, name="Vorlage", **more) -> Paper:
    facts = services.PaperFacts(name=name, **more)
    return services.enter_paper(facts=facts, by=person, at=clock.now())


def test_a_whole_meeting_is_entered_on_pages(keeper, client):
    keeper.post(
        f"{OFFICE}papers/new/",
        {
            "name": "Konzept",
            "reference": "12/2026",
            "on": "2026-02-01",
            "document": "https://stadt.example/12.pdf",
            "visibility": "PUBLIC",
        },
    )
    made = keeper.post(
        f"{OFFICE}meetings/new/",
        {"body": "Rat der Stadt", "start_at": "2026-03-05T15:00", "visibility": "PUBLIC"},
    )
    meeting = Meeting.objects.get()
    assert made["Location"] == f"/council/meetings/{meeting.pk}/"
    assert meeting.start_at == START, "typed in by the city's clocks"
    keeper.post(
        f"{OFFICE}meetings/{meeting.pk}/items/new/",
        {
            "number": "4",
            "name": "Radverkehr",
            "is_public": "on",
            "result_code": "ADOPTED_BY_MAJORITY",
            "resolution_text": "Der Rat beschließt.",
            "references": "12/2026",
            "visibility": "PUBLIC",
        },
    )

    item, paper = AgendaItem.objects.get(), Paper.objects.get()
    page = client.get(f"/council/resolutions/{item.pk}/").content.decode()
    assert "Adopted by majority" in page
    assert "12/2026" in page
    assert "Radverkehr" in client.get(f"/council/papers/{paper.pk}/").content.decode()
    assert (
        "https://stadt.example/12.pdf"
        in client.get(f"/council/papers/{paper.pk}/").content.decode()
    )


def test_a_body_is_entered_once(meeting, person):
    facts = services.MeetingFacts(body="RAT DER STADT", start_at=START + timedelta(days=30))

    other = services.enter_meeting(facts=facts, by=person, at=clock.now())

    assert other.organisation == meeting.organisation
    assert CouncilOrganisation.objects.count() == 1


def test_a_result_is_worked_out_from_its_words(meeting, person):
    item = enter_item(meeting, person, result_text="Mehrheitlich abgelehnt")

    assert item.result_code == "REJECTED"


@pytest.mark.parametrize(
    ("page", "typed", "says"),
    [
        ("meetings/new/", {"body": "", "start_at": "2026-03-05T15:00"}, "This field is required"),
        (
            "meetings/new/",
            {"body": "Rat", "start_at": "2026-03-05T15:00", "end_at": "2026-03-05T14:00"},
            "would end before it begins",
        ),
        ("papers/new/", {"name": "P", "document": "javascript:alert(1)"}, "valid URL"),
        ("papers/new/", {"name": "P", "reference": "1/26"}, "another paper with this number"),
    ],
)
def test_what_cannot_be_is_refused_at_the_form(keeper, person, page, typed, says):
    enter_paper(person, reference="1/26")

    answer = keeper.post(f"{OFFICE}{page}", {"visibility": "PUBLIC", **typed})

    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_a_paper_that_is_not_known_is_not_put_on_an_agenda(keeper, meeting):
    answer = keeper.post(
        f"{OFFICE}meetings/{meeting.pk}/items/new/",
        {
            "name": "Radwege",
            "result_code": "NONE",
            "references": "99/2026",
            "visibility": "PUBLIC",
        },
    )

    assert answer.status_code == 422
    assert (
        "There is no paper, or more than one, with the number: 99/2026" in answer.content.decode()
    )
    assert not AgendaItem.objects.exists()


def test_an_item_can_be_kept_to_the_administration_in_a_public_meeting(
    keeper, client, meeting, person
):
    enter_item(meeting, person, name="Personalfrage", visibility="ADMINISTRATION")

    assert "Personalfrage" not in client.get(f"/council/meetings/{meeting.pk}/").content.decode()
    assert "Personalfrage" in keeper.get(f"/council/meetings/{meeting.pk}/").content.decode()


def test_an_item_is_not_opened_wider_than_its_meeting(person, meeting):
    facts = services.MeetingFacts(body="Rat der Stadt", start_at=START, visibility="ADMINISTRATION")
    services.correct_meeting(meeting=meeting, facts=facts, by=person, at=clock.now())

    with pytest.raises(services.CouncilRefused, match="Only the administration"):
        enter_item(meeting, person, visibility="PUBLIC")


def test_a_result_is_entered_after_the_meeting(keeper, meeting, person):
    item = enter_item(meeting, person)
    page = f"{OFFICE}items/{item.pk}/"
    form = keeper.get(page).context["form"]

    keeper.post(page, {**form.initial, "result_code": "ADOPTED", "references": ""})

    item.refresh_from_db()
    assert item.result_code == "ADOPTED"
    event = AuditEvent.objects.get(name="stakeholders.resolution.corrected")
    assert (event.data["changed"], event.data["result"]) == (["result_code"], "ADOPTED")


def test_papers_are_put_on_an_item_and_taken_off(meeting, person):
    one, two = enter_paper(person, reference="1/26"), enter_paper(person, reference="2/26")
    item = enter_item(meeting, person, references=("1/26",))

    facts = services.ItemFacts(number="1", name="Radwege", references=("2/26",))
    services.correct_item(item=item, facts=facts, by=person, at=clock.now())

    there = item.consultations.filter(deleted_at__isnull=True)
    assert [row.paper for row in there] == [two]
    assert one.consultations.filter(deleted_at__isnull=True).count() == 0


def test_saving_what_is_the_same_is_no_event(meeting, person):
    before = AuditEvent.objects.count()

    services.correct_meeting(
        meeting=meeting,
        facts=services.MeetingFacts(body="Rat der Stadt", start_at=START),
        by=person,
        at=clock.now(),
    )

    assert AuditEvent.objects.count() == before


def test_nobodys_change_is_undone_unseen(meeting, person):
    seen = meeting.changed_at
    facts = services.MeetingFacts(body="Rat der Stadt", start_at=START, place="Saal")
    services.correct_meeting(meeting=meeting, facts=facts, by=person, at=clock.now(), seen_at=seen)

    with pytest.raises(ChangedMeanwhile):
        services.correct_meeting(
            meeting=meeting,
            facts=services.MeetingFacts(body="Rat der Stadt", start_at=START, place="Foyer"),
            by=person,
            at=clock.now(),
            seen_at=seen,
        )


def test_what_the_administration_alone_may_read_is_not_public(
    client, keeper, client_of, make_person, person
):
    facts = services.MeetingFacts(body="Arbeitskreis", start_at=START, visibility="ADMINISTRATION")
    meeting = services.enter_meeting(facts=facts, by=person, at=clock.now())
    item = enter_item(meeting, person, result_code="ADOPTED")
    paper = enter_paper(person, visibility="ADMINISTRATION")
    pages = [
        f"/council/meetings/{meeting.pk}/",
        f"/council/resolutions/{item.pk}/",
        f"/council/papers/{paper.pk}/",
    ]
    reader = client_of(make_person(Role.READER))

    assert {client.get(page).status_code for page in pages} == {404}
    assert {reader.get(page).status_code for page in pages} == {200}
    assert client.get("/council/").context["resolutions"].total == 0
    services.correct_meeting(
        meeting=meeting,
        facts=services.MeetingFacts(body="Arbeitskreis", start_at=START),
        by=person,
        at=clock.now(),
    )
    assert [client.get(page).status_code for page in pages] == [200, 200, 404]


def test_a_withdrawn_meeting_takes_its_agenda_along_and_keeps_its_page(
    keeper, client, meeting, person
):
    enter_paper(person, reference="1/26")
    item = enter_item(meeting, person, result_code="ADOPTED", references=("1/26",))

    assert (
        "Withdraw this?" in keeper.get(f"{OFFICE}meetings/{meeting.pk}/withdraw/").content.decode()
    )
    keeper.post(f"{OFFICE}meetings/{meeting.pk}/withdraw/")

    page = client.get(f"/council/resolutions/{item.pk}/")
    assert "Withdrawn by the office" in page.content.decode()
    assert client.get("/council/resolutions/").context["page"].total == 0
    assert client.get("/council/meetings/").context["page"].total == 0
    assert item.consultations.filter(deleted_at__isnull=True).count() == 0
    assert keeper.get(f"{OFFICE}items/{item.pk}/").status_code == 404


def test_item_and_paper_are_withdrawn_on_pages(keeper, meeting, person):
    item, paper = enter_item(meeting, person), enter_paper(person)

    keeper.post(f"{OFFICE}items/{item.pk}/withdraw/")
    keeper.post(f"{OFFICE}papers/{paper.pk}/withdraw/")

    assert not AgendaItem.objects.filter(deleted_at__isnull=True).exists()
    assert not Paper.objects.filter(deleted_at__isnull=True).exists()
    with pytest.raises(services.CouncilRefused, match="withdrawn already"):
        services.withdraw_paper(paper=paper, by=person, at=clock.now())


def test_what_comes_from_the_councils_system_is_not_changed_by_hand(
    keeper, source, harvest, person
):
    harvest(source)
    meeting = Meeting.objects.first()

    with pytest.raises(services.CouncilRefused, match="council information system"):
        services.withdraw_meeting(meeting=meeting, by=person, at=clock.now())

    assert keeper.get(f"{OFFICE}meetings/{meeting.pk}/").status_code == 404
    assert "Correct" not in keeper.get(f"/council/meetings/{meeting.pk}/").content.decode()


def test_a_harvest_leaves_alone_what_was_entered_by_hand(source, harvest, meeting, person):
    item = enter_item(meeting, person, result_code="ADOPTED")

    harvest(source)
    harvest(source, days=1)

    item.refresh_from_db()
    assert (item.deleted_at, item.result_code) == (None, "ADOPTED")


def test_only_who_keeps_the_council_enters_anything(client, client_of, make_person, meeting):
    pages = [
        f"{OFFICE}meetings/new/",
        f"{OFFICE}papers/new/",
        f"{OFFICE}meetings/{meeting.pk}/",
        f"{OFFICE}meetings/{meeting.pk}/items/new/",
        f"{OFFICE}meetings/{meeting.pk}/withdraw/",
    ]
    reader, keeper = (client_of(make_person(role)) for role in (Role.READER, Role.ADMINISTRATOR))

    assert {client.get(page).status_code for page in pages} == {302}
    assert {reader.get(page).status_code for page in pages} == {403}
    assert {keeper.get(page).status_code for page in pages} == {200}


@pytest.mark.parametrize(
    ("model", "change", "constraint"),
    [
        (Meeting, {"origin": "OPARL"}, "origin"),
        (Meeting, {"visibility": "UNIT"}, "visibility"),
        (AgendaItem, {"result_text": "beschlossen"}, "result"),
        (AgendaItem, {"result_code": "MAYBE"}, "result"),
    ],
)
def test_the_database_says_no_as_well(meeting, person, model, change, constraint):
    enter_item(meeting, person)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        model.objects.update(**change)


def test_a_tombstone_of_the_councils_system_cannot_keep_its_words(source, harvest):
    harvest(source)

    with pytest.raises(IntegrityError, match="tombstone"), transaction.atomic():
        Paper.objects.update(deleted_at=clock.now())


def test_of_what_was_withdrawn_only_who_keeps_the_council_reads_more(
    keeper, client, meeting, person
):
    item = enter_item(
        meeting, person, name="Grundstückskauf", resolution_text="Der Preis beträgt …"
    )
    paper = enter_paper(person, name="Vertrauliche Vorlage", reference="9/26")
    services.withdraw_item(item=item, by=person, at=clock.now())
    services.withdraw_paper(paper=paper, by=person, at=clock.now())

    for page in (f"/council/resolutions/{item.pk}/", f"/council/papers/{paper.pk}/"):
        text = client.get(page).content.decode()
        assert "Withdrawn by the office" in text
        for secret in ("Grundstückskauf", "Der Preis beträgt", "Vertrauliche Vorlage"):
            assert secret not in text
    assert "Der Preis beträgt" in keeper.get(f"/council/resolutions/{item.pk}/").content.decode()


def test_what_was_not_dealt_with_in_public_is_not_public(person, meeting):
    with pytest.raises(services.CouncilRefused, match="not dealt with in public"):
        enter_item(meeting, person, is_public=False)

    made = enter_item(meeting, person, is_public=False, visibility="ADMINISTRATION")
    assert made.visibility == "ADMINISTRATION"
