"""The city's facts as tests set them."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from netzstadt.core.access.permissions import Role
from netzstadt.core.city.models import City
from netzstadt.core.city.services import facts
from netzstadt.lib import clock

IMPRINT = {
    "imprint_body": "Stadt Musterstadt",
    "imprint_representative": "Die Oberbürgermeisterin",
    "imprint_address": "Rathausplatz 1\n12345 Musterstadt",
    "imprint_email": "stadt@musterstadt.example",
    "imprint_phone": "0123 4567",
    "imprint_vat_id": "",
    "imprint_authority": "",
    "imprint_text": "",
}
PRIVACY = {
    "privacy_controller": "Stadt Musterstadt",
    "privacy_officer": "datenschutz@musterstadt.example",
    "privacy_purposes": "# Sensoren\n\nArt. 6 Abs. 1 e DSGVO.",
    "privacy_recipients": "",
    "privacy_authority": "LDI NRW",
}
STATEMENT = {
    "conformity": "PARTIAL",
    "barriers": "- Karten",
    "barriers_reasons": "Unverhältnismäßige Belastung",
    "barriers_alternatives": "",
    "conformity_method": "SELF",
    "conformity_by": "",
    "statement_made_on": date(2026, 1, 15),
    "statement_reviewed_on": date(2026, 11, 2),
    "statement_contact": "Stabsstelle, barrieren@musterstadt.example",
    "enforcement_body": "Ombudsstelle NRW\nombudsstelle@nrw.example",
    "enforcement_url": "https://nrw.example/ombudsstelle",
}


@pytest.fixture
def name_city(db: None) -> Callable[..., City]:
    """Name the city."""

    def name(**given: Any) -> City:
        whole = {"name": "Musterstadt", "municipal_code": "", "language": "de"} | given
        return facts.name_city(facts=whole, by=None, at=clock.now())

    return name


@pytest.fixture
def admin(make_person, client_of):
    """A browser of an administrator."""
    return client_of(make_person(Role.ADMINISTRATOR))
