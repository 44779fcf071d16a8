"""Permissions and roles are code; which person has which role is data (``access_grant``)."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a person may do at a place: everywhere, in a unit, or for one object."""

    ADMINISTRATOR = "ADMINISTRATOR", _("Administrator")
    DATA_ENGINEER = "DATA_ENGINEER", _("Data engineer")
    READER = "READER", _("Reader")


@dataclass(frozen=True, kw_only=True, slots=True)
class Permission:
    """Something that not everybody may do, and the roles that may."""

    name: str
    description: str | Promise
    roles: frozenset[Role]


MANAGE_PERSONS = Permission(
    name="orgs.manage_persons",
    description=_("manage accounts and roles"),
    roles=frozenset({Role.ADMINISTRATOR}),
)
READ_AUDIT_TRAIL = Permission(
    name="audit.read_trail",
    description=_("read the audit trail"),
    roles=frozenset({Role.ADMINISTRATOR}),
)
