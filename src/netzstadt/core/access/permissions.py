"""Permissions and roles are code; which person has which role is data (``access_grant``)."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a person may do at a place: everywhere, in a unit and below, or for one object.

    Memberships bring STAFF and HEAD_OF_UNIT in their unit; the others are granted.
    """

    ADMINISTRATOR = "ADMINISTRATOR", _("Administrator")
    AUDITOR = "AUDITOR", _("Auditor")
    PRIVACY_OFFICER = "PRIVACY_OFFICER", _("Data protection officer")
    COORDINATOR = "COORDINATOR", _("Coordinator")
    HEAD_OF_UNIT = "HEAD_OF_UNIT", _("Head of unit")
    STAFF = "STAFF", _("Staff")
    DATA_ENGINEER = "DATA_ENGINEER", _("Data engineer")
    READER = "READER", _("Reader")
    PARTNER = "PARTNER", _("Partner from outside")
    ELEVATED = "ELEVATED", _("Elevated rights")


ROLE_DESCRIPTIONS: Mapping[Role, str | Promise] = MappingProxyType(
    {
        Role.ADMINISTRATOR: _("keeps accounts, roles and settings of the installation"),
        Role.AUDITOR: _("reads who changed what, and checks that the trail is whole"),
        Role.PRIVACY_OFFICER: _("answers people who ask for their data, and watches the periods"),
        Role.COORDINATOR: _("keeps the organisation, its contact points and vocabularies"),
        Role.HEAD_OF_UNIT: _("keeps the members and contact points of a unit and all below it"),
        Role.STAFF: _("works in a unit and sees what belongs to it"),
        Role.DATA_ENGINEER: _("connects sensors, makes API keys, imports data"),
        Role.READER: _("reads what the administration sees"),
        Role.PARTNER: _("works inside one object and sees nothing beyond it"),
        Role.ELEVATED: _("does for some hours what nobody should do by accident, with a reason"),
    }
)
# The roles that pass to a deputy; the same list stands in access_passes_to_deputies().
DEPUTISABLE = frozenset(
    {Role.COORDINATOR, Role.HEAD_OF_UNIT, Role.STAFF, Role.DATA_ENGINEER, Role.READER}
)
# Who holds one of these everywhere sees everything; the same list stands in access_scope_of().
KEEPERS = frozenset({Role.ADMINISTRATOR, Role.DATA_ENGINEER, Role.ELEVATED})
# Where a role can be given: the others are brought by memberships or by oneself, or need an object.
EVERYWHERE = (
    Role.ADMINISTRATOR,
    Role.AUDITOR,
    Role.PRIVACY_OFFICER,
    Role.COORDINATOR,
    Role.DATA_ENGINEER,
    Role.READER,
)
IN_A_UNIT = (Role.HEAD_OF_UNIT, Role.STAFF, Role.COORDINATOR)
FOR_ONE_OBJECT = (Role.PARTNER, Role.READER)


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
GIVE_ADMINISTRATOR = Permission(
    name="access.give_administrator",
    description=_("make somebody an administrator, or end it"),
    roles=frozenset({Role.ELEVATED}),
)
ELEVATE = Permission(
    name="access.elevate",
    description=_("take elevated rights for some hours, with a reason"),
    roles=frozenset({Role.ADMINISTRATOR}),
)
SEE_RIGHTS = Permission(
    name="access.see_rights",
    description=_("see who may do what, and why"),
    roles=frozenset({Role.ADMINISTRATOR, Role.AUDITOR, Role.PRIVACY_OFFICER}),
)
OPEN_TO_OTHERS = Permission(
    name="access.open_to_others",
    description=_("open one object to a partner from outside or to a single colleague"),
    roles=frozenset({Role.ADMINISTRATOR, Role.COORDINATOR, Role.DATA_ENGINEER, Role.HEAD_OF_UNIT}),
)
MANAGE_UNITS = Permission(
    name="orgs.manage_units",
    description=_("change the tree of units"),
    roles=frozenset({Role.ADMINISTRATOR, Role.COORDINATOR}),
)
MANAGE_MEMBERS = Permission(
    name="orgs.manage_members",
    description=_("say who belongs to a unit"),
    roles=frozenset({Role.ADMINISTRATOR, Role.COORDINATOR, Role.HEAD_OF_UNIT}),
)
KEEP_CONTACTS = Permission(
    name="orgs.keep_contacts",
    description=_("keep the contact points"),
    roles=frozenset({Role.ADMINISTRATOR, Role.COORDINATOR, Role.HEAD_OF_UNIT}),
)
SEE_DIRECTORY = Permission(
    name="orgs.see_directory",
    description=_("see units and who works there"),
    roles=frozenset(Role) - {Role.PARTNER},
)
READ_AUDIT_TRAIL = Permission(
    name="audit.read_trail",
    description=_("read the audit trail"),
    roles=frozenset({Role.ADMINISTRATOR, Role.AUDITOR}),
)
