"""People's load: planned on projects, summed by month, seen by those who may."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from tests.portfolio.conftest import NOW, TODAY, Begin, Office

from netzstadt.core.access.permissions import Role
from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.days import today
from netzstadt.core.orgs.models import Person
from netzstadt.core.orgs.models.roles import Function
from netzstadt.core.orgs.services import members
from netzstadt.portfolio import queries
from netzstadt.portfolio.models import Assignment, Project
from netzstadt.portfolio.services import capacity
from netzstadt.portfolio.services.capacity import months_between
from netzstadt.portfolio.services.refusals import PortfolioRefused

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2027, 1, 15), date(2027, 3, 1)


def put(project: Project, person: Person, percent: int, *months: date, role: str = "") -> None:
    capacity.plan_person(
        project=project,
        person=person,
        months=months or (FIRST, LAST),  # type: ignore[arg-type]
        percent=percent,
        role=role,
        by=None,
        at=NOW,
    )


def works(person: Person, office: Office, function: Function = Function.MEMBER) -> None:
    members.begin_membership(
        person=person, unit=office.unit, function=function, valid_from=TODAY, by=None, at=NOW
    )


def test_months_go_over_the_end_of_a_year():
    found = months_between(date(2026, 12, 31), date(2027, 2, 1))
    assert found == [date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1)]


def test_a_person_is_planned_month_by_month_and_let_in(
    begin: Begin, make_person: Callable[..., Person]
):
    project, helper = begin(visibility="RESTRICTED"), make_person()

    put(project, helper, 40, role="Entwicklung")
    put(project, helper, 60, LAST, LAST)

    rows = Assignment.objects.order_by("month").values_list("month", "percent")
    assert list(rows) == [
        (date(2027, 1, 1), 40),
        (date(2027, 2, 1), 40),
        (date(2027, 3, 1), 60),
    ]
    assert queries.project(project.pk, to=helper) == project
    told = AuditEvent.objects.filter(name="portfolio.person.planned").order_by("sequence")
    assert [event.data["percent_of_time"] for event in told] == [40, 60]
    # She is told once that she is in, and not again for each change.
    assert [len(event.data["named_ids"]) for event in told] == [1, 0]
    put(project, helper, 60, LAST, LAST)
    assert told.count() == 2
    put(project, helper, 0)
    assert not Assignment.objects.exists()


def test_what_is_no_part_of_full_time_is_refused(begin: Begin, office: Office):
    project = begin()
    for percent, months in ((101, (FIRST, LAST)), (10, (LAST, FIRST)), (10, (FIRST, date.max))):
        with pytest.raises(PortfolioRefused):
            put(project, office.lead, percent, *months)
    put(project, office.lead, 10)
    mine = Assignment.objects.filter(month=date(2027, 1, 1))
    for change, name in (
        ({"month": date(2027, 1, 2)}, "portfolio_assignment_month"),
        ({"percent": 0}, "portfolio_assignment_percent"),
        ({"month": date(2027, 2, 1)}, "portfolio_assignment_once"),
    ):
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            mine.update(**change)
        assert error.value.__cause__.diag.constraint_name == name  # type: ignore[union-attr]


def test_a_head_sees_the_sums_of_her_unit_and_what_is_too_much(
    begin: Begin,
    office: Office,
    client_of: Callable[..., Client],
    make_person: Callable[..., Person],
    make_unit: Callable[..., object],
):
    head, helper = make_person(name="Hanna Haupt"), make_person(name="Bert Beispiel")
    works(head, office, Function.HEAD)
    works(helper, office)
    month = today().replace(day=1)
    put(begin("Eins"), helper, 70, month, month)
    put(begin("Zwei"), helper, 50, month, month)
    put(begin("Geheim", visibility="RESTRICTED"), helper, 30, month, month)
    client = client_of(head)

    answer = client.get(f"/office/load/?unit={office.unit.pk}")

    lines = {line.title: line.percents[0] for line in answer.context["lines"]}
    # What she may not see is not in the sum: the page says so.
    assert lines == {"Hanna Haupt": 0, "Bert Beispiel": 120}
    assert "zu viel" in answer.content.decode()
    assert answer.context["total"].percents[0] == 120
    other = make_unit("Anderes Referat")
    assert client.get(f"/office/load/?unit={other.pk}").status_code == 422
    mine = client_of(helper).get("/office/load/")
    assert {line.percents[0] for line in mine.context["mine"]} == {70, 50, 30}
    asked = client_of(helper).get(f"/office/load/?unit={office.unit.pk}").content.decode()
    assert "Hanna Haupt" not in asked


def test_a_unit_of_many_asks_a_handful_of_times(
    begin: Begin,
    office: Office,
    client_of: Callable[..., Client],
    make_person: Callable[..., Person],
    django_assert_max_num_queries,
):
    project = begin()
    for _number in range(20):
        person = make_person()
        works(person, office)
        put(project, person, 10)
    client = client_of(make_person(Role.COORDINATOR))

    with django_assert_max_num_queries(14):
        answer = client.get(f"/office/load/?unit={office.unit.pk}")

    assert len(answer.context["lines"]) == 20


def test_who_keeps_a_project_plans_people_in_the_browser(
    begin: Begin, office: Office, client_of: Callable[..., Client], make_person
):
    project = begin()
    month = today().replace(day=1)
    page = f"/office/projects/{project.pk}/people/"
    given = {
        "person": office.sponsor.email,
        "first_month": f"{month:%Y-%m}",
        "last_month": f"{month:%Y-%m}",
        "percent": "25",
    }
    lead = client_of(office.lead)

    assert lead.post(page, given | {"percent": "125"}).status_code == 422
    assert lead.post(page, given | {"last_month": "2020-01"}).status_code == 422
    assert lead.post(page, given).status_code == 302

    shown = lead.get(f"/projects/{project.pk}/plan/")
    assert [line.percents[0] for line in shown.context["people"]] == [25]
    assert client_of(make_person(Role.READER)).post(page, given).status_code == 403
