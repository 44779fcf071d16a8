"""The network of the demo city: example organisations and people, none of whom exists."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from netzstadt.core.orgs.queries import persons, units
from netzstadt.stakeholders.models import Party
from netzstadt.stakeholders.services import consents, expertise, network

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

_EXPERT = "reader@demo.example"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """Somebody of the demo, where she works, and what she knows."""

    label: str
    sector: str
    organisation: str
    role: str
    topic: str
    evidence: str
    kind: str = "PROJECT"
    level: int = 3
    last_used: date | None = None
    account: str = ""


SAMPLES = (
    Sample(
        label="Fachperson Funknetz (Beispiel)",
        sector="BUSINESS",
        organisation="Stadtwerke (Beispiel)",
        role="Betrieb des Funknetzes für Sensoren",
        topic="LoRaWAN-Netzbetrieb",
        evidence="Baut und betreibt Gateways auf Dächern, überwacht Ausfälle.",
        last_used=date(2026, 6, 1),
    ),
    Sample(
        label="Fachperson Stadtbäume (Beispiel)",
        sector="ADMINISTRATION",
        organisation="Grünflächenamt (Beispiel)",
        role="Stadtbäume",
        topic="Bewässerung nach Bodenfeuchte",
        evidence="Bodenfeuchtesensoren an Jungbäumen, Gießtouren nach Bedarf.",
        kind="EXPERIMENT",
        account=_EXPERT,
    ),
    Sample(
        label="Fachperson Datenschutz (Beispiel)",
        sector="ADMINISTRATION",
        organisation="Rechtsamt (Beispiel)",
        role="Datenschutz",
        topic="Datenschutz-Folgenabschätzung",
        evidence="Berät zu Kameras, Sensoren und Einwilligungen.",
        kind="ROLE",
    ),
    Sample(
        label="Fachperson Barrierefreiheit (Beispiel)",
        sector="SOCIETY",
        organisation="Beirat für Menschen mit Behinderung (Beispiel)",
        role="Digitale Teilhabe",
        topic="Barrierefreiheit von Webseiten",
        evidence="Prüft mit Vorleseprogrammen, schreibt Stellungnahmen.",
        kind="ROLE",
    ),
    Sample(
        label="Fachperson Künstliche Intelligenz (Beispiel)",
        sector="SCIENCE",
        organisation="Hochschule (Beispiel)",
        role="Maschinelles Sehen",
        topic="Bildauswertung",
        evidence="Erkennt Schlaglöcher aus Aufnahmen der Müllfahrzeuge.",
        kind="PAPER",
    ),
    Sample(
        label="Fachperson Fördermittel (Beispiel)",
        sector="STATE",
        organisation="Bezirksregierung (Beispiel)",
        role="Förderung",
        topic="Bewilligung von Zuwendungen",
        evidence="Berät Kommunen vor dem Antrag, prüft Verwendungsnachweise.",
        kind="ROLE",
    ),
)


@transaction.atomic
def make_demo_network(*, today: date, at: datetime) -> None:
    """Write the network of the demo, unless there is one."""
    unit = units.units_by_key({"VS"}).get("VS")
    if unit is None or Party.objects.filter(is_demo=True).exists():
        return
    for sample in SAMPLES:
        account = persons.person_with(sample.account) if sample.account else None
        _take_in(sample, unit.pk, account, today, at)


def _take_in(
    sample: Sample, unit_id: uuid.UUID, account: "Person | None", today: date, at: datetime
) -> None:
    party = network.enter_party(
        kind="PERSON",
        facts=network.PartyFacts(
            name=sample.label,
            sector=sample.sector,
            unit_id=unit_id,
            role=sample.role,
            organisation=sample.organisation,
            person=account,
            visibility="PUBLIC",
        ),
        by=None,
        at=at,
        is_demo=True,
    )
    facts = expertise.ExpertiseFacts(
        topic=sample.topic,
        level=sample.level,
        evidence=sample.evidence,
        evidence_kind=sample.kind,
        last_used_on=sample.last_used,
    )
    expertise.note_expertise(party=party, facts=facts, by=None, at=at)
    if sample.sector != "ADMINISTRATION":
        consent = consents.ConsentFacts(
            purpose="SHOW", basis="Beispiel der Demo: niemand Wirkliches", given_on=today
        )
        consents.note_consent(party=party, facts=consent, by=None, at=at)
