"""The calendar of deadlines: its secret address, what it shows, and RFC 5545 to the letter."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar

from netzstadt.core.access import services as access
from netzstadt.core.access.permissions import Role
from netzstadt.core.notices import queries
from netzstadt.core.notices.services import calendars as services
from netzstadt.core.orgs.services import persons
from netzstadt.core.rooms import Deadline
from netzstadt.lib import clock
from netzstadt.standards.calendars import DayEntry, write_days
from netzstadt.urbandata import services as urbandata

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
ENTRY = DayEntry(
    uid="a.b.1@city.example",
    title="Zwölf Boxkämpfer; jagen, Viktor \\ quer\nüber den großen Sylter Deich " * 4,
    on=date(2026, 12, 31),
    url="https://city.example/office/?a=1;b=2",
    changed_at=AT,
)


def open_calendar(person) -> str:
    token = services.open_calendar(person=person, by=person, at=clock.now())
    return f"/calendar/{token}.ics"


def make_key(person, name="Gateway", days=10):
    now = clock.now()
    return urbandata.issue_api_key(
        name=name,
        holder=person,
        may_read=True,
        may_write=False,
        things=None,
        expires_at=now + timedelta(days=days),
        by=person,
        at=now,
    ).key


def events_in(response) -> list:
    return list(Calendar.from_ical(response.content).walk("VEVENT"))


def test_the_written_calendar_keeps_to_the_rfc():
    content = write_days([ENTRY], name="Fristen", refresh=timedelta(hours=1))

    assert content.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")  # 3.1: lines end with CRLF
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))  # 3.1: folded at 75 octets
    unfolded = re.sub(rb"\r\n[ \t]", b"", content).decode("utf-8")
    lines = unfolded.split("\r\n")
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"] or "VERSION:2.0" in lines
    assert "PRODID:-//Netzstadt//Deadlines//EN" in lines
    assert "DTSTART;VALUE=DATE:20261231" in lines
    assert "DTEND;VALUE=DATE:20270101" in lines
    assert "DTSTAMP:20260501T120000Z" in lines
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in lines
    assert lines.count("UID:a.b.1@city.example") == 1
    assert "METHOD" not in unfolded
    summary = next(line for line in lines if line.startswith("SUMMARY:"))
    assert r"Boxkämpfer\; jagen\, Viktor \\ quer" in summary


def test_what_was_written_is_read_again_as_it_was():
    (event,) = Calendar.from_ical(write_days([ENTRY])).walk("VEVENT")

    assert event["UID"] == ENTRY.uid
    assert event.decoded("DTSTART") == ENTRY.on
    assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(days=1)
    assert event["URL"] == ENTRY.url
    assert str(event["SUMMARY"]) == ENTRY.title.replace("\n", " ")


def test_the_same_days_are_the_same_bytes_in_any_order():
    other = DayEntry(uid="z", title="z", on=date(2026, 1, 1), url="/", changed_at=AT)

    assert write_days([ENTRY, other]) == write_days([other, ENTRY])


def test_no_text_can_begin_a_line_of_its_own():
    entry = DayEntry(
        uid="a", title="x\r\nEND:VEVENT\r\nBEGIN:VALARM", on=AT.date(), url="/", changed_at=AT
    )

    assert b"\r\nBEGIN:VALARM" not in write_days([entry])
    assert len(list(Calendar.from_ical(write_days([entry])).walk("VEVENT"))) == 1


def test_the_calendar_shows_ones_own_deadlines(make_person, client):
    person, other = make_person(Role.DATA_ENGINEER), make_person(Role.DATA_ENGINEER)
    key = make_key(person)
    make_key(other, "Not hers")

    response = client.get(open_calendar(person))

    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    (event,) = events_in(response)
    assert event["UID"].startswith(f"urbandata.api_key.{key.pk}.expiry@")
    assert "Gateway" in event["SUMMARY"]


def test_what_she_may_not_see_any_more_is_not_in_her_calendar(make_person, client):
    person = make_person(Role.DATA_ENGINEER)
    make_key(person)
    address = open_calendar(person)
    assert len(events_in(client.get(address))) == 1

    grant = person.grants.get()
    access.revoke_role(grant=grant, by=None, at=clock.now() - timedelta(minutes=30))

    assert events_in(client.get(address)) == []


def test_a_deactivated_person_and_a_wrong_secret_have_no_calendar(make_person, client):
    person = make_person()
    address = open_calendar(person)
    assert client.get(address).status_code == 200
    assert client.get("/calendar/none.ics").status_code == 404

    persons.deactivate_person(person=person, by=None, at=clock.now())

    assert client.get(address).status_code == 404


def test_a_new_address_ends_the_old_one_and_none_ends_both(make_person, client):
    person = make_person()
    first = open_calendar(person)
    second = open_calendar(person)
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200

    services.close_calendar(person=person, by=person, at=clock.now())

    assert client.get(second).status_code == 404
    with pytest.raises(services.CalendarRefused):
        services.close_calendar(person=person, by=person, at=clock.now())


def test_of_the_secret_only_a_digest_is_kept(make_person):
    person = make_person()
    token = services.open_calendar(person=person, by=person, at=clock.now())

    kept = queries.has_calendar(person)

    assert token.encode() not in bytes(kept.token_digest)
    assert len(kept.token_digest) == 32


def test_what_has_not_changed_is_not_sent_again(make_person, client):
    person = make_person(Role.DATA_ENGINEER)
    key = make_key(person)
    address = open_calendar(person)
    first = client.get(address)

    tag, since = first.headers["ETag"], first.headers["Last-Modified"]
    by_tag = client.get(address, headers={"If-None-Match": tag})
    by_time = client.get(address, headers={"If-Modified-Since": since})
    assert (by_tag.status_code, by_time.status_code) == (304, 304)
    assert by_tag.content == b""

    urbandata.revoke_api_key(key=key, by=person, at=clock.now())
    again = client.get(address, headers={"If-None-Match": tag})
    assert again.status_code == 200
    assert again.headers["ETag"] != tag


def test_a_deadline_that_went_away_is_a_change_for_who_asks_by_time(make_person, client):
    person = make_person(Role.DATA_ENGINEER)
    make_key(person)
    address = open_calendar(person)
    client.get(address)
    calendar = queries.has_calendar(person)
    calendar.content_changed_at -= timedelta(days=1)
    calendar.save()
    since = client.get(address).headers["Last-Modified"]

    urbandata.revoke_api_key(
        key=urbandata.ApiKey.objects.get(person_id=person.pk), by=person, at=clock.now()
    )

    assert client.get(address, headers={"If-Modified-Since": since}).status_code == 200


def test_a_room_that_fails_does_not_take_the_others_dates_away(make_person, monkeypatch, caplog):
    from django.apps import apps

    person = make_person(Role.DATA_ENGINEER)
    make_key(person)
    monkeypatch.setattr(apps.get_app_config("orgs"), "deadlines", (f"{__name__}.broken",))

    found = queries.deadlines_of(
        person, since=clock.now().date(), until=clock.now().date() + timedelta(days=60)
    )

    assert len(found) == 1
    assert "defect" in caplog.text


def broken(person, *, since, until) -> list[Deadline]:
    raise ValueError("as agreed")


def test_the_address_is_shown_once(make_person, client_of):
    client = client_of(make_person())

    made = client.post("/account/calendar/", {"do": "open"})
    address = re.search(r"http://\S+?\.ics", made.content.decode())[0]

    assert made.status_code == 201
    assert client.get("/" + address.split("/", 3)[3]).status_code == 200
    assert address not in client.get("/account/calendar/").content.decode()
    assert client.post("/account/calendar/", {"do": "close"}).status_code == 302


def test_one_deadline_is_downloaded_by_whom_it_belongs_to(make_person, client_of):
    person = make_person(Role.DATA_ENGINEER)
    key = make_key(person)
    path = f"/office/deadlines/urbandata.api_key.{key.pk}.expiry.ics"

    response = client_of(person).get(path)

    assert len(events_in(response)) == 1
    assert "attachment" in response.headers["Content-Disposition"]
    assert client_of(make_person(Role.DATA_ENGINEER)).get(path).status_code == 404
    assert path in client_of(person).get("/office/deadlines/").content.decode()


def test_a_key_that_ends_soon_is_told_once(make_person, follow, notices_of):
    person = make_person(Role.DATA_ENGINEER)
    make_key(person, days=10)
    make_key(person, days=40)

    assert urbandata.note_expiring_keys(at=clock.now()) == 1
    assert urbandata.note_expiring_keys(at=clock.now()) == 0
    follow()

    told = [one for one in notices_of(person) if one.event_name == "urbandata.api_key.expiring"]
    assert len(told) == 1
    assert queries.notice(told[0].pk, to=person).card.title == "Gateway"
