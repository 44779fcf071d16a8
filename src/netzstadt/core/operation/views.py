"""The pages of operation: failed jobs, duties, backups."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from netzstadt.core.access.rules import needs, signed_in_person
from netzstadt.core.jobs import queries as jobs
from netzstadt.core.operation import queries, services
from netzstadt.core.operation.forms import DiscardForm
from netzstadt.core.operation.permissions import KEEP_JOBS
from netzstadt.lib import clock

_PAGE = 25


@needs(KEEP_JOBS)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Failed jobs with their errors, duties with their runs, the last backup."""
    page = Paginator(jobs.failed_jobs(), _PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "failed": jobs.with_failures(list(page.object_list)),
        "duties": jobs.duties(),
        "backup": queries.last_backup(),
        "now": clock.now(),
    }
    return render(request, "operation/overview.html", context)


@needs(KEEP_JOBS)
@require_POST
def retry(request: HttpRequest, job_id: int) -> HttpResponse:
    """Try a failed job once more."""
    services.retry_job(job_id=job_id, by=signed_in_person(request), at=clock.now())
    messages.success(request, _("The job is in the queue again."))
    return redirect("operation:overview")


@needs(KEEP_JOBS)
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: HttpRequest, job_id: int) -> HttpResponse:
    """Give a failed job up, with a reason."""
    form = DiscardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.discard_job(
            job_id=job_id,
            reason=form.cleaned_data["reason"],
            by=signed_in_person(request),
            at=clock.now(),
        )
        messages.success(request, _("The job was given up."))
        return redirect("operation:overview")
    job = jobs.failed_job(job_id)
    if job is None:
        raise Http404
    context = {"job": job, "form": form}
    return render(request, "operation/discard.html", context, status=422 if form.errors else 200)


@needs(KEEP_JOBS)
@require_POST
def run_duty(request: HttpRequest, name: str) -> HttpResponse:
    """Have a duty done now."""
    services.run_duty(name=name, by=signed_in_person(request), at=clock.now())
    messages.success(request, _("The duty is in the queue."))
    return redirect("operation:overview")
