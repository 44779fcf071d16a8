"""What the office does with a strategy on its pages, and what stays as it was."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from tests.strategy.conftest import NOW, TODAY, City, Station, standing

from netzstadt.core.access.permissions import Role
from netzstadt.core.audit.models import AuditEvent
from netzstadt.core.days import today
from netzstadt.lib import clock
from netzstadt.lib.tables import read_table
from netzstadt.strategy import strategy_files
from netzstadt.strategy.models import (
    Comment,
    Edition,
    Element,
    ElementVersion,
    Indicator,
    IndicatorValue,
)
from netzstadt.strategy.services import comments, editions, indicators, lights
from netzstadt.strategy.services.indicators import Definition, Source


@pytest.fixture
def office(client_of: Callable[..., Client], make_person: Callable[..., object]) -> Client:
    return client_of(make_person(Role.COORDINATOR))


@pytest.fixture
def indicator(db: None) -> Indicator:
    return indicators.create_indicator(
        code="E1", definition=Definition(title="Gästezahl"), by=None, at=NOW
    )


def in_force(city: City) -> Edition:
    editions.adopt_edition(edition=city.draft, adopted_on=TODAY, adopted_by="Rat", by=None, at=NOW)
    edition = Edition.objects.get(pk=city.draft.pk)
    editions.put_in_force(edition=edition, on=TODAY, by=None, at=NOW)
    return Edition.objects.get(pk=city.draft.pk)


def order(city: City) -> list[str]:
    found = ElementVersion.objects.filter(edition=city.draft, parent=city.goal)
    return list(found.order_by("position").values_list("title", flat=True))


def test_an_element_that_is_saved_unchanged_stays_where_it_is(city: City, office: Client):
    page = f"/office/strategy/elements/{city.version(city.first).pk}/change/"
    before, events = order(city), AuditEvent.objects.count()
    form = office.get(page).context["form"]

    sent = {name: value for name, value in form.initial.items() if value is not None}
    answer = office.post(page, sent)

    assert answer.status_code == 302
    assert order(city) == before
    assert AuditEvent.objects.count() == events


def test_a_goal_is_read_and_commented_in_the_edition_that_one_came_from(
    city: City, client: Client, office: Client
):
    first = in_force(city)
    second = editions.draft_edition(strategy=first.strategy, based_on=first, by=None, at=NOW)
    ElementVersion.objects.filter(edition=second, element=city.goal).update(title="Neu gefasst")
    now = clock.now()
    editions.open_consultation(edition=second, first=today(), last=today(), by=None, at=now)

    tree = client.get("/strategy/vernetzt/?edition=2").content.decode()
    link = f"/strategy/elements/{city.goal.pk}/?edition=2"
    assert link in tree
    goal = client.get(link).content.decode()
    assert "Neu gefasst" in goal
    assert f"/strategy/editions/{second.pk}/comment/?element={city.goal.pk}" in goal
    assert link in office.get(f"/office/strategy/editions/{second.pk}/").content.decode()
    plain = client.get("/strategy/vernetzt/").content.decode()
    assert f'href="/strategy/elements/{city.goal.pk}/"' in plain


def test_a_light_by_hand_says_so_even_where_the_rules_say_the_same(
    city: City, client: Client, office: Client
):
    in_force(city)
    light = standing(city.goal).light
    lights.override_light(
        element=city.goal,
        light=light,
        reason="Die Messung ist gestört.",
        last_day=today() + timedelta(days=9),
        today=today(),
        by=None,
        at=clock.now(),
    )

    for page in (f"/strategy/elements/{city.goal.pk}/", "/strategy/vernetzt/"):
        assert "von Hand gesetzt" in client.get(page).content.decode()
    goal = client.get(f"/strategy/elements/{city.goal.pk}/").content.decode()
    assert "Die Messung ist gestört." in goal
    version = ElementVersion.objects.get(edition=city.draft, element=city.goal)
    form = office.get(f"/office/strategy/elements/{version.pk}/light/").context["form"]
    assert form.initial["reason"] == "Die Messung ist gestört."


def test_looking_for_datastreams_keeps_what_was_typed(
    office: Client, indicator: Indicator, make_station: Callable[..., Station]
):
    heat = make_station("Markt")
    page = f"/office/strategy/indicators/{indicator.pk}/bind/"
    typed = {"kind": "SERIES", "window": "WEEK", "factor": "2.5", "minimum_coverage": "40"}

    answer = office.post(page, {**typed, "q": "Markt", "look": "yes"})

    form = answer.context["form"]
    assert {name: str(form[name].value()) for name in typed} == typed
    assert heat.series.pk in [key for key, _title in form.fields["series"].choices]
    assert indicator.bindings.count() == 0


def by_month(indicator: Indicator) -> None:
    source = Source(kind="MANUAL", window="MONTH")
    indicators.bind_indicator(indicator=indicator, source=source, by=None, at=NOW)


def test_a_value_is_entered_for_what_the_indicator_has_a_value_each_of(
    office: Client, indicator: Indicator
):
    page = f"/office/strategy/indicators/{indicator.pk}/enter/"
    windows = [key for key, _label in office.get(page).context["form"].fields["window"].choices]
    assert "HOUR" not in windows, "an hour cannot be told by its day"

    by_month(indicator)

    form = office.get(page).context["form"]
    assert [key for key, _label in form.fields["window"].choices] == ["MONTH"]
    assert form["window"].value() == "MONTH"


def test_a_table_with_other_periods_than_the_indicators_is_refused(
    office: Client, indicator: Indicator
):
    by_month(indicator)

    answer = office.post(
        f"/office/strategy/indicators/{indicator.pk}/values/import/",
        {"content": "Zeitraum;Wert;Quelle\n2025;1;Q\n", "file_name": "w.csv", "do": "import"},
    )

    assert answer.status_code == 422
    assert "je einen Wert für: Monat" in answer.content.decode()
    assert not IndicatorValue.objects.exists()


def test_a_value_of_a_year_that_still_runs_is_not_called_closed(
    office: Client, client: Client, indicator: Indicator
):
    office.post(
        f"/office/strategy/indicators/{indicator.pk}/enter/",
        {"window": "YEAR", "first": today().isoformat(), "value": "5", "source": "Zählung"},
    )

    page = client.get(f"/strategy/indicators/{indicator.pk}/").content.decode()
    assert "Noch laufender Zeitraum" in page


def test_the_words_of_a_comment_are_removed_after_a_question(city: City, office: Client):
    now = clock.now()
    editions.open_consultation(edition=city.draft, first=today(), last=today(), by=None, at=now)
    edition = Edition.objects.get(pk=city.draft.pk)
    written = comments.write_comment(
        edition=edition, element_id=None, text="Beleidigung", today=today(), by=None, at=now
    )
    comments.judge_comment(comment=written, is_shown=False, because="Beleidigt", by=None, at=now)
    page = f"/office/strategy/comments/{written.pk}/empty/"

    asked = office.get(page)
    assert "nicht zurücknehmen" in asked.content.decode()
    assert Comment.objects.get().text == "Beleidigung"

    office.post(page)
    assert Comment.objects.get().text != "Beleidigung"
    left = office.get(f"/office/strategy/comments/{written.pk}/").content.decode()
    assert "/show/" not in left
    assert "Antwort speichern" not in left


def test_gaps_open_where_something_is_missing(city: City, office: Client, indicator: Indicator):
    """Nothing is in force: no goal and no measure is missing anything, an indicator is."""
    ElementVersion.objects.all().delete()

    assert office.get("/office/strategy/gaps/").context["chosen"] == "values"


def test_a_month_is_its_last_day_where_something_ends(city: City):
    table = read_table(b"Ziel;Von;Bis\nZiel A;02/2028;02/2028\n")
    (item,) = strategy_files.read(table, strategy_files.guess(table)).items

    assert (item.facts["starts_on"], item.facts["due_on"]) == (
        date(2028, 2, 1),
        date(2028, 2, 29),
    )


def test_elements_to_choose_from_stand_in_the_order_of_their_codes(
    city: City, office: Client, add: Callable[..., Element]
):
    for number in (10, 9):
        goal = add("STRATEGIC_GOAL", f"Ziel {number}", into=city.field)
        Element.objects.filter(pk=goal.pk).update(code=f"Z{number}")

    page = f"/office/strategy/editions/{city.draft.pk}/add/MEASURE/"
    titles = [title for _key, title in office.get(page).context["form"].fields["parent"].choices]

    codes = [title.split()[0] for title in titles if title.startswith("Z")]
    assert codes.index("Z9") < codes.index("Z10")
