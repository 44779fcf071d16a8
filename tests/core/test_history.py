"""The history of an object, the difference of two states, the chain's page, the export."""

import csv
import io
import json
import uuid
from datetime import timedelta

import pytest

from netzstadt.core.access.permissions import Role
from netzstadt.core.audit import queries, services
from netzstadt.core.audit.models import AuditCheck, AuditEvent
from netzstadt.core.days import today
from netzstadt.core.facts import differences, facts, named
from netzstadt.core.links import services as links
from netzstadt.core.links.queries import Ref
from netzstadt.core.orgs.models.roles import Function
from netzstadt.core.orgs.services import members, units
from netzstadt.lib import clock

pytestmark = pytest.mark.django_db


def rename(unit, name, *, days=0, short="", by=None):
    units.reorganise_unit(
        unit=unit,
        facts=units.UnitFacts(name=name, kind="TEAM", parent=None, short_name=short),
        valid_from=today() + timedelta(days=days),
        by=by,
        at=clock.now(),
    )


def test_the_difference_of_two_states_is_what_was_and_what_became_of_it(make_unit):
    unit = make_unit("One", kind="TEAM")
    rename(unit, "Two")
    rename(unit, "Three", short="T 3")
    rename(unit, "Four", short="T 3")
    entries = queries.history("orgs.unit", unit.pk).entries

    newest, oldest = entries[0], entries[-1]
    found = queries.difference(newest, oldest)  # in whichever order they are chosen

    assert found.steps == 3
    assert found.changed["name"] == ("One", "Four")
    assert found.changed["short_name"] == (None, "T 3")


def test_what_came_back_is_no_difference(make_unit):
    unit = make_unit("One", kind="TEAM")
    rename(unit, "Two", days=1)
    rename(unit, "One", days=2)
    entries = queries.history("orgs.unit", unit.pk).entries

    found = queries.difference(entries[-1], entries[0])

    assert "name" not in found.changed


def test_states_of_two_objects_are_not_compared(make_unit):
    first, second = make_unit(), make_unit()
    one = queries.history("orgs.unit", first.pk).entries[0]
    other = queries.history("orgs.unit", second.pk).entries[0]

    with pytest.raises(ValueError, match="two objects"):
        queries.difference(one, other)


def test_a_history_is_read_page_by_page_without_gaps(make_unit):
    unit = make_unit("0", kind="TEAM")
    for n in range(1, 8):
        rename(unit, str(n))
    seen, before = [], None
    while True:
        page = queries.history("orgs.unit", unit.pk, before=before, limit=3)
        seen += [entry.sequence for entry in page.entries]
        before = page.before
        if before is None:
            break

    assert len(seen) == 8
    assert seen == sorted(seen, reverse=True)


def test_the_page_shows_it_in_words_to_who_sees_the_object(make_unit, make_person, client_of):
    unit = make_unit("Team Alt", kind="TEAM")
    rename(unit, "Team Neu")
    entries = queries.history("orgs.unit", unit.pk).entries
    url = f"/office/audit/history/orgs.unit/{unit.pk}/"
    chosen = f"?first={entries[-1].pk}&second={entries[0].pk}"

    page = client_of(make_person(Role.READER)).get(url + chosen)

    text = page.content.decode()
    assert page.status_code == 200
    assert "Team Alt" in text
    assert "Team Neu" in text


def test_who_does_not_see_the_object_does_not_see_that_it_has_a_history(
    make_person, make_unit, client_of, client
):
    person = make_person(name="Petra Person", email="petra@example.org")
    reader = client_of(make_person(Role.READER))

    for model, key in (
        ("orgs.person", person.pk),
        ("orgs.person", uuid.uuid4()),
        ("nothing.such", uuid.uuid4()),
    ):
        answer = reader.get(f"/office/audit/history/{model}/{key}/")
        assert answer.status_code == 404
        assert "petra" not in answer.content.decode()
    assert client.get(f"/office/audit/history/orgs.unit/{make_unit().pk}/").status_code == 302


def test_the_trail_is_filtered_by_the_unit_of_who_acted(make_unit, make_person):
    unit = make_unit()
    below = make_unit(parent=unit)
    inside, outside, former = make_person(), make_person(), make_person()
    day = today()
    for person, valid_to in ((inside, None), (former, day)):
        members.begin_membership(
            person=person,
            unit=below,
            function=Function.MEMBER,
            valid_from=day - timedelta(days=9),
            valid_to=valid_to,
            by=None,
            at=clock.now(),
        )
    made = {}
    for person in (inside, outside, former):
        made[person.pk] = services.record(
            units.UnitDissolved(object_id=uuid.uuid4(), valid_to=day), by=person
        )

    found = {entry.pk for entry in queries.trail(unit_id=unit.pk).entries}

    assert found == {made[inside.pk]}


def test_a_check_of_the_chain_is_kept_and_shown_to_auditors(make_unit, make_person, client_of):
    make_unit()
    services.seal_events()
    services.check_chain(at=clock.now())
    services.check_chain(at=clock.now())

    page = client_of(make_person(Role.AUDITOR)).get("/office/audit/chain/")
    refused = client_of(make_person(Role.READER)).get("/office/audit/chain/")

    checks = list(AuditCheck.objects.all())
    assert [check.is_intact for check in checks] == [True, True]
    assert checks[0].verified > 0
    assert checks[0].head in page.content.decode()
    assert refused.status_code == 403


def test_an_export_holds_what_the_filter_holds_and_is_recorded(make_unit, make_person, client_of):
    for n in range(3):
        make_unit(f"Unit; with “quotes” {n}")
    client = client_of(make_person(Role.AUDITOR))

    as_csv = client.post("/office/audit/export/", {"name": "orgs.unit.created", "format": "csv"})
    text = b"".join(as_csv.streaming_content).decode("utf-8-sig")
    as_json = client.post("/office/audit/export/", {"name": "orgs.unit.created", "format": "json"})
    lines = b"".join(as_json.streaming_content).decode().splitlines()

    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert len(rows) == 4
    assert {row[4] for row in rows[1:]} == {"orgs.unit.created"}
    assert {json.loads(line)["data"]["unit_name"] for line in lines} == {
        f"Unit; with “quotes” {n}" for n in range(3)
    }
    recorded = AuditEvent.objects.filter(name="audit.trail.exported")
    assert [entry.data["filters"] for entry in recorded] == [{"name": "orgs.unit.created"}] * 2
    assert client_of(make_person(Role.READER)).post("/office/audit/export/").status_code == 403


def test_a_name_that_begins_like_a_formula_is_text_in_the_exported_table(make_person, client_of):
    auditor = make_person(Role.AUDITOR, name="=1+1")
    services.note_export(filters={}, by=auditor, at=clock.now())

    answer = client_of(auditor).post(
        "/office/audit/export/", {"name": "audit.trail.exported", "format": "csv"}
    )
    text = b"".join(answer.streaming_content).decode("utf-8-sig")

    assert {row[2] for row in list(csv.reader(io.StringIO(text), delimiter=";"))[1:]} == {"'=1+1"}


def test_the_trail_is_filtered_by_a_pasted_address_and_by_who_did_it(
    make_unit, make_person, client_of
):
    unit, other = make_unit("Team Eins"), make_unit("Team Zwei")
    doer = make_person(name="Dora Tat", email="dora@example.org")
    rename(unit, "Team Neu", by=doer)
    client = client_of(make_person(Role.AUDITOR))
    pasted = {"object": f"https://city.example/office/units/{other.pk}/?on=2026-01-01"}

    of_other = client.get("/office/audit/", pasted).context["page"].entries
    of_doer = client.get("/office/audit/", {"by": "Dora@example.org"})
    client.post("/office/audit/export/", {"by": "dora@example.org", "format": "json"})

    assert {entry.object_id for entry in of_other} == {other.pk}
    assert {entry.person_id for entry in of_doer.context["page"].entries} == {doer.pk}
    assert "Nur was <strong>Dora Tat</strong> getan hat." in of_doer.content.decode()
    recorded = AuditEvent.objects.get(name="audit.trail.exported")
    assert recorded.data["filters"] == {"person": str(doer.pk)}


def test_a_period_that_ends_before_it_begins_is_refused_at_its_field(make_person, client_of):
    client = client_of(make_person(Role.AUDITOR))

    answer = client.get("/office/audit/?since=2026-02-01&until=2026-01-01")

    assert answer.status_code == 400
    assert "until" in answer.context["form"].errors


def test_a_history_names_the_objects_its_reader_sees_and_no_ids(make_unit, make_person, client_of):
    unit, above = make_unit("Team Eins"), make_unit("Amt Oben")
    person = make_person(name="Petra Person")
    links.link(
        source=Ref("orgs.unit", unit.pk),
        relation="derived_from",
        target=Ref("orgs.unit", above.pk),
        note="",
        by=None,
        at=clock.now(),
    )
    links.link(
        source=Ref("orgs.unit", unit.pk),
        relation="relates_to",
        target=Ref("orgs.person", person.pk),
        note="",
        by=None,
        at=clock.now(),
    )
    reader, auditor = make_person(Role.READER), make_person(Role.AUDITOR)

    page = client_of(reader).get(f"/office/units/{unit.pk}/").content.decode()
    text = page[page.index('id="history"') :]
    trail = client_of(auditor).get("/office/audit/?name=links.").content.decode()

    assert f'<a href="/office/units/{above.pk}/">Amt Oben</a>' in text
    assert "ist abgeleitet von" in text
    assert "derived_from" not in text
    assert "orgs.person" not in text
    assert "für Sie nicht sichtbar" in text
    assert str(person.pk) not in text
    assert "Amt Oben</a>" in trail


def test_what_is_different_names_objects_and_words_of_lists(make_unit):
    unit, above = make_unit("Team Eins"), make_unit("Amt Oben")
    changed = {"parent_id": (None, str(above.pk)), "kind": ("TEAM", "AREA")}

    told = differences(changed, named([], to=None, changed=changed))
    of_one = facts({"changed": {name: list(pair) for name, pair in changed.items()}})

    assert [row[0] for row in told] == ["Gehört zu", "Art"]
    assert told[1][1:] == ("Team", "Bereich")
    assert str(above.pk) not in told[0][2]
    assert unit.pk != above.pk
    assert of_one[1] == ("Art", "Team → Bereich")


def test_rooms_that_call_facts_alike_keep_their_words(make_unit):
    assert facts({"kind": "BARRIER"}) == [("Art", "Barriere")]
    assert facts({"kind": "TEAM"}) == [("Art", "Team")]
