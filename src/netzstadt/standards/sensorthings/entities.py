"""Bodies of SensorThings requests as typed trees (OGC 18-088, sections 8.2 and 10).

What the model says is checked here, without a database: required members, their types, unknown
members, relations given as links or inline. Every "no" is a JsonError that names the JSON path.
"""

from dataclasses import dataclass, field
from typing import Any

from netzstadt.standards.geojson import Geometry, read_geometry
from netzstadt.standards.sensorthings import members as member_rules
from netzstadt.standards.sensorthings.model import BY_NAME, EntityType, Navigation
from netzstadt.standards.sensorthings.path import MAXIMUM_ID, Id
from netzstadt.standards.strict_json import JsonError, member_place

MAXIMUM_ENTITIES = 10_000  # in one deep insert
GEOJSON_ENCODINGS = frozenset({"application/geo+json", "application/vnd.geo+json"})
VISIBILITIES = ("PUBLIC", "ADMINISTRATION", "UNIT", "RESTRICTED")


@dataclass(frozen=True, slots=True)
class Link:
    """A relation to an entity that is there already."""

    id: Id
    place: str


@dataclass(slots=True)
class NewEntity:
    """An entity to be made, with everything below it.

    ``values`` has the members that were given, read into Python values; ``related`` has the
    relations by name, each a list even where the model has one.
    """

    type: EntityType
    place: str
    id: Id | None = None
    values: dict[str, Any] = field(default_factory=dict)
    related: dict[str, list["Link | NewEntity"]] = field(default_factory=dict)
    geometry: Geometry | None = None


@dataclass(slots=True)
class Change:
    """What a PATCH or PUT changes: members with their new values, relations with their links."""

    type: EntityType
    values: dict[str, Any]
    links: dict[str, list[Link]]


def read_new(
    document: Any, type_: EntityType, *, implied: str | None = None, place: str = "$"
) -> NewEntity:
    """Read the body of a POST: an entity, and inline the entities related to it.

    ``implied`` is the relation that the path has given already (``Things(1)/Datastreams`` gives
    the Thing). Raises JsonError.
    """
    return _Reader().new(document, type_, implied, place)


def read_change(document: Any, type_: EntityType) -> Change:
    """Read the body of a PATCH. Relations are links only (10.3). Raises JsonError."""
    if not _object(document, "$"):
        raise JsonError("The body is empty: there is nothing to change.")
    values: dict[str, Any] = {}
    links: dict[str, list[Link]] = {}
    for name, value in document.items():
        place = member_place("$", name)
        navigation = type_.navigation(name)
        if name == "@iot.id":
            raise JsonError("The @iot.id of an entity cannot be changed.", place)
        if _is_annotation(name):
            continue
        if navigation is not None:
            links[name] = _only_links(value, navigation, place)
        else:
            values.update(_value(type_, name, value, place))
    return Change(type_, values, links)


def read_replacement(document: Any, type_: EntityType, own_id: Id) -> Change:
    """Read the body of a PUT: members left out return to their default (10.3). Raises JsonError.

    ``own_id`` is the entity's @iot.id: a document that was read can be sent back with it.
    """
    _object(document, "$")
    given = dict(document)
    if "@iot.id" in given and given.pop("@iot.id") != own_id:
        raise JsonError("The @iot.id of an entity cannot be changed.", "$['@iot.id']")
    change = read_change(given, type_)
    _require_members(type_, change.values, "$")
    for property_ in type_.properties:
        if not property_.computed and not property_.required:
            change.values.setdefault(property_.name, None)
    return change


def geometry_of(type_: EntityType, values: dict[str, Any], place: str = "$") -> Geometry | None:
    """The geometry of a Location or FeatureOfInterest, where its encoding is GeoJSON.

    Raises JsonError where the geometry is not in order.
    """
    name = {"Location": "location", "FeatureOfInterest": "feature"}.get(type_.name)
    if name is None or values.get("encodingType") not in GEOJSON_ENCODINGS:
        return None
    return read_geometry(values.get(name), f"{place}.{name}")


class _Reader:
    """Reads one deep insert; counts its entities."""

    def __init__(self) -> None:
        self.count = 0

    def new(self, document: Any, type_: EntityType, implied: str | None, place: str) -> NewEntity:
        self.count += 1
        if self.count > MAXIMUM_ENTITIES:
            raise JsonError(f"One request makes at most {MAXIMUM_ENTITIES} entities.", place)
        entity = NewEntity(type_, place)
        for name, value in _object(document, place).items():
            self._member(entity, name, value, implied)
        _require_members(type_, entity.values, place)
        for navigation in type_.navigations:
            given = navigation.name in entity.related or navigation.name == implied
            if not given and _is_needed(navigation):
                raise JsonError(
                    f"{type_.name} needs {navigation.name}: a link or a new entity.",
                    f"{place}.{navigation.name}",
                )
        entity.geometry = geometry_of(type_, entity.values, place)
        return entity

    def _member(self, entity: NewEntity, name: str, value: Any, implied: str | None) -> None:
        place = member_place(entity.place, name)
        navigation = entity.type.navigation(name)
        if name == "@iot.id":
            entity.id = read_id(value, place)
        elif _is_annotation(name):
            return
        elif navigation is None:
            entity.values.update(_value(entity.type, name, value, place))
        elif name == implied:
            raise JsonError(f"{name} is given already by where this entity stands.", place)
        elif value is None or value == []:
            return  # nothing related: as if left out
        else:
            entity.related[name] = self._relation(navigation, value, place)

    def _relation(self, navigation: Navigation, value: Any, place: str) -> list["Link | NewEntity"]:
        items = _items(navigation, value, place)
        target = BY_NAME[navigation.target]
        return [
            _link(item, where) or self.new(item, target, navigation.inverse, where)
            for item, where in items
        ]


def read_id(value: Any, place: str) -> Id:
    """An @iot.id: a string of 1 to MAXIMUM_ID characters or a whole number of up to 18 digits.

    Raises JsonError.
    """
    if isinstance(value, str) and 0 < len(value) <= MAXIMUM_ID and value.isprintable():
        return value
    if type(value) is int and -(10**18) < value < 10**18:
        return value
    raise JsonError(
        f"An @iot.id is a text of 1 to {MAXIMUM_ID} printable characters or a whole number of at "
        "most 18 digits.",
        place,
    )


def _object(document: Any, place: str) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise JsonError("An object is expected here.", place)
    return document


def _items(navigation: Navigation, value: Any, place: str) -> list[tuple[Any, str]]:
    if not navigation.many:
        return [(value, place)]
    if not isinstance(value, list):
        raise JsonError(f"{navigation.name} is a list.", place)
    return [(item, f"{place}[{position}]") for position, item in enumerate(value)]


def _link(item: Any, place: str) -> Link | None:
    """The link, if the object has nothing but an @iot.id (10.2.1); else None."""
    if "@iot.id" not in _object(item, place):
        return None
    if any(name != "@iot.id" and not _is_annotation(name) for name in item):
        return None
    return Link(read_id(item["@iot.id"], f"{place}['@iot.id']"), place)


def _only_links(value: Any, navigation: Navigation, place: str) -> list[Link]:
    links = []
    for item, where in _items(navigation, value, place):
        link = _link(item, where)
        if link is None:
            raise JsonError(
                'A change takes related entities as links only: {"@iot.id": …} (10.3).', where
            )
        links.append(link)
    return links


def _is_needed(navigation: Navigation) -> bool:
    """Whether a new entity must have the relation.

    A HistoricalLocation needs Locations, too (8.2.3, one to many); an Observation's feature is
    made from the Thing's Location where it is left out (8.2.8).
    """
    if navigation.inverse == "HistoricalLocations":
        return True
    return navigation.required and navigation.name != "FeatureOfInterest"


def _is_annotation(name: str) -> bool:
    """Control information that the service makes; left alone, so that what was read can be sent."""
    return name in {"@iot.selfLink", "@iot.count", "@iot.nextLink"} or name.endswith(
        ("@iot.navigationLink", "@iot.count", "@iot.nextLink")
    )


def _value(type_: EntityType, name: str, value: Any, place: str) -> dict[str, Any]:
    """The member read; an empty dictionary for one that the service computes itself."""
    if name == "visibility" and type_.name in {"Thing", "Datastream"}:
        return {name: _visibility(value, place)}
    property_ = type_.property(name)
    if property_ is None:
        known = [p.name for p in type_.properties] + [n.name for n in type_.navigations]
        raise JsonError(
            f"{type_.name} has no member {name[:80]!r}; it has {', '.join(known)}.", place
        )
    if property_.computed:
        return {}
    return {name: member_rules.read(type_, property_, value, place)}


def _visibility(value: Any, place: str) -> str:
    if not isinstance(value, str) or value.upper() not in VISIBILITIES:
        raise JsonError("visibility is public, administration, unit or restricted.", place)
    return value.upper()


def _require_members(type_: EntityType, values: dict[str, Any], place: str) -> None:
    for property_ in type_.properties:
        if not property_.required or property_.computed or property_.name in values:
            continue
        if type_.name == "Observation" and property_.name != "result":
            continue  # phenomenonTime and resultTime have defaults (8.2.7)
        raise JsonError(f"{type_.name} needs {property_.name}.", f"{place}.{property_.name}")
