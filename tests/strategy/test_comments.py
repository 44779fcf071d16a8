"""A consultation: what citizens and staff say to a draft, what others see of it, the answers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.signing import TimestampSigner
from django.db import IntegrityError, connection, transaction
from django.test import Client
from tests.strategy.conftest import NOW, City

from netzstadt.core.access.permissions import Role
from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.days import today
from netzstadt.lib import clock
from netzstadt.strategy.models import EMPTY, Comment, Edition
from netzstadt.strategy.queries.comments import comment_cards, who_keeps, who_wrote
from netzstadt.strategy.services import comments, editions, elements

TEXT = "Mehr Schatten auf dem Markt!"


@pytest.fixture
def office(client_of: Callable[..., Client], make_person: Callable[..., object]) -> Client:
    return client_of(make_person(Role.COORDINATOR))


@pytest.fixture
def consulted(city: City) -> City:
    editions.open_consultation(
        edition=city.draft, first=today(), last=today(), by=None, at=clock.now()
    )
    return city


def ticket() -> str:
    """As the form gave it out a while ago."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("time.time", lambda: clock.now().timestamp() - 60)
        return TimestampSigner(salt="netzstadt.guarded_form").sign("form")


def comment(client: Client, city: City, *, on: Any = None, **sent: str) -> Any:
    asked = f"?element={on.pk}" if on else ""
    return client.post(
        f"/strategy/editions/{city.draft.pk}/comment/{asked}",
        {"text": TEXT, "ticket": ticket(), **sent},
    )


def listed(client: Client, city: City, asked: str = "") -> str:
    return client.get(f"/strategy/editions/{city.draft.pk}/comments/{asked}").content.decode()


def test_a_citizens_comment_is_seen_once_the_office_has_looked_at_it(
    consulted: City, client: Client, office: Client
):
    assert comment(client, consulted, on=consulted.goal, name="Eine Anwohnerin").status_code == 302
    assert TEXT not in listed(client, consulted)

    written = Comment.objects.get()
    office.post(f"/office/strategy/comments/{written.pk}/show/")

    text = listed(client, consulted)
    assert TEXT in text
    assert "Eine Anwohnerin" in text
    assert "Die Stadt bleibt im Sommer kühl" in text  # what it is about
    assert TEXT in listed(client, consulted, f"?element={consulted.goal.pk}")
    assert TEXT not in listed(client, consulted, f"?element={consulted.theme.pk}")
    page = client.get(f"/strategy/elements/{consulted.goal.pk}/").content.decode()
    assert "1 Kommentar dazu" in page


def test_the_answer_stands_below_and_the_author_is_told(
    consulted: City,
    client: Client,
    office: Client,
    client_of: Callable[..., Client],
    make_person: Callable[..., Any],
):
    author = make_person(Role.READER)
    comment(client_of(author), consulted)
    written = Comment.objects.get()
    assert author.name in listed(client, consulted)  # shown at once

    office.post(
        f"/office/strategy/comments/{written.pk}/",
        {"outcome": "TAKEN", "answer": "Steht jetzt im Ziel."},
    )

    text = listed(client, consulted)
    assert "Steht jetzt im Ziel." in text
    assert "In den Text übernommen" in text
    event = AuditEvent.objects.get(name="strategy.comment.answered")
    assert who_wrote(event) == [author.pk]


def test_who_keeps_the_strategy_is_told_of_a_comment(
    consulted: City, client: Client, make_person: Callable[..., Any]
):
    keeper, reader = make_person(Role.COORDINATOR), make_person(Role.READER)
    comment(client, consulted)

    told = who_keeps(AuditEvent.objects.get(name="strategy.comment.written"))

    assert keeper.pk in told
    assert reader.pk not in told


def test_a_hidden_comment_is_seen_by_nobody_else_and_has_a_reason(
    consulted: City, client: Client, office: Client
):
    comment(client, consulted)
    written = Comment.objects.get()
    hide = f"/office/strategy/comments/{written.pk}/hide/"

    assert office.post(hide, {"because": " "}).status_code == 422
    assert office.post(hide, {"because": "Beleidigung"}).status_code == 302

    assert TEXT not in listed(client, consulted)
    page = office.get(f"/office/strategy/comments/{written.pk}/").content.decode()
    assert "Beleidigung" in page
    assert TEXT in page


def test_a_comment_is_taken_on_the_days_of_the_consultation_alone(
    city: City, client: Client, office: Client
):
    assert comment(client, city).status_code == 404  # a draft is not seen
    assert comment(office, city).status_code == 422
    tomorrow = today() + timedelta(days=1)
    editions.open_consultation(
        edition=city.draft, first=tomorrow, last=tomorrow, by=None, at=clock.now()
    )

    answer = comment(client, city)

    assert answer.status_code == 422
    assert "kann heute nicht kommentiert werden" in answer.content.decode()
    assert not Comment.objects.exists()


def test_programs_are_kept_out_and_one_sender_cannot_flood(consulted: City, client: Client):
    assert comment(client, consulted, homepage="https://spam.example").status_code == 422
    assert comment(client, consulted, ticket="made up").status_code == 422
    for _each in range(comments.MOST_AN_HOUR):
        assert comment(client, consulted).status_code == 302

    refused = comment(client, consulted)

    assert refused.status_code == 429
    assert Comment.objects.count() == comments.MOST_AN_HOUR


def test_what_is_not_in_the_edition_cannot_be_commented(
    consulted: City, client: Client, office: Client
):
    address = f"/strategy/editions/{consulted.draft.pk}/comment/"
    for asked in ("nonsense", "01a22eb2-39eb-770e-bb2b-5bfa6db2e14b"):
        assert client.get(f"{address}?element={asked}").status_code == 404
    elements.remove_element(version=consulted.version(consulted.first), by=None, at=NOW)
    assert comment(client, consulted, on=consulted.first).status_code == 404


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("insert into strategy_comment (id, edition_id, number, text, name, written_at, state,"
         " hidden_because, outcome, answer) select gen_random_uuid(), id, 9, 'x', '', now(),"
         " 'WAITING', '', '', '' from strategy_edition", "strategy_comment_open"),
        ("update strategy_comment set text = 'Anders'", "strategy_comment_kept"),
        ("update strategy_comment set state = 'HIDDEN'", "strategy_comment_state"),
        ("update strategy_comment set outcome = 'TAKEN'", "strategy_comment_answered_whole"),
    ],
)  # fmt: skip
def test_the_database_says_no_first(consulted: City, client: Client, change: str, constraint: str):
    comment(client, consulted)
    if constraint == "strategy_comment_open":
        editions.return_to_draft(edition=consulted.draft, by=None, at=NOW)

    def names_it(error: IntegrityError) -> bool:
        return error.__cause__.diag.constraint_name == constraint  # type: ignore[union-attr]

    with (
        pytest.raises(IntegrityError, check=names_it),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)


def test_comments_stay_with_an_edition_that_goes_on_to_be_adopted(
    consulted: City, client: Client, office: Client
):
    comment(office, consulted)
    current = Edition.objects.get(pk=consulted.draft.pk)
    editions.adopt_edition(
        edition=current, adopted_on=today(), adopted_by="Rat", by=None, at=clock.now()
    )

    assert TEXT in listed(client, consulted)
    assert comment(client, consulted).status_code == 422


def test_the_office_finds_what_waits_and_what_has_no_answer(
    consulted: City, client: Client, office: Client
):
    comment(client, consulted, text="Wartet noch.")
    comment(office, consulted, text="Ohne Antwort.")
    address = f"/office/strategy/editions/{consulted.draft.pk}/comments/"

    waiting = office.get(f"{address}?show=WAITING").content.decode()
    unanswered = office.get(f"{address}?show=UNANSWERED").content.decode()

    assert ("Wartet noch." in waiting, "Ohne Antwort." in waiting) == (True, False)
    assert ("Wartet noch." in unanswered, "Ohne Antwort." in unanswered) == (True, True)
    assert client.get(address).status_code in (302, 403, 404)


def test_what_was_taken_out_of_the_edition_keeps_its_comments(
    consulted: City, client: Client, office: Client
):
    comment(office, consulted, on=consulted.first)
    elements.remove_element(version=consulted.version(consulted.first), by=None, at=NOW)

    assert f"{consulted.first.code}, nicht mehr in dieser Fassung" in listed(client, consulted)
    page = office.get(f"/office/strategy/comments/{Comment.objects.get().pk}/")
    assert "nicht mehr in dieser Fassung" in page.content.decode()


def test_words_that_must_not_be_kept_are_removed_for_good(
    consulted: City, client: Client, office: Client
):
    comment(client, consulted, name="Eine Anwohnerin")
    written = Comment.objects.get()
    remove = f"/office/strategy/comments/{written.pk}/empty/"
    office.post(remove)
    assert Comment.objects.get().text == TEXT  # others might still see it

    office.post(
        f"/office/strategy/comments/{written.pk}/hide/", {"because": "Name einer Nachbarin"}
    )
    office.post(remove)

    emptied = Comment.objects.get()
    assert (emptied.text, emptied.name) == (EMPTY, "")


def test_a_strategy_that_a_keeper_may_not_see_is_not_named_to_her(
    city: City, client: Client, make_person: Callable[..., Any], client_of: Callable[..., Client]
):
    keeper = make_person(Role.COORDINATOR)
    editions.change_strategy(
        strategy=city.draft.strategy,
        facts=editions.StrategyFacts(title="Geheime Strategie", visibility="RESTRICTED"),
        by=None,
        at=NOW,
    )
    edition = Edition.objects.get(pk=city.draft.pk)
    editions.open_consultation(edition=edition, first=today(), last=today(), by=None, at=NOW)
    admin = make_person(Role.ADMINISTRATOR)
    assert comment(client_of(admin), city).status_code == 302
    written = Comment.objects.get()

    told = who_keeps(AuditEvent.objects.get(name="strategy.comment.written"))

    assert admin.pk in told
    assert keeper.pk not in told
    assert comment_cards([written.pk], to=keeper) == {}
    assert written.pk in comment_cards([written.pk], to=admin)


def test_who_reads_what_is_in_force_is_led_to_the_next_edition(city: City, client: Client):
    editions.adopt_edition(
        edition=city.draft, adopted_on=today(), adopted_by="Rat", by=None, at=clock.now()
    )
    first = Edition.objects.get(pk=city.draft.pk)
    editions.put_in_force(edition=first, on=today(), by=None, at=clock.now())
    second = editions.draft_edition(
        strategy=first.strategy, based_on=first, by=None, at=clock.now()
    )
    assert "?edition=2" not in client.get("/strategy/vernetzt/").content.decode()

    editions.open_consultation(edition=second, first=today(), last=today(), by=None, at=clock.now())

    page = client.get("/strategy/vernetzt/").content.decode()
    assert "Die nächste Fassung (2) kann bis" in page
    second_page = client.get("/strategy/vernetzt/?edition=2").content.decode()
    assert f"/strategy/editions/{second.pk}/comment/" in second_page
