"""An edition of a strategy as others take it along: a document, and a table that reads back in."""

import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from netzstadt.core.audit import queries as audit
from netzstadt.core.city.queries import letterhead
from netzstadt.strategy import saying
from netzstadt.strategy.models import SCORES, Edition, EditionState, Element, ElementKind, Light
from netzstadt.strategy.queries import Node, Tree
from netzstadt.strategy.queries import indicators as reading

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

# Every element with its columns as the import knows them by name, and where it stands.
HEAD = (
    *("kind", "code", "title", "parent", "text", "starts_on", "due_on"),
    *SCORES,
    *("state", "progress", "light"),
)
_DEEPEST_HEADING = 5


def table(tree: Tree) -> Iterator[list[str]]:
    """The rows below ``HEAD``, from the top down: codes and numbers, the same in any language."""
    codes = {node.element.pk: node.element.code for node, _depth in _walk(tree.roots)}
    has_lights = _has_lights(tree.edition)
    for node, _depth in _walk(tree.roots):
        version, element = node.version, node.element
        progress = node.standing.progress if node.standing else None
        yield [
            element.kind,
            element.code,
            version.title,
            codes.get(version.parent_id, "") if version.parent_id else "",
            version.text,
            version.starts_on.isoformat() if version.starts_on else "",
            version.due_on.isoformat() if version.due_on else "",
            *("" if (score := getattr(version, name)) is None else str(score) for name in SCORES),
            element.state,
            "" if progress is None or not has_lights else f"{progress:.4f}",
            "" if node.is_group or not has_lights else node.light,
        ]


def _walk(nodes: list[Node], depth: int = 1) -> Iterator[tuple[Node, int]]:
    for node in nodes:
        yield node, depth
        yield from _walk(node.parts, depth + 1)


def as_of(tree: Tree) -> datetime:
    """When what the edition says of itself was last worked out or written, to the minute."""
    nodes = [node for node, _depth in _walk(tree.roots)]
    moments = [node.standing.reckoned_at for node in nodes if node.standing]
    moments += [
        changed
        for model, keys in (
            ("strategy.strategy", [tree.edition.strategy_id]),
            ("strategy.element", [node.element.pk for node in nodes]),
        )
        if (changed := audit.last_change(model, keys))
    ]
    return max([tree.edition.created_at, *moments]).replace(second=0, microsecond=0)


def document(tree: Tree, *, to: "Person | None", at: datetime) -> dict[str, Any]:
    """What ``strategy/typst/strategy.typ`` reads, in the language of now, as ``to`` may see it.

    ``at`` is the moment that it tells of, see ``as_of``.

    Indicators are read in one statement however many there are.
    """
    nodes = list(_walk(tree.roots))
    titles = {node.element.pk: node.version.title for node, _depth in nodes}
    keys = {
        uuid.UUID(part["id"])
        for node, _depth in nodes
        if node.standing
        for part in node.standing.parts
        if part["kind"] == "indicator"
    }
    known = reading.definition_titles(keys, to=to)
    edition = tree.edition
    when = timezone.localtime(at)
    return {
        "language": (get_language() or "de")[:2],
        "city": letterhead(),
        "title": edition.strategy.title,
        "subtitle": subtitle(edition),
        "as_of": _("As of %(when)s") % {"when": date_format(when, "SHORT_DATETIME_FORMAT")},
        "page": pgettext("of a document", "Page"),
        "page_of": pgettext("page 2 of 9", "of"),
        "notice": " ".join(_notices(tree)),
        "facts": _edition_facts(edition),
        "vision": edition.vision,
        "words": _words(),
        "summary": [
            {
                "title": root.version.title,
                "lights": [
                    {"kind": kind, "text": f"{Light(kind).label}: {count}"}
                    for kind, count in root.lights().items()
                ],
            }
            for root in tree.roots
            if root.is_group and _has_lights(edition)
        ],
        "elements": [
            _element(node, depth, titles, known, _has_lights(edition)) for node, depth in nodes
        ],
    }


def _words() -> dict[str, Any]:
    return {
        "vision": _("Vision"),
        "summary": pgettext("of a strategy", "Where it stands"),
        "summary_head": [_("Theme"), pgettext("traffic lights", "Lights")],
        "contents": _("Contents"),
        "indicator_head": [
            _("Indicator"),
            _("Newest value"),
            _("Expected by now"),
            _("Target"),
            pgettext("a traffic light", "Light"),
        ],
    }


def _notices(tree: Tree) -> Iterator[str]:
    if tree.edition.strategy.is_demo:
        yield _("A demo: the structure is public, texts and targets are examples.")
    if tree.is_cut:
        yield _("The strategy is too large for one document; the table has all of it.")
    if not _has_lights(tree.edition):
        yield _("This edition is superseded; where goals stand now is said in the newest one.")


def _has_lights(edition: Edition) -> bool:
    """Whether progress and lights are told: those of today do not belong to words of the past."""
    return edition.state != EditionState.SUPERSEDED


def subtitle(edition: Edition) -> str:
    """Which edition it is, and how far it has come."""
    return _("Edition %(number)s: %(state)s") % {
        "number": edition.number,
        "state": edition.get_state_display(),
    }


def _edition_facts(edition: Edition) -> list[list[str]]:
    facts: list[list[str]] = []
    if edition.first_year:
        years = "–".join(str(year) for year in (edition.first_year, edition.last_year) if year)
        facts.append([_("For the years"), years])
    if edition.adopted_on:
        adopted = [date_format(edition.adopted_on, "SHORT_DATE_FORMAT"), edition.adopted_by]
        facts.append([_("Adopted on"), ", ".join(filter(None, adopted))])
    if edition.in_force_on:
        facts.append([_("In force since"), date_format(edition.in_force_on, "SHORT_DATE_FORMAT")])
    if edition.strategy.source:
        facts.append([_("Source"), edition.strategy.source])
    return facts


def _element(
    node: Node,
    depth: int,
    titles: dict[uuid.UUID, str],
    known: dict[uuid.UUID, Any],
    has_lights: bool,
) -> dict[str, Any]:
    is_measured = has_lights and not node.is_group
    rows = saying.rows(node.standing, titles, known)
    return {
        "level": min(depth, _DEEPEST_HEADING),
        "title": node.version.title,
        "kind": _kind(node.element),
        "text": node.version.text,
        "light": node.light if is_measured else None,
        "light_text": str(Light(node.light).label) if is_measured else "",
        "because": _because(node, rows) if is_measured else "",
        "facts": _facts(node),
        "indicators": _indicators(node, known) if is_measured else [],
    }


def _because(node: Node, rows: list[saying.Row]) -> str:
    """Why it stands there, and who sets its light by hand says why, too."""
    sentence = saying.because(node.standing, rows)
    if node.override is None:
        return sentence
    day = date_format(node.override.last_day, "SHORT_DATE_FORMAT")
    said = _("The light is set by hand until %(day)s: %(reason)s") % {
        "day": day,
        "reason": node.override.reason,
    }
    return f"{sentence} {said}"


def _kind(element: Element) -> str:
    return f"{element.get_kind_display()} · {element.code}"


def _facts(node: Node) -> list[list[str]]:
    version = node.version
    facts: list[list[str]] = []
    if node.element.kind == ElementKind.MEASURE:
        facts.append([_("State"), str(node.element.get_state_display())])
    if version.starts_on:
        facts.append([_("From"), date_format(version.starts_on, "SHORT_DATE_FORMAT")])
    if version.due_on:
        facts.append([_("Until"), date_format(version.due_on, "SHORT_DATE_FORMAT")])
    return facts


def _indicators(node: Node, known: dict[uuid.UUID, Any]) -> list[dict[str, str]]:
    """The indicators of a goal with their numbers; of those that are hidden only how many."""
    found, hidden = [], 0
    for part in node.standing.parts if node.standing else []:
        if part["kind"] != "indicator":
            continue
        indicator = known.get(uuid.UUID(part["id"]))
        if indicator is None:
            hidden += 1
            continue
        numbers = {
            name: saying.amount(part[name], indicator.digits, indicator.unit_text)
            for name in ("value", "expected", "target")
        }
        light = part.get("light", "GREY")
        found.append(
            {
                "title": indicator.title,
                **numbers,
                "light": light,
                "light_text": str(Light(light).label),
            }
        )
    if hidden:
        title = ngettext("%(n)d more, restricted", "%(n)d more, restricted", hidden) % {"n": hidden}
        nothing = dict.fromkeys(("value", "expected", "target"), "–")
        text = str(Light.GREY.label)
        found.append({"title": title, **nothing, "light": "GREY", "light_text": text})
    return found
