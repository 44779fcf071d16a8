"""Giving and taking roles."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from netzstadt.core.access.events import ApiKeysRevoked, RoleGranted, RoleRevoked
from netzstadt.core.access.models import Grant
from netzstadt.core.access.permissions import Role
from netzstadt.core.audit import services as audit
from netzstadt.core.refusal import Refusal
from netzstadt.lib.ids import new_id

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


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
    object_id: uuid.UUID | None = None,
) -> Grant:
    """Give ``person`` a role from ``at`` on: everywhere, in a unit or for one object.

    Raises GrantRefused if the person may not sign in or has the role there already.
    """
    if not person.is_active:
        raise GrantRefused(_("This account is deactivated; it cannot be given a role."))
    if unit_id is not None and object_id is not None:
        raise GrantRefused(_("A role holds in a unit or for an object, not for both."))
    same = Grant.objects.select_for_update().filter(
        person=person, role=role, unit_id=unit_id, object_id=object_id
    )
    if same.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=at)).exists():
        raise GrantRefused(_("This person already has this role."))
    try:
        with transaction.atomic():
            grant = Grant.objects.create(
                id=new_id(),
                person=person,
                role=role,
                unit_id=unit_id,
                object_id=object_id,
                valid_from=at,
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
        ),
        by=by,
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
    if current.role == Role.ADMINISTRATOR and current.is_everywhere:
        others = Grant.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=at),
            role=Role.ADMINISTRATOR,
            unit_id__isnull=True,
            object_id__isnull=True,
            valid_from__lte=at,
            person__is_active=True,
        ).exclude(person_id=current.person_id)
        if not others.exists():
            raise GrantRefused(
                _("This is the last administrator. Give the role to somebody else first.")
            )
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
