"""The first look at a source, before anything is written: its files, their headers, its profile."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from netzstadt.plane.importing.errors import ImportRefused
from netzstadt.plane.importing.headers import Header, is_data_file, read_header
from netzstadt.plane.importing.profile import Profile
from netzstadt.plane.importing.sources import MIB, Limits, members

_HEAD = 2048
_LONGEST_HEADER = 64 * 1024
_ARCHIVES = (".tar.gz", ".tgz", ".tar", ".zip")


@dataclass(slots=True)
class Survey:
    """What a source holds. ``size`` counts the unpacked bytes of its data files."""

    profile: Profile
    files: list[str]
    size: int
    stations: bytes | None
    channel_names: dict[tuple[str, str], str] = field(default_factory=dict)
    sum_parts: dict[str, list[str]] = field(default_factory=dict)
    passed_over: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    plain_name: str
    head: bytes
    size: int


def survey(path: Path, profiles: list[Profile], *, is_named: bool, limits: Limits) -> Survey:
    """Read through ``path`` once and find the one profile that fits.

    With ``is_named`` the single profile is the user's word and only checked. Raises ImportRefused
    with what was tried, if none or several fit, if a file does not fit, if the source is dangerous.
    """
    wanted = {profile.stations.file for profile in profiles if profile.stations}
    files: list[_File] = []
    stations: dict[str, bytes] = {}
    total = 0
    for member in members(path, limits):
        head = _head(member.file)
        size = len(head)
        if member.plain_name in wanted and member.plain_name not in stations:
            stations[member.plain_name] = _whole(member.file, head, member.name, limits)
            size = 0
        size += _count(member.file)
        total += size
        if total > limits.unpacked:
            raise ImportRefused(
                f"{path.name} unpacks to more than {limits.unpacked // MIB} MiB. "
                "If that is right, allow it with --max-size."
            )
        files.append(_File(member.name, member.plain_name, head, size))
    profile = profiles[0] if is_named else _recognised(path, files, profiles)
    return _surveyed(path, files, profile, stations, limits)


def _surveyed(
    path: Path, files: list[_File], profile: Profile, stations: dict[str, bytes], limits: Limits
) -> Survey:
    data = [file for file in files if is_data_file(file.plain_name, profile) and file.head]
    if not data:
        patterns = " or ".join(profile.recognise.files)
        raise ImportRefused(
            f"{path} holds no file {patterns}, which the profile {profile.key} reads."
        )
    text = None
    if profile.stations:
        text = stations.get(profile.stations.file)
        beside = path.parent / profile.stations.file
        if text is None and beside.is_file():
            with beside.open("rb") as stream:
                text = _whole(stream, b"", beside.name, limits)
    names = {file.name for file in data}
    found = Survey(
        profile=profile,
        files=[file.name for file in data],
        size=sum(file.size for file in data),
        stations=text,
        passed_over=[
            file.name
            for file in files
            if file.name not in names and file.name.lower().endswith(_ARCHIVES)
        ],
    )
    if profile.format == "csv":
        for file in sorted(data, key=lambda each: each.name):
            _note_header(found, read_header(file.head, file.name, profile))
    return found


def _note_header(found: Survey, header: Header) -> None:
    """Later files win: publishers correct the names of channels, and add channels."""
    if header.identifier is not None:
        return
    for channel in header.channels:
        found.channel_names[header.station or channel.id, channel.id] = channel.name
    if header.sum_channel:
        parts = found.sum_parts.setdefault(header.sum_channel, [])
        parts.extend(part for part in header.parts if part not in parts)


def _recognised(path: Path, files: list[_File], profiles: Iterable[Profile]) -> Profile:
    fitting: list[Profile] = []
    tried: list[str] = []
    for profile in profiles:
        tried.append(profile.key)
        data = [file for file in files if is_data_file(file.plain_name, profile) and file.head]
        if data and all(_fits(file, profile) for file in data[:50]):
            fitting.append(profile)
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        names = ", ".join(profile.key for profile in fitting)
        raise ImportRefused(f"{path} fits several profiles: {names}. Name one with --profile.")
    raise ImportRefused(
        f"No profile fits {path}; tried {', '.join(tried)}. Name one with --profile, or write one "
        "for this publisher (docs/howto/import-sensor-data.md)."
    )


def _fits(file: _File, profile: Profile) -> bool:
    text = file.head.removeprefix(b"\xef\xbb\xbf").decode(profile.csv.encoding, "replace")
    return re.search(profile.recognise.content, text) is not None


def _head(file: BinaryIO) -> bytes:
    """The first line and at least the first two KiB."""
    head = file.read(_HEAD)
    if len(head) == _HEAD and b"\n" not in head:
        head += file.readline(_LONGEST_HEADER)
    return head


def _whole(file: BinaryIO, head: bytes, name: str, limits: Limits) -> bytes:
    rest = file.read(limits.document + 1 - len(head))
    if len(head) + len(rest) > limits.document:
        raise ImportRefused(f"{name} is larger than {limits.document // MIB} MiB.")
    return head + rest


def _count(file: BinaryIO) -> int:
    count = 0
    while piece := file.read(MIB):
        count += len(piece)
    return count
