"""A small network, built by the services."""

from dataclasses import dataclass
from datetime import timedelta

from netzstadt.core.days import today
from netzstadt.core.orgs.models import Unit
from netzstadt.lib import clock
from netzstadt.stakeholders.models import Consent, Expertise, Party
from netzstadt.stakeholders.services import consents, expertise, network

# Before the test's transaction began, which is "now" to the database.
NOW = clock.now() - timedelta(hours=1)
TODAY = today()


@dataclass(frozen=True)
class Network:
    """Takes in people and organisations of one unit."""

    unit: Unit

    def person(self, name: str = "Anna", **given: object) -> Party:
        return self._party("PERSON", name, given)

    def organisation(self, name: str = "Stadtwerke", **given: object) -> Party:
        return self._party("ORGANISATION", name, given)

    def _party(self, kind: str, name: str, given: dict[str, object]) -> Party:
        facts = network.PartyFacts(
            **{"name": name, "sector": "BUSINESS", "unit_id": self.unit.pk} | given
        )
        return network.enter_party(kind=kind, facts=facts, by=None, at=NOW)

    def knows(self, party: Party, topic: str, evidence: str, **given: object) -> Expertise:
        facts = expertise.ExpertiseFacts(
            **{"topic": topic, "level": 2, "evidence": evidence} | given
        )
        return expertise.note_expertise(party=party, facts=facts, by=None, at=NOW)

    def consents(self, party: Party, **given: object) -> Consent:
        facts = consents.ConsentFacts(
            **{"purpose": "SHOW", "basis": "Signed form", "given_on": TODAY} | given
        )
        return consents.note_consent(party=party, facts=facts, by=None, at=NOW)
