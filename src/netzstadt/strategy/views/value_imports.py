"""Bringing values of an indicator in: choose a file, look, do it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.validators import ProhibitNullCharactersValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from netzstadt.core.access.rules import needs, require, signed_in_person
from netzstadt.core.refusal import Refusal
from netzstadt.core.table_uploads import FileForm, table_of, with_reason
from netzstadt.lib import clock, tables
from netzstadt.lib.tables import TableUnreadable
from netzstadt.strategy import value_files
from netzstadt.strategy.permissions import ENTER_VALUES
from netzstadt.strategy.queries import indicators
from netzstadt.strategy.services import value_imports as services
from netzstadt.strategy.views.pages import indicator_or_404


class ValuesForm(FileForm):
    """A table with values, and the source of those that name none."""

    source = forms.CharField(
        label=gettext_lazy("Source of all rows that name none"),
        required=False,
        max_length=300,
        validators=[ProhibitNullCharactersValidator()],
    )


@needs(ENTER_VALUES, anywhere=True)
@require_http_methods(["GET", "HEAD", "POST"])
def import_values(request: HttpRequest, indicator_id) -> HttpResponse:
    """Bring values in from a table; the same file again changes nothing."""
    indicator = indicator_or_404(request, indicator_id)
    require(request, ENTER_VALUES, indicator)
    context: dict[str, Any] = {
        "indicator": indicator,
        "form": ValuesForm(),
        "is_worked_out": indicators.is_worked_out(indicators.binding_of(indicator)),
    }
    if request.method != "POST":
        return render(request, "strategy/import_values.html", context)
    try:
        table, name = table_of(request)
    except TableUnreadable as error:
        context["form"] = with_reason(ValuesForm(request.POST, request.FILES), error)
        return render(request, "strategy/import_values.html", context, status=422)
    source = request.POST.get("source", "").replace("\x00", "").strip()[:300]
    file = value_files.read(table, source=source)
    at = clock.now()
    status = 200
    if request.POST.get("do") == "import":
        try:
            plan = services.import_values(
                file=file,
                file_name=name,
                indicator=indicator,
                by=signed_in_person(request),
                at=at,
            )
        except Refusal as refusal:
            context["refusal"], status = str(refusal), 422
        else:
            messages.success(
                request,
                _("%(new)d values are new, %(changed)d changed, %(unchanged)d were there already.")
                % {"new": len(plan.new), "changed": len(plan.changed), "unchanged": plan.unchanged},
            )
            return redirect("strategy:indicator", indicator.pk)
    context |= {
        "plan": services.plan_values(file=file, indicator=indicator, at=at),
        "content": tables.written(table),
        "file_name": name,
        "source": source,
    }
    return render(request, "strategy/import_values.html", context, status=status)
