"""Declares the room to the core."""

from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from netzstadt.core.access.permissions import MANAGE_PERSONS
from netzstadt.core.rooms import NavigationItem, RoomConfig


class OrgsConfig(RoomConfig):
    name = "netzstadt.core.orgs"
    label = "orgs"
    purpose = _("Who works here: persons, accounts, signing in.")
    permissions = (MANAGE_PERSONS,)
    event_titles = MappingProxyType(
        {
            "orgs.password.changed": _("Password changed"),
            "orgs.person.created": _("Account made"),
            "orgs.person.deactivated": _("Account deactivated"),
            "orgs.person.reactivated": _("Account activated again"),
            "orgs.person.signed_in": _("Signed in"),
        }
    )
    fact_titles = MappingProxyType(
        {
            "person_name": _("Name"),
            "email": _("E-mail address"),
            "is_demo": _("Demo account"),
        }
    )
    navigation = (
        NavigationItem(
            title=_("Persons and roles"),
            url_name="orgs:persons",
            permission=MANAGE_PERSONS,
            order=900,
        ),
    )
