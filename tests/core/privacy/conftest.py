"""Somebody of whom every room knows something."""

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from tests.conftest import PASSWORD
from tests.core.accounts.authenticator import add_passkey, ask
from tests.core.accounts.conftest import sign_in
from tests.core.city.conftest import PRIVACY
from tests.core.privacy.known_rooms import (
    EMAIL,
    NAME,
    WORD,
    of_the_network,
    of_the_portfolio,
    of_the_strategy,
)
from tests.urbandata.conftest import make_station  # noqa: F401 - a fixture

from netzstadt.core.access import services as access
from netzstadt.core.access.permissions import Role
from netzstadt.core.accounts import oidc, totp
from netzstadt.core.accounts.services import factors, identities, invitations, passwords
from netzstadt.core.audit import services as audit
from netzstadt.core.city.models import Category, FeedbackKind
from netzstadt.core.city.services import facts, feedback
from netzstadt.core.days import today
from netzstadt.core.files import services as files
from netzstadt.core.links import services as links
from netzstadt.core.links.queries import Ref
from netzstadt.core.mail import services as mail
from netzstadt.core.notices.services import calendars, choices
from netzstadt.core.orgs.models.roles import Function
from netzstadt.core.orgs.services import contacts, members
from netzstadt.core.privacy import services as privacy
from netzstadt.core.search.jobs import index_changes
from netzstadt.core.tags.services import imports, schemes, taggings
from netzstadt.core.work import services as work
from netzstadt.lib import clock
from netzstadt.urbandata import services as urbandata

SKOS = f"""
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix : <https://example.org/v/> .
:s a skos:ConceptScheme ; skos:prefLabel "{WORD}"@de .
:one a skos:Concept ; skos:prefLabel "{WORD} of {NAME}"@de ; skos:inScheme :s .
"""


@pytest.fixture(autouse=True)
def files_of_its_own(tmp_path: Any, settings: Any) -> None:
    """Files in a folder of the test, no scanner; mail into the queue, as outside of tests."""
    settings.CONFIG = replace(settings.CONFIG, data_dir=str(tmp_path), clamd="")
    settings.EMAIL_BACKEND = "netzstadt.core.mail.backend.QueueBackend"


@pytest.fixture
def admin(make_person: Any) -> Any:
    """An administrator who is not erased."""
    return make_person(Role.ADMINISTRATOR, name="Ada Amt")


@pytest.fixture
def officer(make_person: Any) -> Any:
    """Who answers requests of people."""
    return make_person(Role.PRIVACY_OFFICER)


@pytest.fixture
def worker(do_jobs: Any) -> Callable[[], None]:
    """Do what a worker does within seconds: reactions, notices and mails, the search's index."""

    def work() -> None:
        while audit.follow_events():
            pass
        do_jobs()
        index_changes()

    return work


@pytest.fixture
def known(
    admin: Any,
    invited: Any,
    make_unit: Any,
    make_station: Any,  # noqa: F811
    client_of: Any,
    worker: Any,
) -> Any:
    """A person of whom every table with personal columns holds something."""
    person, unit, station = invited, make_unit("Referat Obst"), make_station("Markt").thing
    of_the_organisation(person, admin, unit)
    of_rights(person, admin)
    of_the_account(person, admin)
    of_her_browsers(client_of(person))
    of_the_city(person, admin)
    of_files(person, admin, unit)
    of_tags(person, admin, station)
    of_links(person, admin, unit, station)
    of_the_strategy(person, admin)
    of_the_portfolio(person, unit)
    of_the_network(person, admin, unit)
    of_mail_and_notices(person, admin)
    worker()
    work.arrange_tiles(
        person=person, tiles=["work.changed"], hidden=["work.changed"], at=clock.now()
    )
    privacy.ask_for_erasure(person=person, reason=f"I am {NAME}, {WORD}.", at=clock.now())
    audit.follow_events()  # what the search has not looked at yet
    return person


@pytest.fixture
def invited(admin: Any, worker: Any) -> Any:
    """She was invited, not at once: the first invitation was withdrawn."""
    for _each in range(2):
        invitation = invitations.invite_person(
            email=EMAIL, name=NAME, roles=[Role.READER], language="de", by=admin, at=clock.now()
        )
        worker()
        invitation.refresh_from_db()
        assert invitation.sent_at
        if not _each:
            invitations.withdraw_invitation(invitation=invitation, by=admin, at=clock.now())
    # Before the test's transaction began, which is "now" to the database; so with her other role.
    at = clock.now() - timedelta(hours=2)
    return invitations.accept(invitation=invitation, password=PASSWORD, at=at)


def of_the_organisation(person: Any, admin: Any, unit: Any) -> None:
    """Where she works, who stands in, that she is away, for what she is asked."""
    day, at = today(), clock.now()
    members.begin_membership(
        person=person,
        unit=unit,
        function=Function.HEAD,
        title=f"Head of {WORD}",
        valid_from=day,
        by=admin,
        at=at,
    )
    members.name_deputy(person=person, deputy=admin, valid_from=day, by=person, at=at)
    members.name_deputy(person=admin, deputy=person, valid_from=day, by=admin, at=at)
    members.note_absence(
        person=person, first_day=day, back_on=day + timedelta(days=2), by=person, at=at
    )
    topic = contacts.save_topic(topic=None, title="T", title_en="", order=1, by=None, at=at)
    for values in ({"person": person, "note": WORD, "phone": "1"}, {"email": EMAIL}):
        contacts.save_contact(
            contact=None, values={"topic": topic, "unit": unit, **values}, by=admin, at=at
        )


def of_rights(person: Any, admin: Any) -> None:
    """Roles with reasons, elevated rights, API keys."""
    at = clock.now() - timedelta(hours=1)
    access.grant_role(
        person=person, role=Role.ADMINISTRATOR, by=None, at=at, reason=f"{NAME}: {WORD}"
    )
    access.elevate(person=person, reason=f"Clearing up after {WORD}", hours=2, at=at)
    for holder, by in ((person, admin), (admin, person)):
        urbandata.issue_api_key(
            name=f"Logger of {holder.name}",
            holder=holder,
            may_read=True,
            may_write=False,
            things=None,
            expires_at=None,
            by=by,
            at=at,
        )


def of_the_account(person: Any, admin: Any) -> None:
    """Factors and their loss, links by mail, the provider, an invitation that she sent."""
    key = totp.new_key()
    for _each in range(2):
        at = clock.now()
        code = totp.code_of(key, totp.step_at(at))
        factors.add_code_generator(person=person, key=key, code=code, keep_session=None, at=at)
        factors.make_recovery_codes(person=person, at=at)
        if not _each:
            reason = f"{NAME} lost her {WORD}"
            factors.reset_second_factor(person=person, reason=reason, by=admin, at=at)
    reset = passwords.ask_for_reset(account=EMAIL, language="de", at=clock.now())
    passwords.send_reset(reset_id=reset.pk, at=clock.now())
    passwords.ask_for_reset(account=EMAIL.upper(), language="de", at=clock.now())
    identities.person_of_identity(
        identity=oidc.Identity(
            issuer="https://id.example",
            subject=f"{WORD}-7",
            email=EMAIL,
            email_is_verified=True,
            name=NAME,
        ),
        domains=frozenset(),
        creates_persons=False,
        at=clock.now(),
    )
    invitations.invite_person(
        email="new@example.org",
        name="Nora Neu",
        roles=[Role.READER],
        language="de",
        by=person,
        at=clock.now(),
    )


def of_her_browsers(client: Client) -> None:
    """A passkey, the session that she began with it, and wrong passwords until there is a pause."""
    passkey, phone = add_passkey(client, WORD), Client(headers={"User-Agent": "Firefox/1 Android"})
    phone.post("/account/sign-in/passkey/", {"answer": passkey.sign(ask(phone, "sign-in"))})
    for _each in range(6):
        sign_in(Client(), EMAIL, "a wrong password")


def of_the_city(person: Any, admin: Any) -> None:
    """What she wrote to the city, what she answered, and the page that names her."""
    at = clock.now()
    given = {"kind": FeedbackKind.BARRIER, "category": Category.READING, "language": "de", "at": at}
    hers = feedback.receive_feedback(
        **given, text=f"{WORD} cannot be read", client="192.0.2.1", email=EMAIL.title()
    )
    feedback.reply_to_feedback(message=hers, text="Now it can", is_final=True, by=admin, at=at)
    other = feedback.receive_feedback(
        **given, text="Nor can this", client="192.0.2.2", email="other@example.org"
    )
    feedback.reply_to_feedback(
        message=other, text=f"Yours, {NAME}", is_final=True, by=person, at=at
    )
    officer = {"privacy_officer": f"{NAME}, {EMAIL}"}
    facts.write_privacy_notice(facts=PRIVACY | officer, by=admin, at=at)


def of_files(person: Any, admin: Any, unit: Any) -> None:
    """Files about her, one of them gone by now, and one that she attached to her unit."""

    def attach(model: str, of: Any, name: str, by: Any) -> Any:
        file = io.BytesIO(name.encode())
        at = clock.now()
        return files.attach(model=model, object_id=of.pk, file=file, name=name, by=by, at=at)

    contract = attach("orgs.person", person, f"{WORD} contract.txt", admin).attachment
    files.rename(attachment=contract, title=f"{WORD} of hers", by=admin, at=clock.now())
    gone = attach("orgs.person", person, f"{WORD} leave.txt", admin).attachment
    files.rename(attachment=gone, title=f"{WORD} away", by=admin, at=clock.now())
    files.remove(attachment=gone, by=admin, at=clock.now())
    files.purge_removed(clock.now() + timedelta(days=1))
    attach("orgs.unit", unit, f"Report of {NAME}.txt", person)


def of_tags(person: Any, admin: Any, station: Any) -> None:
    """Tags that she gave, one on her, and a vocabulary that she laid out."""
    at = clock.now()
    scheme = schemes.make_scheme(
        key="fruit", facts=schemes.SchemeFacts(title_de="Obst", is_open=True), by=admin, at=at
    )
    for model, of, by in (("urbandata.thing", station, person), ("orgs.person", person, admin)):
        taggings.tag_with_words(
            scheme=scheme, text="Apfel", model=model, object_id=of.pk, by=by, at=at
        )
    imports.lay_out(key="new", name=f"{NAME}.ttl", content=SKOS.encode(), by=person, at=at)


def of_links(person: Any, admin: Any, unit: Any, station: Any) -> None:
    """What she looks after, and what she linked, with notes."""
    of_unit, of_station = Ref("orgs.unit", unit.pk), Ref("urbandata.thing", station.pk)
    of_her = Ref("orgs.person", person.pk)
    for source, relation, target, by in (
        (of_station, "looked_after_by", of_her, admin),
        (of_station, "uses", of_unit, person),
    ):
        links.link(
            source=source,
            relation=relation,
            target=target,
            note=f"{WORD}: ask {NAME}",
            by=by,
            at=clock.now(),
        )


def of_mail_and_notices(person: Any, admin: Any) -> None:
    """Mail that names her to others, how she wants to be told, her calendar."""
    at = clock.now()
    mail.queue(
        address=admin.email,
        subject=f"{NAME} asked",
        text=f"Answer {NAME} <{EMAIL}>.",
        html=f"<p>Answer {NAME} &lt;{EMAIL}&gt;.</p>",
        at=at,
    )
    choices.choose_channels(person=person, channels={"access.roles": "AT_ONCE"}, by=person, at=at)
    choices.plan_digest(person=person, rhythm="WEEKLY", hour=8, weekday=1, by=person, at=at)
    calendars.open_calendar(person=person, by=person, at=at)


def columns_of_text() -> Iterator[tuple[str, str, str]]:
    """Table, column and how its text is read, of the whole database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.table_name, c.column_name, case c.data_type when 'bytea'"
            "         then 'encode(' || quote_ident(c.column_name) || ', ''escape'')'"
            "         else quote_ident(c.column_name) || '::text' end"
            " from information_schema.columns c"
            " join information_schema.tables t using (table_schema, table_name)"
            " where table_schema = 'public' and t.table_type = 'BASE TABLE'"
            " and c.data_type in ('text', 'character varying', 'character', 'jsonb', 'json',"
            "                     'ARRAY', 'tsvector', 'bytea')"
        )
        yield from cursor.fetchall()


def places_that_name(*words: str) -> set[str]:
    """Every table and column of the whole database in which one of the words stands."""
    found = set()
    patterns = [f"%{word}%" for word in words]
    with connection.cursor() as cursor:
        for table, column, text in columns_of_text():
            cursor.execute(
                f'select exists (select from "{table}" where {text} ilike any(%s))', (patterns,)
            )
            if cursor.fetchone()[0]:
                found.add(f"{table}.{column}")
    return found
