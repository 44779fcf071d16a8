"""Reads profiles: those that come with Netzstadt, and any other TOML file."""

import tomllib
from importlib import resources
from pathlib import Path

import msgspec

from netzstadt.plane.importing.errors import ImportRefused
from netzstadt.plane.importing.profile import Profile
from netzstadt.plane.importing.profile_checks import problems


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
    for key, problem in problems(profile):
        raise ImportRefused(f"The profile {path}, {key}: {problem}.")
    return profile


def shipped_profiles() -> list[Profile]:
    """The profiles that come with Netzstadt, by key."""
    folder = Path(str(resources.files("netzstadt.plane.importing") / "profiles"))
    return [read_profile(path) for path in sorted(folder.glob("*.toml"))]


def known_profiles(folder: Path) -> list[Profile]:
    """The shipped profiles and those of a city in ``folder``, which need not exist.

    Raises ImportRefused if two have one key, or if one cannot be read.
    """
    profiles = shipped_profiles()
    if folder.is_dir():
        profiles += [read_profile(path) for path in sorted(folder.glob("*.toml"))]
    keys = [profile.key for profile in profiles]
    if repeated := {key for key in keys if keys.count(key) > 1}:
        raise ImportRefused(
            f"Two profiles have the key {min(repeated)}; rename the one in {folder}."
        )
    return profiles
