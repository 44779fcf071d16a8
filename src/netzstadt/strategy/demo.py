"""The strategy of the demo city: the published structure, with goals and targets as examples.

The six themes and their fields of action are those of the "Integrierte Strategie der digitalen
Stadt Gelsenkirchen", which the council adopted on 25 June 2020; texts, goals, measures and targets
are written for the demo, and all values are simulated. Who answers for what are roles.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from netzstadt.strategy.demo_council import adopt_by_council
from netzstadt.strategy.models import Edition, Element, Strategy
from netzstadt.strategy.services import editions, elements, indicators, lights, values
from netzstadt.strategy.services.contributions import ContributionFacts, set_contribution
from netzstadt.strategy.services.editions import StrategyFacts
from netzstadt.strategy.services.elements import ElementFacts
from netzstadt.strategy.services.indicators import Definition, Path, Source
from netzstadt.urbandata import queries as urbandata

KEY = "vernetzte-stadt"
SOURCE = (
    "Demodaten nach öffentlichen Quellen: Leitthemen und Handlungsfelder der Integrierten Strategie"
    " der digitalen Stadt Gelsenkirchen (Rat der Stadt, 25. Juni 2020)"
)
VISION = (
    "Beispieltext der Demo: Gelsenkirchen ist lebenswert für alle, wirtschaftet innovativ und"
    " nachhaltig, hat kurze Wege und nutzt die Chancen der Digitalisierung früh."
)
ADOPTED = date(2020, 6, 25)
COORDINATOR = "coordination@demo.example"
HISTORY = timedelta(days=30)

# Theme, its fields of action, and in each the goals with their measures.
Goals = dict[str, list[str]]
THEMES: dict[str, dict[str, Goals]] = {
    "Digitale & bürgerorientierte Verwaltung": {
        "Bürgerbeteiligung und Partizipation": {
            "Mehr Menschen bringen sich digital ein": ["Beteiligung zu jedem großen Vorhaben"],
        },
        "E-Government und digitale Services": {},
        "Technische Infrastruktur": {},
        "Urbane Datenplattform und Open Data": {
            "Daten der Stadt sind offen und aktuell": [
                "Stationen der Betriebe anschließen",
                "Ausfälle von Sensoren am selben Tag bemerken",
            ],
        },
    },
    "Energie & Umwelt": {
        "Abfallmanagement": {},
        "Resilienz und Umweltdaten": {
            "Die Luft wird sauberer": ["Verkehr bei Belastung umlenken"],
            "Stadtbäume überstehen den Sommer": ["Bewässerung nach Bodenfeuchte"],
            "Hochwasser wird früh erkannt": [],
        },
        "Ressourceneffizienz & Versorgungsinfrastruktur": {},
    },
    "Lebensqualität & Teilhabe": {
        "Attraktive Quartiere & Stadtteile": {
            "Es wird leiser in den Quartieren": ["Tempo 30 nachts prüfen"],
            "Hitze belastet weniger Menschen": ["Trinkbrunnen und Schatten auf Plätzen"],
        },
        "Bildung & Weiterbildung": {},
        "Familienfreundlichkeit": {},
        "Gesundheit & Pflege": {},
        "Inklusion & Zusammenhalt": {},
        "Kultur & Freizeit": {},
        "Sauberkeit & Sicherheit": {},
    },
    "Smarte & nachhaltige Mobilität": {
        "Intelligente Verkehrssteuerung": {
            "Parksuchverkehr nimmt ab": ["Freie Plätze anzeigen"],
        },
        "Modal Shift & Mobilität als Service (MaaS)": {
            "Mehr Wege mit dem Rad": ["Radwege nach Zählungen ausbauen"],
        },
        "Mobilitätsinfrastruktur": {},
    },
    "Smarte Wirtschaft": {
        "Fachkräftesicherung": {},
        "Wirtschafts- und Innovationsförderung": {},
    },
    "Open Innovation Lab im ARENA PARK": {},
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """An indicator of the demo: what it reads, which goal it measures, from where to where."""

    code: str
    title: str
    title_en: str
    goal: str
    unit: str
    unit_text: str
    direction: str
    baseline: float
    target: float
    amber_at: float
    red_at: float
    observed: str = ""
    figure: str = ""
    digits: int = 1


SAMPLES = (
    Sample(
        code="D-01",
        title="Stickstoffdioxid, Mittel aller Stationen",
        title_en="Nitrogen dioxide, mean of all stations",
        goal="Die Luft wird sauberer",
        observed="Stickstoffdioxid",
        unit="ug/m3",
        unit_text="µg/m³",
        direction="DOWN",
        baseline=36,
        target=24,
        amber_at=4,
        red_at=10,
    ),
    Sample(
        code="D-02",
        title="Feinstaub PM10, Mittel aller Stationen",
        title_en="Particulates PM10, mean of all stations",
        goal="Die Luft wird sauberer",
        observed="Feinstaub PM10",
        unit="ug/m3",
        unit_text="µg/m³",
        direction="DOWN",
        baseline=24,
        target=16,
        amber_at=4,
        red_at=10,
    ),
    Sample(
        code="D-03",
        title="Bodenfeuchte an Stadtbäumen",
        title_en="Soil moisture at city trees",
        goal="Stadtbäume überstehen den Sommer",
        observed="Bodenfeuchte",
        unit="%",
        unit_text="%",
        direction="TARGET",
        baseline=22,
        target=26,
        amber_at=5,
        red_at=10,
    ),
    Sample(
        code="D-04",
        title="Wasserstand, Mittel der Pegel",
        title_en="Water level, mean of the gauges",
        goal="Hochwasser wird früh erkannt",
        observed="Wasserstand",
        unit="cm",
        unit_text="cm",
        direction="TARGET",
        baseline=200,
        target=200,
        amber_at=60,
        red_at=150,
        digits=0,
    ),
    Sample(
        code="D-05",
        title="Schallpegel an Hauptstraßen",
        title_en="Noise level at main roads",
        goal="Es wird leiser in den Quartieren",
        observed="Schallpegel",
        unit="dB[SPL]",
        unit_text="dB(A)",
        direction="DOWN",
        baseline=66,
        target=58,
        amber_at=2,
        red_at=6,
    ),
    Sample(
        code="D-06",
        title="Lufttemperatur in der Stadt",
        title_en="Air temperature in the city",
        goal="Hitze belastet weniger Menschen",
        observed="Lufttemperatur",
        unit="Cel",
        unit_text="°C",
        direction="DOWN",
        baseline=27,
        target=25,
        amber_at=2,
        red_at=6,
    ),
    Sample(
        code="D-07",
        title="Belegte Stellplätze, Mittel der Parkplätze",
        title_en="Parked cars, mean of the car parks",
        goal="Parksuchverkehr nimmt ab",
        observed="Belegte Stellplätze",
        unit="{count}",
        unit_text="Plätze",
        direction="DOWN",
        baseline=180,
        target=120,
        amber_at=20,
        red_at=80,
        digits=0,
    ),
    Sample(
        code="D-08",
        title="Radverkehr je Viertelstunde, Mittel der Zählstellen",
        title_en="Bicycles in a quarter of an hour, mean of the counters",
        goal="Mehr Wege mit dem Rad",
        observed="Radverkehr",
        unit="{count}",
        unit_text="Räder",
        direction="UP",
        baseline=10,
        target=20,
        amber_at=5,
        red_at=12,
    ),
    Sample(
        code="D-09",
        title="Öffentliche Stationen",
        title_en="Public stations",
        goal="Daten der Stadt sind offen und aktuell",
        figure="urbandata.public_stations",
        unit="1",
        unit_text="Stationen",
        direction="UP",
        baseline=5,
        target=20,
        amber_at=2,
        red_at=6,
        digits=0,
    ),
    Sample(
        code="D-10",
        title="Datenströme mit einem Wert vom letzten Tag",
        title_en="Datastreams with a value of the last day",
        goal="Daten der Stadt sind offen und aktuell",
        figure="urbandata.fresh_series",
        unit="%",
        unit_text="%",
        direction="UP",
        baseline=60,
        target=99,
        amber_at=3,
        red_at=10,
    ),
)


@transaction.atomic
def make_demo_strategy(*, at: datetime) -> None:
    """Write the demo's strategy with its indicators, unless it is there."""
    if Strategy.objects.filter(key=KEY).exists():
        return
    draft = editions.create_strategy(
        key=KEY,
        facts=StrategyFacts(title="Integrierte Strategie (Demo)", source=SOURCE),
        by=None,
        at=at,
        is_demo=True,
    )
    editions.describe_edition(
        edition=draft, vision=VISION, first_year=2020, last_year=2030, by=None, at=at
    )
    goals = _write_tree(draft, at)
    for sample in SAMPLES:
        _measure(sample, goals[sample.goal], at)
    _enter_by_hand(goals["Mehr Menschen bringen sich digital ein"], at)
    editions.adopt_edition(
        edition=draft, adopted_on=ADOPTED, adopted_by="Rat der Stadt", by=None, at=at
    )
    editions.put_in_force(edition=draft, on=ADOPTED, by=None, at=at)
    adopt_by_council(strategy=draft.strategy, on=ADOPTED, at=at)


def _write_tree(draft: Edition, at: datetime) -> dict[str, Element]:
    goals: dict[str, Element] = {}
    person = get_user_model()._default_manager.filter(email=COORDINATOR).first()

    def add(kind: str, title: str, into: Element | None, **facts: object) -> Element:
        given = ElementFacts(title=title, parent_id=into.pk if into else None, **facts)  # type: ignore[arg-type]
        return elements.add_element(edition=draft, kind=kind, facts=given, by=None, at=at).element

    for theme, fields in THEMES.items():
        holder = add("THEME", theme, None, is_cross_cutting=not fields)
        for title, found in fields.items():
            field = add("FIELD", title, holder)
            for goal, measures in found.items():
                goals[goal] = add("STRATEGIC_GOAL", goal, field, text="Beispielziel der Demo.")
                elements.assign_element(
                    element=goals[goal], unit_id=None, responsible=person, by=None, at=at
                )
                for number, measure in enumerate(measures):
                    _add_measure(add("MEASURE", measure, field), goals[goal], draft, number, at)
    return goals


def _add_measure(
    measure: Element, goal: Element, draft: Edition, number: int, at: datetime
) -> None:
    """A measure of the demo: named for its goal, which its indicators measure."""
    set_contribution(
        edition=draft,
        source=measure,
        target=goal,
        facts=ContributionFacts(rule="NONE"),
        by=None,
        at=at,
    )
    elements.move_measure(measure=measure, state="RUNNING", by=None, at=at)
    lights.type_progress(
        element=measure, progress=0.35 + 0.2 * number, note="Beispiel der Demo", by=None, at=at
    )


def _measure(sample: Sample, goal: Element, at: datetime) -> None:
    observed = urbandata.observed_properties(to=None).filter(name=sample.observed).first()
    if sample.observed and observed is None:
        return
    indicator = indicators.create_indicator(
        code=sample.code,
        definition=Definition(
            title=sample.title,
            title_en=sample.title_en,
            measurement_unit=sample.unit,
            unit_text=sample.unit_text,
            direction=sample.direction,
            digits=sample.digits,
            method="Beispiel der Demo: alle Werte sind simuliert.",
        ),
        by=None,
        at=at,
        is_demo=True,
    )
    today = timezone.localdate(at)
    source = Source(
        kind="SERIES" if observed else "FIGURE",
        window="HOUR" if observed else "DAY",
        observed_property_id=observed.pk if observed else None,
        figure=sample.figure,
        minimum_coverage=0.0,
        first_day=today - HISTORY,
    )
    indicators.bind_indicator(indicator=indicator, source=source, by=None, at=at)
    path = Path(
        points=[
            (today - timedelta(days=365), sample.baseline),
            (today + timedelta(days=730), sample.target),
        ],
        amber_at=sample.amber_at,
        red_at=sample.red_at,
        fresh_days=2,
    )
    indicators.set_path(indicator=indicator, goal=goal, path=path, by=None, at=at)


def _enter_by_hand(goal: Element, at: datetime) -> None:
    """An indicator without a sensor: its values are entered."""
    today = timezone.localdate(at)
    indicator = indicators.create_indicator(
        code="D-11",
        definition=Definition(
            title="Digitale Beteiligungen im Jahr",
            title_en="Digital participations in a year",
            unit_text="Verfahren",
            level="OUTPUT",
            method="Beispiel der Demo: der Wert ist erfunden.",
        ),
        by=None,
        at=at,
        is_demo=True,
    )
    values.enter_value(
        indicator=indicator,
        first=date(today.year - 1, 7, 1),
        window="YEAR",
        value=7,
        source="Demo",
        by=None,
        at=at,
    )
    path = Path(
        points=[(date(today.year - 2, 1, 1), 4), (date(today.year + 3, 12, 31), 20)],
        amber_at=2,
        red_at=6,
    )
    indicators.set_path(indicator=indicator, goal=goal, path=path, by=None, at=at)
