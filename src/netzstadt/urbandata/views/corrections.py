"""Pages on which values are corrected: the values, the question with its preview, the way back."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from netzstadt.core import days
from netzstadt.core.access.rules import needs, require, signed_in_person
from netzstadt.core.audit import queries as audit
from netzstadt.core.facts import fact
from netzstadt.core.refusal import Refusal
from netzstadt.lib import clock
from netzstadt.urbandata import formats
from netzstadt.urbandata.forms.corrections import BeforeForm, CorrectionForm, PeriodOfValuesForm
from netzstadt.urbandata.models import Observation, Series
from netzstadt.urbandata.permissions import CORRECT_VALUES
from netzstadt.urbandata.queries import corrections as queries
from netzstadt.urbandata.services import corrections as services
from netzstadt.urbandata.views.datastreams import kept_series

SHOWN = 20


@needs(CORRECT_VALUES, anywhere=True)
@require_safe
def value_list(request: HttpRequest, key: UUID) -> HttpResponse:
    """The values of a Datastream, newest first; each leads to its correction."""
    series = _correctable(request, key)
    form = BeforeForm(request.GET)
    day = form.chosen
    before = days.midnight(clock.day_after(day)) if day else None
    page = queries.value_page(series, before=before, after=request.GET.get("after", ""))
    here = reverse("urbandata:values", args=[key])
    query = {"day": day.isoformat()} if day else {}
    following = urlencode({**query, "after": page.following})
    context = {
        "series": series,
        "thing": series.thing,
        "form": form,
        "period": PeriodOfValuesForm(),
        "rows": [
            (each, queries.written_key(each), text)
            for each, text in zip(page.values, shown(page.values), strict=True)
        ],
        "after": request.GET.get("after", ""),
        "older": f"{here}?{following}" if page.following else "",
        "newer": f"{here}?{urlencode(query)}" if request.GET.get("after") else "",
        "most": queries.MOST_VALUES,
    }
    return render(request, "urbandata/value_list.html", context, status=422 if form.errors else 200)


@needs(CORRECT_VALUES, anywhere=True)
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, key: UUID) -> HttpResponse:
    """Correct chosen values: shows them, then what the correction would do, then does it."""
    series = _correctable(request, key)
    if request.method != "POST" and not {"value", "start", "end"} & request.GET.keys():
        messages.error(request, _("Choose at least one value."))
        return redirect(f"{reverse('urbandata:values', args=[key])}?{request.GET.urlencode()}")
    chosen, period = _chosen(request, series)
    if not chosen or len(chosen) > queries.MOST_VALUES:
        if period is not None and not period.errors:
            period.add_error("start", _too_many() if chosen else _("There are no values in it."))
        return render(
            request,
            "urbandata/value_period.html",
            {"series": series, "thing": series.thing, "period": period},
            status=422,
        )
    form = CorrectionForm(request.POST or None, observation_type=series.observation_type)
    context: dict[str, Any] = {
        "series": series,
        "thing": series.thing,
        "form": form,
        "chosen": list(zip(chosen[:SHOWN], shown(chosen[:SHOWN]), strict=True)),
        "count": len(chosen),
        "keys": [queries.written_key(each) for each in chosen],
    }
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.errors else 200
        return render(request, "urbandata/correct.html", context, status=status)
    wanted = form.wanted()
    if "confirmed" not in request.POST:
        return render(request, "urbandata/correct.html", context | _preview(series, chosen, wanted))
    try:
        changed = services.correct_values(
            series=series,
            keys=[(each.time, each.sequence) for each in chosen],
            wanted=wanted,
            reason=form.cleaned_data["reason"],
            by=signed_in_person(request),
            at=clock.now(),
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return render(request, "urbandata/correct.html", context, status=422)
    text = ngettext("%(n)d value is corrected.", "%(n)d values are corrected.", changed)
    messages.success(request, text % {"n": changed})
    return redirect("urbandata:datastream", key=key)


@needs(CORRECT_VALUES, anywhere=True)
@require_POST
def undo(request: HttpRequest, key: UUID, correction: UUID) -> HttpResponse:
    """Take a correction back."""
    series = _correctable(request, key)
    try:
        entry = audit.entry(correction)
    except LookupError as error:
        raise Http404 from error
    if entry.object_id != series.uuid:
        raise Http404
    services.undo_correction(
        series=series, correction=entry, by=signed_in_person(request), at=clock.now()
    )
    messages.success(request, _("The correction is undone: the values are what they were."))
    return redirect("urbandata:datastream", key=key)


def shown(observations: Sequence[Observation]) -> list[str]:
    """Results as the tables show them: numbers as people write them, all with as many digits after
    the point as the longest has; who corrects one must see all of it."""
    results = [services.state_of(each)["result"] for each in observations]
    numbers = filter(_is_number, results)
    digits = max(map(formats.exact_digits_of, numbers), default=0)
    return [formats.number(one, digits) if _is_number(one) else fact(one) for one in results]


def _is_number(result: object) -> bool:
    return isinstance(result, int | float) and not isinstance(result, bool)


def _correctable(request: HttpRequest, key: UUID) -> Series:
    series = kept_series(request, key)
    require(request, CORRECT_VALUES, series.thing)
    return series


def _too_many() -> str:
    return _("There are more than %(most)d values in it. Take a shorter stretch.") % {
        "most": queries.MOST_VALUES
    }


def _chosen(
    request: HttpRequest, series: Series
) -> tuple[list[Observation], PeriodOfValuesForm | None]:
    """The values that are asked for: by their keys, or all of a stretch of time."""
    given = request.POST if request.method == "POST" else request.GET
    if "value" in given:
        keys = [queries.read_key(text) for text in given.getlist("value")]
        return queries.observations_at(series, [key for key in keys if key is not None]), None
    period = PeriodOfValuesForm(given)
    if not period.is_valid():
        return [], period
    found = queries.values_between(series, period.cleaned_data["start"], period.cleaned_data["end"])
    return found, period


def _preview(series: Series, chosen: list[Observation], wanted: services.Wanted) -> dict[str, Any]:
    """What the correction would do to the sums; only another number changes them."""
    is_number = wanted.has_result and _is_number(wanted.result)
    sums = queries.sums_after(series, chosen, wanted.result) if is_number else {}
    return {"is_preview": True, "hours": sums.get("hour", []), "days": sums.get("day", [])}
