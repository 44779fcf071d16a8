"""Departments ask in their words; the office answers; advice becomes a project; figures tell."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError
from django.test import Client
from tests.portfolio.conftest import NOW, TODAY, Office

from netzstadt.core.access.permissions import Role
from netzstadt.core.access.services import GrantRefused
from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.days import today
from netzstadt.core.links.models import Link
from netzstadt.core.orgs.models import Person
from netzstadt.core.orgs.models.roles import Function
from netzstadt.core.orgs.services import members
from netzstadt.core.orgs.services.persons import deactivate_person
from netzstadt.core.rooms import figures, resolved
from netzstadt.lib import clock
from netzstadt.portfolio.models import Advice, Project
from netzstadt.portfolio.queries import advice as queries
from netzstadt.portfolio.services import advice as services
from netzstadt.portfolio.services.advice import AdviceFacts
from netzstadt.portfolio.services.parts import forget_person
from netzstadt.portfolio.services.projects import ProjectFacts, Responsibility
from netzstadt.portfolio.services.refusals import PortfolioRefused

pytestmark = pytest.mark.django_db


@pytest.fixture
def asker(office: Office, make_person: Callable[..., Person]) -> Person:
    """Somebody of a department."""
    person = make_person(name="Anna Anfrage")
    members.begin_membership(
        person=person,
        unit=office.unit,
        function=Function.MEMBER,
        valid_from=TODAY,
        by=None,
        at=NOW,
    )
    return person


@pytest.fixture
def adviser(make_person: Callable[..., Person]) -> Person:
    return make_person(Role.COORDINATOR, name="Bea Beratung")


@pytest.fixture
def ask(office: Office, asker: Person) -> Callable[..., Advice]:
    def ask(title: str = "Anmeldung ohne Papier", *, at: datetime = NOW) -> Advice:
        facts = AdviceFacts(
            title=title,
            need="Eltern sollen ihre Kinder online anmelden.",
            topic="SERVICE",
            unit_id=office.unit.pk,
        )
        return services.ask_advice(facts=facts, by=asker, at=at)

    return ask


def answer(advice: Advice, by: Person, *, at: datetime = NOW, minutes: int | None = None) -> None:
    services.answer_advice(
        advice=advice, text="Das geht so.", minutes=minutes, on=at.date(), by=by, at=at
    )


def state(advice: Advice) -> str:
    return Advice.objects.get(pk=advice.pk).state


def test_a_request_is_asked_taken_up_answered_and_closed(ask, asker: Person, adviser: Person):
    advice = ask()
    assert advice.key == "B-2026-001"
    assert state(advice) == "ASKED"

    services.accept_advice(advice=advice, adviser=adviser, by=adviser, at=NOW)
    assert state(advice) == "ACCEPTED"
    answer(advice, adviser, minutes=90)
    assert state(advice) == "ANSWERED"
    services.close_advice(advice=advice, result="SETTLED", by=asker, at=NOW)

    current = Advice.objects.get(pk=advice.pk)
    assert (current.state, current.result, current.adviser) == ("CLOSED", "SETTLED", adviser)
    assert queries.minutes_of(advice) == 90
    found = AuditEvent.objects.filter(object_model="portfolio.advice", object_id=advice.pk)
    assert list(found.order_by("sequence").values_list("name", flat=True)) == [
        "portfolio.advice.asked",
        "portfolio.advice.accepted",
        "portfolio.advice.answered",
        "portfolio.advice.closed",
    ]


def test_who_answers_what_nobody_took_up_has_taken_it_up(ask, adviser: Person):
    advice = ask()

    answer(advice, adviser)

    current = Advice.objects.get(pk=advice.pk)
    assert (current.adviser, current.accepted_at) == (adviser, NOW)


def test_who_asks_again_is_owed_another_answer(ask, asker: Person, adviser: Person):
    advice = ask()
    answer(advice, adviser)

    services.write_message(advice=advice, text="Und wie genau?", by=asker, at=NOW)

    assert state(advice) == "ACCEPTED"
    assert queries.advice_tile(adviser, at=NOW).count == 1
    assert queries.waiting_days(at=NOW + timedelta(days=3)) == 3
    answer(advice, adviser, at=NOW + timedelta(days=5))
    assert Advice.objects.get(pk=advice.pk).answered_at == NOW  # the first answer
    services.write_message(advice=advice, text="Gern.", by=adviser, at=NOW)
    assert state(advice) == "ANSWERED"


def test_what_nobody_advises_on_any_more_is_everybodys(
    ask, adviser: Person, make_person: Callable[..., Person]
):
    other, gone = make_person(Role.COORDINATOR), make_person(Role.COORDINATOR)
    advice = ask()
    services.accept_advice(advice=advice, adviser=gone, by=adviser, at=NOW)
    assert queries.advice_tile(other, at=NOW).count == 0

    deactivate_person(person=gone, by=None, at=NOW)

    assert queries.advice_tile(other, at=NOW).count == 1
    gone.refresh_from_db()
    with pytest.raises(PortfolioRefused, match="nicht mehr in Gebrauch"):
        services.accept_advice(advice=advice, adviser=gone, by=adviser, at=NOW)
    services.accept_advice(advice=advice, adviser=other, by=adviser, at=NOW)
    forget_person(other, by=None, at=NOW)
    assert queries.advice_tile(adviser, at=NOW).count == 1


def test_who_stands_in_for_somebody_takes_nothing_up_for_herself(ask, adviser: Person, make_person):
    deputy = make_person()
    deputy.acting_for = adviser
    advice = ask()

    with pytest.raises(GrantRefused):
        services.accept_advice(advice=advice, adviser=deputy, by=deputy, at=NOW)
    answer(advice, deputy)

    assert Advice.objects.get(pk=advice.pk).adviser == adviser


def test_nothing_is_done_with_what_is_over(ask, asker: Person, adviser: Person):
    declined, withdrawn, closed = ask("Eins"), ask("Zwei"), ask("Drei")
    with pytest.raises(PortfolioRefused, match="warum"):
        services.decline_advice(advice=declined, reason=" ", by=adviser, at=NOW)
    services.decline_advice(advice=declined, reason="Das macht Referat 5.", by=adviser, at=NOW)
    services.withdraw_advice(advice=withdrawn, by=asker, at=NOW)
    with pytest.raises(PortfolioRefused, match="antworten Sie zuerst"):
        services.close_advice(advice=closed, result="SETTLED", by=asker, at=NOW)
    answer(closed, adviser)
    services.close_advice(advice=closed, result="DROPPED", by=asker, at=NOW)

    for advice in (declined, withdrawn, closed):
        with pytest.raises(PortfolioRefused, match="erledigt"):
            answer(advice, adviser)
        with pytest.raises(PortfolioRefused, match="erledigt"):
            services.write_message(advice=advice, text="Noch etwas", by=asker, at=NOW)
        with pytest.raises(PortfolioRefused, match="erledigt"):
            services.accept_advice(advice=advice, adviser=adviser, by=adviser, at=NOW)
        with pytest.raises(PortfolioRefused, match="erledigt"):
            services.withdraw_advice(advice=advice, by=asker, at=NOW)


def test_advice_becomes_a_project_that_keeps_its_origin(
    ask, office: Office, asker: Person, adviser: Person
):
    advice = ask()
    facts = ProjectFacts(title="Kita-Anmeldung online")
    responsibility = Responsibility(unit_id=office.unit.pk, sponsor=asker)
    given = {"facts": facts, "method": "SMALL", "responsibility": responsibility}
    with pytest.raises(PortfolioRefused, match="antworten Sie zuerst"):
        services.hand_over(advice=advice, by=adviser, at=NOW, **given)
    assert Project.objects.count() == 0
    answer(advice, adviser)
    with pytest.raises(PortfolioRefused, match="Vorhaben"):
        services.close_advice(advice=advice, result="PROJECT", by=adviser, at=NOW)

    project = services.hand_over(advice=advice, by=adviser, at=NOW, **given)

    link = Link.objects.get(relation="derived_from")
    assert (link.source_id, link.target_id) == (project.pk, advice.pk)
    current = Advice.objects.get(pk=advice.pk)
    assert (current.state, current.result) == ("CLOSED", "PROJECT")
    told = AuditEvent.objects.get(name="portfolio.advice.closed")
    assert told.data["project_id"] == str(project.pk)


def test_only_who_asked_says_how_satisfied_she_is(ask, asker: Person, adviser: Person):
    advice = ask()
    with pytest.raises(PortfolioRefused, match="beantwortet"):
        services.rate_advice(advice=advice, rating=5, by=asker, at=NOW)
    answer(advice, adviser)
    with pytest.raises(PortfolioRefused, match="wer gefragt hat"):
        services.rate_advice(advice=advice, rating=5, by=adviser, at=NOW)

    services.rate_advice(advice=advice, rating=2, by=asker, at=NOW)
    services.rate_advice(advice=advice, rating=4, by=asker, at=NOW)

    assert Advice.objects.get(pk=advice.pk).rating == 4
    assert queries.satisfaction(at=NOW + timedelta(days=1)) == 4


def test_the_figures_of_the_office_tell_load_and_waiting_time(ask, asker: Person, adviser: Person):
    told = {key: resolved(one.value) for key, one in figures().items() if "advice" in key}
    at = NOW + timedelta(days=10)
    assert {key: value(at=at) for key, value in told.items()} == {
        "portfolio.advice_open": 0,
        "portfolio.advice_waiting": None,
        "portfolio.advice_answer": None,
        "portfolio.advice_effort": 0,
        "portfolio.advice_satisfaction": None,
    }
    ask("Wartet zehn Tage")
    ask("Wartet vier Tage", at=NOW + timedelta(days=6))
    ask("Wartet einen Tag", at=NOW + timedelta(days=9))
    for days, minutes in ((2, 30), (6, 60)):
        one = ask(f"Nach {days} Tagen beantwortet")
        answer(one, adviser, at=NOW + timedelta(days=days), minutes=minutes)
        services.rate_advice(advice=one, rating=days - 1, by=asker, at=NOW + timedelta(days=7))

    assert {key: value(at=at) for key, value in told.items()} == {
        "portfolio.advice_open": 3,
        "portfolio.advice_waiting": 4,
        "portfolio.advice_answer": 4,
        "portfolio.advice_effort": 1.5,
        "portfolio.advice_satisfaction": 3,
    }
    later = at + timedelta(days=120)
    assert told["portfolio.advice_answer"](at=later) is None
    assert told["portfolio.advice_effort"](at=later) == 0


def test_what_waits_longest_comes_first_and_what_is_over_last(ask, asker: Person, adviser: Person):
    late, early = ask("Später", at=NOW + timedelta(days=1)), ask("Früher")
    over, answered = ask("Erledigt"), ask("Beantwortet")
    services.withdraw_advice(advice=over, by=asker, at=NOW)
    answer(answered, adviser)

    found = list(queries.listed(queries.AdviceWanted(), to=adviser))

    assert found == [early, late, answered, over]
    mine = queries.AdviceWanted(whose="ADVISED")
    assert list(queries.listed(mine, to=adviser)) == [answered]
    opened = queries.AdviceWanted(state="OPEN", text="eltern später")
    assert list(queries.listed(opened, to=adviser)) == [late]


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"state": "ACCEPTED"}, "portfolio_advice_accepted"),
        ({"state": "ANSWERED"}, "portfolio_advice_answered"),
        ({"state": "DECLINED"}, "portfolio_advice_declined"),
        ({"result": "SETTLED"}, "portfolio_advice_closed"),
        ({"rating": 5}, "portfolio_advice_rating"),
        ({"visibility": "PUBLIC"}, "portfolio_advice_visibility"),
        ({"topic": "WEATHER"}, "portfolio_advice_values"),
        ({"need": ""}, "portfolio_advice_words"),
        ({"key": "V-2026-001"}, "portfolio_advice_key"),
    ],
)
def test_the_database_says_no_first(ask, change: dict[str, object], constraint: str):
    advice = ask()

    with pytest.raises(IntegrityError, match=constraint):
        Advice.objects.filter(pk=advice.pk).update(**change)


def test_a_day_has_no_more_minutes_than_it_has(ask, adviser: Person):
    with pytest.raises(PortfolioRefused, match=r"1\.440"):
        services.note_effort(advice=ask(), minutes=1441, on=TODAY, by=adviser, at=NOW)


def typed(office: Office, **given: object) -> dict[str, object]:
    return {
        "title": "Anmeldung ohne Papier",
        "need": "Eltern sollen online anmelden.",
        "topic": "SERVICE",
        "unit": office.unit.pk,
    } | given


def test_a_department_asks_and_it_becomes_a_project_on_the_pages(
    office: Office, asker: Person, adviser: Person, client_of: Callable[..., Client], make_unit
):
    department, coordinator = client_of(asker), client_of(adviser)
    foreign = make_unit("Anderes Referat")
    wrong = department.post("/office/advice/new/", typed(office, unit=foreign.pk))
    assert wrong.status_code == 422
    late = department.post("/office/advice/new/", typed(office, wanted_on="2020-01-01"))
    assert late.status_code == 422
    asked = department.post("/office/advice/new/", typed(office))
    page = asked["Location"]
    advice = Advice.objects.get()
    assert page == f"/office/advice/{advice.pk}/"
    assert department.post(f"{page}answer/", {"text": "Ich selbst."}).status_code == 403
    assert department.post(f"{page}accept/", {"adviser": asker.email}).status_code == 403

    assert "Anmeldung ohne Papier" in coordinator.get("/office/").content.decode()
    assert coordinator.post(f"{page}accept/", {"adviser": adviser.email}).status_code == 302
    answered = coordinator.post(f"{page}answer/", {"text": "So geht es.", "minutes": "45"})
    assert answered.status_code == 302
    shown = department.get(page).content.decode()
    assert "So geht es." in shown
    assert "Minuten" not in shown  # the effort is the office's
    assert "45 Minuten" in coordinator.get(page).content.decode()
    noted = {"on": today().isoformat(), "minutes": "33"}
    assert coordinator.post(f"{page}effort/", noted).status_code == 302
    assert "78 Minuten" in coordinator.get(page).content.decode()
    assert ": 33" not in department.get(page).content.decode()  # nor in the history
    assert department.post(f"{page}rate/", {"rating": "5"}).status_code == 302
    assert coordinator.post(f"{page}rate/", {"rating": "1"}).status_code == 403
    form = coordinator.get(f"{page}project/").context["form"]
    assert form.initial["title"] == "Anmeldung ohne Papier"
    assert form.initial["sponsor"] == asker.email
    handed = coordinator.post(
        f"{page}project/",
        {
            "title": "Kita-Anmeldung online",
            "method": "SMALL",
            "kind": "PROJECT",
            "direction": "OUTWARD",
            "visibility": "ADMINISTRATION",
            "unit": office.unit.pk,
            "sponsor": asker.email,
        },
    )

    project = Project.objects.get()
    assert handed["Location"] == f"/projects/{project.pk}/"
    assert "Anmeldung ohne Papier" in coordinator.get(f"/projects/{project.pk}/").content.decode()
    assert "Kita-Anmeldung online" in department.get(page).content.decode()
    assert Advice.objects.get().rating == 5


def test_advice_is_the_administrations(
    ask, client: Client, client_of: Callable[..., Client], make_person: Callable[..., Person]
):
    advice = ask("Nur im Haus")

    reader, stranger = client_of(make_person(Role.READER)), client_of(make_person())

    assert client.get(f"/office/advice/{advice.pk}/").status_code == 302
    assert stranger.get(f"/office/advice/{advice.pk}/").status_code == 404
    assert "Nur im Haus" not in stranger.get("/office/advice/").content.decode()
    assert "Nur im Haus" in reader.get("/office/advice/").content.decode()
    assert reader.get("/office/advice/new/").status_code == 403
    message = {"text": "Ich rede mit."}
    assert reader.post(f"/office/advice/{advice.pk}/message/", message).status_code == 403
    for other in (reader, client_of(make_person(Role.COORDINATOR))):
        assert other.post(f"/office/advice/{advice.pk}/withdraw/").status_code == 403
    assert Advice.objects.get().state == "ASKED"


def test_a_list_of_many_requests_asks_the_database_a_handful_of_times(
    ask, adviser: Person, client_of: Callable[..., Client], django_assert_max_num_queries
):
    for number in range(30):
        ask(f"Anfrage {number}")
    coordinator = client_of(adviser)

    with django_assert_max_num_queries(12):
        page = coordinator.get("/office/advice/").context["page"]

    assert page.paginator.count == 30


def test_those_who_take_up_and_those_who_asked_are_told(ask, asker: Person, adviser: Person):
    advice = ask()
    asked = AuditEvent.objects.get(name="portfolio.advice.asked")
    assert adviser.pk in queries.who_takes_up(asked)
    services.accept_advice(advice=advice, adviser=adviser, by=adviser, at=clock.now())
    accepted = AuditEvent.objects.get(name="portfolio.advice.accepted")

    assert set(queries.who_takes_part(accepted)) == {asker.pk, adviser.pk}
    assert queries.who_asked(accepted) == [asker.pk]
