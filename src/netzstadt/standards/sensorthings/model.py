"""The entity model of SensorThings 1.1 (OGC 18-088, section 8): types, properties, relations.

Each exists once, so they are compared by identity.
"""

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a property's value is, as far as paths and queries care."""

    TEXT = "text"
    JSON = "json"  # an object or any JSON value; its members can be addressed
    TIME = "time"  # TM_Instant
    PERIOD = "period"  # TM_Instant or TM_Period
    GEOMETRY = "geometry"  # GeoJSON (or another encoding, kept as JSON)
    ANY = "any"  # the result of an observation: a number or any JSON value


@dataclass(frozen=True, slots=True, eq=False)
class Property:
    """A property of an entity type. ``required`` as in the tables of 8.2; ``computed`` ones are
    made by the service and not accepted from clients as truth."""

    name: str
    kind: Kind
    required: bool = False
    computed: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Navigation:
    """A relation to another entity type: ``many`` entities or exactly one (8.2, relation tables).

    ``inverse`` is the name of the way back.
    """

    name: str
    target: str
    many: bool
    inverse: str
    required: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class EntityType:
    """One entity type: its name, the name of its entity set, what it has and what it relates to."""

    name: str
    set_name: str
    properties: tuple[Property, ...]
    navigations: tuple[Navigation, ...]

    def property(self, name: str) -> Property | None:
        """The property of this name, or None."""
        return next((one for one in self.properties if one.name == name), None)

    def navigation(self, name: str) -> Navigation | None:
        """The navigation property of this name, or None."""
        return next((one for one in self.navigations if one.name == name), None)


_NAME = Property("name", Kind.TEXT, required=True)
_DESCRIPTION = Property("description", Kind.TEXT, required=True)
_PROPERTIES = Property("properties", Kind.JSON)
_ENCODING = Property("encodingType", Kind.TEXT, required=True)


def _one(name: str, inverse: str, *, required: bool = False) -> Navigation:
    return Navigation(name, name, many=False, inverse=inverse, required=required)


def _many(name: str, target: str, inverse: str) -> Navigation:
    return Navigation(name, target, many=True, inverse=inverse)


THING = EntityType(
    "Thing",
    "Things",
    (_NAME, _DESCRIPTION, _PROPERTIES),
    (
        _many("Locations", "Location", "Things"),
        _many("HistoricalLocations", "HistoricalLocation", "Thing"),
        _many("Datastreams", "Datastream", "Thing"),
    ),
)
LOCATION = EntityType(
    "Location",
    "Locations",
    (
        _NAME,
        _DESCRIPTION,
        _ENCODING,
        Property("location", Kind.GEOMETRY, required=True),
        _PROPERTIES,
    ),
    (
        _many("Things", "Thing", "Locations"),
        _many("HistoricalLocations", "HistoricalLocation", "Locations"),
    ),
)
HISTORICAL_LOCATION = EntityType(
    "HistoricalLocation",
    "HistoricalLocations",
    (Property("time", Kind.TIME, required=True),),
    (
        _one("Thing", "HistoricalLocations", required=True),
        _many("Locations", "Location", "HistoricalLocations"),
    ),
)
DATASTREAM = EntityType(
    "Datastream",
    "Datastreams",
    (
        _NAME,
        _DESCRIPTION,
        Property("observationType", Kind.TEXT, required=True),
        Property("unitOfMeasurement", Kind.JSON, required=True),
        Property("observedArea", Kind.GEOMETRY),
        Property("phenomenonTime", Kind.PERIOD, computed=True),
        Property("resultTime", Kind.PERIOD, computed=True),
        _PROPERTIES,
    ),
    (
        _one("Thing", "Datastreams", required=True),
        _one("Sensor", "Datastreams", required=True),
        _one("ObservedProperty", "Datastreams", required=True),
        _many("Observations", "Observation", "Datastream"),
    ),
)
SENSOR = EntityType(
    "Sensor",
    "Sensors",
    (
        _NAME,
        _DESCRIPTION,
        _ENCODING,
        Property("metadata", Kind.JSON, required=True),
        _PROPERTIES,
    ),
    (_many("Datastreams", "Datastream", "Sensor"),),
)
OBSERVED_PROPERTY = EntityType(
    "ObservedProperty",
    "ObservedProperties",
    (_NAME, Property("definition", Kind.TEXT, required=True), _DESCRIPTION, _PROPERTIES),
    (_many("Datastreams", "Datastream", "ObservedProperty"),),
)
OBSERVATION = EntityType(
    "Observation",
    "Observations",
    (
        Property("phenomenonTime", Kind.PERIOD, required=True),
        Property("result", Kind.ANY, required=True),
        Property("resultTime", Kind.TIME, required=True),
        Property("resultQuality", Kind.JSON),
        Property("validTime", Kind.PERIOD),
        Property("parameters", Kind.JSON),
    ),
    (
        _one("Datastream", "Observations", required=True),
        _one("FeatureOfInterest", "Observations", required=True),
    ),
)
FEATURE_OF_INTEREST = EntityType(
    "FeatureOfInterest",
    "FeaturesOfInterest",
    (
        _NAME,
        _DESCRIPTION,
        _ENCODING,
        Property("feature", Kind.GEOMETRY, required=True),
        _PROPERTIES,
    ),
    (_many("Observations", "Observation", "FeatureOfInterest"),),
)

# The order of the root document (9.2.1). MultiDatastream (section 14) will be one more row here.
TYPES = (
    DATASTREAM,
    FEATURE_OF_INTEREST,
    HISTORICAL_LOCATION,
    LOCATION,
    OBSERVATION,
    OBSERVED_PROPERTY,
    SENSOR,
    THING,
)
BY_NAME = {one.name: one for one in TYPES}
BY_SET = {one.set_name: one for one in TYPES}
