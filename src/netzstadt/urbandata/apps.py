"""Declares the room to the core."""

from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from netzstadt.core.access.permissions import Role
from netzstadt.core.rooms import (
    Figure,
    FirstStep,
    Join,
    NavigationGroup,
    NavigationItem,
    NoticeRule,
    ObjectKind,
    Reference,
    RoomConfig,
    Tile,
)
from netzstadt.urbandata.event_titles import EVENT_TITLES, FACT_OBJECTS, FACT_TITLES, FACT_VALUES
from netzstadt.urbandata.permissions import (
    CORRECT_VALUES,
    DECIDE_VISIBILITY,
    DELETE_THINGS,
    KEEP_API_KEYS,
    KEEP_THINGS,
    SEE_IMPORTS,
)


class UrbanDataConfig(RoomConfig):
    name = "netzstadt.urbandata"
    label = "urbandata"
    purpose = "The urban data platform: stations, their values, API keys, imports."
    permissions = (
        KEEP_API_KEYS,
        SEE_IMPORTS,
        DECIDE_VISIBILITY,
        KEEP_THINGS,
        CORRECT_VALUES,
        DELETE_THINGS,
    )
    joins = (
        Join(source="urbandata.thing", relation="measures", target="*"),
        Join(source="urbandata.series", relation="measures", target="*"),
    )
    references = (
        Reference(
            source="urbandata.series",
            relation="part_of",
            target="urbandata.thing",
            table="series",
            source_column="uuid",
            target_column="thing_id",
        ),
    )
    event_titles = EVENT_TITLES
    fact_titles = FACT_TITLES
    fact_values = FACT_VALUES
    fact_objects = FACT_OBJECTS
    objects = (
        ObjectKind(
            model="urbandata.thing",
            title=_("Station"),
            cards="netzstadt.urbandata.cards.thing_cards",
            find="netzstadt.urbandata.cards.find_things",
            positions="netzstadt.urbandata.cards.thing_positions",
            documents="netzstadt.urbandata.documents.thing_documents",
            every_id="netzstadt.urbandata.documents.every_thing",
            aliases=("plane.thing",),
            follows={
                "plane.location": "netzstadt.urbandata.documents.things_at",
                "plane.import_run": "netzstadt.urbandata.documents.things_of_imports",
            },
            may_be_opened=True,
            order=200,
        ),
        ObjectKind(
            model="urbandata.observed_property",
            title=_("Observed property"),
            cards="netzstadt.urbandata.cards.property_cards",
            documents="netzstadt.urbandata.documents.property_documents",
            every_id="netzstadt.urbandata.documents.every_property",
            aliases=("plane.observed_property",),
            follows={
                "urbandata.thing": "netzstadt.urbandata.documents.properties_at",
                "plane.thing": "netzstadt.urbandata.documents.properties_at",
                "plane.datastream": "netzstadt.urbandata.documents.properties_of",
            },
            order=210,
        ),
        ObjectKind(
            model="urbandata.series",
            title=_("Datastream"),
            cards="netzstadt.urbandata.cards.series_cards",
            find="netzstadt.urbandata.cards.find_series",
            documents="netzstadt.urbandata.documents.series_documents",
            every_id="netzstadt.urbandata.documents.every_series",
            aliases=("plane.datastream",),
            follows={
                "urbandata.thing": "netzstadt.urbandata.documents.series_at",
                "plane.thing": "netzstadt.urbandata.documents.series_at",
                "plane.sensor": "netzstadt.urbandata.documents.series_by",
                "plane.observed_property": "netzstadt.urbandata.documents.series_observing",
            },
            order=220,
        ),
        ObjectKind(
            model="plane.import_run",
            title=_("Import"),
            cards="netzstadt.urbandata.telling.import_cards",
            order=150,
        ),
        ObjectKind(
            model="urbandata.api_key",
            title=_("API key"),
            cards="netzstadt.urbandata.telling.key_cards",
            order=160,
        ),
    )
    navigation = (
        NavigationItem(title=_("Stations"), url_name="urbandata:stations", order=20),
        NavigationItem(title=_("What is measured"), url_name="urbandata:properties", order=30),
        NavigationItem(
            title=_("Keep stations"),
            url_name="urbandata:things",
            group=NavigationGroup.DATA,
            permission=KEEP_THINGS,
            order=110,
        ),
        NavigationItem(
            title=_("API keys"),
            url_name="urbandata:api-keys",
            group=NavigationGroup.DATA,
            permission=KEEP_API_KEYS,
            order=120,
        ),
        NavigationItem(
            title=_("Imports"),
            url_name="urbandata:imports",
            group=NavigationGroup.DATA,
            permission=SEE_IMPORTS,
            order=130,
        ),
    )
    notice_topics = MappingProxyType(
        {
            "urbandata.imports": _("Imports that failed"),
            "urbandata.api_keys": _("API keys about to expire"),
            "urbandata.stations": _("Stations that were hidden or retired"),
        }
    )
    notice_rules = (
        NoticeRule(
            event="plane.import_run.finished",
            topic="urbandata.imports",
            persons="netzstadt.urbandata.telling.who_repairs_imports",
            is_urgent=True,
            tells_actor=True,
        ),
        NoticeRule(
            event="urbandata.api_key.expiring",
            topic="urbandata.api_keys",
            persons="netzstadt.urbandata.telling.key_holder",
            is_urgent=True,
        ),
        NoticeRule(
            event="urbandata.thing.visibility_changed",
            topic="urbandata.stations",
            persons="netzstadt.urbandata.telling.data_engineers",
        ),
        NoticeRule(
            event="urbandata.thing.retired",
            topic="urbandata.stations",
            persons="netzstadt.urbandata.telling.data_engineers",
        ),
    )
    deadlines = ("netzstadt.urbandata.telling.key_deadlines",)
    first_steps = (
        FirstStep(
            title=_("Make an API key, so that a sensor can send"),
            url_name="urbandata:api-keys",
            permission=KEEP_API_KEYS,
            roles=frozenset({Role.DATA_ENGINEER}),
            is_done="netzstadt.urbandata.telling.has_key",
            order=100,
        ),
        FirstStep(
            title=_("See what the city measures"),
            url_name="urbandata:stations",
            roles=frozenset({Role.DATA_ENGINEER, Role.READER, Role.STAFF}),
            order=110,
        ),
    )
    tiles = (
        Tile(
            key="urbandata.stations",
            title=_("Stations"),
            content="netzstadt.urbandata.telling.stations_tile",
            place="cockpit",
            empty=_("No sensor is connected yet."),
            order=20,
        ),
        Tile(
            key="urbandata.series",
            title=_("Series"),
            content="netzstadt.urbandata.telling.series_tile",
            place="cockpit",
            empty=_("Nothing is measured yet."),
            order=30,
        ),
        Tile(
            key="urbandata.silent",
            title=_("No values for too long"),
            content="netzstadt.urbandata.tiles.silent",
            place="late",
            empty=_("Every Datastream that usually sends has done so."),
            permission=KEEP_THINGS,
            roles=frozenset({Role.DATA_ENGINEER}),
        ),
    )
    figures = (
        Figure(
            key="urbandata.public_stations",
            title=_("Public stations"),
            value="netzstadt.urbandata.figures.public_stations",
            unit_text=_("stations"),
        ),
        Figure(
            key="urbandata.fresh_series",
            title=_("Public Datastreams with a value of the last day"),
            value="netzstadt.urbandata.figures.fresh_series",
            unit_text=_("percent"),
        ),
    )
