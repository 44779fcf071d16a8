"""An event's facts in words: what each is called, and its value as its reader may know it."""

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext

from netzstadt.core.objects import Key, cards_of_many
from netzstadt.core.rooms import ObjectCard, kind_title, resolved, rooms

if TYPE_CHECKING:
    from netzstadt.core.audit.models import AuditEvent
    from netzstadt.core.orgs.models import Person

Facts = Mapping[str, Any]
# How the trail writes them: RFC 3339, a moment with its zone.
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})")


@dataclass(frozen=True, slots=True)
class Named:
    """The objects that facts name, as far as their reader may see them.

    Of what she may not see, the id is shown only to who ``shows_ids``: who reads the whole trail.
    """

    cards: Mapping[Key, ObjectCard]
    shows_ids: bool = False


@dataclass(frozen=True, slots=True)
class _Words:
    """What the rooms declare on facts."""

    titles: dict[str, str | Promise] = field(default_factory=dict)
    values: dict[str, dict[str, str | Promise]] = field(default_factory=dict)
    objects: dict[str, str] = field(default_factory=dict)

    def is_model(self, name: str) -> bool:
        """Whether the fact says of which kind the object is that another fact names."""
        return name in self.objects.values()

    def model_of(self, name: str, of: Facts) -> str:
        """The kind of object whose id the fact is; empty where it is none."""
        declared = self.objects.get(name, "")
        return declared if "." in declared else str(of.get(declared) or "")

    def title(self, name: str) -> str:
        """What no room has a word for keeps its name: a sensor's sender made it up."""
        return str(self.titles.get(name, name))


def named(
    entries: "Iterable[AuditEvent]",
    *,
    to: "Person | None",
    changed: Mapping[str, tuple[Any, Any]] | None = None,
    shows_ids: bool = False,
) -> Named:
    """The objects that these entries, and what ``changed`` between two, name and ``to`` may see.

    Each kind is asked once for the whole page.
    """
    words = _words()
    all_facts = [facts for entry in entries for facts in (entry.data, entry.personal) if facts]
    if changed:
        all_facts.append({"changed": {name: list(pair) for name, pair in changed.items()}})
    keys = {key for of in all_facts for key in _keys(of, words)}
    return Named(cards_of_many(keys, to=to), shows_ids)


def facts(of: Facts | None, named: Named | None = None) -> list[tuple[str, str]]:
    """An event's facts as people read them: what each is called, and its value; empty ones left
    out, and ids that nobody can look up where objects are ``named``."""
    words = _words()
    told = []
    given = dict(of or {})
    for name, (before, after) in _pairs(given.pop("changed", None)):
        told.append((words.title(name), _arrow(before, after, name, of or {}, words, named)))
    for name, value in given.items():
        if value is None or value == "" or value == []:
            continue
        is_bare = name.endswith(("_id", "_ids")) and not words.model_of(name, given)
        if is_bare and named is not None and not named.shows_ids:
            continue
        told.append((words.title(name), _word(name, value, given, words, named)))
    return told


def differences(
    changed: Mapping[str, tuple[Any, Any]], named: Named | None = None
) -> list[tuple[str, str, str]]:
    """What became of each fact between two states: what it is called, what it was and is."""
    words = _words()
    before, after = ({name: pair[side] for name, pair in changed.items()} for side in (0, 1))
    return [
        (
            words.title(name),
            _word(name, before[name], before, words, named),
            _word(name, after[name], after, words, named),
        )
        for name in changed
    ]


def fact(value: object) -> str:
    """A plain value of JSON as people write it."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        return ", ".join(fact(item) for item in value) or "–"
    if isinstance(value, dict):
        return ", ".join(f"{name} {fact(item)}" for name, item in value.items()) or "–"
    return _as_day(value) if isinstance(value, str) else str(value)


def _as_day(text: str) -> str:
    """A day or moment as JSON writes it as the reader writes it; any other text as it is."""
    try:
        if _DAY.fullmatch(text):
            return date_format(date.fromisoformat(text), "SHORT_DATE_FORMAT")
        if _MOMENT.fullmatch(text):
            moment = localtime(datetime.fromisoformat(text))
            return date_format(moment, "SHORT_DATETIME_FORMAT")
    except (ValueError, OverflowError):  # no such day: a sensor's sender made it up
        return text
    return text


def _words() -> _Words:
    words = _Words()
    for room in rooms():
        words.titles.update(room.fact_titles)
        words.objects.update(room.fact_objects)
        for name, values in room.fact_values.items():
            if isinstance(values, str):
                values = dict(resolved(values).choices)  # type: ignore[attr-defined]
            # Rooms may call facts alike: the kind of a unit, and that of a message.
            words.values.setdefault(name, {}).update(values)
    return words


def _pairs(changed: object) -> Iterator[tuple[str, list[Any]]]:
    """What was and what it became, as a service writes it who changed something."""
    for name, pair in changed.items() if isinstance(changed, dict) else ():
        if isinstance(pair, list) and len(pair) == 2:
            yield name, pair


def _sides(of: Facts, name: str, pair: list[Any]) -> Iterator[tuple[Any, Facts]]:
    """Either side of a change with the facts of that side."""
    changed = dict(_pairs(of.get("changed")))
    for side in (0, 1):
        yield pair[side], {**of, **{other: both[side] for other, both in changed.items()}}


def _keys(of: Facts, words: _Words) -> Iterator[Key]:
    told = [(name, value, of) for name, value in of.items()]
    for name, pair in _pairs(of.get("changed")):
        told += [(name, value, facts) for value, facts in _sides(of, name, pair)]
    for name, value, facts in told:
        model = words.model_of(name, facts)
        for one in value if isinstance(value, list) else [value]:
            key = _id(one) if model else None
            if key is not None:
                yield model, key


def _id(value: object) -> uuid.UUID | None:
    try:
        return uuid.UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _arrow(
    before: Any, after: Any, name: str, of: Facts, words: _Words, named: Named | None
) -> str:
    sides = _sides(of, name, [before, after])
    told = [_word(name, value, facts, words, named) for value, facts in sides]
    return format_html("{} → {}", *told)


def _word(name: str, value: Any, of: Facts, words: _Words, named: Named | None) -> str:
    if isinstance(value, list) and value:
        return format_html_join(
            ", ", "{}", ((_word(name, one, of, words, named),) for one in value)
        )
    if isinstance(value, str) and words.is_model(name):
        return kind_title(value)
    key = _id(value)
    if named is not None and key is not None and (model := words.model_of(name, of)):
        card = named.cards.get((model, key))
        if card is not None:
            return format_html('<a href="{}">{}</a>', card.url, card.title)
        return fact(value) if named.shows_ids else gettext("not visible to you, or not there now")
    known = words.values.get(name, {}).get(value) if isinstance(value, str) else None
    return str(known or fact(value))
