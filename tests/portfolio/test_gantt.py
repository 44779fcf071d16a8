"""The Gantt chart: what it says in words, to the keyboard, on paper, and how much it bears."""

from collections.abc import Callable
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from tests.portfolio.conftest import TODAY, Begin, Office
from tests.portfolio.test_plan import Planned, day

from netzstadt.core.days import today
from netzstadt.portfolio.gantt import SHEET, WIDEST, Arrow, Bar, Chart, Shape, Zoom, draw

SVG = "{http://www.w3.org/2000/svg}"


def bar(number: int, first: int = 0, last: int = 4, **given: object) -> Bar:
    words = f"{number} Aufgabe <{number}>"
    options = {"key": number, "words": words, "name": "Aufgabe", "url": f"#row-{number}"}
    return Bar(starts_on=day(first), ends_on=day(last), **options | given)


def sheets(*bars: Bar, **given: object) -> list[ET.Element]:
    """The sheets of a chart, read as XML: nothing in it may be broken by what people typed."""
    text = draw(Chart(**{"title": "Plan & mehr", "bars": bars, "today": TODAY} | given))
    return list(ET.fromstring(f"<div>{text}</div>".replace("<svg ", f'<svg xmlns="{SVG[1:-1]}" ')))


def test_each_bar_is_a_link_that_says_all_of_it():
    (sheet,) = sheets(bar(1), bar(2, shape=Shape.DIAMOND), bar(3, marks=["kritisch"]))

    links = sheet.findall(f"{SVG}a")
    assert [one.get("href") for one in links] == ["#row-1", "#row-2", "#row-3"]
    assert links[0].get("aria-label") == "1 Aufgabe <1>, Aufgabe"
    assert "".join(links[2].itertext()) == "3 Aufgabe <3> · kritisch"
    # What is read aloud begins with what is seen (WCAG 2.5.3), and says long titles in full.
    assert (links[2].get("aria-label") or "").startswith("3 Aufgabe <3> · kritisch, ")
    (long,) = sheets(bar(1, words="Wort " * 30))
    assert "…, " + "Wort " * 30 in (long.find(f"{SVG}a").get("aria-label") or "")
    assert sheet.get("aria-label") == "Plan & mehr"
    assert sheet.get("role") == "group"
    assert not [one for one in sheet.iter() if one.get("style") or one.get("onclick")]


def test_a_bar_is_as_long_as_its_task_and_filled_as_far_as_it_is():
    (sheet,) = sheets(bar(1, 0, 9, percent=50), bar(2, 0, 4), zoom=Zoom.WEEKS)

    ten, half = (float(one.get("width")) for one in sheet.findall(f"{SVG}a[1]/{SVG}g/{SVG}rect"))
    (five,) = (float(one.get("width")) for one in sheet.findall(f"{SVG}a[2]/{SVG}g/{SVG}rect"))
    assert ten == 10 * Zoom.WEEKS.value
    assert half == five == ten / 2


def test_many_rows_are_drawn_in_sheets_that_fit_on_a_page():
    bars = [bar(number) for number in range(SHEET * 2 + 1)]
    arrow = Arrow(source=0, target=SHEET)

    found = sheets(*bars, arrows=[arrow])

    assert [len(one.findall(f"{SVG}a")) for one in found] == [SHEET, SHEET, 1]
    assert str(SHEET + 1) in found[1].get("aria-label")
    # The arrow leaves the first sheet and comes into the second; the third knows nothing of it.
    drawn = [len(one.findall(f".//{SVG}path[@class='ns-gantt__arrow']")) for one in found]
    assert drawn == [1, 1, 0]


@pytest.mark.parametrize("zoom", list(Zoom))
@pytest.mark.parametrize(
    ("first", "last"),
    [
        (TODAY, TODAY),
        (date(1999, 5, 31), date(2060, 2, 29)),
        (date.min, date.max),
        (date.max, date.max),
        (date(2026, 12, 31), date(2027, 1, 1)),
    ],
)
def test_any_days_can_be_drawn(zoom: Zoom, first: date, last: date):
    one = Bar(key=1, words="W", name="N", url="#", starts_on=first, ends_on=last)

    (sheet,) = sheets(one, zoom=zoom)

    assert float(sheet.get("width")) <= WIDEST + 1_000
    assert len(list(sheet.iter())) < 1_000
    words = [float(one.get("x")) for one in sheet.iter(f"{SVG}text") if one.get("y") == "38"]
    apart = [b - a for a, b in zip(sorted(words), sorted(words)[1:], strict=False)]
    assert all(gap >= 20 for gap in apart)


def test_nothing_is_drawn_of_nothing():
    assert draw(Chart(title="", bars=[], today=TODAY)) == ""


@pytest.mark.django_db
def test_the_page_shows_the_chart_with_its_table(
    begin: Begin, office: Office, client_of: Callable[..., Client]
):
    planned = Planned(begin())
    ahead = (today() - TODAY).days + 10  # so that nothing of it is overdue
    first = planned.task("Messen", ahead, ahead + 9, percent=40)
    later = planned.task("Auswerten", ahead + 5, ahead + 6)
    planned.wait(first, later)
    planned.milestone("Fertig", ahead + 20)
    page = f"/projects/{planned.project.pk}/plan/"

    shown = client_of(office.lead).get(page).content.decode()

    days = " bis ".join(day(ahead + n).strftime("%d.%m.%Y") for n in (0, 9))
    assert f'aria-label="1 Messen, Aufgabe, {days}, 40 Prozent erledigt' in shown
    assert 'href="#row-2"' in shown
    assert 'id="row-2"' in shown
    assert "zu früh" in shown
    for zoom in ("weeks", "months", "quarters", "nothing"):
        answer = client_of(office.lead).get(f"{page}?zoom={zoom}")
        assert answer.status_code == 200
        current = [key for key, _title, is_current in answer.context["zooms"] if is_current]
        assert current == [zoom if zoom != "nothing" else "months"]


@pytest.mark.django_db
def test_projects_stand_in_time_as_far_as_one_may_see_them(
    begin: Begin, client: Client, office: Office, client_of: Callable[..., Client]
):
    public = {"visibility": "PUBLIC", "summary": "Für alle."}
    begin("Mit Anfang und Ende", starts_on=day(0), ends_on=day(300), **public)
    begin("Ohne Ende", starts_on=day(10), **public)
    begin("Ohne Tage", **public)
    begin("Nur für uns", starts_on=day(0))

    shown = client.get("/projects/timeline/").content.decode()

    for title in ("Mit Anfang und Ende", "Ohne Ende", "Ohne Tage"):
        assert title in shown
    assert "Nur für uns" not in shown
    assert "das Ende ist offen" in shown
    assert shown.count('class="ns-gantt__row"') == 2
    filtered = client.get("/projects/timeline/?q=anfang&zoom=quarters").content.decode()
    assert "Ohne Ende" not in filtered
    assert "q=anfang&amp;zoom=weeks" in filtered
    assert client.get("/projects/timeline/?kind=NOTHING").status_code == 422
    assert "Nur für uns" in client_of(office.lead).get("/projects/timeline/").content.decode()


@pytest.mark.django_db
def test_the_days_of_a_project_are_a_calendar(
    begin: Begin, client: Client, office: Office, client_of: Callable[..., Client]
):
    project = begin(visibility="PUBLIC", summary="Für alle.")
    planned = Planned(project)
    planned.milestone("Fertig", 20)
    planned.task("Messen", 0, 9)
    planned.deliverable("Bericht", 15)
    done = planned.task("Vorbereiten", 0, 1, percent=100, done_on=TODAY)
    page = f"/projects/{project.pk}/plan.ics"

    outside, inside = client.get(page), client_of(office.lead).get(page)

    assert outside["Content-Type"].startswith("text/calendar")
    assert "Fertig" in outside.content.decode()
    assert "Messen" not in outside.content.decode()
    lines = inside.content.decode()
    for word in ("Fertig", "Messen", "Bericht", (day(9) + timedelta(days=1)).strftime("%Y%m%d")):
        assert word in lines
    assert done.title not in lines
    assert client.get(f"/projects/{begin('Nur für uns').pk}/plan.ics").status_code == 404


@pytest.mark.django_db
def test_tasks_and_deliverables_stand_among_ones_deadlines(
    begin: Begin, office: Office, client_of: Callable[..., Client], make_person
):
    planned = Planned(begin())
    helper = make_person()
    planned.task("Messen", 0, 9, responsible=helper)
    planned.deliverable("Bericht", 15)

    hers = client_of(helper).get("/office/deadlines/").content.decode()
    leads = client_of(office.lead).get("/office/deadlines/").content.decode()

    assert "Messen" in hers
    assert "Bericht" not in hers
    assert "Bericht" in leads
