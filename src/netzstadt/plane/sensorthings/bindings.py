"""Bind parameters of a compiled statement: what is fixed in it, and what each request brings."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from netzstadt.lib.json_text import json_text
from netzstadt.plane.sensorthings.context import Reader
from netzstadt.plane.sensorthings.observation_ids import derived_place
from netzstadt.standards.sensorthings.path import Id

_PLACEHOLDER = re.compile(r"\$(\d+)::")


class Slot(Enum):
    """A parameter that is the same all over a request."""

    BASE = "text"
    READER = "uuid"
    THINGS = "uuid[]"
    SINCE = "timestamptz"


class Part(Enum):
    """What of an id in the path a parameter holds; the last three are of an Observation's."""

    JSON = "jsonb"
    SERIES = "bigint"
    TIME = "timestamptz"
    SEQUENCE = "smallint"


@dataclass(frozen=True, slots=True)
class IdSlot:
    """The id of the path's step ``step``, or a part of it."""

    step: int
    part: Part


Argument = object | Slot | IdSlot


class Bindings:
    """Collects the parameters of one statement. Nothing of a request ever enters its text."""

    def __init__(self) -> None:
        self.arguments: list[Argument] = []
        self._slots: dict[Slot | IdSlot, str] = {}

    def bind(self, value: object, type_: str) -> str:
        """The placeholder of a fixed value, typed for PostgreSQL."""
        self.arguments.append(value)
        return f"${len(self.arguments)}::{type_}"

    def slot(self, slot: Slot | IdSlot) -> str:
        """The placeholder of what each request brings."""
        if slot not in self._slots:
            type_ = slot.value if isinstance(slot, Slot) else slot.part.value
            self._slots[slot] = self.bind(slot, type_)
        return self._slots[slot]

    def compact(self, sql: str) -> tuple[str, dict[int, int]]:
        """The statement without parameters that it does not use (PostgreSQL would not know their
        types), and where the used ones are now: old to new position, from 0."""
        used = sorted({int(match[1]) for match in _PLACEHOLDER.finditer(sql)})
        places = {old - 1: new for new, old in enumerate(used)}
        self.arguments = [self.arguments[old - 1] for old in used]
        renumbered = _PLACEHOLDER.sub(lambda match: f"${places[int(match[1]) - 1] + 1}::", sql)
        return renumbered, places


def fill(
    arguments: Sequence[Argument],
    *,
    base: str,
    reader: Reader,
    ids: Sequence[Id],
    since: datetime | None = None,
) -> list[object]:
    """The values for one request, in the order of their placeholders."""
    filled: list[object] = []
    for argument in arguments:
        if isinstance(argument, IdSlot):
            filled.append(_id_part(ids[argument.step], argument.part))
        elif argument is Slot.BASE:
            filled.append(base)
        elif argument is Slot.READER:
            filled.append(reader.person_id)
        elif argument is Slot.THINGS:
            filled.append(list(reader.thing_ids or ()))
        elif argument is Slot.SINCE:
            filled.append(since)
        else:
            filled.append(argument)
    return filled


def _id_part(identifier: Id, part: Part) -> object:
    if part is Part.JSON:
        return json_text(identifier)
    place = derived_place(identifier)
    if place is None:
        return None
    return place[(Part.SERIES, Part.TIME, Part.SEQUENCE).index(part)]
