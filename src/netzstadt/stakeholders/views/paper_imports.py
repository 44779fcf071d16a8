"""Bringing papers and results in from a table: choose a file, look, do it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from netzstadt.core.access.rules import needs, signed_in_person
from netzstadt.core.refusal import Refusal
from netzstadt.core.table_uploads import FileForm, table_of, with_reason
from netzstadt.lib import clock, tables
from netzstadt.lib.tables import TableUnreadable
from netzstadt.stakeholders import paper_files
from netzstadt.stakeholders.models.council import CouncilVisibility
from netzstadt.stakeholders.permissions import KEEP_COUNCIL
from netzstadt.stakeholders.services import paper_imports as services
from netzstadt.stakeholders.services.paper_plans import PaperPlan, plan_papers

_PAGE = "stakeholders/import_papers.html"
# What a page shows of each list before it is imported.
SHOWN = 100


class PapersForm(FileForm):
    """A table with papers, and who may read what is new."""

    visibility = forms.ChoiceField(
        label=gettext_lazy("Who may read what is new"),
        choices=CouncilVisibility.choices,
        widget=forms.RadioSelect,
        initial=CouncilVisibility.PUBLIC,
    )


@needs(KEEP_COUNCIL)
@require_http_methods(["GET", "HEAD", "POST"])
def import_papers(request: HttpRequest) -> HttpResponse:
    """Bring papers in from a table; the same file again changes nothing."""
    if request.method != "POST":
        return render(request, _PAGE, {"form": PapersForm()})
    visibility = request.POST.get("visibility", "")
    if visibility not in CouncilVisibility.values:
        return render(request, _PAGE, {"form": PapersForm(request.POST, request.FILES)}, status=422)
    try:
        table, name = table_of(request)
    except TableUnreadable as error:
        form = with_reason(PapersForm(request.POST, request.FILES), error)
        return render(request, _PAGE, {"form": form}, status=422)
    file = paper_files.read(table)
    context: dict[str, Any] = {
        "file": file,
        "file_name": name,
        "content": tables.written(table),
        "visibility": CouncilVisibility(visibility),
        "shown": SHOWN,
    }
    status = 200
    if request.POST.get("do") == "import":
        try:
            plan = services.import_papers(
                file=file, visibility=visibility, by=signed_in_person(request), at=clock.now()
            )
        except Refusal as refusal:
            context["refusal"], status = str(refusal), 422
        else:
            messages.success(request, _done(plan))
            return redirect("stakeholders:papers")
    context["plan"] = plan_papers(file=file, visibility=visibility)
    return render(request, _PAGE, context, status=status)


def _done(plan: PaperPlan) -> str:
    return _(
        "Entered: %(papers)d papers, %(meetings)d meetings, %(items)d agenda items; corrected: "
        "%(changed)d; there already: %(unchanged)d."
    ) % {
        "papers": len(plan.new_papers),
        "meetings": len(plan.new_meetings),
        "items": len(plan.new_items),
        "changed": len(plan.changed_papers) + len(plan.changed_meetings) + len(plan.changed_items),
        "unchanged": plan.unchanged,
    }
