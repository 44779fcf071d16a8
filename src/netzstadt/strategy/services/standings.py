"""Where goals and measures stand: worked out again whenever something that they rest on changes."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from graphlib import TopologicalSorter

from django.db import connection, transaction
from django.db.models import Prefetch
from django.utils import timezone

from netzstadt.core.audit import services as audit
from netzstadt.strategy.events import LightTurned
from netzstadt.strategy.models import (
    Contribution,
    Element,
    ElementVersion,
    Light,
    Override,
    Standing,
    Strategy,
    TargetPath,
    TargetPoint,
    TypedProgress,
)
from netzstadt.strategy.reckoning import (
    OwnFacts,
    PartFacts,
    PathFacts,
    Reckoned,
    reckon,
)

_CLOSURE = """
with recursive up (id) as (
    select unnest(%s::uuid[])
    union
    select s.target_id from strategy_serves s join up on s.source_id = up.id)
select up.id from up join strategy_element e on e.id = up.id
where e.kind not in ('THEME', 'FIELD')
"""
_OUT = {"STOPPED", "TRANSFERRED"}


@dataclass(slots=True)
class _Graph:
    """What is needed to work out some elements: their facts and those of what serves them."""

    elements: dict[uuid.UUID, Element] = field(default_factory=dict)
    own: dict[uuid.UUID, OwnFacts] = field(default_factory=dict)
    sources: dict[uuid.UUID, list[Contribution]] = field(default_factory=dict)
    paths: dict[uuid.UUID, list[TargetPath]] = field(default_factory=dict)
    standings: dict[uuid.UUID, Standing] = field(default_factory=dict)
    overrides: dict[uuid.UUID, Override] = field(default_factory=dict)


def served_by(ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """These elements and all that they serve, be it through others."""
    if not ids:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_CLOSURE, [list(ids)])
        return {row[0] for row in cursor.fetchall()}


@transaction.atomic
def reckon_elements(ids: Collection[uuid.UUID], *, at: datetime) -> int:
    """Work out some elements and all that they serve; return how many.

    Each light that turns is an event, of which who answers for the element is told.
    """
    if not ids:
        return 0
    with connection.cursor() as cursor:
        # One after the other: what two changes bring about at once rests on both.
        cursor.execute("select pg_advisory_xact_lock(hashtext('netzstadt.strategy.standings'))")
    wanted = served_by(ids)
    if not wanted:
        return 0
    today = timezone.localdate(at)
    graph = _read(wanted, today)
    _reckon(graph, wanted, today, at)
    return len(wanted)


def reckon_strategy(*, strategy: Strategy, at: datetime) -> int:
    """Work out all goals and measures of a strategy."""
    return reckon_elements(
        set(Element.objects.filter(strategy=strategy).values_list("pk", flat=True)), at=at
    )


def reckon_all(*, at: datetime) -> int:
    """Work out everything: once a day, since days pass by themselves."""
    return reckon_elements(set(Element.objects.values_list("pk", flat=True)), at=at)


def _read(wanted: set[uuid.UUID], today: date) -> _Graph:
    graph = _Graph()
    found = Contribution.objects.filter(target_id__in=wanted).extra(
        where=["edition_id in (select edition_id from strategy_measured)"]
    )
    sources: dict[uuid.UUID, list[Contribution]] = defaultdict(list)
    for one in found.order_by("id"):
        sources[one.target_id].append(one)
    graph.sources = dict(sources)
    beside = {one.source_id for parts in sources.values() for one in parts}
    everything = wanted | beside
    graph.elements = Element.objects.in_bulk(everything)
    graph.standings = Standing.objects.in_bulk(everything)
    graph.own = _own_facts(graph, wanted)
    points = Prefetch("points", TargetPoint.objects.order_by("day"))
    paths = (
        TargetPath.objects.filter(goal_id__in=wanted, ended_at__isnull=True)
        .select_related("indicator__running")
        .prefetch_related(points, "indicator__definitions")
        .order_by("id")
    )
    for path in paths:
        graph.paths.setdefault(path.goal_id, []).append(path)
    overrides = Override.objects.filter(
        element_id__in=wanted, ended_at__isnull=True, last_day__gte=today
    )
    graph.overrides = {one.element_id: one for one in overrides}
    return graph


def _own_facts(graph: _Graph, wanted: set[uuid.UUID]) -> dict[uuid.UUID, OwnFacts]:
    versions = {
        one.element_id: one
        for one in ElementVersion.objects.filter(element_id__in=wanted).extra(
            where=["edition_id in (select edition_id from strategy_measured)"]
        )
    }
    typed = dict(
        TypedProgress.objects.filter(element_id__in=wanted)
        .order_by("element_id", "-typed_at", "-id")
        .distinct("element_id")
        .values_list("element_id", "progress")
    )
    facts = {}
    for key in wanted:
        version = versions.get(key)
        facts[key] = OwnFacts(
            state=graph.elements[key].state,
            starts_on=version.starts_on if version else None,
            due_on=version.due_on if version else None,
            typed=typed.get(key),
        )
    return facts


def _reckon(graph: _Graph, wanted: set[uuid.UUID], today: date, at: datetime) -> None:
    order = TopologicalSorter(
        {key: {one.source_id for one in graph.sources.get(key, ())} & wanted for key in wanted}
    )
    written, turned = [], []
    for key in order.static_order():
        found = reckon(
            graph.own[key],
            [path_facts(path, today) for path in graph.paths.get(key, ())],
            [_part_facts(one, graph) for one in graph.sources.get(key, ())],
            today=today,
            at=at,
        )
        standing, before = _standing(key, found, graph, at)
        graph.standings[key] = standing
        written.append(standing)
        if standing.light != before:
            turned.append((standing, before))
    _write(written)
    _write_path_lights(graph, written)
    for standing, before in turned:
        audit.record(
            LightTurned(
                object_id=standing.element_id,
                light_before=before,
                light=standing.light,
                progress=standing.progress,
            ),
            by=None,
        )


def path_facts(path: TargetPath, today: date) -> PathFacts:
    """What a path and the newest number of its indicator say, for the rules."""
    running = getattr(path.indicator, "running", None)
    definitions = sorted(path.indicator.definitions.all(), key=lambda one: one.valid_from)
    holding = [one for one in definitions if one.valid_from <= today] or definitions
    return PathFacts(
        indicator=str(path.indicator_id),
        path=str(path.pk),
        points=[(point.day, point.value) for point in path.points.all()],
        direction=holding[-1].direction if holding else "UP",
        weight=path.weight,
        amber_at=path.amber_at,
        red_at=path.red_at,
        fresh_days=path.fresh_days,
        value=running.value if running else None,
        value_at=(running.newest_at or running.ends_at) if running else None,
        is_usable=running.is_usable if running else False,
        light=path.light,
    )


def _part_facts(one: Contribution, graph: _Graph) -> PartFacts:
    standing = graph.standings.get(one.source_id)
    return PartFacts(
        element=str(one.source_id),
        rule=one.rule,
        weight=one.weight,
        progress=standing.progress if standing else None,
        light=standing.light if standing else Light.GREY,
        is_out=graph.elements[one.source_id].state in _OUT,
        expected=one.expected,
        achieved=one.achieved,
    )


def _standing(key: uuid.UUID, found: Reckoned, graph: _Graph, at: datetime) -> tuple[Standing, str]:
    old = graph.standings.get(key)
    before = old.light if old else Light.GREY.value
    override = graph.overrides.get(key)
    light = override.light if override else found.light
    return (
        Standing(
            element_id=key,
            progress=found.progress,
            is_typed=found.is_typed,
            light=light,
            reckoned_light=found.light,
            parts=found.parts,
            since=old.since if old and light == before else at,
            reckoned_at=at,
        ),
        before,
    )


def _write(standings: Iterable[Standing]) -> None:
    Standing.objects.bulk_create(
        standings,
        update_conflicts=True,
        unique_fields=["element"],
        update_fields=[
            "progress",
            "is_typed",
            "light",
            "reckoned_light",
            "parts",
            "since",
            "reckoned_at",
        ],
        batch_size=1000,
    )


def _write_path_lights(graph: _Graph, standings: Iterable[Standing]) -> None:
    """Keep the light of each path: what it was decides when it turns again."""
    lights = {
        part["path"]: part["light"]
        for standing in standings
        for part in standing.parts
        if part["kind"] == "indicator"
    }
    changed = []
    for paths in graph.paths.values():
        for path in paths:
            light = lights.get(str(path.pk), path.light)
            if light != path.light:
                path.light = light
                changed.append(path)
    TargetPath.objects.bulk_update(changed, ["light"], batch_size=500)
