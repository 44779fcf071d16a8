"""Writes the parts of the documentation that are read from the code.

python tools/reference.py           write docs/reference/*.md and the map of rooms in README.md
python tools/reference.py --check   say what is out of date, exit 1
"""

import importlib
import os
import pkgutil
import re
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "docs" / "reference"
NOTE = "<!-- Written by `make docs` from the code; edit {source} instead. -->\n\n"


def settings() -> str:
    """The settings, from the fields of ``config.Config``."""
    from netzstadt.config import Config

    lines = [
        NOTE.format(source="src/netzstadt/config.py"),
        "# Settings\n\nEnvironment variables; every one has a default that works.\n",
        "| variable | default | meaning |\n|---|---|---|",
    ]
    for setting in fields(Config):
        default = "empty" if setting.default == "" else f"`{_shown(setting.default)}`"
        meaning = setting.metadata["description"]
        lines.append(f"| `NETZSTADT_{setting.name.upper()}` | {default} | {meaning} |")
    lines.append(
        "\nTests and benches read `NETZSTADT_TEST_DATA`, the folder of real data sets "
        "(default `../shared/data`, where it exists).\n"
    )
    return "\n".join(lines)


def _shown(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def commands() -> str:
    """The command line, from click's own help."""
    import click

    from netzstadt.cli import group

    lines = [
        NOTE.format(source="src/netzstadt/commands/"),
        "# Commands\n\nExit codes: 0 done, 1 refused or failed (a sentence says why), "
        "2 wrong usage. Commands work beside a running `netzstadt up`.\n",
    ]

    def describe(command: click.Command, path: str, depth: int) -> None:
        context = click.Context(command, info_name=path)
        lines.append(f"{'#' * depth} `{path}`\n\n```text\n{command.get_help(context)}\n```\n")
        if isinstance(command, click.Group):
            for name in command.list_commands(context):
                if child := command.get_command(context, name):
                    describe(child, f"{path} {name}", min(depth + 1, 4))

    describe(group, "netzstadt", 2)
    return "\n".join(lines)


def permissions() -> str:
    """Permissions and roles, from the rooms' configs."""
    from netzstadt.core.access.permissions import Role
    from netzstadt.core.rooms import rooms

    lines = [
        NOTE.format(source="the room's apps.py"),
        "# Roles and permissions\n\nRoles and permissions are code; which person has which role, "
        "everywhere, in a unit or for one object, is data (table `access_grant`).\n",
        "## Roles\n\n| role | German |\n|---|---|",
    ]
    english = _translated("en", lambda: [(role.value, str(role.label)) for role in Role])
    german = _translated("de", lambda: [str(role.label) for role in Role])
    lines += [
        f"| {label} (`{value}`) | {word} |"
        for (value, label), word in zip(english, german, strict=True)
    ]
    lines.append("\n## Permissions\n\n| permission | what it allows | roles |\n|---|---|---|")
    for room in rooms():
        for permission in room.permissions:
            roles = ", ".join(str(role.label) for role in Role if role in permission.roles)
            lines.append(f"| `{permission.name}` | {permission.description} | {roles} |")
    return "\n".join(lines) + "\n"


def _translated(language: str, read: Any) -> Any:
    from django.utils import translation

    with translation.override(language):
        return read()


PLANE_VERBS = (
    ("created", "An entity was made"),
    ("changed", "An entity was changed"),
    ("deleted", "An entity was removed"),
)


def events() -> str:
    """What is written to the audit trail, from the rooms' events.py and the plane's audit.py."""
    from netzstadt.plane.audit import object_name
    from netzstadt.standards.sensorthings.model import TYPES

    lines = [
        NOTE.format(source="the room's events.py"),
        "# Events\n\nEvery change writes one event to the audit trail, in the transaction of the "
        "change. Personal facts are kept apart, so that they can be erased.\n",
        "| event | about | what happened | facts |\n|---|---|---|---|",
    ]
    for event in sorted(_event_classes(), key=lambda event: str(event.name)):
        about = f"`{event.object_model}`"
        facts = [
            f"{field.name} (personal)" if field.name in event.personal else field.name
            for field in fields(event)
            if field.name != "object_id"
        ]
        what = (event.__doc__ or "").split("\n")[0]
        lines.append(f"| `{event.name}` | {about} | {what} | {', '.join(facts) or '–'} |")
    lines += [
        f"| `{object_name(type_.name)}.{verb}` | `{object_name(type_.name)}` | {what} over "
        "the SensorThings API or by an import. | the @iot.id and what was set |"
        for type_ in TYPES
        for verb, what in PLANE_VERBS
        if (type_.name, verb) != ("Observation", "created")
    ]
    lines += [
        "| `plane.import_run.finished` | `plane.import_run` | An import ended. | its account |",
        "| `plane.observations.added` | `urbandata.api_key` | A key sent observations of "
        "Datastreams at once (CreateObservations). | how many, the series, first and last time |",
        "\nNew observations are not recorded one by one: an import records its account, "
        "CreateObservations what a request brought; a single POST leaves no event. Changing or "
        "deleting an observation is one.",
    ]
    return "\n".join(lines) + "\n"


def _event_classes() -> Iterator[Any]:
    from netzstadt.core.audit.events import Event
    from netzstadt.core.rooms import rooms

    for room in rooms():
        # A room with many of them keeps some beside events.py, in modules whose names end so.
        for module in pkgutil.iter_modules(importlib.import_module(room.name).__path__):
            if module.name.endswith("events"):
                importlib.import_module(f"{room.name}.{module.name}")
    pending: list[Any] = list(Event.__subclasses__())
    while pending:
        event = pending.pop()
        pending += event.__subclasses__()
        if hasattr(event, "name") and event.__module__.startswith("netzstadt."):
            yield event


def privacy() -> str:
    """What is stored about persons, from every privacy.py."""
    from netzstadt.core.rooms import rooms

    lines = [
        NOTE.format(source="the room's privacy.py"),
        "# Personal data\n\nEvery column of the database is classified; a test fails on one that "
        "is not. These say something about a person:\n",
        "| table | columns | kept |\n|---|---|---|",
    ]
    for package in ("netzstadt.plane", *(room.name for room in rooms())):
        if importlib.util.find_spec(f"{package}.privacy"):
            tables = importlib.import_module(f"{package}.privacy").FIELDS
            lines += [
                f"| `{table}` | {', '.join(sorted(entry.personal))} | {entry.kept} |"
                for table, entry in tables.items()
                if entry.personal
            ]
    return "\n".join(lines) + "\n"


def readme() -> str:
    """README.md with the map of rooms written anew between its two marks."""
    from netzstadt.core.rooms import rooms

    rows = [
        f"| {room.purpose} | [`{room.name.removeprefix('netzstadt.').replace('.', '/')}`]"
        f"(src/{room.name.replace('.', '/')}) |"
        for room in rooms()
        if room.purpose
    ]
    table = "| what for | room |\n|---|---|\n" + "\n".join(rows)
    text = (ROOT / "README.md").read_text("utf-8")
    return re.sub(
        r"(<!-- rooms -->\n).*?(<!-- /rooms -->)",
        lambda match: f"{match.group(1)}{table}\n{match.group(2)}",
        text,
        flags=re.DOTALL,
    )


def documents() -> dict[Path, str]:
    """Every generated file and its text."""
    return {
        REFERENCE / "settings.md": settings(),
        REFERENCE / "commands.md": commands(),
        REFERENCE / "permissions.md": _translated("en", permissions),
        REFERENCE / "events.md": events(),
        REFERENCE / "privacy.md": privacy(),
        ROOT / "README.md": _translated("en", readme),
    }


def main(arguments: list[str]) -> int:
    """Write the files, or compare them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "netzstadt.settings")
    os.environ["COLUMNS"] = "90"
    import django

    django.setup()
    stale = []
    for path, text in documents().items():
        if not path.exists() or path.read_text("utf-8") != text:
            stale.append(path.relative_to(ROOT))
            if "--check" not in arguments:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, "utf-8")
    if stale and "--check" in arguments:
        print(f"Out of date: {', '.join(map(str, stale))}. Run `make docs`.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
