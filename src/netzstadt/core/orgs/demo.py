"""The accounts of the demo city: one for each role, with passwords that everybody may know."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from netzstadt.core.access import services as access
from netzstadt.core.access.permissions import Role
from netzstadt.core.orgs import services
from netzstadt.core.orgs.backends import is_for_this_machine_alone
from netzstadt.core.orgs.models import Person
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
    what_for: str | Promise


ACCOUNTS = (
    DemoAccount(
        "admin@demo.example",
        "Demo-Administration",
        "demo-administrator",
        Role.ADMINISTRATOR,
        gettext_lazy("manages accounts and roles, reads the audit trail"),
    ),
    DemoAccount(
        "data@demo.example",
        "Demo-Datentechnik",
        "demo-data-engineer",
        Role.DATA_ENGINEER,
        gettext_lazy("connects sensors, makes API keys, imports data"),
    ),
    DemoAccount(
        "reader@demo.example",
        "Demo-Lesezugang",
        "demo-reader",
        Role.READER,
        gettext_lazy("reads what the administration sees"),
    ),
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
    known = set(Person.objects.filter(is_demo=True).values_list("email", flat=True))
    for account in ACCOUNTS:
        if account.email in known:
            continue
        person = services.create_person(
            email=account.email,
            name=account.name,
            password=account.password,
            by=None,
            at=at,
            is_demo=True,
        )
        access.grant_role(person=person, role=account.role, by=None, at=at)
    return ACCOUNTS


def accounts_to_show() -> list[DemoAccount]:
    """The demo accounts that can sign in here; none beyond this machine."""
    if not is_for_this_machine_alone(settings.CONFIG) or not settings.CONFIG.demo:
        return []
    known = set(Person.objects.filter(is_demo=True, is_active=True).values_list("email", flat=True))
    return [account for account in ACCOUNTS if account.email in known]
