"""Everything that changes persons."""

from datetime import datetime

from axes.models import AccessAttempt
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from netzstadt.core.access import services as access
from netzstadt.core.audit import services as audit
from netzstadt.core.orgs.events import (
    PasswordChanged,
    PersonCreated,
    PersonDeactivated,
    PersonReactivated,
    SignedIn,
)
from netzstadt.core.orgs.models import Person, account_of
from netzstadt.core.refusal import Refusal


class PersonRefused(Refusal):
    """The account cannot be made or changed this way."""


def create_person(
    *,
    email: str,
    name: str,
    password: str | None,
    by: Person | None,
    at: datetime,
    is_demo: bool = False,
) -> Person:
    """Give somebody an account. Without a password she cannot sign in until one is set.

    Raises PersonRefused if the address is in use or the password is too weak (not asked of demo
    accounts, whose passwords everybody knows).
    """
    person = Person(email=account_of(email), name=name.strip(), is_demo=is_demo, created_at=at)
    if password is not None and not is_demo:
        _check_password(password, person)
    person.set_password(password)
    try:
        with transaction.atomic():
            person.full_clean(exclude=["password"], validate_unique=False)
            person.save(force_insert=True)
            audit.record(
                PersonCreated(
                    object_id=person.pk,
                    person_name=person.name,
                    email=person.email,
                    is_demo=is_demo,
                ),
                by=by,
            )
    except IntegrityError as error:
        raise PersonRefused(_("There is an account with this e-mail address already.")) from error
    except ValidationError as error:
        raise PersonRefused(" ".join(error.messages)) from error
    return person


@transaction.atomic
def change_password(
    *, person: Person, new: str, by: Person | None, at: datetime, current: str | None = None
) -> None:
    """Set a new password; every other session of the person ends with it.

    Who changes her own password gives the ``current`` one.

    Raises PersonRefused if the current password is wrong or the new one too weak, or for a demo
    account, whose password is written on the sign-in page.
    """
    locked = Person.objects.select_for_update().get(pk=person.pk)
    if locked.is_demo:
        raise PersonRefused(_("The password of a demo account cannot be changed."))
    if by is not None and by.pk == locked.pk and not locked.check_password(current or ""):
        raise PersonRefused(_("The current password is not right."))
    _check_password(new, locked)
    locked.set_password(new)
    locked.save(update_fields=["password"])
    person.password = locked.password
    # Who was paused for wrong passwords need not wait for the end of the pause.
    AccessAttempt.objects.filter(username=locked.email).delete()
    audit.record(PasswordChanged(object_id=locked.pk), by=by)


@transaction.atomic
def deactivate_person(*, person: Person, by: Person | None, at: datetime) -> None:
    """Take the account out of use: sessions end at once, API keys are revoked for good.

    Raises PersonRefused if it is one's own account or is deactivated already, GrantRefused if it
    is an administrator's and ``by`` has not taken elevated rights, or the last administrator's.
    """
    locked = Person.objects.select_for_update().get(pk=person.pk)
    if by is not None and by.pk == locked.pk:
        raise PersonRefused(_("You cannot deactivate your own account."))
    if not locked.is_active:
        raise PersonRefused(_("This account is deactivated already."))
    access.refuse_to_change_administrator(person=locked, by=by, at=at)
    locked.is_active = False
    locked.save(update_fields=["is_active"])
    access.revoke_api_keys_of(person=locked, by=by, at=at)
    audit.record(PersonDeactivated(object_id=locked.pk), by=by)


@transaction.atomic
def reactivate_person(*, person: Person, by: Person | None, at: datetime) -> None:
    """Put a deactivated account back into use, with its roles; API keys have to be made anew.

    Raises PersonRefused if it is in use or the person was erased, GrantRefused if it is an
    administrator's and ``by`` has not taken elevated rights.
    """
    locked = Person.objects.select_for_update().get(pk=person.pk)
    if locked.is_active:
        raise PersonRefused(_("This account is in use."))
    if locked.is_erased:
        raise PersonRefused(_("This person was erased; nobody can sign in as her any more."))
    access.refuse_to_change_administrator(person=locked, by=by, at=at)
    locked.is_active = True
    locked.save(update_fields=["is_active"])
    audit.record(PersonReactivated(object_id=locked.pk), by=by)


def note_sign_in(*, person: Person, at: datetime) -> None:
    """Write into the trail that ``person`` signed in at ``at``."""
    audit.record(SignedIn(object_id=person.pk), by=person)


def _check_password(password: str, person: Person) -> None:
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise PersonRefused(" ".join(error.messages)) from error
