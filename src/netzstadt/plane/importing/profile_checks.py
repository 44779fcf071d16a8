"""Everything about a profile that types cannot tell: what is missing, contradictory, misspelt."""

import re
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from netzstadt.plane.importing.numbers import FIXED_DIRECTIVES
from netzstadt.plane.importing.profile import Entity, Layout, Profile, Time

_PLACEHOLDERS = {"station", "channel", "name"}
_LISTED = "{station}, {channel}, {name}"


def problems(profile: Profile) -> Iterator[tuple[str, str]]:
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
    if not (profile.time and profile.layout and profile.thing and profile.datastream):
        yield "time, layout, thing, datastream", "these tables are needed for the format csv"
        return
    if not profile.sensor:
        yield "sensor", "this table is needed for the format csv"
    yield from _time_problems(profile.time)
    yield from _layout_problems(profile.layout)
    if not profile.observed_property:
        yield "observed_property", "name at least one"
    if len(profile.csv.delimiter) != 1 or not profile.csv.delimiter.isascii():
        yield "csv.delimiter", "give one ASCII character"
    if profile.csv.delimiter == profile.csv.decimal:
        yield "csv.decimal", "it is the delimiter as well"
    yield from _text_problems(profile)


def _text_problems(profile: Profile) -> Iterator[tuple[str, str]]:
    assert profile.thing
    assert profile.datastream
    for index, quantity in enumerate(profile.observed_property):
        yield from _pattern_problems(f"observed_property[{index}].match", quantity.match, ())
    if profile.observed_property and profile.observed_property[-1].match:
        yield "observed_property", "the last entry takes what no other matches: leave out its match"
    for key, entity in (("thing", profile.thing), ("datastream", profile.datastream)):
        yield from _template_problems(key, entity)
    if "{station}" not in profile.thing.id:
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
    if layout.station == "file-name":
        yield from _pattern_problems("layout.station_pattern", layout.station_pattern, ("station",))
        if not layout.station_pattern:
            yield "layout.station_pattern", "say where the station is in the file's name"
    for pattern in layout.ignore:
        yield from _pattern_problems("layout.ignore", pattern, ())
    yield from _wide_problems(layout) if layout.kind == "wide" else _long_problems(layout)


def _wide_problems(layout: Layout) -> Iterator[tuple[str, str]]:
    yield from _pattern_problems("layout.channels", layout.channels, ("channel",))
    if not layout.channels:
        yield "layout.channels", "the layout wide needs a pattern that finds its columns"
    if layout.quality and "{channel}" not in layout.quality:
        yield "layout.quality", "it must contain {channel}, such as {channel}-status"
    if layout.station == "identifier" and not layout.identifier:
        yield "layout.identifier", "name the column that holds the station"


def _long_problems(layout: Layout) -> Iterator[tuple[str, str]]:
    for key in ("identifier", "value"):
        if not getattr(layout, key):
            yield f"layout.{key}", "the layout long needs this column"
    if layout.sum:
        yield "layout.sum", "only the layout wide has sums"


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
                yield f"{key}.{part}", f"{{{name}}} is not known; use {_LISTED}"
