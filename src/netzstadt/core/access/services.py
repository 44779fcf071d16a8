"""Giving and taking roles."""

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from netzstadt.core.access import queries
from netzstadt.core.access.events import (
    ApiKeysRevoked,
    RightsElevated,
    RoleGranted,
    RoleRevoked,
)
from netzstadt.core.access.models import Grant
from netzstadt.core.access.permissions import ELEVATE, GIVE_ADMINISTRATOR, Role
from netzstadt.core.audit import services as audit
from netzstadt.core.days import not_over
from netzstadt.core.refusal import Refusal
from netzstadt.lib.ids import new_id

if TYPE_CHECKING:
    from netzstadt.core.objects import Key
    from netzstadt.core.orgs.models import Person


MAX_ELEVATED_HOURS = 4
MIN_REASON = 10


class GrantRefused(Refusal):
    """The role cannot be given or taken now."""


@transaction.atomic
def grant_role(
    *,
    person: "Person",
    role: Role,
    by: "Person | None",
    at: datetime,
    unit_id: uuid.UUID | None = None,
    for_object: "Key | None" = None,
    until: datetime | None = None,
    reason: str = "",
) -> Grant:
    """Give ``person`` a role from ``at`` on, until ``until`` or for good: everywhere, in a unit
    and all below it, or for one object.

    Administrators are made only by who has taken elevated rights, so that it is never done by
    accident. Elevated rights themselves are taken (``elevate``), not given.

    Raises GrantRefused if the person may not sign in or has the role there already, if the role
    cannot be given there, or if she gives it to herself as somebody's deputy.
    """
    refuse_rights_to_a_deputy_herself(person=person, by=by)
    if not person.is_active:
        raise GrantRefused(_("This account is deactivated; it cannot be given a role."))
    object_model, object_id = for_object or ("", None)
    if unit_id is not None and object_id is not None:
        raise GrantRefused(_("A role holds in a unit or for an object, not for both."))
    if role == Role.ELEVATED:
        raise GrantRefused(_("Elevated rights are taken by oneself, with a reason."))
    if role == Role.PARTNER and object_id is None:
        raise GrantRefused(_("A partner from outside works inside one object: name it."))
    if until is not None and until <= at:
        raise GrantRefused(_("The role would end before it begins."))
    _may_make_administrators(role, by)
    same = Grant.objects.select_for_update().filter(
        person=person, role=role, unit_id=unit_id, object_id=object_id
    )
    if same.filter(not_over(at)).exists():
        raise GrantRefused(_("This person already has this role."))
    try:
        with transaction.atomic():
            grant = Grant.objects.create(
                id=new_id(),
                person=person,
                role=role,
                unit_id=unit_id,
                object_id=object_id,
                object_model=object_model,
                valid_from=at,
                valid_to=until,
                reason=reason.strip(),
            )
    except IntegrityError as error:  # somebody else gave it in the same moment
        raise GrantRefused(_("This person already has this role.")) from error
    audit.record(
        RoleGranted(
            object_id=grant.id,
            person_id=person.pk,
            role=role.value,
            unit_id=unit_id,
            role_object_id=object_id,
            role_object_model=object_model,
            until=until,
            reason=reason.strip(),
        ),
        by=by,
    )
    return grant


def refuse_rights_to_a_deputy_herself(*, person: "Person", by: "Person | None") -> None:
    """What somebody does for another gives her nothing of her own that stays, neither a role nor a
    membership that brings one. Raises GrantRefused."""
    if by is not None and by.pk == person.pk and by.acting_for is not None:
        raise GrantRefused(
            _("Who stands in for somebody gives herself no rights that stay. Ask somebody else.")
        )


def _may_make_administrators(role: str, by: "Person | None") -> None:
    if role != Role.ADMINISTRATOR or by is None or queries.may(by, GIVE_ADMINISTRATOR):
        return
    raise GrantRefused(
        _("Take elevated rights first: administrators are not made or ended by accident.")
    )


def refuse_to_change_administrator(*, person: "Person", by: "Person | None", at: datetime) -> None:
    """Let the account of an administrator be taken out of use, or put back, only as her role could
    be ended or given: with elevated rights, and never that of the last one.

    To be asked in the transaction of the change; nobody else ends an administrator until its end.

    Raises GrantRefused.
    """
    lock_administrators()
    if not Grant.objects.filter(not_over(at), person=person, role=Role.ADMINISTRATOR).exists():
        return
    _may_make_administrators(Role.ADMINISTRATOR, by)
    _refuse_to_lose_the_last_administrator(person, at)


def _refuse_to_lose_the_last_administrator(person: "Person", at: datetime) -> None:
    if queries.is_last_administrator(person, at=at):
        raise GrantRefused(
            _("This is the last administrator. Give the role to somebody else first.")
        )


def lock_administrators() -> None:
    """Let nobody else end an administrator until the transaction ends: of two who do so in the
    same moment, the second sees what the first did."""
    list(Grant.objects.select_for_update().filter(role=Role.ADMINISTRATOR).order_by("pk"))


@transaction.atomic
def elevate(*, person: "Person", reason: str, hours: int, at: datetime) -> Grant:
    """Give an administrator elevated rights for ``hours`` (1 to 4), taken by herself.

    Everything that she does meanwhile is recorded as always; the reason stands in the trail.

    Raises GrantRefused if she is no administrator, gives no reason or has them already.
    """
    if not queries.may(person, ELEVATE):
        raise GrantRefused(_("Only administrators can take elevated rights."))
    if len(reason.strip()) < MIN_REASON:
        raise GrantRefused(_("Say why, in ten letters or more: others will read it."))
    if not 1 <= hours <= MAX_ELEVATED_HOURS:
        raise GrantRefused(_("Elevated rights hold for one to four hours."))
    get_user_model()._default_manager.select_for_update().get(pk=person.pk)
    held = Grant.objects.filter(person=person, role=Role.ELEVATED, valid_to__gt=at)
    if held.exists():
        raise GrantRefused(_("You have elevated rights already; they end by themselves."))
    until = at + timedelta(hours=hours)
    grant = Grant.objects.create(
        id=new_id(),
        person=person,
        role=Role.ELEVATED,
        valid_from=at,
        valid_to=until,
        reason=reason.strip(),
    )
    audit.record(
        RightsElevated(object_id=grant.id, person_id=person.pk, until=until, reason=grant.reason),
        by=person,
    )
    return grant


@transaction.atomic
def revoke_role(*, grant: Grant, by: "Person | None", at: datetime) -> None:
    """End a role at ``at``; the grant stays as a record of who could do what until when.

    The last administrator of the house cannot be removed: nobody could give the role again.

    Raises GrantRefused if the role has ended already or is the last administrator's.
    """
    # All administrators' grants are locked, so that two of them cannot remove one another.
    keys = Grant.objects.filter(Q(pk=grant.pk) | Q(role=Role.ADMINISTRATOR)).order_by("pk")
    locked = {row.pk: row for row in keys.select_for_update()}
    current = locked[grant.pk]
    if current.valid_to is not None and current.valid_to <= at:
        raise GrantRefused(_("This role has already ended."))
    _may_make_administrators(current.role, by)
    if current.role == Role.ADMINISTRATOR and current.is_everywhere:
        _refuse_to_lose_the_last_administrator(current.person, at)
    # A grant that had not begun by now never held; a period without length is none.
    if current.valid_from >= at:
        Grant.objects.filter(pk=current.pk).delete()
    else:
        current.valid_to = at
        current.save(update_fields=["valid_to"])
    audit.record(
        RoleRevoked(object_id=current.pk, person_id=current.person_id, role=current.role), by=by
    )


@transaction.atomic
def revoke_api_keys_of(*, person: "Person", by: "Person | None", at: datetime) -> int:
    """Revoke every API key that acts for ``person``; return how many there were.

    The plane knows keys and grants, not accounts: a key whose person may no longer sign in would
    go on working.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "update api_key set revoked_at = greatest(%s, created_at)"
            " where person_id = %s and revoked_at is null returning id",
            (at, person.pk),
        )
        keys = tuple(sorted(row[0] for row in cursor.fetchall()))
    if keys:
        audit.record(ApiKeysRevoked(object_id=person.pk, api_key_ids=keys), by=by)
    return len(keys)


def export_rights(person: "Person") -> dict[str, list[dict[str, object]]]:
    """What this room knows of a person: her roles and API keys."""
    grants = Grant.objects.filter(person=person).order_by("valid_from")
    with connection.cursor() as cursor:
        cursor.execute(
            "select name, prefix, created_at, last_used_at, revoked_at from api_key"
            " where person_id = %s order by created_at",
            (person.pk,),
        )
        keys = [
            {
                "name": row[0],
                "prefix": row[1],
                **{
                    title: moment.isoformat() if moment else None
                    for title, moment in zip(
                        ("created_at", "last_used_at", "revoked_at"), row[2:], strict=True
                    )
                },
            }
            for row in cursor.fetchall()
        ]
    return {
        "roles": [
            {
                "role": grant.role,
                "valid_from": grant.valid_from.isoformat(),
                "valid_to": grant.valid_to.isoformat() if grant.valid_to else None,
                "reason": grant.reason,
            }
            for grant in grants
        ],
        "api_keys": keys,
    }


def erase_rights(person: "Person", *, by: "Person | None", at: datetime) -> dict[str, int | str]:
    """End a person's roles and keys; who had which role when stays, without its reason."""
    current = Grant.objects.filter(person=person)
    current.filter(valid_from__gte=at).delete()
    current.filter(not_over(at)).update(valid_to=at)
    current.exclude(role=Role.ELEVATED).exclude(reason="").update(reason="")
    with translation.override(settings.LANGUAGE_CODE):
        # Elevated rights are never without a reason; its words may name her or others.
        current.filter(role=Role.ELEVATED).update(
            reason=_("The reason was erased with the person.")
        )
    revoke_api_keys_of(person=person, by=by, at=at)
    with connection.cursor() as cursor:
        cursor.execute(
            "update api_key set name = prefix, last_used_at = null where person_id = %s",
            (person.pk,),
        )
        keys = cursor.rowcount
    return {"api_keys": keys, "roles": _("stay with their dates, without name and reason")}
