"""Values of one series: for the zooming chart, and as files."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from netzstadt.core.access.rules import person_of, public
from netzstadt.urbandata import downloads, queries, readings
from netzstadt.urbandata.charts import runs
from netzstadt.urbandata.forms import RangeForm
from netzstadt.urbandata.models import Series

FORMS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx.csv": "text/csv; charset=utf-8",
    "json": "application/json",
}


def _asked(request: HttpRequest, key: int) -> tuple[Series, datetime, datetime] | HttpResponse:
    found = queries.visible_series(to=person_of(request)).select_related(
        "thing__data_source", "observed_property"
    )
    series = get_object_or_404(found, pk=key)
    form = RangeForm(request.GET)
    if form.is_valid() and form.cleaned_data["start"] < form.cleaned_data["end"]:
        return series, form.cleaned_data["start"], form.cleaned_data["end"]
    reasons = [str(error) for errors in form.errors.values() for error in errors]
    problem = {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": " ".join(reasons) or "The end must lie after the start.",
    }
    return JsonResponse(problem, status=400, content_type="application/problem+json")


@public
@require_safe
def values(request: HttpRequest, key) -> HttpResponse:
    """Points between two moments, as columns; null stands in a gap."""
    asked = _asked(request, key)
    if isinstance(asked, HttpResponse):
        return asked
    series, start, end = asked
    found = readings.zoomed(series, start, end)
    times: list[float] = []
    means: list[float | None] = []
    least: list[float | None] = []
    greatest: list[float | None] = []
    for run in runs(found.points, found.step):
        if times:  # one empty place between two stretches interrupts the line
            times.append((times[-1] + run[0].time.timestamp()) / 2)
            means.append(None)
            least.append(None)
            greatest.append(None)
        for point in run:
            times.append(point.time.timestamp())
            means.append(round(point.value, 6))
            least.append(point.minimum)
            greatest.append(point.maximum)
    response = JsonResponse(
        {
            "resolution": found.resolution,
            "step": found.step.total_seconds(),
            "times": times,
            "values": means,
            "minimum": least,
            "maximum": greatest,
        }
    )
    response["Cache-Control"] = "private, no-store"
    return response


@public
@require_safe
def download(request: HttpRequest, key, form) -> HttpResponseBase:
    """The observations between two moments as a file, streamed."""
    if form not in FORMS:
        raise Http404
    asked = _asked(request, key)
    if isinstance(asked, HttpResponse):
        return asked
    series, start, end = asked
    person = person_of(request)
    if form == "json":
        parts = downloads.json_parts(series, start, end, to=person)
    else:
        parts = downloads.csv_parts(
            series,
            start,
            end,
            to=person,
            zone=ZoneInfo(settings.TIME_ZONE),
            for_spreadsheet=form == "xlsx.csv",
        )
    first = start.astimezone(ZoneInfo(settings.TIME_ZONE)).date().isoformat()
    name = f"{slugify(series.name) or 'series'}-{first}.{'json' if form == 'json' else 'csv'}"
    response = StreamingHttpResponse(parts, content_type=FORMS[form])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
