"""The audit trail: written with the change, sealed, and every tampering found."""

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import ClassVar

import pytest
from django.db import IntegrityError, connection, transaction

from netzstadt.core.access.permissions import Role
from netzstadt.core.audit import queries, services
from netzstadt.core.audit.events import Event
from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.audit.queries import FaultKind
from netzstadt.core.days import today
from netzstadt.core.ui.templatetags.kit import event_title, facts
from netzstadt.lib.ids import new_id

pytestmark = pytest.mark.django_db


@dataclass(frozen=True, kw_only=True)
class BenchPainted(Event):
    """A bench got a new colour."""

    name = "tests.bench.painted"
    object_model = "tests.bench"
    personal: ClassVar[frozenset[str]] = frozenset({"painter"})

    colour: str
    painter: str = ""
    when: datetime | None = None
    day: date | None = None
    cost: Decimal | None = None
    ids: tuple[uuid.UUID, ...] = ()


def paint(colour: str = "green", painter: str = "Kim", **facts: object) -> uuid.UUID:
    event = BenchPainted(object_id=new_id(), colour=colour, painter=painter, **facts)
    return services.record(event, by=None)


def sealed(count: int) -> list[uuid.UUID]:
    ids = [paint(f"colour {number}") for number in range(count)]
    assert services.seal_events() >= count
    return ids


def tamper(statement: str, *parameters: object) -> None:
    """What the owner of the tables could do: without triggers, without foreign keys."""
    with connection.cursor() as cursor:
        # Checks put off to the commit have to be done before the tables can be altered.
        cursor.execute("set constraints all immediate")
        for table in ("audit_event", "audit_seal"):
            cursor.execute(f"alter table {table} disable trigger user")
        for table in ("audit_seal", "audit_waiting", "audit_unfollowed"):
            cursor.execute(f"alter table {table} drop constraint if exists {table}_event_id_fkey")
        cursor.execute(statement, parameters)
        for table in ("audit_event", "audit_seal"):
            cursor.execute(f"alter table {table} enable trigger user")


def kinds(**more: object) -> list[tuple[FaultKind, int | None]]:
    return [(fault.kind, fault.position) for fault in queries.verify_chain(**more).faults]


def test_an_event_is_written_with_its_facts():
    moment = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    key = uuid.uuid4()

    entry = queries.entry(
        paint("blue", when=moment, day=date(2026, 3, 29), cost=Decimal("1.10"), ids=(key,))
    )

    assert entry.name == "tests.bench.painted"
    assert entry.data == {
        "colour": "blue",
        "when": "2026-03-29T01:30:00+00:00",
        "day": "2026-03-29",
        "cost": "1.10",
        "ids": [str(key)],
    }
    assert entry.personal == {"painter": "Kim"}


def test_an_event_that_holds_an_object_is_refused():
    with pytest.raises(TypeError):
        paint(object())  # type: ignore[arg-type]


def test_the_event_vanishes_with_its_change():
    with transaction.atomic():
        paint()
        transaction.set_rollback(True)

    assert not AuditEvent.objects.filter(name="tests.bench.painted").exists()


@pytest.mark.parametrize(
    "statement",
    [
        "update audit_event set name = 'a.b'",
        "update audit_event set personal = '{}'",
        "delete from audit_event",
        "truncate audit_event cascade",
        "update audit_seal set hash = sha256('x')",
        "delete from audit_seal",
        "truncate audit_seal",
    ],
)
def test_the_database_refuses_to_change_the_trail(statement):
    sealed(1)

    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_an_untouched_chain_is_intact():
    sealed(25)

    report = queries.verify_chain()

    assert report.is_intact
    assert report.verified >= 25
    assert report.waiting == 0


def test_sealing_goes_on_where_it_ended_and_in_portions():
    sealed(3)
    for _ in range(5):
        paint()

    counts = [services.seal_events(limit=2) for _ in range(4)]

    assert counts == [2, 2, 1, 0]
    assert queries.verify_chain().is_intact


def test_events_that_wait_are_no_fault():
    sealed(1)
    paint()

    report = queries.verify_chain()

    assert report.is_intact
    assert report.waiting == 1


@pytest.mark.parametrize(
    "change",
    [
        'data = \'{"colour": "red"}\'',
        "name = 'tests.bench.burnt'",
        "person_id = gen_random_uuid()",
        "api_key_id = gen_random_uuid()",
        "at = at + interval '1 microsecond'",
        "object_id = gen_random_uuid()",
        "object_model = 'tests.chair'",
        "personal_digest = sha256('x')",
    ],
)
def test_a_changed_event_is_found_where_it_is(change):
    ids = sealed(5)

    tamper(f"update audit_event set {change} where id = %s", ids[2])

    (fault,) = queries.verify_chain().faults
    assert fault.event_id == ids[2]
    assert fault.kind is FaultKind.CHANGED


def test_changed_personal_facts_are_found():
    ids = sealed(3)

    tamper('update audit_event set personal = \'{"painter": "Eve"}\' where id = %s', ids[1])

    assert kinds() == [(FaultKind.PERSONAL_CHANGED, 2)]


def test_a_removed_event_is_found():
    ids = sealed(3)

    tamper("delete from audit_event where id = %s", ids[1])

    assert kinds() == [(FaultKind.EVENT_MISSING, 2)]


def test_an_event_removed_with_its_seal_is_found():
    ids = sealed(3)

    tamper("delete from audit_seal where event_id = %s", ids[1])
    tamper("delete from audit_event where id = %s", ids[1])

    assert kinds() == [(FaultKind.SEAL_MISSING, 2)]


def test_a_gap_that_was_closed_is_found():
    ids = sealed(4)

    tamper("delete from audit_seal where event_id = %s", ids[1])
    tamper("delete from audit_event where id = %s", ids[1])
    tamper("update audit_seal set position = position - 1 where position > 2")

    assert kinds() == [(FaultKind.CHANGED, 2)]


def test_reordered_events_are_found():
    ids = sealed(4)

    tamper("update audit_seal set event_id = gen_random_uuid() where event_id = %s", ids[1])
    tamper("update audit_seal set event_id = %s where event_id = %s", ids[1], ids[2])
    tamper("update audit_seal set event_id = %s where position = 2", ids[2])

    assert kinds() == [(FaultKind.CHANGED, 2), (FaultKind.CHANGED, 3)]


def test_an_event_slipped_in_between_is_found():
    ids = sealed(3)

    tamper(
        "insert into audit_event (id, name, object_model, object_id)"
        " values (%s, 'tests.bench.stolen', 'tests.bench', %s)",
        new_id(),
        ids[0],
    )

    assert kinds() == [(FaultKind.NOT_SEALED, None)]


def test_a_slipped_in_event_with_a_made_up_seal_is_found():
    sealed(2)
    stolen = new_id()

    tamper(
        "insert into audit_event (id, name, object_model, object_id)"
        " values (%s, 'tests.bench.stolen', 'tests.bench', %s)",
        stolen,
        new_id(),
    )
    tamper("insert into audit_seal (position, event_id, hash) values (3, %s, sha256('x'))", stolen)

    assert kinds() == [(FaultKind.CHANGED, 3)]


def test_a_chain_cut_at_its_end_is_found_with_an_earlier_head():
    ids = sealed(4)
    head = queries.verify_chain().head

    tamper("delete from audit_seal where event_id = %s", ids[3])
    tamper("delete from audit_event where id = %s", ids[3])

    assert kinds() == [], "without the head a shorter chain is a chain"
    assert kinds(head=head) == [(FaultKind.HEAD_MISSING, 4)]


def test_a_chain_that_grew_still_contains_its_earlier_head():
    sealed(2)
    head = queries.verify_chain().head
    sealed(2)

    assert kinds(head=head) == []


def test_a_head_that_is_none_is_refused():
    for head in ("x", "1:zz", "5"):
        with pytest.raises(ValueError, match="head"):
            queries.verify_chain(head=head)


def test_the_chain_holds_after_personal_facts_were_erased():
    ids = sealed(3)

    with connection.cursor() as cursor:
        cursor.execute(
            "update audit_event set personal = null, personal_salt = null where id = %s", [ids[1]]
        )
    report = queries.verify_chain()

    assert report.is_intact
    assert report.erased == 1
    assert queries.entry(ids[1]).personal is None


def test_many_faults_are_counted_not_listed():
    sealed(30)

    tamper("update audit_event set name = 'tests.bench.burnt'")
    report = queries.verify_chain(fault_limit=10)

    assert len(report.faults) == 10
    assert report.faults_left_out == 20


def test_the_trail_is_filtered_and_paged_by_keyset(make_person):
    person = make_person(Role.ADMINISTRATOR)
    for number in range(7):
        services.record(BenchPainted(object_id=new_id(), colour=str(number)), by=person)

    first = queries.trail(person_id=person.pk, limit=5)
    second = queries.trail(person_id=person.pk, limit=5, before=first.before)

    assert [entry.data["colour"] for entry in first.entries] == ["6", "5", "4", "3", "2"]
    assert [entry.data["colour"] for entry in second.entries] == ["1", "0"]
    assert second.before is None
    assert queries.trail(name="tests.").entries
    assert not queries.trail(name="tests.chair").entries
    assert not queries.trail(until=first.entries[0].at - timedelta(days=1)).entries


def _names_of_the_house() -> list[str]:
    kinds = [Event]
    for kind in kinds:
        kinds += kind.__subclasses__()
    # What several events have in common has no name of its own.
    shipped = [
        kind.name for kind in kinds if hasattr(kind, "name") and "netzstadt" in kind.__module__
    ]
    return [
        *shipped,
        "plane.thing.created",
        "plane.datastream.deleted",
        "plane.import_run.finished",
    ]


def test_every_event_is_named_in_words():
    for name in _names_of_the_house():
        assert event_title(name) != name
    assert event_title("plane.thing.created") == "Station angelegt"
    assert event_title("tests.bench.painted") == "tests.bench.painted"


def test_facts_are_told_in_words_and_the_empty_ones_left_out():
    said = facts(
        {"role": "DATA_ENGINEER", "unit_id": None, "is_demo": True, "depth": 3, "tags": ["a", "b"]}
    )

    assert said == [
        ("Rolle", "Datentechnik"),
        ("Demo-Konto", "ja"),
        ("depth", "3"),
        ("tags", "a, b"),
    ]
    assert facts(None) == []


def test_every_fact_of_the_house_has_a_name_in_words():
    kinds = [Event]
    for kind in kinds:
        kinds += kind.__subclasses__()
    names = {
        field
        for kind in kinds
        if "netzstadt" in kind.__module__
        for field in kind.__annotations__
        if not str(kind.__annotations__[field]).startswith(("ClassVar", "typing.ClassVar"))
    } - {"object_id"}

    assert [name for name in sorted(names) if facts({name: "x"}) == [(name, "x")]] == []


def test_events_are_chosen_by_what_people_call_them(make_person, client_of):
    page = client_of(make_person(Role.ADMINISTRATOR)).get("/office/audit/?name=plane.")

    text = page.content.decode()
    assert '<option value="access.role.granted">Rolle zugewiesen</option>' in text
    assert '<option value="plane." selected>plane.</option>' in text


def test_the_trail_is_read_until_the_last_day_of_the_calendar(make_person, client_of):
    client = client_of(make_person(Role.ADMINISTRATOR))

    assert client.get("/office/audit/?since=0001-01-02&until=9999-12-31").status_code == 200


def test_the_trail_of_one_person_says_whose_it_is_and_leads_back(make_person, client_of):
    admin = make_person(Role.ADMINISTRATOR, name="Ada Amt")
    services.record(BenchPainted(object_id=new_id(), colour="green"), by=admin)

    text = client_of(admin).get(f"/office/audit/?person={admin.pk}").content.decode()

    assert "Nur was <strong>Ada Amt</strong> getan hat." in text
    assert "Einträge aller Personen zeigen" in text


def test_an_administrator_reads_the_trail(make_person, client_of):
    admin = make_person(Role.ADMINISTRATOR)
    for number in range(60):
        services.record(BenchPainted(object_id=new_id(), colour=f"colour {number}"), by=admin)
    client = client_of(admin)

    newest = client.get("/office/audit/?name=tests.bench.painted")
    older = client.get(
        f"/office/audit/?name=tests.bench.painted&before={newest.context['page'].before}"
    )

    assert "colour 59" in newest.content.decode()
    assert "colour 9" not in newest.content.decode()
    assert "colour 9" in older.content.decode()
    day = today()  # of the city: at night it is another than that of UTC
    assert client.get(f"/office/audit/?since={day}&until={day}").context["page"].entries


@pytest.mark.parametrize(
    "query",
    ["person=x", "object=1'--", "since=yesterday", "before=-1", "before=99999999999999999999"],
)
def test_a_filter_that_cannot_be_read_is_said(make_person, client_of, query):
    response = client_of(make_person(Role.ADMINISTRATOR)).get(f"/office/audit/?{query}")

    assert response.status_code == 400
    assert "ns-error-summary" in response.content.decode()
