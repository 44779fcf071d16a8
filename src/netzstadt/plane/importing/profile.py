"""What a profile says: how one publisher writes its data. A new city adds a file, not code."""

from typing import Any, Literal

import msgspec

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
    """How a Thing or a Datastream is named, with ``{station}``, ``{channel}``, ``{name}``."""

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
    """What is measured, in which unit; the first that ``match``es the channel's name is taken."""

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
