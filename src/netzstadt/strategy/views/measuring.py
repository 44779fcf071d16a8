"""The office side of indicators: describe, bind, enter values, set on a path."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from netzstadt.core.access.rules import needs, require, signed_in_person
from netzstadt.core.days import today
from netzstadt.core.form_pages import sent
from netzstadt.core.geo import queries as geo
from netzstadt.core.refusal import Refusal
from netzstadt.lib import clock
from netzstadt.strategy.forms.indicators import (
    AssignIndicatorForm,
    BindForm,
    DefinitionForm,
    IndicatorForm,
    NewDefinitionForm,
    PathForm,
    ValueForm,
)
from netzstadt.strategy.models import Indicator, TargetPath
from netzstadt.strategy.permissions import ENTER_VALUES, KEEP_STRATEGY
from netzstadt.strategy.queries import indicators
from netzstadt.strategy.services import indicators as services
from netzstadt.strategy.services import values
from netzstadt.strategy.views.pages import (
    form_or_do,
    form_page,
    indicator_or_404,
    page_of,
    uuid_of,
    version_or_404,
)
from netzstadt.urbandata import queries as urbandata
from netzstadt.urbandata.queries import choosing

_get_or_post = require_http_methods(["GET", "HEAD", "POST"])
FOUND = 30


def _back(indicator: Indicator) -> str:
    return reverse("strategy:indicator", args=[indicator.pk])


@needs(KEEP_STRATEGY)
@_get_or_post
def new_indicator(request: HttpRequest) -> HttpResponse:
    """Describe an indicator for the first time."""
    form = IndicatorForm(sent(request), initial={"visibility": "PUBLIC"})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = services.create_indicator(
                code=data["code"],
                definition=form.definition(),
                visibility=data["visibility"],
                unit_id=data["unit"].pk if data["unit"] else None,
                responsible=data["responsible"],
                by=signed_in_person(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            form.add_error("code", str(refusal))
        else:
            return redirect("strategy:indicator-bind", made.pk)
    return form_page(
        request, form, _("New indicator"), _("Go on to its values"), reverse("strategy:indicators")
    )


@needs(KEEP_STRATEGY)
@_get_or_post
def define(request: HttpRequest, indicator_id) -> HttpResponse:
    """Let an indicator mean something else from a day on."""
    found = indicator_or_404(request, indicator_id)
    last = found.definitions.latest("valid_from")
    initial = {name: getattr(last, name) for name in DefinitionForm.base_fields}
    form = NewDefinitionForm(sent(request), initial=initial | {"valid_from": today()})
    return form_or_do(
        request,
        form,
        lambda: services.define_indicator(
            indicator=found,
            definition=form.definition(),
            valid_from=form.cleaned_data["valid_from"],
            is_break=form.cleaned_data["is_break"],
            by=signed_in_person(request),
            at=clock.now(),
        ),
        title=_("Define anew: %(title)s") % {"title": last.title},
        submit=_("Save the definition"),
        back=_back(found),
        indicator=found,
    )


@needs(KEEP_STRATEGY)
@_get_or_post
def assign(request: HttpRequest, indicator_id) -> HttpResponse:
    """Say who sees an indicator and who answers for it."""
    found = indicator_or_404(request, indicator_id)
    initial = {
        "visibility": found.visibility,
        "unit": found.unit_id,
        "responsible": found.responsible.email if found.responsible else "",
    }
    form = AssignIndicatorForm(sent(request), initial=initial)
    return form_or_do(
        request,
        form,
        lambda: services.assign_indicator(
            indicator=found,
            visibility=form.cleaned_data["visibility"],
            unit_id=form.cleaned_data["unit"].pk if form.cleaned_data["unit"] else None,
            responsible=form.cleaned_data["responsible"],
            by=signed_in_person(request),
            at=clock.now(),
        ),
        title=_("Who sees it and answers for it: %(title)s") % {"title": found.title},
        submit=_("Save"),
        back=_back(found),
        indicator=found,
    )


@needs(KEEP_STRATEGY)
@_get_or_post
def bind(request: HttpRequest, indicator_id) -> HttpResponse:
    """Say where the values of an indicator come from; Datastreams are looked for by name."""
    found = indicator_or_404(request, indicator_id)
    person = signed_in_person(request)
    text = request.POST.get("q", "").replace("\x00", "").strip()[:200]
    is_looking = "look" in request.POST
    binding = indicators.binding_of(found)
    chosen = list(binding.series.values_list("series_id", flat=True)[:200]) if binding else []
    offered = choosing.series_titles([*chosen, *_asked(request)], to=person)
    offered += choosing.series_named(text, to=person, limit=FOUND) if text else []
    initial: dict[str, Any] = {"kind": "SERIES", "series": chosen}
    if binding:
        names = ("kind", "window", "aggregation", "combination", "figure", "factor", "first_day")
        initial |= {name: getattr(binding, name) for name in names}
        initial |= {
            "observed_property": str(binding.observed_property_id or ""),
            "area": str(binding.area_id or ""),
            "minimum_coverage": round(binding.minimum_coverage * 100),
            "maximum_flagged": round(binding.maximum_flagged * 100),
        }
    if is_looking:
        typed = {name: request.POST.get(name, "") for name in BindForm.base_fields}
        initial = typed | {"series": _asked(request)}
    form = BindForm(
        None if is_looking else sent(request),
        initial=initial,
        series=list({one.number: (one.number, one.title) for one in offered}.values()),
        properties=[
            (str(one.pk), one.name) for one in urbandata.observed_properties(to=person)[:500]
        ],
        areas=[(str(one.pk), one.name) for one in geo.areas(on=today())[:300]],
    )
    if form.is_bound and form.is_valid():
        try:
            services.bind_indicator(
                indicator=found, source=form.source(), by=person, at=clock.now()
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Its values come from there from now on."))
            return redirect(_back(found))
    context = {"indicator": found, "form": form, "text": text, "offered": len(offered)}
    return render(request, "strategy/bind.html", context, status=422 if form.errors else 200)


def _asked(request: HttpRequest) -> list[int]:
    """What was ticked, before another search as well."""
    given = request.POST.getlist("series")[:500]
    return [int(one) for one in given if one.isdecimal() and len(one) < 18]


@needs(ENTER_VALUES, anywhere=True)
@_get_or_post
def enter(request: HttpRequest, indicator_id) -> HttpResponse:
    """Enter a value by hand."""
    found = indicator_or_404(request, indicator_id)
    require(request, ENTER_VALUES, found)
    binding = indicators.binding_of(found)
    window = binding.window if binding else ""
    form = ValueForm(sent(request), window=window)
    return form_or_do(
        request,
        form,
        lambda: values.enter_value(
            indicator=found, by=signed_in_person(request), at=clock.now(), **form.cleaned_data
        ),
        title=_("Enter a value: %(title)s") % {"title": found.title},
        submit=_("Enter it"),
        back=_back(found),
        indicator=found,
        note=_("The values of this indicator are worked out, not entered.")
        if indicators.is_worked_out(binding)
        else _("A value of the same period that is there already is superseded, not overwritten."),
    )


@needs(KEEP_STRATEGY)
@_get_or_post
def set_path(request: HttpRequest, version_id) -> HttpResponse:
    """Measure a goal by an indicator: choose it, then give its path and corridor."""
    version = version_or_404(request, version_id)
    back = page_of(version)
    asked = request.GET.get("indicator", "")
    if not asked:
        text = request.GET.get("q", "").replace("\x00", "")[:200]
        found = indicators.listed(to=signed_in_person(request), text=text)[:FOUND]
        context = {"version": version, "found": found, "text": text, "back": back}
        return render(request, "strategy/choose_indicator.html", context)
    chosen = indicator_or_404(request, uuid_of(asked))
    known = next(
        (
            one
            for one in indicators.paths_for(version.element_id, to=signed_in_person(request))
            if one.indicator_id == chosen.pk
        ),
        None,
    )
    form = PathForm(sent(request), initial=_path_initial(known))
    return form_or_do(
        request,
        form,
        lambda: services.set_path(
            indicator=chosen,
            goal=version.element,
            path=form.path(),
            by=signed_in_person(request),
            at=clock.now(),
        ),
        title=_("Measured by: %(title)s") % {"title": chosen.title},
        submit=_("Save the path"),
        back=back,
        edition=version.edition,
        note=_("Deviations are to the bad side, in the unit of the indicator."),
    )


def _path_initial(path: TargetPath | None) -> dict[str, Any]:
    if path is None:
        return {}
    points = list(path.points.all())
    names = ("amber_at", "red_at", "weight", "fresh_days")
    return {name: getattr(path, name) for name in names} | {
        "baseline_on": points[0].day,
        "baseline": points[0].value,
        "target_on": points[-1].day,
        "target": points[-1].value,
        "between": "\n".join(f"{one.day.isoformat()} {one.value:g}" for one in points[1:-1]),
    }


@needs(KEEP_STRATEGY)
@require_POST
def end_path(request: HttpRequest, path_id) -> HttpResponse:
    """Measure a goal by an indicator no longer."""
    path = get_object_or_404(TargetPath, pk=path_id)
    indicator_or_404(request, path.indicator_id)
    services.end_path(path=path, by=signed_in_person(request), at=clock.now())
    return redirect("strategy:element", path.goal_id)
