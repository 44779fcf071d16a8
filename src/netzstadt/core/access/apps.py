"""Declares the room to the core."""

from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from netzstadt.core.access.permissions import (
    ELEVATE,
    GIVE_ADMINISTRATOR,
    OPEN_TO_OTHERS,
    SEE_RIGHTS,
    Role,
)
from netzstadt.core.rooms import (
    NavigationGroup,
    NavigationItem,
    NoticeRule,
    ObjectKind,
    PersonalData,
    RoomConfig,
    Tile,
)


class AccessConfig(RoomConfig):
    name = "netzstadt.core.access"
    label = "access"
    verbose_name = _("Rights")
    purpose = "Who may do and see what: roles, grants, the one rule."
    permissions = (SEE_RIGHTS, ELEVATE, GIVE_ADMINISTRATOR, OPEN_TO_OTHERS)
    personal_data = PersonalData(
        export="netzstadt.core.access.services.export_rights",
        erase="netzstadt.core.access.services.erase_rights",
        titles=MappingProxyType(
            {
                "roles": _("Roles"),
                "api_keys": _("API keys"),
                "last_used_at": _("Last used"),
                "revoked_at": _("Revoked"),
            }
        ),
    )
    navigation = (
        NavigationItem(
            title=_("Rights"),
            url_name="access:rights",
            group=NavigationGroup.PEOPLE,
            permission=SEE_RIGHTS,
            order=905,
        ),
    )
    event_titles = MappingProxyType(
        {
            "access.role.granted": _("Role given"),
            "access.role.revoked": _("Role ended"),
            "access.rights.elevated": _("Elevated rights taken"),
            "access.api_keys.revoked": _("All API keys of a person revoked"),
        }
    )
    fact_titles = MappingProxyType(
        {
            "person_id": _("Person"),
            "role": _("Role"),
            "unit_id": _("Unit"),
            "until": _("Until"),
            "reason": _("Reason"),
            "role_object_id": _("Object"),
            "role_object_model": _("Kind of object"),
            "api_key_ids": _("API keys"),
        }
    )
    fact_objects = MappingProxyType(
        {
            "person_id": "orgs.person",
            "unit_id": "orgs.unit",
            "role_object_id": "role_object_model",
        }
    )
    fact_values = MappingProxyType({"role": MappingProxyType(dict(Role.choices))})
    objects = (
        ObjectKind(
            model="access.grant",
            title=_("Role"),
            cards="netzstadt.core.access.queries.grant_cards",
            order=720,
        ),
    )
    tiles = (
        Tile(
            key="access.opened",
            title=_("Opened to me"),
            content="netzstadt.core.access.queries.opened_tile",
            empty=_("What somebody lets you in to appears here."),
            order=60,
        ),
    )
    notice_topics = MappingProxyType({"access.roles": _("My roles")})
    notice_rules = tuple(
        NoticeRule(
            event=event,
            topic="access.roles",
            persons="netzstadt.core.access.queries.whose_role",
            passes_to_deputies=False,
        )
        for event in ("access.role.granted", "access.role.revoked")
    )
