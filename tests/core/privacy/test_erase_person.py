"""Erasing a person: nothing that names her stays anywhere, and the chain verifies as before."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation
from tests.conftest import PASSWORD
from tests.core.city.conftest import PRIVACY, name_city  # noqa: F401 - a fixture
from tests.core.privacy.conftest import EMAIL, NAME, WORD, places_that_name

from netzstadt.core.access import services as access
from netzstadt.core.access.permissions import Role
from netzstadt.core.audit import queries as audit_queries
from netzstadt.core.audit import services as audit
from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.city import queries as city_queries
from netzstadt.core.city.services import setup
from netzstadt.core.mail.models import OutgoingMail
from netzstadt.core.orgs.models import Person
from netzstadt.core.orgs.services import persons
from netzstadt.core.privacy import queries, services
from netzstadt.core.privacy.models import ErasureRequest
from netzstadt.core.rooms import resolved, rooms
from netzstadt.lib import clock
from netzstadt.lib.mentions import pattern_of

pytestmark = pytest.mark.django_db

WORDS = ("quittenbaum", EMAIL, WORD)
# Where words of hers stay, and what the account of the erasure says of it.
STAYS = {
    "city_city.privacy_officer": "city.legal_pages",
    "city_feedbackreply.text": "city.replies",
    "files_attachment.title": "files.Files you uploaded",
    "files_fileversion.original_name": "files.Files you uploaded",
}
# Tables with personal columns that hold nothing of hers, and why not.
WITHOUT_HER = {
    "axes_accessfailurelog": "switched off: nothing is written",
    "axes_accesslog": "switched off: nothing is written",
    "city_feedbacktry": "a keyed digest of a network address leads to nobody",
    "city_setup": "the first administrator is nobody who was invited; see the test of her",
    "stakeholders_agendaitem": "as the council publishes it, of its business and not of accounts",
    "stakeholders_meeting": "the same",
    "stakeholders_paper": "the same",
    "stakeholders_expert_word": "groups of four letters name nobody; they go with her profile",
    "import_run": "imports are started on the console, where nobody is signed in",
}
# Rooms with personal columns that neither take out nor erase: who does it for them.
DONE_BY_OTHERS = {
    "plane": "grants and keys by access, the trail by audit; imports name nobody",
    "search": "a copy, which follows its objects",
}


@pytest.fixture(autouse=True)
def english(settings):
    """What services say is compared in the language of the sources."""
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


def test_nothing_in_the_whole_database_names_her_any_more(known, officer, worker):
    before = places_that_name(*WORDS)

    _erased, stays = services.erase_person(person=known, by=officer, at=clock.now())
    worker()

    assert {"orgs_person.name", "audit_event.personal", "search_searchword.word"} <= before
    assert places_that_name(*WORDS) == STAYS.keys()
    assert [reason for reason in STAYS.values() if not stays.get(reason)] == []


def test_every_table_that_may_hold_personal_data_holds_some_of_hers(known):
    personal = {one.table: one.personal for one in queries.activities()}
    with connection.cursor() as cursor:
        cursor.execute(
            "select session_id from accounts_signedinsession where person_id = %s", (known.pk,)
        )
        hers = [str(known.pk), *WORDS, *(row[0] for row in cursor.fetchall())]

    empty = {table for table, columns in personal.items() if not holds(table, columns, hers)}

    assert empty - WITHOUT_HER.keys() == set(), "let the fixture `known` have such data, too"
    assert WITHOUT_HER.keys() - empty == set(), "it does by now: take it off the list"


def holds(table, columns, words):
    """Whether one of the words stands in one of these columns of some row."""
    texts = [f"coalesce(\"{column}\"::text, '')" for column in columns]
    with connection.cursor() as cursor:
        cursor.execute(
            f'select exists (select from "{table}" where {" || ".join(texts)} ilike any(%s))',
            ([f"%{word}%" for word in words],),
        )
        return cursor.fetchone()[0]


def test_each_room_takes_out_something_under_each_of_its_headings(known):
    empty = [
        f"{room.label}: {heading}"
        for room in rooms()
        if room.personal_data is not None
        for heading, records in resolved(room.personal_data.export)(known).items()
        if not records
    ]

    assert empty == ["city: setup"], "she did not set the installation up; see the test of her"


def test_pages_call_what_is_known_of_her_by_words_and_not_by_names_of_programs(
    known, officer, client_of
):
    with translation.override("de"):
        every = queries.in_words(known)

    assert [one for one in every if not one.room[0].isupper() or not one.heading[0].isupper()] == []
    names = {name for one in every for record in one.records for name, _value in record}
    assert {name for name in names if not name[0].isupper()} == set()
    pages = [
        client_of(known).get("/account/data/"),
        client_of(officer).get(f"/office/privacy/persons/{known.pk}/erase/"),
    ]
    assert all("Organisation: Wrong passwords (1)" in page.content.decode() for page in pages)


def test_no_room_finds_her_words_by_her_key_any_more(known, officer):
    services.erase_person(person=known, by=officer, at=clock.now())
    known.refresh_from_db()

    left = services.export_person(person=known, by=officer, at=clock.now())["rooms"]
    assert left["city"].pop("replies")  # they stay with the messages of others

    assert [word for word in WORDS if word.lower() in str(left).lower()] == []


def test_a_namesake_keeps_what_the_trail_says_of_her(known, officer, make_person):
    namesake = make_person(name=NAME, email="another@quitte.example")

    services.erase_person(person=known, by=officer, at=clock.now())

    entry = AuditEvent.objects.get(name="orgs.person.created", object_id=namesake.pk)
    assert entry.personal == {"person_name": NAME, "email": "another@quitte.example"}


def test_what_she_did_to_others_stays_in_the_trail(known, officer):
    services.erase_person(person=known, by=officer, at=clock.now())

    entry = AuditEvent.objects.get(name="accounts.invitation.made", person=known)
    assert entry.personal == {"person_name": "Nora Neu", "email": "new@example.org"}


def test_the_one_who_set_the_installation_up_is_erased_as_well(name_city, make_person):  # noqa: F811
    secret = setup.issue_address(at=clock.now())
    begun = city_queries.open_setup(secret, at=clock.now())
    first = setup.make_first_administrator(
        setup=begun, name=NAME, email=EMAIL, password=PASSWORD, at=clock.now()
    )
    name_city()
    setup.finish_setup(setup=begun, by=first, at=clock.now())
    make_person(Role.ADMINISTRATOR)

    known_before = services.export_person(person=first, by=first, at=clock.now())
    _erased, stays = services.erase_person(person=first, by=None, at=clock.now())

    assert len(known_before["rooms"]["city"]["setup"]) == 1
    assert stays["city.setup"]
    assert places_that_name(*WORDS) == set()


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("Ask Kim O'Neill.", True),
        ("ask KIM O'NEILL, she knows", True),
        ("Kim O&#x27;Neill", True),
        ("Kim O'Neills", False),
        ("Joakim O'Neill", False),
        ("Kim", False),
    ],
)
def test_a_name_is_found_as_a_whole_in_texts_and_in_html(text, is_found):
    with connection.cursor() as cursor:
        cursor.execute("select %s ~* %s", (text, pattern_of("Kim O'Neill")))

        assert cursor.fetchone()[0] is is_found


def test_nothing_is_not_looked_for():
    with pytest.raises(ValueError, match="no word"):
        pattern_of("", " ")


def test_the_chain_verifies_and_says_how_many_parts_are_erased(known, officer):
    audit.seal_events()
    before = audit_queries.verify_chain()

    services.erase_person(person=known, by=officer, at=clock.now())
    audit.seal_events()
    after = audit_queries.verify_chain(head=before.head)

    assert before.is_intact
    assert after.is_intact, after.faults
    assert after.erased > before.erased
    assert AuditEvent.objects.filter(person_id=known.pk).exists()  # what she did stays, by id


def test_she_cannot_sign_in_and_has_no_role(known, officer, client_of):
    client = client_of(known)

    services.erase_person(person=known, by=officer, at=clock.now())

    assert client.get("/account/").status_code == 302
    erased = Person.objects.get(pk=known.pk)
    assert not erased.is_active
    assert not erased.has_usable_password()
    assert not erased.grants.filter(valid_to__isnull=True).exists()


def test_an_erased_person_is_named_so_and_nothing_is_offered_for_her(
    known, officer, admin, client_of
):
    services.erase_person(person=known, by=officer, at=clock.now())
    client = client_of(admin)

    pages = [
        client.get(f"/office/persons/{known.pk}/").content.decode(),
        client.get("/office/persons/").content.decode(),
        client_of(officer).get("/office/privacy/requests/?state=DONE").content.decode(),
    ]

    assert [page.count("erased.invalid") for page in pages] == [0, 0, 0]
    assert all("Erased person" in page for page in pages)
    for offered in ("/password/", "/second-factor/", "/active/", "/roles/new/"):
        assert f"{known.pk}{offered}" not in pages[0], offered
    known.refresh_from_db()
    with pytest.raises(persons.PersonRefused):
        persons.reactivate_person(person=known, by=None, at=clock.now())


def test_the_account_says_what_was_erased_and_what_stays_and_why(known, officer):
    erased, stays = services.erase_person(person=known, by=officer, at=clock.now())

    assert erased["orgs.memberships"] == 1
    assert erased["orgs.deputies"] == 2
    assert erased["orgs.absences"] == 1
    assert all(reason for reason in stays.values())
    entry = AuditEvent.objects.get(name="privacy.person.erased")
    assert entry.data["erased"] == erased
    assert ErasureRequest.objects.get().state == "DONE"


def test_only_who_answers_requests_erases_and_nobody_herself(known, officer, make_person):
    for by in (make_person(Role.ADMINISTRATOR), make_person(Role.READER), known):
        with pytest.raises(services.PrivacyRefused):
            services.erase_person(person=known, by=by, at=clock.now())
    with pytest.raises(services.PrivacyRefused):
        services.erase_person(person=officer, by=officer, at=clock.now())

    assert Person.objects.get(pk=known.pk).name == NAME


def test_an_administrator_erases_with_elevated_rights(known, make_person):
    admin = make_person(Role.ADMINISTRATOR)
    access.elevate(
        person=admin,
        reason="She left and asked for it",
        hours=1,
        at=clock.now() - timedelta(minutes=1),
    )

    services.erase_person(person=known, by=admin, at=clock.now())

    assert Person.objects.get(pk=known.pk).email.endswith("@erased.invalid")


def test_the_last_administrator_stays(make_person, officer):
    admin = make_person(Role.ADMINISTRATOR)

    with pytest.raises(services.PrivacyRefused):
        services.erase_person(person=admin, by=officer, at=clock.now())


def test_a_person_asks_once_is_told_that_it_was_refused_why_and_where_to_complain(
    known, officer, client_of, worker
):
    client, asked = client_of(known), ErasureRequest.objects.get()

    again = client.post("/account/data/", {"reason": "", "understood": "on"})
    answered = client_of(officer).post(
        f"/office/privacy/requests/{asked.pk}/",
        {"answer": "The contract runs until June."},
        follow=True,
    )
    worker()
    page = client.get("/account/data/").content.decode()

    assert again.status_code == 409
    assert ErasureRequest.objects.count() == 1
    assert "The request is refused; the person is told so." in answered.content.decode()
    authority = PRIVACY["privacy_authority"]
    for words in ("was refused", "The contract runs until June.", "Art. 77 GDPR", authority):
        assert words in page
    assert "Erasure refused" in client.get("/notices/").content.decode()
    assert OutgoingMail.objects.filter(address=EMAIL, text__contains="Erasure refused").exists()


def test_a_request_is_answered_within_a_month_and_refused_only_with_words(known, officer):
    asked = ErasureRequest.objects.get()

    with pytest.raises(services.PrivacyRefused):
        services.refuse_erasure(request=asked, answer=" ", by=officer, at=clock.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        ErasureRequest.objects.filter(pk=asked.pk).update(
            state="REFUSED", answered_at=asked.asked_at
        )

    assert (asked.due_on - timezone.localdate(asked.asked_at)).days <= 28


def test_on_the_page_the_address_is_typed_once_more(known, officer, client_of):
    client, url = client_of(officer), f"/office/privacy/persons/{known.pk}/erase/"

    wrong = client.post(url, {"email": "other@example.org"})
    right = client.post(url, {"email": EMAIL.upper()})

    assert wrong.status_code == 422
    assert right.status_code == 302
    assert "orgs_person.name" not in places_that_name("quittenbaum")


def test_everything_known_of_her_is_taken_out_by_herself(known, client_of):
    answer = client_of(known).post("/account/data/file/")
    found = answer.json()

    assert answer["Content-Disposition"].startswith("attachment")
    assert found["rooms"].keys() == {room.label for room in rooms() if room.personal_data}
    assert found["rooms"]["orgs"]["account"][0]["email"] == EMAIL
    assert found["rooms"]["orgs"]["memberships"][0]["function"] == "HEAD"
    assert found["rooms"]["access"]["roles"][0]["role"] == "READER"
    assert found["rooms"]["audit"]["about"]
    assert AuditEvent.objects.filter(name="privacy.data.exported", person=known).exists()


def test_who_asked_by_letter_is_found_by_her_address_and_gets_a_file_with_her_name(
    known, officer, client_of
):
    client, page = client_of(officer), "/office/privacy/requests/"

    unknown = client.post(page, {"person": "nobody@example.org"})
    found = client.post(page, {"person": EMAIL.upper()}, follow=True)
    file = client.post(f"/office/privacy/persons/{known.pk}/export/")

    assert unknown.status_code == 422
    assert "There is no account with this address." in unknown.content.decode()
    assert found.redirect_chain == [(f"/office/privacy/persons/{known.pk}/erase/", 302)]
    assert NAME in found.content.decode()
    assert 'filename="data-of-xaveria-quittenbaum.json"' in file["Content-Disposition"]


def test_nobody_takes_out_the_data_of_another(known, make_person, client_of):
    admin = make_person(Role.ADMINISTRATOR)

    with pytest.raises(services.PrivacyRefused):
        services.export_person(person=known, by=admin, at=clock.now())
    answer = client_of(admin).post(f"/office/privacy/persons/{known.pk}/export/")

    assert answer.status_code == 403


def test_every_room_with_personal_columns_can_take_out_and_erase_them():
    with_data = {room.label for room in rooms() if room.personal_data is not None}

    assert {one.room for one in queries.activities()} - with_data == DONE_BY_OTHERS.keys()
