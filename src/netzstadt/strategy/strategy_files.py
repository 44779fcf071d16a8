"""Reading a table with a strategy: which column is what, and what its rows say. Pure.

Two forms are understood. In one, columns hold the titles from the top down (field, goal, measure)
and the lowest one that is filled is what the row is about. In the other, a row has a kind, a title
and the code of what it lies in.
"""

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext as _

from netzstadt.lib.tables import Mistake, Table
from netzstadt.strategy.models import PLAIN_CODE, SCORES, ElementKind

LEVELS: dict[str, ElementKind] = {
    "theme": ElementKind.THEME,
    "field": ElementKind.FIELD,
    "strategic_goal": ElementKind.STRATEGIC_GOAL,
    "operational_goal": ElementKind.OPERATIONAL_GOAL,
    "measure": ElementKind.MEASURE,
}
ROLES = (
    *LEVELS,
    "code",
    "number",
    "kind",
    "title",
    "parent",
    "text",
    "starts_on",
    "due_on",
    *SCORES,
)
# Names of columns as people write them, in both languages.
_NAMES: dict[str, set[str]] = {
    "theme": {"theme", "leitthema", "thema", "leitbild", "themenfeld"},
    "field": {"field", "handlungsfeld", "field of action", "aktionsfeld"},
    "strategic_goal": {"strategic goal", "strategisches ziel", "ziel", "goal", "oberziel"},
    "operational_goal": {"operational goal", "operatives ziel", "teilziel", "unterziel"},
    "measure": {"measure", "maßnahme", "massnahme", "projekt", "vorhaben"},
    "code": {"code", "nr", "nr.", "nummer", "kennung", "id", "schlüssel", "key"},
    "kind": {"kind", "art", "typ", "type", "ebene"},
    "title": {"title", "titel", "name", "bezeichnung"},
    "parent": {"parent", "über", "gehört zu", "übergeordnet", "liegt in"},
    "text": {"text", "beschreibung", "description", "inhalt", "erläuterung"},
    "starts_on": {"start", "beginn", "von", "starts_on", "from"},
    "due_on": {"due", "ende", "bis", "frist", "due_on", "until", "termin"},
    "importance": {"importance", "wichtigkeit", "bedeutung"},
    "urgency": {"urgency", "dringlichkeit"},
    "accuracy": {"accuracy", "treffsicherheit", "passgenauigkeit", "zielgenauigkeit"},
    "feasibility": {"feasibility", "umsetzbarkeit", "machbarkeit"},
}
_KINDS = {kind.value.lower(): kind for kind in ElementKind} | {
    name: LEVELS[level] for level, names in _NAMES.items() if level in LEVELS for name in names
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One element as the file has it. ``facts`` holds only what a column says.

    ``number`` counts within what it lies in; with that one's code it makes the code.
    ``above`` are the elements above it by kind and title, from the top; or ``parent`` is the code
    of what it lies in.
    """

    line: int
    kind: ElementKind
    title: str
    code: str
    number: str
    above: tuple[tuple[ElementKind, str], ...]
    parent: str | None
    facts: dict[str, object]


@dataclass(slots=True)
class StrategyFile:
    """What was read: elements in the file's order, those above named before them, and mistakes."""

    items: list[Item] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)


def guess(table: Table) -> dict[int, str]:
    """What each column is, by its name; columns that say nothing are left out.

    A column of codes in which some stand twice counts within what is above: it holds numbers.
    """
    found: dict[int, str] = {}
    for place, name in enumerate(table.head):
        plain = name.strip().lower().replace("_", " ")
        for role, names in _NAMES.items():
            if (plain in names or plain == role.replace("_", " ")) and role not in found.values():
                found[place] = role
                break
    if "title" in found.values() and "kind" not in found.values():
        # A list of measures by field: its title is that of the lowest level that is missing.
        place = next(key for key, role in found.items() if role == "title")
        found[place] = "measure" if "measure" not in found.values() else "text"
    for place, role in found.items():
        given = [cells[place] for _line, cells in table.rows if cells[place]]
        if role == "code" and len(set(given)) < len(given):
            found[place] = "number"
    return found


def read(table: Table, roles: dict[int, str]) -> StrategyFile:
    """Read the rows by what their columns are. Never raises for what stands in them."""
    file = StrategyFile()
    used = set(roles.values())
    by_kind = {"kind", "title"} <= used
    if not by_kind and not used & set(LEVELS):
        text = _("Say which column holds the titles: of themes, fields, goals or measures.")
        file.mistakes.append(Mistake(0, text))
        return file
    seen: dict[str, int] = {}
    for line, cells in table.rows:
        values = {role: cells[place] for place, role in roles.items() if place < len(cells)}
        facts = _facts(line, values, file.mistakes)
        item = _by_kind(line, values, facts, file) if by_kind else _by_level(line, values, facts)
        if item is None:
            continue
        problem = _problem(item, seen)
        if problem:
            file.mistakes.append(Mistake(line, problem))
        elif item.code:
            seen[item.code] = line
        file.items.append(item)
    return file


def _by_level(line: int, values: dict[str, str], facts: dict[str, object]) -> Item | None:
    path = [(kind, values[level]) for level, kind in LEVELS.items() if values.get(level)]
    if not path:
        return None
    kind, title = path[-1]
    return Item(
        line=line,
        kind=kind,
        title=title,
        code=values.get("code", ""),
        number=values.get("number", ""),
        above=tuple(path[:-1]),
        parent=None,
        facts=facts,
    )


def _by_kind(
    line: int, values: dict[str, str], facts: dict[str, object], file: StrategyFile
) -> Item | None:
    kind = _KINDS.get(values["kind"].strip().lower())
    if kind is None:
        file.mistakes.append(
            Mistake(
                line,
                _("“%(kind)s” is no kind of element. Kinds: %(all)s.")
                % {
                    "kind": values["kind"][:60],
                    "all": ", ".join(str(one.label) for one in ElementKind),
                },
            )
        )
        return None
    if not values["title"]:
        file.mistakes.append(Mistake(line, _("The title must not be empty.")))
        return None
    return Item(
        line=line,
        kind=kind,
        title=values["title"],
        code=values.get("code", ""),
        number=values.get("number", ""),
        above=(),
        parent=values.get("parent", ""),
        facts=facts,
    )


def _problem(item: Item, seen: dict[str, int]) -> str:
    for code in (item.code, item.number):
        if code and not re.match(PLAIN_CODE, code):
            return _("“%(code)s” cannot be a code.") % {"code": code[:60]}
    if (
        len(item.code) > 40
        or len(item.number) > 10
        or any(len(title) > 300 for title in (item.title, *_titles(item)))
    ):
        return _("A code has at most 40, a title at most 300 letters.")
    if item.code in seen:
        return _("The code %(code)s stands in line %(line)d already.") % {
            "code": item.code,
            "line": seen[item.code],
        }
    starts_on, due_on = item.facts.get("starts_on"), item.facts.get("due_on")
    if isinstance(starts_on, date) and isinstance(due_on, date) and due_on < starts_on:
        return _("It ends before it begins.")
    return ""


def _titles(item: Item) -> tuple[str, ...]:
    return tuple(title for _kind, title in item.above)


def _facts(line: int, values: dict[str, str], mistakes: list[Mistake]) -> dict[str, object]:
    facts: dict[str, object] = {}
    if "text" in values:
        facts["text"] = values["text"]
    for name in ("starts_on", "due_on"):
        if name in values:
            facts[name] = _day(line, values[name], mistakes, is_end=name == "due_on")
    for name in SCORES:
        if name in values:
            facts[name] = _score(line, values[name], mistakes)
    return facts


def _day(line: int, text: str, mistakes: list[Mistake], *, is_end: bool) -> date | None:
    if not text:
        return None
    if text.isdecimal() and len(text) == 4:  # a year: its first or its last day
        return date(int(text), 12, 31) if is_end and text != "0000" else _first_day(text)
    for form in ("%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%m/%Y", "%Y-%m"):
        try:
            found = datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
        if is_end and "%d" not in form:
            return found.replace(day=monthrange(found.year, found.month)[1])
        return found
    mistakes.append(
        Mistake(line, _("“%(text)s” is no day; write 31.12.2027.") % {"text": text[:40]})
    )
    return None


def _first_day(year: str) -> date | None:
    return date(int(year), 1, 1) if year != "0000" else None


def _score(line: int, text: str, mistakes: list[Mistake]) -> int | None:
    if not text:
        return None
    if text in {"1", "2", "3", "4", "5"}:
        return int(text)
    mistakes.append(
        Mistake(line, _("“%(text)s” is no score; scores are 1 to 5.") % {"text": text[:40]})
    )
    return None
