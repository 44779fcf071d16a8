"""Bringing a strategy in: choose a file, say what its columns are, look, do it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from netzstadt.core.access.rules import needs, signed_in_person
from netzstadt.core.table_uploads import FileForm, table_of, with_reason
from netzstadt.lib import clock, tables
from netzstadt.lib.tables import Table, TableUnreadable
from netzstadt.strategy import strategy_files
from netzstadt.strategy.labels import fact_label
from netzstadt.strategy.permissions import KEEP_STRATEGY
from netzstadt.strategy.services import importing
from netzstadt.strategy.views.pages import edition_or_404

SAMPLE = 5


def _role_titles() -> list[tuple[str, str]]:
    titles = {level: str(kind.label) for level, kind in strategy_files.LEVELS.items()}
    titles |= {
        "code": _("Code"),
        "number": _("Number within what it lies in"),
        "kind": _("Kind"),
        "title": _("Title (with its kind in another column)"),
        "parent": _("Code of what it lies in"),
    }
    for name in ("text", "starts_on", "due_on", "importance", "urgency", "accuracy", "feasibility"):
        titles[name] = fact_label(name)
    return [("", _("Leave it out")), *((role, titles[role]) for role in strategy_files.ROLES)]


@needs(KEEP_STRATEGY)
@require_http_methods(["GET", "HEAD", "POST"])
def import_strategy(request: HttpRequest, edition_id) -> HttpResponse:
    """Bring a strategy in from a table; the same file again changes nothing."""
    edition = edition_or_404(request, edition_id)
    context: dict[str, Any] = {"edition": edition, "form": FileForm()}
    if request.method != "POST":
        return render(request, "strategy/import.html", context)
    try:
        table, name = table_of(request)
    except TableUnreadable as error:
        context["form"] = with_reason(FileForm(request.POST, request.FILES), error)
        return render(request, "strategy/import.html", context, status=422)
    roles = _roles(request, table)
    file = strategy_files.read(table, roles)
    if request.POST.get("do") == "import":
        plan = importing.import_strategy(
            file=file, file_name=name, edition=edition, by=signed_in_person(request), at=clock.now()
        )
        messages.success(
            request,
            _(
                "%(new)d elements are new, %(changed)d are changed, %(unchanged)d were there "
                "already."
            )
            % {"new": len(plan.new), "changed": len(plan.changed), "unchanged": plan.unchanged},
        )
        return redirect("strategy:edition", edition.pk)
    context |= {
        "table": table,
        "columns": [
            (
                place,
                title,
                roles.get(place, ""),
                [cells[place] for _l, cells in table.rows[:SAMPLE]],
            )
            for place, title in enumerate(table.head)
        ],
        "roles": _role_titles(),
        "plan": importing.plan_import(file=file, edition=edition),
        "content": tables.written(table),
        "file_name": name,
    }
    return render(request, "strategy/import.html", context)


def _roles(request: HttpRequest, table: Table) -> dict[int, str]:
    """What each column is, as was said; guessed where nothing was said yet."""
    if "role-0" not in request.POST:
        return strategy_files.guess(table)
    said = {place: request.POST.get(f"role-{place}", "") for place in range(len(table.head))}
    return {place: role for place, role in said.items() if role in strategy_files.ROLES}
