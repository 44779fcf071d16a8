"""What the header line of a file says under a profile: which column is what."""

import csv
import fnmatch
import re
from dataclasses import dataclass, field

from netzstadt.plane.importing.errors import ImportRefused
from netzstadt.plane.importing.profile import Layout, Profile


@dataclass(frozen=True, slots=True)
class Channel:
    """A value column: its position, what it is called, its quality column (None without one)."""

    id: str
    name: str
    column: int
    quality: int | None


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of one file."""

    columns: list[str]
    time: int
    identifier: int | None
    channels: list[Channel]
    station: str = ""  # where the file is of one station
    sum_channel: str = ""
    parts: list[str] = field(default_factory=list)  # channels that the sum channel adds up


def is_data_file(name: str, profile: Profile) -> bool:
    """Whether the profile says that a file of this name holds observations."""
    if profile.stations and name == profile.stations.file:
        return False
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in profile.recognise.files)


def read_header(head: bytes, name: str, profile: Profile) -> Header:
    """Understand a file's first line.

    Raises ImportRefused naming the file and the column that does not fit the profile.
    """
    layout = profile.layout
    assert layout is not None
    columns = _columns(head, name, profile)
    time = _position(columns, layout.time, name)
    identifier = _position(columns, layout.identifier, name) if layout.identifier else None
    if layout.kind == "long":
        quality = _position(columns, layout.quality, name) if layout.quality else None
        value = _position(columns, layout.value, name)
        channels = [Channel(layout.value, layout.value, value, quality)]
    else:
        channels = _channels(columns, layout, name)
    station = _station(channels, layout, name)
    ids = [channel.id for channel in channels]
    is_summed = layout.sum == "first-channel" and len(ids) > 1
    return Header(
        columns=columns,
        time=time,
        identifier=identifier,
        channels=channels,
        station=station,
        sum_channel=ids[0] if is_summed else "",
        parts=ids[1:] if is_summed else [],
    )


def _columns(head: bytes, name: str, profile: Profile) -> list[str]:
    line = head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].rstrip(b"\r")
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\0" in line:
        raise ImportRefused(f"{name} is no text in {profile.csv.encoding}: it holds NUL bytes.")
    try:
        text = line.decode(profile.csv.encoding)
        columns = next(csv.reader([text], delimiter=profile.csv.delimiter, strict=True), [])
    except UnicodeDecodeError as error:
        raise ImportRefused(
            f"The header of {name} is not written in {profile.csv.encoding}."
        ) from error
    except csv.Error as error:
        raise ImportRefused(f"The header of {name} cannot be read: {error}.") from error
    if repeated := {column for column in columns if columns.count(column) > 1}:
        raise ImportRefused(f"{name} has the column {min(repeated)!r} twice.")
    return columns


def _position(columns: list[str], column: str, name: str) -> int:
    if column not in columns:
        raise ImportRefused(
            f"{name} has no column {column!r}; it has {_listed(columns)}. Does the profile fit?"
        )
    return columns.index(column)


def _channels(columns: list[str], layout: Layout, name: str) -> list[Channel]:
    matches = [re.search(layout.channels, column) for column in columns]
    # A quality column may fit the pattern of the channels as well.
    qualities = {_quality(layout, match["channel"]) for match in matches if match} - {""}
    channels = [
        Channel(
            match["channel"],
            match.groupdict().get("name") or match["channel"],
            position,
            _optional_position(columns, _quality(layout, match["channel"])),
        )
        for position, match in enumerate(matches)
        if match and columns[position] not in qualities
    ]
    if not channels:
        raise ImportRefused(
            f"{name} has no column that layout.channels finds; it has {_listed(columns)}."
        )
    ids = [channel.id for channel in channels]
    if repeated := {each for each in ids if ids.count(each) > 1}:
        raise ImportRefused(f"{name} has the channel {min(repeated)!r} twice.")
    known = {layout.time, layout.identifier, *qualities, *(columns[c.column] for c in channels)}
    for column in columns:
        if column not in known and not any(re.search(each, column) for each in layout.ignore):
            raise ImportRefused(
                f"{name} has the column {column!r}, which the profile does not know. "
                "Name it in layout.ignore if it is to be passed over."
            )
    return channels


def _quality(layout: Layout, channel: str) -> str:
    return layout.quality.replace("{channel}", channel)


def _optional_position(columns: list[str], column: str) -> int | None:
    return columns.index(column) if column in columns else None


def _station(channels: list[Channel], layout: Layout, name: str) -> str:
    if layout.station == "first-channel":
        return channels[0].id
    if layout.station == "file-name":
        match = re.search(layout.station_pattern, name)
        if match is None:
            raise ImportRefused(
                f"The name {name} does not tell the station (layout.station_pattern)."
            )
        return match["station"]
    return ""


def _listed(columns: list[str]) -> str:
    shown = ", ".join(repr(column[:60]) for column in columns[:6])
    return f"{shown} and {len(columns) - 6} more" if len(columns) > 6 else shown or "none"
