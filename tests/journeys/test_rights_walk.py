"""All roles × all pages: who may not gets no page, and what is restricted appears on none."""

import os
import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from netzstadt.core.access import queries, services
from netzstadt.core.access.permissions import EVERYWHERE, Permission, Role
from netzstadt.core.days import today
from netzstadt.core.orgs.models import Person
from netzstadt.core.orgs.models.roles import Function
from netzstadt.core.orgs.services import members, persons
from netzstadt.core.search.services import index_objects
from netzstadt.lib import clock
from netzstadt.lib.ids import new_id
from netzstadt.urbandata.models import Thing

pytestmark = pytest.mark.django_db

SAMPLES = {"uuid": str(uuid.uuid4()), "int": "1", "slug": "nothing", "str": "nothing.such"}
SECRET = "Quellwolkenmessung"
# It is looked for by a word that pages do not repeat.
WORD = "Zisternenpegel"
# Signing out would end the walk.
LEFT_OUT = {"/account/sign-out/"}


def addresses(
    resolver: URLResolver | None = None, prefix: str = "/"
) -> Iterator[tuple[str, object]]:
    """Every address of the house with sample arguments, and the rule that its view declares."""
    for entry in (resolver or get_resolver()).url_patterns:
        where = prefix + str(entry.pattern).lstrip("^")
        if isinstance(entry, URLResolver):
            yield from addresses(entry, where)
        elif isinstance(entry, URLPattern) and hasattr(entry.callback, "access_rule"):
            for name, converter in entry.pattern.converters.items():
                kind = type(converter).__name__.removesuffix("Converter").lower()
                kind = {"string": "str"}.get(kind, kind)
                for form in (f"<{kind}:{name}>", f"<{name}>"):
                    where = where.replace(form, SAMPLES.get(kind, "nothing"))
            if "<" not in where and "(" not in where and where not in LEFT_OUT:
                yield where, entry.callback.access_rule


def cast(make_person, make_unit) -> dict[str, Person]:
    """One person for each way in which rights are held, and some who hold none."""
    at, unit = clock.now() - timedelta(hours=1), make_unit()
    people = {role.value: make_person(role) for role in EVERYWHERE}
    for name in ("STAFF", "HEAD_OF_UNIT", "DEPUTY", "PARTNER", "NOBODY", "DEACTIVATED", "FORMER"):
        people[name] = make_person()
    people["ELEVATED"] = make_person(Role.ADMINISTRATOR)
    services.elevate(person=people["ELEVATED"], reason="A walk through the house", hours=4, at=at)
    for name, function in (("STAFF", Function.MEMBER), ("HEAD_OF_UNIT", Function.HEAD)):
        members.begin_membership(
            person=people[name],
            unit=unit,
            function=function,
            valid_from=today(),
            by=None,
            at=at,
        )
    members.name_deputy(
        person=people["HEAD_OF_UNIT"],
        deputy=people["DEPUTY"],
        only_when_absent=False,
        valid_from=today(),
        by=None,
        at=at,
    )
    services.grant_role(
        person=people["PARTNER"],
        role=Role.PARTNER,
        for_object=("urbandata.thing", uuid.uuid4()),
        by=None,
        at=at,
    )
    ended = services.grant_role(person=people["FORMER"], role=Role.COORDINATOR, by=None, at=at)
    services.revoke_role(grant=ended, by=None, at=at + timedelta(minutes=1))
    persons.deactivate_person(person=people["DEACTIVATED"], by=None, at=at)
    return people


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_page_lets_in_exactly_those_whom_its_rule_names(
    make_person, make_unit, client_of, method
):
    people = cast(make_person, make_unit)
    clients = {name: client_of(person) for name, person in people.items()}
    wrong = []
    for n, (where, rule) in enumerate(addresses()):
        expected = {name: _expected(rule, name, person) for name, person in people.items()}
        for name in _asked(expected, turn=n):
            answer = getattr(clients[name], method)(where)
            if expected[name] != (answer.status_code in {403, 302}):
                if answer.status_code == 302 and "/account/sign-in/" not in answer["Location"]:
                    continue
                wrong.append((method, where, name, answer.status_code))

    assert wrong == []


def _asked(expected: dict[str, bool | None], *, turn: int) -> list[str]:
    """Who asks for one page: all who must be refused, and of those who are let in two, others for
    each page; all of them with full numbers (their pages are what takes the time)."""
    refused = [name for name, is_refused in expected.items() if is_refused]
    let_in = [name for name, is_refused in expected.items() if is_refused is False]
    if os.environ.get("NETZSTADT_SOAK"):
        return refused + let_in
    return refused + [let_in[(turn + k) % len(let_in)] for k in range(min(2, len(let_in)))]


def _expected(rule: object, name: str, person: Person) -> bool | None:
    """Whether the page must be refused; None where this walk cannot tell."""
    if rule == "public":
        return None  # open to everybody; some lead to signing in because a step is missing
    if name == "DEACTIVATED":
        return True
    if rule == "signed_in":
        return False
    assert isinstance(rule, Permission)
    held = queries.held(person)
    if queries.carrying(held, rule) is not None:
        return False
    # In one unit or for one object only: whether the page takes that, its own tests show.
    return True if queries.anywhere(held, rule) is None else None


@pytest.mark.parametrize("method", ["get", "post"])
def test_without_signing_in_only_what_is_public_opens(method):
    client, wrong = Client(), []
    for where, rule in addresses():
        answer = getattr(client, method)(where)
        is_sent_away = answer.status_code == 302 and "/account/sign-in/" in answer["Location"]
        if rule != "public" and not is_sent_away:
            wrong.append((where, answer.status_code))

    assert wrong == []


def test_there_are_pages_to_walk():
    rules = [rule for _where, rule in addresses()]

    assert len(rules) > 60
    assert sum(isinstance(rule, Permission) for rule in rules) > 30


def test_what_is_restricted_appears_on_no_page_for_who_may_not_see_it(
    make_person, make_unit, client_of
):
    at = clock.now()
    thing = Thing.objects.create(
        id=new_id(),
        iot_id='"secret"',
        name=SECRET,
        description=f"{WORD} {SECRET}",
        visibility="RESTRICTED",
        created_at=at,
        changed_at=at,
    )
    index_objects(model="urbandata.thing", ids=[thing.pk], at=at)
    people = cast(make_person, make_unit)
    people["guest"] = make_person()
    services.grant_role(
        person=people["guest"],
        role=Role.READER,
        for_object=("urbandata.thing", thing.pk),
        by=None,
        at=at - timedelta(minutes=5),
    )
    # Each way of seeing and of not seeing once: the walk is long.
    for name in ("ELEVATED", "HEAD_OF_UNIT", "FORMER", "DEACTIVATED", "PRIVACY_OFFICER"):
        del people[name]
    see = {"ADMINISTRATOR", "DATA_ENGINEER", "guest"}
    clients = {"anonymous": Client()}
    clients |= {name: client_of(person) for name, person in people.items()}
    leaks, shown = [], set()
    pages = [where for where, _rule in addresses()]
    search = f"/search/?words={WORD}"
    pages += [search, f"/stations/?q={WORD}"]
    for where in pages:
        for name, client in clients.items():
            answer = client.get(where.replace(SAMPLES["uuid"], str(thing.pk)))
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            found = SECRET in body.decode(errors="replace")
            if found and name in see:
                shown.add((name, where == search))
            elif found:
                leaks.append((where, name))

    assert leaks == []
    # Who may see it, does, on pages and in the search: the walk looks at the right places.
    assert shown == {(name, is_found) for name in see for is_found in (True, False)}
