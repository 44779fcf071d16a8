"""Bringing payments into a ledger from a table: choose a file, look, do it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from netzstadt.core.access.rules import signed_in, signed_in_person
from netzstadt.core.days import today
from netzstadt.core.refusal import Refusal
from netzstadt.core.table_uploads import FileForm, table_of, with_reason
from netzstadt.lib import clock, tables
from netzstadt.lib.tables import TableUnreadable
from netzstadt.portfolio import posting_files
from netzstadt.portfolio.models import Project
from netzstadt.portfolio.posting_files import PostingFile
from netzstadt.portfolio.queries import money
from netzstadt.portfolio.services import ledger as services
from netzstadt.portfolio.views.keeping import kept
from netzstadt.portfolio.views.money import ledger_of

TEMPLATE = "portfolio/postings_import.html"
_SHOWN = 100


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def import_postings(request: HttpRequest, key: UUID) -> HttpResponse:
    """Bring payments in from a table; the same file again changes nothing."""
    project = kept(request, key)
    context: dict[str, Any] = {"project": project, "form": FileForm(), "back": ledger_of(project)}
    if request.method != "POST":
        return render(request, TEMPLATE, context)
    try:
        table, name = table_of(request)
    except TableUnreadable as error:
        context["form"] = with_reason(FileForm(request.POST, request.FILES), error)
        return render(request, TEMPLATE, context, status=422)
    lines, plan = money.lines_of(project), money.plan_of(project)
    file = posting_files.read(table, lines, plan, today=today())
    status = 422 if file.mistakes else 200
    if request.POST.get("do") == "import" and not file.mistakes:
        refusal = _taken(request, project, file)
        if refusal is None:
            return redirect(ledger_of(project))
        context["refusal"], status = refusal, 422
    known = money.known_vouchers(project, [one.reference for one in file.rows])
    new = [one for one in file.rows if one.reference not in known]
    context |= {
        "file": file,
        "new": new[:_SHOWN],
        "new_count": len(new),
        "known_count": len(file.rows) - len(new),
        "different": [
            (one, known[one.reference])
            for one in file.rows
            if known.get(one.reference, one.amount_cents) != one.amount_cents
        ][:_SHOWN],
        "sum": sum(one.amount_cents for one in new),
        "content": tables.written(table),
        "file_name": name,
    }
    return render(request, TEMPLATE, context, status=status)


def _taken(request: HttpRequest, project: Project, file: PostingFile) -> str | None:
    """Write the payments, and say how many were new; the reason why not, if it was refused."""
    try:
        count = services.take_postings(
            project=project, facts=file.rows, by=signed_in_person(request), at=clock.now()
        )
    except Refusal as refusal:
        return str(refusal)
    text = ngettext("%(n)d posting is new.", "%(n)d postings are new.", count) % {"n": count}
    messages.success(request, text if count else _("Nothing is new: all of it was there already."))
    return None
