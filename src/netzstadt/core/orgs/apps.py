"""Declares the room to the core."""

from django.utils.translation import gettext_lazy as _

from netzstadt.core.access.permissions import MANAGE_PERSONS
from netzstadt.core.rooms import NavigationItem, RoomConfig


class OrgsConfig(RoomConfig):
    name = "netzstadt.core.orgs"
    label = "orgs"
    purpose = _("Who works here: persons, accounts, signing in.")
    permissions = (MANAGE_PERSONS,)
    navigation = (
        NavigationItem(
            title=_("Persons and roles"),
            url_name="orgs:persons",
            permission=MANAGE_PERSONS,
            order=900,
        ),
    )
