"""The set-up of an installation without the demo: its address, its administrator, its end."""

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils.translation import gettext as _

from netzstadt.core.access import services as access
from netzstadt.core.access.permissions import Role
from netzstadt.core.audit import services as audit
from netzstadt.core.city import queries
from netzstadt.core.city.events import SetupAddressIssued, SetupFinished
from netzstadt.core.city.models import City, Setup
from netzstadt.core.orgs.queries import persons as person_queries
from netzstadt.core.orgs.services import persons
from netzstadt.core.refusal import Refusal
from netzstadt.lib.ids import new_id

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

VALID_FOR = timedelta(hours=24)


class SetupRefused(Refusal):
    """The set-up cannot be begun or gone on with."""


@transaction.atomic
def issue_address(*, at: datetime) -> str:
    """Make the secret part of the address of the set-up; one made before opens nothing any more.

    Raises SetupRefused if somebody has an account already and the set-up was not begun, or if it
    is done.
    """
    _one_at_a_time()
    if not queries.is_setup_wanted():
        raise SetupRefused(
            _(
                "There is nothing to set up: somebody can sign in already. New passwords are set"
                " with `netzstadt person password`."
            )
        )
    secret = secrets.token_urlsafe(32)
    setup = Setup.objects.select_for_update().first() or Setup(id=new_id())
    setup.secret_digest = queries.digest_of(secret)
    setup.issued_at, setup.expires_at = at, at + VALID_FOR
    setup.save()
    audit.record(SetupAddressIssued(object_id=setup.pk), by=None)
    return secret


@transaction.atomic
def make_first_administrator(
    *, setup: Setup, name: str, email: str, password: str, at: datetime
) -> "Person":
    """Give the first person an account and the role of an administrator.

    Raises SetupRefused if somebody else was quicker, and PersonRefused for a weak password.
    """
    _one_at_a_time()
    current = Setup.objects.select_for_update().get(pk=setup.pk)
    if current.administrator_id is not None or person_queries.persons().exists():
        raise SetupRefused(_("The first administrator has been made already. Sign in instead."))
    person = persons.create_person(email=email, name=name, password=password, by=None, at=at)
    access.grant_role(person=person, role=Role.ADMINISTRATOR, by=None, at=at)
    current.administrator = person
    current.save(update_fields=["administrator"])
    return person


@transaction.atomic
def finish_setup(*, setup: Setup, by: "Person", at: datetime) -> None:
    """End the set-up; its address is gone. What was left out is set on the pages of the office.

    Raises SetupRefused if it has ended already or the city has no name.
    """
    current = Setup.objects.select_for_update().get(pk=setup.pk)
    if current.finished_at is not None:
        raise SetupRefused(_("The set-up is done already."))
    if not City.objects.exclude(name="").exists():
        raise SetupRefused(_("Give the city its name first."))
    current.finished_at, current.secret_digest = at, None
    current.save(update_fields=["finished_at", "secret_digest"])
    audit.record(SetupFinished(object_id=current.pk), by=by)


def _one_at_a_time() -> None:
    """Let two beginnings in the same moment follow one another."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('netzstadt.city.setup'))")
