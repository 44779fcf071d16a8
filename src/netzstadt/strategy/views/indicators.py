"""Indicators: the list, the page of one with its chart and lineage, the open address."""

import csv
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from netzstadt.core.access.rules import person_of, public, request_may
from netzstadt.core.objects import cards_of_many
from netzstadt.lib.spreadsheets import Echo, inert
from netzstadt.strategy import drawing
from netzstadt.strategy.models import (
    BindingKind,
    Indicator,
    IndicatorDefinition,
    IndicatorValue,
    TargetPath,
)
from netzstadt.strategy.permissions import ENTER_VALUES, KEEP_STRATEGY
from netzstadt.strategy.queries import indicators
from netzstadt.strategy.reckoning import expected_on
from netzstadt.strategy.views.pages import indicator_or_404
from netzstadt.urbandata.queries import choosing

PAGE = 50
DRAWN = 2000
_SIGNS = {"UP": -1, "DOWN": 1, "TARGET": 0}


@public
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """All indicators that the reader may see, with their newest numbers."""
    text = request.GET.get("q", "").replace("\x00", "")[:200]
    kind = request.GET.get("kind", "")
    found = indicators.listed(
        to=person_of(request), text=text, kind=kind if kind in BindingKind.values else ""
    )
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "text": text,
        "kind": kind,
        "kinds": BindingKind.choices,
        "may_keep": request_may(request, KEEP_STRATEGY),
    }
    return render(request, "strategy/indicators.html", context)


@public
@require_safe
def indicator(request: HttpRequest, indicator_id) -> HttpResponse:
    """One indicator: chart with corridor, values, where they come from, what it means."""
    found = indicator_or_404(request, indicator_id)
    definitions = list(found.definitions.order_by("-valid_from"))
    paths = indicators.paths_of(found)
    goals = cards_of_many(
        (("strategy.element", path.goal_id) for path in paths), to=person_of(request)
    )
    seen = [path for path in paths if ("strategy.element", path.goal_id) in goals]
    chosen = _chosen(request, seen)
    is_whole = request.GET.get("whole") == "yes"
    with_superseded = request.GET.get("all") == "yes"
    values = indicators.values_of(found, with_superseded=with_superseded)
    binding = indicators.binding_of(found)
    context: dict[str, Any] = {
        "indicator": found,
        "definition": definitions[0],
        "definitions": definitions,
        "title": _title(definitions[0]),
        "chart": _chart(found, definitions, chosen, is_whole=is_whole),
        "may_zoom": chosen is not None and found.values.exists(),
        "is_whole": is_whole,
        "paths": [(path, goals["strategy.element", path.goal_id]) for path in seen],
        "chosen": chosen,
        "page": Paginator(values, PAGE).get_page(request.GET.get("page")),
        "with_superseded": with_superseded,
        "binding": binding,
        "series": _series(request, binding),
        "may_keep": request_may(request, KEEP_STRATEGY),
        "may_enter": request_may(request, ENTER_VALUES, found)
        and not indicators.is_worked_out(binding),
        "api_address": request.build_absolute_uri(
            reverse("strategy:indicator-json", args=[found.pk])
        ),
    }
    return render(request, "strategy/indicator.html", context)


def _title(definition: IndicatorDefinition) -> str:
    english = definition.title_en if get_language() == "en" else ""
    return english or definition.title


def _chosen(request: HttpRequest, paths: list[TargetPath]) -> TargetPath | None:
    asked = request.GET.get("path", "")
    return next((one for one in paths if str(one.pk) == asked), paths[0] if paths else None)


def _chart(
    found: Indicator,
    definitions: list[IndicatorDefinition],
    path: TargetPath | None,
    *,
    is_whole: bool,
) -> str:
    newest = indicators.values_of(found).filter(value__isnull=False)[:DRAWN]
    values = [(one.starts_at, float(one.value or 0.0)) for one in reversed(newest)]
    running = getattr(found, "running", None)
    if running and not running.is_closed and running.value is not None and running.newest_at:
        values.append((running.newest_at, running.value))
    definition = definitions[0]
    return drawing.draw(
        drawing.Curve(
            title=_("%(title)s over time") % {"title": _title(definition)},
            values=values,
            path=_drawn_path(path, values, is_whole=is_whole),
            amber=path.amber_at if path else 0.0,
            red=path.red_at if path else 0.0,
            sign=_SIGNS[definition.direction],
            unit=definition.unit_text,
            digits=definition.digits,
            breaks=[one.valid_from for one in definitions if one.is_break],
        )
    )


def _drawn_path(
    path: TargetPath | None, values: list[tuple[datetime, float]], *, is_whole: bool
) -> list[tuple[date, float]]:
    """The path as it is drawn: whole, or as far as there are values beside it."""
    points = [(point.day, point.value) for point in path.points.all()] if path else []
    if is_whole or not values or not points:
        return points
    first, last = (timezone.localdate(values[place][0]) for place in (0, -1))
    last = max(last, first + timedelta(days=1))
    between = [(day, value) for day, value in points if first < day < last]
    ends = [(day, expected_on(points, day) or 0.0) for day in (first, last)]
    return [ends[0], *between, ends[1]]


def _series(request: HttpRequest, binding: Any) -> dict[str, Any]:
    """The Datastreams that are read: those that the reader may see, and how many more."""
    if binding is None or binding.kind != BindingKind.SERIES:
        return {"cards": [], "restricted": 0}
    keys = list(binding.series.values_list("series_id", flat=True))
    cards = choosing.series_titles(keys[:PAGE], to=person_of(request))
    return {
        "cards": cards,
        "restricted": len(keys[:PAGE]) - len(cards),
        "more": max(0, len(keys) - PAGE),
    }


@public
@require_safe
def value(request: HttpRequest, indicator_id, value_id) -> HttpResponse:
    """One value: what it was made of, down to the observations, and what superseded it."""
    found = indicator_or_404(request, indicator_id)
    one = get_object_or_404(
        IndicatorValue.objects.select_related("definition", "entered_by", "binding"),
        indicator=found,
        pk=value_id,
    )
    parts = {part["id"]: part for part in one.lineage.get("series", [])}
    cards = choosing.series_titles(list(parts), to=person_of(request))
    context = {
        "indicator": found,
        "value": one,
        "parts": [(card, parts[card.number]) for card in cards],
        "restricted": len(parts) - len(cards),
    }
    return render(request, "strategy/value.html", context)


@public
@require_safe
def as_json(request: HttpRequest, indicator_id) -> HttpResponse:
    """The indicator for programs: what it means, its newest number, its newest 1,000 values."""
    found = indicator_or_404(request, indicator_id)
    definition = found.definitions.latest("valid_from")
    running = getattr(found, "running", None)
    body = {
        "id": str(found.pk),
        "code": found.code,
        "title": {"de": definition.title, "en": definition.title_en or definition.title},
        "unit": definition.measurement_unit,
        "direction": definition.direction,
        "method": definition.method,
        "newest": {
            "value": running.value,
            "from": running.starts_at,
            "to": running.ends_at,
            "isClosed": running.is_closed,
            "coverage": running.coverage,
        }
        if running
        else None,
        "values": [
            {
                "from": one.starts_at,
                "to": one.ends_at,
                "value": one.value,
                "coverage": one.coverage,
                "definition": one.definition.number,
            }
            for one in indicators.values_of(found)[:1000]
        ],
    }
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


@public
@require_safe
def as_csv(request: HttpRequest, indicator_id) -> StreamingHttpResponse:
    """All values of an indicator, the newest first, with what superseded ones said."""
    found = indicator_or_404(request, indicator_id)
    writer = csv.writer(Echo(), delimiter=";")

    def lines() -> Iterator[str]:
        yield "\ufeff" + writer.writerow(
            ["from", "to", "value", "coverage", "definition", "source", "recorded", "superseded"]
        )
        rows = indicators.values_of(found, with_superseded=True)
        for one in rows.iterator(chunk_size=1000):
            yield writer.writerow(
                [
                    one.starts_at.isoformat(),
                    one.ends_at.isoformat(),
                    "" if one.value is None else repr(one.value),
                    "" if one.coverage is None else f"{one.coverage:.3f}",
                    one.definition.number,
                    inert(one.source),
                    one.recorded_at.isoformat(),
                    one.superseded_at.isoformat() if one.superseded_at else "",
                ]
            )

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.pk}.csv"'
    return response
