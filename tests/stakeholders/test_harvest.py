"""Reading a council information system: completely, then what changed, and what is withdrawn."""

import json
from datetime import timedelta

import pytest
from tests.stakeholders.conftest import id_of, oparl

from netzstadt.core.audit.models import AuditEvent
from netzstadt.lib import clock
from netzstadt.stakeholders.models import (
    AgendaItem,
    Consultation,
    CouncilOrganisation,
    CouncilSource,
    Harvest,
    Meeting,
    Paper,
)
from netzstadt.stakeholders.services import harvest as harvesting
from netzstadt.standards.oparl.objects import Kind

pytestmark = pytest.mark.django_db


def account(run: Harvest) -> dict[str, int]:
    """What came of what was read, without what did not happen."""
    names = ("new", "changed", "unchanged", "withdrawn", "returned", "left_out", "dropped")
    return {name: number for name in names if (number := getattr(run, name))}


def paper(key: str) -> Paper:
    return Paper.objects.get(oparl_id=id_of(Kind.PAPER, key))


def item(key: str) -> AgendaItem:
    return AgendaItem.objects.get(oparl_id=id_of(Kind.AGENDA_ITEM, key))


def test_the_first_harvest_brings_everything_and_joins_it(source, harvest):
    run = harvest(source)

    assert (run.state, run.failure) == ("DONE", "")
    assert account(run) == {"new": 13}
    meeting = Meeting.objects.get(oparl_id=id_of(Kind.MEETING, "1"))
    assert (meeting.organisation.name, meeting.place) == ("Rat der Stadt", "Ratssaal")
    agenda = meeting.agenda_items.order_by("order")
    assert [(one.number, one.result_code) for one in agenda] == [
        ("1", "ADOPTED_UNANIMOUSLY"),
        ("2", "NONE"),
        ("3", "NOTED"),
    ]
    assert agenda[0].resolution_text == "Der Rat beschließt das Konzept."
    way = paper("1").consultations.order_by("agenda_item__meeting__start_at")
    assert [(one.agenda_item.name, one.organisation.name, one.role) for one in way] == [
        ("Radwege", "Ausschuss für Verkehr", "Vorberatung"),
        ("Radverkehrskonzept", "Rat der Stadt", "Entscheidung"),
    ]
    assert paper("1").files == [
        {"name": "Vorlage", "url": "https://ris.example/1.pdf", "type": "application/pdf"}
    ]


def test_the_source_is_called_as_its_body(source, harvest, ris):
    harvest(source)

    source.refresh_from_db()
    assert (source.title, source.body_id) == ("Musterstadt", f"{ris.root}/body")


@pytest.mark.parametrize("path", ["/system", "/bodies", "/body"])
def test_a_body_is_found_from_its_system_its_list_and_itself(ris, harvest, path):
    source = CouncilSource.objects.create(address=f"{ris.root}{path}", created_at=clock.now())

    assert harvest(source).state == "DONE"
    assert Paper.objects.count() == 2


def test_the_second_harvest_asks_for_what_changed_and_writes_nothing_twice(source, harvest, ris):
    harvest(source)
    before = set(Paper.objects.values_list("pk", "changed_at"))
    ris.asked.clear()

    run = harvest(source, days=1)

    assert account(run) == {}
    lists = [path for path in ris.asked if not path.startswith(("/system", "/bod"))]
    assert [path.count("modified_since=") for path in lists] == [1, 1, 1]
    assert set(Paper.objects.values_list("pk", "changed_at")) == before


def test_a_system_that_heeds_no_since_is_compared(source, harvest, ris):
    harvest(source)
    ris.heeds_since = False
    ris.change(Kind.PAPER, id_of(Kind.PAPER, "2"), at=clock.now(), name="Neuer Bericht")

    run = harvest(source, days=1)

    assert account(run) == {"changed": 1, "unchanged": 12}
    assert paper("2").name == "Neuer Bericht"


def test_what_is_deleted_becomes_an_empty_tombstone(source, harvest, ris):
    harvest(source)
    kept = paper("1")
    ris.delete(Kind.PAPER, id_of(Kind.PAPER, "1"), at=clock.now())

    run = harvest(source, days=1)

    assert account(run) == {"withdrawn": 1, "dropped": 2}
    gone = paper("1")
    assert gone.pk == kept.pk
    assert gone.deleted_at is not None
    assert (gone.name, gone.reference, gone.files, gone.on) == ("", "", [], None)
    assert gone.consultations.filter(deleted_at__isnull=True).count() == 0


def test_a_tombstone_stays_as_old_as_it_is(source, harvest, ris):
    harvest(source)
    ris.delete(Kind.PAPER, id_of(Kind.PAPER, "1"), at=clock.now())
    harvest(source, days=1)
    first = paper("1").deleted_at
    ris.heeds_since = False

    run = harvest(source, days=2)

    assert "withdrawn" not in account(run)
    assert paper("1").deleted_at == first


def test_what_comes_back_is_taken_back_with_its_key(source, harvest, ris):
    harvest(source)
    original, key = ris.objects[Kind.PAPER][id_of(Kind.PAPER, "1")], paper("1").pk
    ris.delete(Kind.PAPER, id_of(Kind.PAPER, "1"), at=clock.now())
    harvest(source, days=1)
    ris.add({**original, "modified": (clock.now() + timedelta(days=1)).isoformat()})

    run = harvest(source, days=2)

    assert account(run) == {"returned": 3}
    back = paper("1")
    assert (back.pk, back.deleted_at, back.reference) == (key, None, "2026/0001")
    assert back.consultations.filter(deleted_at__isnull=True).count() == 2


def test_an_item_that_its_meeting_names_no_more_is_withdrawn(source, harvest, ris):
    """Sub-objects are deleted without a stub; their main object changes (OParl 1.1, 2.8)."""
    harvest(source)
    meeting = ris.objects[Kind.MEETING][id_of(Kind.MEETING, "1")]
    ris.change(Kind.MEETING, meeting["id"], at=clock.now(), agendaItem=meeting["agendaItem"][:2])

    run = harvest(source, days=1)

    assert account(run) == {"changed": 1, "unchanged": 2, "dropped": 1}
    assert item("3").deleted_at is not None
    assert (item("3").name, item("3").meeting.oparl_id) == ("", meeting["id"])
    assert item("1").deleted_at is None


def test_an_agenda_that_is_not_given_says_nothing_about_its_items(source, harvest, ris):
    harvest(source)
    ris.objects[Kind.MEETING][id_of(Kind.MEETING, "1")].pop("agendaItem")
    ris.change(Kind.MEETING, id_of(Kind.MEETING, "1"), at=clock.now(), name="Rat")

    harvest(source, days=1)

    assert item("1").deleted_at is None


def test_an_item_that_moves_to_another_meeting_is_not_withdrawn(source, harvest, ris):
    harvest(source)
    one, two = (ris.objects[Kind.MEETING][id_of(Kind.MEETING, key)] for key in "12")
    moved, at = one["agendaItem"][2], clock.now()
    ris.change(Kind.MEETING, one["id"], at=at, agendaItem=one["agendaItem"][:2])
    ris.change(Kind.MEETING, two["id"], at=at, agendaItem=[*two["agendaItem"], moved])

    harvest(source, days=1)

    assert item("3").deleted_at is None
    assert item("3").meeting.oparl_id == two["id"]


def test_one_consultation_id_on_two_agendas_is_kept_twice(source, harvest, ris):
    at = clock.now()
    twice = [oparl(Kind.CONSULTATION, "9", agendaItem=id_of(Kind.AGENDA_ITEM, key)) for key in "13"]
    ris.change(Kind.PAPER, id_of(Kind.PAPER, "2"), at=at, consultation=twice)

    harvest(source)

    assert {one.agenda_item.number for one in paper("2").consultations.all()} == {"1", "3"}


def test_a_list_of_consultations_adds_to_what_stands_inside_papers(source, harvest, ris):
    extra = oparl(
        Kind.CONSULTATION,
        "extra",
        paper=id_of(Kind.PAPER, "2"),
        agendaItem=id_of(Kind.AGENDA_ITEM, "2"),
    )
    ris.add(extra)
    harvest(source)
    ris.change(Kind.PAPER, id_of(Kind.PAPER, "2"), at=clock.now(), name="Anders")

    harvest(source, days=1)

    assert paper("2").consultations.filter(deleted_at__isnull=True).count() == 2
    ris.delete(Kind.CONSULTATION, extra["id"], at=clock.now() + timedelta(days=1))
    harvest(source, days=2)
    assert paper("2").consultations.filter(deleted_at__isnull=True).count() == 1


def test_what_is_named_before_it_comes_is_joined_later(source, harvest, ris):
    meeting = ris.objects[Kind.MEETING].pop(id_of(Kind.MEETING, "2"))
    organisation = ris.objects[Kind.ORGANIZATION].pop(id_of(Kind.ORGANIZATION, "council"))
    harvest(source)
    assert paper("1").consultations.filter(agenda_item__isnull=True).count() == 1
    at = (clock.now() + timedelta(hours=1)).isoformat()
    ris.add({**meeting, "modified": at}, {**organisation, "modified": at})

    harvest(source, days=1)

    assert paper("1").consultations.filter(agenda_item__isnull=True).count() == 0
    assert Meeting.objects.get(oparl_id=id_of(Kind.MEETING, "1")).organisation.short_name == "Rat"


def test_what_is_no_object_is_left_out_and_named(source, harvest, ris):
    papers = list(ris.objects[Kind.PAPER].values())
    page = {"data": [{"type": "Paper"}, "text", *papers]}
    ris.answers["/paper"] = json.dumps(page).encode()

    run = harvest(source)

    assert (run.state, run.left_out) == ("DONE", 2)
    assert run.left_out_places == [
        "Paper $.data[0].id: the id is missing, or is no address",
        "Paper $.data[1]: an object is expected",
    ]


def test_people_are_not_read(source, harvest, ris):
    ris.change(
        Kind.PAPER,
        id_of(Kind.PAPER, "1"),
        at=clock.now(),
        originatorPerson=[{"id": "https://ris.example/person/1", "name": "Erika Muster"}],
    )

    harvest(source)

    assert "Erika" not in str(list(Paper.objects.values()))
    assert not any(path.startswith("/person") for path in ris.asked)


def test_a_harvest_is_one_event_with_its_account(source, harvest):
    run = harvest(source)

    event = AuditEvent.objects.get(name="stakeholders.council_source.harvested")
    assert event.object_id == source.pk
    assert (event.data["objects_read"], event.data["objects_new"]) == (13, 13)
    assert event.data["harvest_id"] == str(run.pk)


def test_what_is_stopped_goes_on_behind_its_last_page_and_does_nothing_twice(
    source, ris, monkeypatch
):
    pages = iter(range(100))

    def killed(**given):
        if next(pages) == 2:
            raise SystemExit
        return taken(**given)

    taken = harvesting.take_page
    monkeypatch.setattr(harvesting, "take_page", killed)
    with pytest.raises(SystemExit):
        harvesting.harvest(source=source, at=clock.now())
    monkeypatch.setattr(harvesting, "take_page", taken)
    half = Harvest.objects.get()
    assert (half.state, half.pages, Meeting.objects.count()) == ("RUNNING", 2, 2)
    ris.asked.clear()

    run = harvesting.harvest(source=source, at=clock.now())

    assert run.pk == half.pk
    assert not any(path.startswith(("/organization", "/meeting")) for path in ris.asked)
    assert (run.state, account(run)) == ("DONE", {"new": 13})


def test_of_two_workers_the_second_one_stops(source, ris):
    run = harvesting._begin(harvesting._open(source, clock.now()), _client(source))
    page = harvesting._ask(run, _client(source))

    first = harvesting.take_page(run=run, page=page, at=clock.now())
    second = harvesting.take_page(run=run, page=page, at=clock.now())

    assert first.pages == 1
    assert second is None
    assert CouncilOrganisation.objects.count() == 2
    assert Harvest.objects.get().new == 2


def _client(source):
    return harvesting.Client(address=source.address, allowed_hosts=frozenset({"127.0.0.1"}))


def test_a_page_that_cannot_be_kept_leaves_nothing_of_itself(source, harvest, monkeypatch):
    def defect(*_args, **_more):
        raise RuntimeError

    monkeypatch.setattr(harvesting, "_add", defect)

    with pytest.raises(RuntimeError):
        harvest(source)

    assert CouncilOrganisation.objects.count() == 0
    assert Consultation.objects.count() == 0
