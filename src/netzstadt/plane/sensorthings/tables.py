"""How entity types lie in tables: columns, relations, identity, and who may see them.

Every name in here is the house's own; what a client sends is only ever a bind parameter.
"""

# ruff: noqa: S608 - statements are put together from the house's own names; values are bound

from dataclasses import dataclass

from netzstadt.plane.sensorthings.bindings import Bindings, Slot
from netzstadt.plane.sensorthings.context import Reader
from netzstadt.standards.sensorthings.model import EntityType

TABLES = {
    "Thing": "thing",
    "Location": "location",
    "HistoricalLocation": "historical_location",
    "Datastream": "series",
    "Sensor": "sensor",
    "ObservedProperty": "observed_property",
    "Observation": "observation",
    "FeatureOfInterest": "feature_of_interest",
}

# Columns that hold a property as it is (others are computed, see values.py).
COLUMNS = {
    "name": "name",
    "description": "description",
    "encodingType": "encoding_type",
    "definition": "definition",
    "observationType": "observation_type",
    "properties": "properties",
    "metadata": "metadata",
    "location": "location",
    "feature": "feature",
    "unitOfMeasurement": "unit_of_measurement",
    "parameters": "parameters",
    "resultQuality": "result_quality",
    "time": "time",
    "resultTime": "result_time",
}

# What makes a row of a type unique and gives it its place where nothing else does: the default
# order, and the last keys of every other one.
_KEYS = {
    "Observation": (("series_id", "bigint"), ("time", "timestamptz"), ("sequence", "smallint")),
    "Datastream": (("id", "bigint"),),
}
_KEY = (("id", "uuid"),)


def keys_of(type_: EntityType) -> tuple[tuple[str, str], ...]:
    """Key columns with their types, in the order of the default sort."""
    return _KEYS.get(type_.name, _KEY)


# Relations as conditions between the row {s} it starts from and the row {t} it leads to.
_LINKS = {
    "Thing/Locations": "{t}.id in (select location_id from thing_location where thing_id = {s}.id)",
    "Thing/HistoricalLocations": "{t}.thing_id = {s}.id",
    "Thing/Datastreams": "{t}.thing_id = {s}.id",
    "Location/Things": "{t}.id in (select thing_id from thing_location where location_id = {s}.id)",
    "Location/HistoricalLocations": "{t}.id in (select historical_location_id "
    "from historical_location_location where location_id = {s}.id)",
    "HistoricalLocation/Thing": "{t}.id = {s}.thing_id",
    "HistoricalLocation/Locations": "{t}.id in (select location_id "
    "from historical_location_location where historical_location_id = {s}.id)",
    "Datastream/Thing": "{t}.id = {s}.thing_id",
    "Datastream/Sensor": "{t}.id = {s}.sensor_id",
    "Datastream/ObservedProperty": "{t}.id = {s}.observed_property_id",
    "Datastream/Observations": "{t}.series_id = {s}.id",
    "Sensor/Datastreams": "{t}.sensor_id = {s}.id",
    "ObservedProperty/Datastreams": "{t}.observed_property_id = {s}.id",
    "Observation/Datastream": "{t}.id = {s}.series_id",
    "Observation/FeatureOfInterest": "{t}.id = coalesce({s}.feature_id, "
    "(select default_feature_id from series where id = {s}.series_id))",
    # An observation without a feature has the default one of its series.
    "FeatureOfInterest/Observations": "{t}.series_id in (select series_id from series_feature "
    "where feature_id = {s}.id union select id from series where default_feature_id = {s}.id) "
    "and coalesce({t}.feature_id, "
    "(select default_feature_id from series where id = {t}.series_id)) = {s}.id",
}


def link(type_: EntityType, navigation: str, source: str, target: str) -> str:
    """The condition that ``target`` is related to ``source`` by a navigation of ``type_``."""
    return _LINKS[f"{type_.name}/{navigation}"].format(s=source, t=target)


@dataclass(frozen=True, slots=True)
class Sight:
    """Who looks, as far as the text of a statement depends on it."""

    person: bool = False
    scoped: bool = False
    keyed: bool = False

    @classmethod
    def of(cls, reader: Reader) -> "Sight":
        """The sight of a reader."""
        known = reader.person_id is not None
        return cls(known, known and reader.thing_ids is not None, reader.keyed)


class Visibility:
    """Writes the condition that the reader may see a row; it is part of every statement."""

    def __init__(self, sight: Sight, bindings: Bindings) -> None:
        self.sight = sight
        self.bindings = bindings

    def of(self, type_: EntityType, alias: str) -> str:
        """The condition for the row ``alias`` of a type."""
        match type_.name:
            case "Thing":
                return self._thing(alias)
            case "Datastream":
                return self._series(alias)
            case "Observation":
                return f"{alias}.series_id in (select v.id from series v where {self._series('v')})"
            case "HistoricalLocation":
                return f"exists ({self._things(f'v.id = {alias}.thing_id')})"
            case "Location":
                return self._location(alias)
            case "FeatureOfInterest":
                return self._feature(alias)
            case "Sensor":
                return self._by_series(f"w.sensor_id = {alias}.id")
            case _:
                return self._by_series(f"w.observed_property_id = {alias}.id")

    def _sees(self, alias: str, unit: str, key: str, thing: str) -> str:
        public = f"{alias}.visibility = 'PUBLIC'"
        if not self.sight.person:
            return public
        seen = f"access_sees({self._scope()}, {alias}.visibility, {unit}, {key})"
        if self.sight.scoped:
            seen = f"({thing} = any ({self.bindings.slot(Slot.THINGS)}) and {seen})"
        return f"({public} or {seen})"

    def _scope(self) -> str:
        """What the reader sees, worked out once a statement."""
        return f"(select access_scope_of({self.bindings.slot(Slot.READER)}))"

    def _thing(self, alias: str) -> str:
        return self._sees(alias, f"{alias}.unit_id", f"{alias}.id", f"{alias}.id")

    def _things(self, condition: str) -> str:
        return f"select from thing v where {condition} and {self._thing('v')}"

    def _series(self, alias: str) -> str:
        """Seen where its own visibility allows it and its Thing is seen."""
        thing = self._sees("vt", "vt.unit_id", "vt.id", "vt.id")
        own = self._sees(alias, "vt.unit_id", f"{alias}.uuid", f"{alias}.thing_id")
        return (
            f"({alias}.kind = 'DATASTREAM' and exists (select from thing vt "
            f"where vt.id = {alias}.thing_id and {thing} and {own}))"
        )

    def _or_lonely(self, seen: str, linked: str) -> str:
        """``seen``, or linked to nothing yet or any more: that, those who keep the data see.

        What is made for a hidden Thing, or has lost it, must not be public in between.
        """
        if not self.sight.person:
            return f"({seen})"
        return (
            f"({seen} or not ({linked}) and access_sees({self._scope()}, 'RESTRICTED', null, null))"
        )

    def _by_series(self, condition: str) -> str:
        """Seen with a Datastream that is seen."""
        return self._or_lonely(
            f"exists (select from series w where {condition} and {self._series('w')})",
            f"exists (select from series w where {condition})",
        )

    def _location(self, alias: str) -> str:
        """A place is seen with a Thing that is or was there."""
        now = (
            "select from thing_location x join thing v on v.id = x.thing_id "
            f"where x.location_id = {alias}.id"
        )
        once = (
            "select from historical_location_location x "
            "join historical_location h on h.id = x.historical_location_id "
            f"join thing v on v.id = h.thing_id where x.location_id = {alias}.id"
        )
        seen = self._thing("v")
        return self._or_lonely(
            f"exists ({now} and {seen}) or exists ({once} and {seen})",
            f"exists ({now}) or exists ({once})",
        )

    def _feature(self, alias: str) -> str:
        """Seen with a Datastream that observed it. One that was made from a Location tells no
        more than that Location once no Datastream is left."""
        series = (
            f"select series_id from series_feature where feature_id = {alias}.id "
            f"union select id from series where default_feature_id = {alias}.id "
            f"union select id from series where current_feature_id = {alias}.id"
        )
        place = f"select from location y where y.id = {alias}.location_id and {self._location('y')}"
        return self._or_lonely(
            f"exists (select from series w where w.id in ({series}) and {self._series('w')}) "
            f"or (not exists ({series}) and exists ({place}))",
            f"exists ({series}) or {alias}.location_id is not null",
        )
