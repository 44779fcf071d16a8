"""Declares the room to the core."""

from django.utils.translation import gettext_lazy as _

from netzstadt.core.rooms import NavigationItem, RoomConfig
from netzstadt.urbandata.event_titles import EVENT_TITLES, FACT_TITLES, FACT_VALUES
from netzstadt.urbandata.permissions import DECIDE_VISIBILITY, KEEP_API_KEYS, SEE_IMPORTS


class UrbanDataConfig(RoomConfig):
    name = "netzstadt.urbandata"
    label = "urbandata"
    purpose = "The urban data platform: stations, their values, API keys, imports."
    permissions = (KEEP_API_KEYS, SEE_IMPORTS, DECIDE_VISIBILITY)
    event_titles = EVENT_TITLES
    fact_titles = FACT_TITLES
    fact_values = FACT_VALUES
    navigation = (
        NavigationItem(title=_("Stations"), url_name="urbandata:stations", order=20),
        NavigationItem(title=_("What is measured"), url_name="urbandata:properties", order=30),
        NavigationItem(
            title=_("API keys"),
            url_name="urbandata:api-keys",
            permission=KEEP_API_KEYS,
            order=120,
        ),
        NavigationItem(
            title=_("Imports"),
            url_name="urbandata:imports",
            permission=SEE_IMPORTS,
            order=130,
        ),
    )
