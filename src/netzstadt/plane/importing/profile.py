"""Profiles: TOML files that say how one publisher writes its data. A new city adds one, not code."""

import re
import tomllib
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from netzstadt.plane.importing.errors import ImportRefused


Visibility = Literal["public", "administration", "unit", "restricted"]


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of a profile; a key it does not know is an error, for it is most likely misspelt."""


class Recognise(_Part, frozen=True, kw_only=True):
    """Which files hold observations, and how such a file begins."""

    files: list[str]
    content: str


class Csv(_Part, frozen=True, kw_only=True):
    """How the text file is written."""

    encoding: Literal["utf-8", "iso-8859-1", "iso-8859-15", "cp1252"] = "utf-8"
    delimiter: str = ","
    decimal: Literal[".", ","] = "."


class Time(_Part, frozen=True, kw_only=True):
    """How the time column is to be understood."""

    format: str
    zone: str = "UTC"
    repeated_hour: Literal["together", "twice", "reject"] = "reject"


class Layout(_Part, frozen=True, kw_only=True):
    """What the columns are. ``wide``: one column a channel; ``long``: identifier and value."""

    kind: Literal["wide", "long"]
    time: str
    channels: str = ""
    identifier: str = ""
    value: str = ""
    quality: str = ""
    station: Literal["first-channel", "channel", "identifier", "file-name"] = "channel"
    station_pattern: str = ""
    sum: Literal["", "first-channel"] = ""
    ignore: list[str] = []


class Quality(_Part, frozen=True, kw_only=True):
    """What the quality columns mean: flags kept with the value; ``[]`` means nothing is wrong."""

    flags: dict[str, list[str]] = {}
    other: str = "status-{value}"


class Stations(_Part, frozen=True, kw_only=True):
    """Where stations are described: a file in the archive or beside it."""

    file: str
    kind: Literal["json", "geojson"]
    id: str
    name: str
    properties: list[str] = []


class Entity(_Part, frozen=True, kw_only=True):
    """How a Thing or a Datastream is named; ``{station}``, ``{channel}``, ``{name}`` are filled in."""

    id: str
    name: str = "{name}"
    name_without_metadata: str = "{name}"
    description: str
    sum_description: str = ""
    properties: dict[str, Any] = {}


class Unit(_Part, frozen=True, kw_only=True):
    """The unit of measurement; ``ucum`` is the case-sensitive UCUM code."""

    name: str
    symbol: str
    ucum: str


class Sensor(_Part, frozen=True, kw_only=True):
    """The SensorThings Sensor of all series."""

    id: str
    name: str
    description: str
    encoding_type: str = "text/html"
    metadata: str


class ObservedProperty(_Part, frozen=True, kw_only=True):
    """What is measured, in which unit; the first whose ``match`` fits the channel's name is taken."""

    id: str
    name: str
    definition: str
    description: str
    unit: Unit
    match: str = ""
    mixed_sum: bool = False


class SensorThings(_Part, frozen=True, kw_only=True):
    """What SensorThings JSON leaves out: ids of unnamed entities, UCUM codes, missing texts."""

    id_prefix: str
    ucum: dict[str, str] = {}
    sensor_encoding_type: str = "text/html"
    sensor_metadata: str = ""
    observed_property_description: str = ""


class Profile(_Part, frozen=True, kw_only=True):
    """One publisher's data. See docs/reference/import-profiles.md for every key."""

    key: str
    title: str
    publisher: str
    licence: str
    url: str = ""
    note: str = ""
    visibility: Visibility = "administration"
    format: Literal["csv", "sensorthings-json"]
    recognise: Recognise
    csv: Csv = Csv()
    time: Time | None = None
    layout: Layout | None = None
    quality: Quality = Quality()
    stations: Stations | None = None
    thing: Entity | None = None
    datastream: Entity | None = None
    sensor: Sensor | None = None
    observed_property: list[ObservedProperty] = []
    sensorthings: SensorThings | None = None


FIXED_DIRECTIVES = {"Y": 4, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2}
_PLACEHOLDERS = {"station", "channel", "name"}


def read_profile(path: Path) -> Profile:
    """Read and check one profile.

    Raises ImportRefused naming the file and the key that must change.
    """
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ImportRefused(
            f"The profile {path} cannot be read: {error.strerror or error}."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ImportRefused(f"The profile {path} is no valid TOML file: {error}.") from error
    try:
        profile = msgspec.convert(document, Profile)
    except msgspec.ValidationError as error:
        problem, _, place = str(error).partition(" - at `$")
        key = place.rstrip("`").lstrip(".") or "top level"
        raise ImportRefused(f"The profile {path}, {key}: {problem}.") from error
    for key, problem in _problems(profile):
        raise ImportRefused(f"The profile {path}, {key}: {problem}.")
    return profile


def shipped_profiles() -> list[Profile]:
    """The profiles that come with Netzstadt, by key."""
    folder = Path(str(resources.files("netzstadt.plane.importing") / "profiles"))
    return [read_profile(path) for path in sorted(folder.glob("*.toml"))]


def _problems(profile: Profile) -> Iterator[tuple[str, str]]:
    """Everything that types cannot tell, as (key, what is wrong)."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{1,62}", profile.key):
        yield "key", "use lower-case letters, digits and hyphens"
    if not profile.recognise.files:
        yield "recognise.files", "name at least one pattern, such as *.csv"
    yield from _pattern_problems("recognise.content", profile.recognise.content, ())
    if profile.format == "csv":
        yield from _csv_problems(profile)
    elif profile.sensorthings is None:
        yield "sensorthings", "this table is needed for the format sensorthings-json"


def _csv_problems(profile: Profile) -> Iterator[tuple[str, str]]:
    for key in ("time", "layout", "thing", "datastream", "sensor"):
        if getattr(profile, key) is None:
            yield key, "this table is needed for the format csv"
            return
    if not profile.observed_property:
        yield "observed_property", "name at least one"
    if len(profile.csv.delimiter) != 1 or not profile.csv.delimiter.isascii():
        yield "csv.delimiter", "give one ASCII character"
    if profile.csv.delimiter == profile.csv.decimal:
        yield "csv.decimal", "it is the delimiter as well"
    assert profile.time and profile.layout and profile.thing and profile.datastream
    yield from _time_problems(profile.time)
    yield from _layout_problems(profile.layout)
    for index, quantity in enumerate(profile.observed_property):
        yield from _pattern_problems(f"observed_property[{index}].match", quantity.match, ())
    if profile.observed_property and profile.observed_property[-1].match:
        yield "observed_property", "the last entry takes what no other matches: leave out its match"
    for key, entity in (("thing", profile.thing), ("datastream", profile.datastream)):
        yield from _template_problems(key, entity)
    needed = "{station}" if profile.thing.id else "{name}"
    if needed not in profile.thing.id:
        yield "thing.id", "it must contain {station}, or all stations become one"
    if "{channel}" not in profile.datastream.id:
        yield "datastream.id", "it must contain {channel}, or all channels become one"


def _time_problems(time: Time) -> Iterator[tuple[str, str]]:
    try:
        ZoneInfo(time.zone)
    except (KeyError, ValueError, OSError):
        yield "time.zone", f"{time.zone!r} is no time zone; give a name such as Europe/Berlin"
    if time.format == "iso8601":
        return
    directives = re.findall(r"%(.?)", time.format)
    if unknown := [letter for letter in directives if letter not in FIXED_DIRECTIVES]:
        yield "time.format", f"%{unknown[0]} is not known; use %Y %m %d %H %M %S, or iso8601"
    if missing := [letter for letter in "Ymd" if directives.count(letter) != 1]:
        yield "time.format", f"%{missing[0]} must be there once"


def _layout_problems(layout: Layout) -> Iterator[tuple[str, str]]:
    if layout.kind == "wide":
        yield from _pattern_problems("layout.channels", layout.channels, ("channel",))
        if not layout.channels:
            yield "layout.channels", "the layout wide needs a pattern that finds its columns"
        if layout.quality and "{channel}" not in layout.quality:
            yield "layout.quality", "it must contain {channel}, such as {channel}-status"
        if layout.station == "identifier" and not layout.identifier:
            yield "layout.identifier", "name the column that holds the station"
    else:
        for key in ("identifier", "value"):
            if not getattr(layout, key):
                yield f"layout.{key}", "the layout long needs this column"
        if layout.sum:
            yield "layout.sum", "only the layout wide has sums"
    if layout.station == "file-name":
        yield from _pattern_problems("layout.station_pattern", layout.station_pattern, ("station",))
        if not layout.station_pattern:
            yield "layout.station_pattern", "say where the station is in the file's name"
    for pattern in layout.ignore:
        yield from _pattern_problems("layout.ignore", pattern, ())


def _pattern_problems(key: str, pattern: str, groups: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if not pattern:
        return
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        yield key, f"this is no regular expression: {error}"
        return
    for group in groups:
        if group not in compiled.groupindex:
            yield key, f"the group (?P<{group}>…) is missing"


def _template_problems(key: str, entity: Entity) -> Iterator[tuple[str, str]]:
    for part in ("id", "name", "name_without_metadata", "description", "sum_description"):
        for name in re.findall(r"\{([^{}]*)\}", getattr(entity, part)):
            if name not in _PLACEHOLDERS:
                yield f"{key}.{part}", f"{{{name}}} is not known; use {{station}}, {{channel}}, {{name}}"
