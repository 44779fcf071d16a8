"""The demo city's organisation, and its accounts: one for each role, with known passwords."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from netzstadt.core.access import services as access
from netzstadt.core.access.permissions import Role
from netzstadt.core.days import today
from netzstadt.core.orgs.backends import is_for_this_machine_alone
from netzstadt.core.orgs.models import Person
from netzstadt.core.orgs.models.roles import Function
from netzstadt.core.orgs.models.units import UnitKind
from netzstadt.core.orgs.queries import units
from netzstadt.core.orgs.services import contacts, members, persons
from netzstadt.core.orgs.services import units as unit_services
from netzstadt.core.refusal import Refusal


class DemoRefused(Refusal):
    """Demo accounts must not exist where others can reach the server."""


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account of the demo city, as printed at the start and shown on the sign-in page."""

    email: str
    name: str
    password: str
    role: Role
    # The key of the unit in which the role holds; empty: everywhere.
    unit: str
    what_for: str | Promise


ACCOUNTS = (
    DemoAccount(
        "admin@demo.example",
        "Demo-Administration",
        "demo-administrator",
        Role.ADMINISTRATOR,
        "",
        gettext_lazy("manages accounts and roles, reads the audit trail"),
    ),
    DemoAccount(
        "data@demo.example",
        "Demo-Datentechnik",
        "demo-data-engineer",
        Role.DATA_ENGINEER,
        "",
        gettext_lazy("connects sensors, makes API keys, imports data"),
    ),
    DemoAccount(
        "reader@demo.example",
        "Demo-Lesezugang",
        "demo-reader",
        Role.READER,
        "",
        gettext_lazy("reads what the administration sees"),
    ),
    DemoAccount(
        "coordination@demo.example",
        "Demo-Koordination",
        "demo-coordinator",
        Role.COORDINATOR,
        "",
        gettext_lazy("keeps strategy, council, organisation, contact points and vocabularies"),
    ),
    DemoAccount(
        "head@demo.example",
        "Demo-Leitung",
        "demo-head-of-unit",
        Role.HEAD_OF_UNIT,
        "VS",
        gettext_lazy("leads the area Vernetzte Stadt, names deputies"),
    ),
    DemoAccount(
        "audit@demo.example",
        "Demo-Revision",
        "demo-auditor",
        Role.AUDITOR,
        "",
        gettext_lazy("reads who changed what, checks the sealed chain"),
    ),
    DemoAccount(
        "privacy@demo.example",
        "Demo-Datenschutz",
        "demo-privacy-officer",
        Role.PRIVACY_OFFICER,
        "",
        gettext_lazy("answers people who ask for their data"),
    ),
)
# Functions and bodies of Gelsenkirchen as the city describes them in public; examples say so.
_SOURCE = "Demodaten nach öffentlichen Quellen"
_CITY = f"{_SOURCE} (gelsenkirchen.de, „Die Vernetzte Stadt“ und „Wer wir sind“)."
_PORTRAIT = f"{_SOURCE} (beesmart.city, Porträt Gelsenkirchen)."
UNITS: tuple[tuple[str, str, UnitKind, str, str], ...] = (
    ("RAT", "", UnitKind.POLITICAL_BODY, "Rat der Stadt Gelsenkirchen", _CITY),
    ("VV", "", UnitKind.AREA, "Verwaltungsvorstand", _CITY),
    (
        "STK",
        "VV",
        UnitKind.POLITICAL_BODY,
        "Steuerungskreis Vernetzte Stadt",
        f"Steuert die Vernetzte Stadt; die CDO-Funktion berichtet. {_PORTRAIT}",
    ),
    (
        "LK",
        "VV",
        UnitKind.POLITICAL_BODY,
        "Lenkungskreis Vernetzte Stadt",
        f"Leitungen der Einheiten; setzt Maßnahmen in Gang. {_PORTRAIT}",
    ),
    (
        "GKD",
        "VV",
        UnitKind.IT_PROVIDER,
        "gkd-el",
        f"Der kommunale IT-Dienstleister Emscher-Lippe. {_SOURCE} (gkd-el.de).",
    ),
    (
        "VS",
        "GKD",
        UnitKind.AREA,
        "Vernetzte Stadt",
        "Bündelt, koordiniert und treibt Digitalisierung; berät die Dienststellen. " + _CITY,
    ),
    ("VS-MOD", "VS", UnitKind.AREA, "Vernetzte Stadt/Digitale Modellregion", _CITY),
    ("VS-ORG", "VS", UnitKind.AREA, "Digitale Organisationsentwicklung", _CITY),
    ("VS-OIL", "VS-MOD", UnitKind.TEAM, "Open Innovation Lab", _CITY),
    ("Q-PERS", "VV", UnitKind.CROSS_SECTION, "Querschnittsreferat Personal (Beispiel)", _SOURCE),
    ("R-UMW", "VV", UnitKind.DEPARTMENT, "Referat Umwelt (Beispiel)", _SOURCE),
    ("R-VERK", "VV", UnitKind.DEPARTMENT, "Referat Verkehr (Beispiel)", _SOURCE),
    ("GELD", "VV", UnitKind.MUNICIPAL_ENTERPRISE, "GELSENDIENSTE", f"{_SOURCE}."),
    ("GEKITA", "VV", UnitKind.MUNICIPAL_ENTERPRISE, "GeKita", f"{_SOURCE}."),
    ("GNET", "VV", UnitKind.COMPANY, "GELSEN-NET", _PORTRAIT),
    ("WH", "", UnitKind.EXTERNAL_PARTNER, "Westfälische Hochschule", f"{_SOURCE}."),
)
TOPICS: tuple[tuple[str, str, str, str], ...] = (
    ("Sensorik und Datenplattform", "Sensors and data platform", "VS-MOD", "Datenplattform"),
    ("Projekte und Beratung", "Projects and advice", "VS", "Projektkoordination"),
    ("Prozesse und Onlinedienste", "Processes and services", "VS-ORG", "Prozessmanagement"),
    ("Ideen und Innovation", "Ideas and innovation", "VS-OIL", "Open Innovation Lab"),
)


@transaction.atomic
def make_demo_accounts(*, at: datetime) -> tuple[DemoAccount, ...]:
    """Make the demo accounts that are missing, and return them all.

    Raises DemoRefused if the server listens, or is announced, beyond this machine.
    """
    if not is_for_this_machine_alone(settings.CONFIG):
        raise DemoRefused(
            _("Demo accounts are made only where the server listens on this machine alone.")
        )
    make_demo_organisation(at=at)
    known = set(Person.objects.filter(is_demo=True).values_list("email", flat=True))
    for account in ACCOUNTS:
        if account.email in known:
            continue
        person = persons.create_person(
            email=account.email,
            name=account.name,
            password=account.password,
            by=None,
            at=at,
            is_demo=True,
        )
        _give_role(person, account, at)
    return ACCOUNTS


def _give_role(person: Person, account: DemoAccount, at: datetime) -> None:
    if not account.unit:
        access.grant_role(person=person, role=account.role, by=None, at=at)
        return
    members.begin_membership(
        person=person,
        unit=units.units_by_key([account.unit])[account.unit],
        function=Function.HEAD,
        valid_from=today(),
        by=None,
        at=at,
    )


def make_demo_organisation(*, at: datetime) -> int:
    """Found the demo units that are missing, with contact points; return how many units are new."""
    present = units.units_by_key([key for key, *_rest in UNITS])
    new = 0
    for key, above, kind, name, task in UNITS:
        if key in present:
            continue
        unit = unit_services.create_unit(
            key=key,
            facts=unit_services.UnitFacts(name=name, kind=kind, parent=present.get(above)),
            valid_from=today(),
            by=None,
            at=at,
            is_demo=True,
        )
        unit_services.change_contact(unit=unit, contact={"task": task}, by=None, at=at)
        present[key] = unit
        new += 1
    if new == len(UNITS):
        for order, (title, title_en, key, function) in enumerate(TOPICS):
            topic = contacts.save_topic(
                topic=None, title=title, title_en=title_en, order=order, by=None, at=at
            )
            values = {
                "topic": topic,
                "unit": present[key],
                "function": function,
                "email": f"{key.lower()}@demo.example",
            }
            contacts.save_contact(contact=None, values=values, by=None, at=at)
    return new


def accounts_to_show() -> list[DemoAccount]:
    """The demo accounts that can sign in here; none beyond this machine."""
    if not is_for_this_machine_alone(settings.CONFIG) or not settings.CONFIG.demo:
        return []
    known = set(Person.objects.filter(is_demo=True, is_active=True).values_list("email", flat=True))
    return [account for account in ACCOUNTS if account.email in known]
