"""Lights and status reports of a project: read, written, submitted, approved, published."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from netzstadt.core.access.rules import person_of, public, signed_in, signed_in_person
from netzstadt.core.days import today
from netzstadt.core.form_pages import form_page, saved, sent
from netzstadt.lib import clock
from netzstadt.portfolio import committee, saying
from netzstadt.portfolio.differences import differences
from netzstadt.portfolio.forms.reports import LightForm, ReportForm, ReturnForm
from netzstadt.portfolio.lights import Aspect, Shown
from netzstadt.portfolio.models import Project, ReportState, StatusReport
from netzstadt.portfolio.queries import reports as reading
from netzstadt.portfolio.services import reports as services
from netzstadt.portfolio.status_files import content_of
from netzstadt.portfolio.views.keeping import kept
from netzstadt.portfolio.views.pages import (
    form_or_do,
    may_approve,
    may_keep,
    require_approving,
    require_keeping,
)
from netzstadt.portfolio.views.reading import is_inside
from netzstadt.portfolio.views.registers import seen

_get_or_post = require_http_methods(["GET", "HEAD", "POST"])
_SHOWN = 50


def _page(report: StatusReport) -> str:
    return reverse("portfolio:report", args=[report.pk])


def _report(request: HttpRequest, key: UUID) -> StatusReport:
    """A report that who asks may read: drafts are for those who keep or approve. Raises Http404."""
    found = reading.report(key, to=person_of(request), is_inside=is_inside(request))
    if found is None or not _may_read(request, found):
        raise Http404
    return found


def _may_read(request: HttpRequest, report: StatusReport) -> bool:
    if report.state != ReportState.DRAFT:
        return True
    return may_keep(request, report.project) or may_approve(request, report.project)


@signed_in
@require_safe
def status(request: HttpRequest, key: UUID) -> HttpResponse:
    """How a project stands now, with the reasons and rules of its lights, and its reports."""
    found, day = seen(request, key), today()
    facts = reading.facts_of(found, to=signed_in_person(request), today=day)
    shown = reading.lights_of(facts, today=day)
    last = reading.newest_report(found)
    overall = reading.overall(shown, report_days=reading.report_age(last, found, today=day))
    reports = [
        one
        for one in reading.reports_of(found, is_inside=True)[:_SHOWN]
        if one.state != ReportState.DRAFT or may_keep(request, found) or may_approve(request, found)
    ]
    context = {
        "project": found,
        "rows": [(one, saying.because(one)) for one in shown],
        "overall": overall,
        "overall_because": saying.because(overall),
        "reports": reports,
        "open_report": next((one for one in reports if not one.is_sealed), None),
        "may_keep": may_keep(request, found),
    }
    return render(request, "portfolio/status.html", context)


@signed_in
@_get_or_post
def set_light(request: HttpRequest, key: UUID) -> HttpResponse:
    """Set a light of a project by hand; ``of`` says which."""
    found = kept(request, key)
    aspect = _aspect(request)
    form = LightForm(sent(request))
    return form_or_do(
        request,
        form,
        lambda: services.set_light(
            project=found,
            aspect=aspect.value,
            today=today(),
            by=signed_in_person(request),
            at=clock.now(),
            **form.cleaned_data,
        ),
        title=_("Set the light by hand: %(aspect)s") % {"aspect": aspect.label},
        submit=_("Save"),
        back=reverse("portfolio:status", args=[found.pk]),
        project=found,
        note=_("What its rules say stays visible beside it."),
    )


def _aspect(request: HttpRequest) -> Aspect:
    try:
        return Aspect(request.GET.get("of", ""))
    except ValueError as error:
        raise Http404 from error


@signed_in
@require_POST
def release_light(request: HttpRequest, key: UUID) -> HttpResponse:
    """Let a light follow its rules again."""
    found = kept(request, key)
    services.release_light(
        project=found, aspect=_aspect(request).value, by=signed_in_person(request), at=clock.now()
    )
    messages.success(request, _("The light follows its rules again."))
    return redirect("portfolio:status", key=found.pk)


@public
@require_safe
def report(request: HttpRequest, key: UUID) -> HttpResponse:
    """One status report: what it says, what changed since the last one, its seal."""
    found, reader = _report(request, key), person_of(request)
    content = content_of(found, today=today(), to=reader)
    inside = is_inside(request)
    before = reading.report_before(found) if inside else None
    since = before and differences(content_of(before, today=today(), to=reader), content)
    may = inside and may_approve(request, found.project)
    context = {
        "report": found,
        "project": found.project,
        "content": content,
        "rows": [_row(one, content.trends, is_inside=inside) for one in _all(content)],
        "since": since or [],
        "before": before,
        "is_inside": inside,
        "may_keep": inside and may_keep(request, found.project),
        "may_approve": may and reader is not None and found.written_by_id != reader.pk,
        "may_publish": may,
        "milestones": content.rows("milestones"),
        "money": committee.money_rows(content),
        "lists": committee.lists(content) if inside else [],
    }
    return render(request, "portfolio/report.html", context)


def _all(content: Any) -> list[Shown]:
    return [content.overall, *content.lights]


def _row(one: Shown, trends: dict[str, str], *, is_inside: bool) -> dict[str, Any]:
    return {
        "shown": one,
        "trend": trends[one.aspect],
        "because": saying.because(one) if is_inside else "",
    }


@signed_in
@_get_or_post
def new_report(request: HttpRequest, key: UUID) -> HttpResponse:
    """Write the next status report; ``copy`` takes the texts of the last one, ``corrects`` is the
    approved one that it takes the place of."""
    project = kept(request, key)
    opened = reading.reports_of(project, is_inside=True).filter(
        state__in=[ReportState.DRAFT, ReportState.SUBMITTED]
    )
    if (known := opened.first()) is not None:
        return redirect(_page(known))
    corrects, last = _corrected(request, project), reading.newest_report(project)
    with_texts = "copy" in request.GET
    initial = (
        ReportForm.initial_of(corrects)
        if corrects
        else ReportForm.initial_after(last, project, with_texts=with_texts)
    )
    form = ReportForm(sent(request), initial=initial)
    made = saved(
        request,
        form,
        lambda: services.begin_report(
            project=project,
            facts=form.facts(),
            corrects=corrects,
            submit_on=today() if form.is_submitted else None,
            by=signed_in_person(request),
            at=clock.now(),
        ),
    )
    if made:
        return _written(request, made)
    title = _("Correct the report") if corrects else _("Write the status report")
    may_copy = last is not None and not with_texts and corrects is None
    return _report_form(request, form, project, title=title, may_copy=may_copy)


def _corrected(request: HttpRequest, project: Project) -> StatusReport | None:
    asked = request.GET.get("corrects", "")
    if not asked:
        return None
    try:
        found = reading.report(UUID(asked), to=signed_in_person(request), is_inside=True)
    except ValueError as error:
        raise Http404 from error
    if found is None or found.project_id != project.pk:
        raise Http404
    return found


def _written(request: HttpRequest, made: StatusReport) -> HttpResponse:
    is_submitted = made.state == ReportState.SUBMITTED
    done = _("Submitted. Who approves it is told.") if is_submitted else _("Saved as a draft.")
    messages.success(request, done)
    return redirect(_page(made))


def _report_form(
    request: HttpRequest, form: ReportForm, project: Project, **more: Any
) -> HttpResponse:
    back = reverse("portfolio:status", args=[project.pk])
    return form_page(
        request, "portfolio/report_form.html", form, project=project, **({"back": back} | more)
    )


@signed_in
@_get_or_post
def change_report(request: HttpRequest, key: UUID) -> HttpResponse:
    """Write on a draft, and submit it."""
    found = _report(request, key)
    require_keeping(request, found.project)
    if found.state != ReportState.DRAFT:
        return redirect(_page(found))
    form = ReportForm(sent(request), initial=ReportForm.initial_of(found))
    made = saved(
        request,
        form,
        lambda: services.change_report(
            report=found,
            facts=form.facts(),
            submit_on=today() if form.is_submitted else None,
            by=signed_in_person(request),
            at=clock.now(),
            seen_at=form.seen_at,
        ),
        again=found,
    )
    if made:
        return _written(request, made)
    title = _("Write the status report")
    return _report_form(request, form, found.project, title=title, back=_page(found), report=found)


@signed_in
@require_POST
def submit(request: HttpRequest, key: UUID) -> HttpResponse:
    """Submit a draft as it stands."""
    found = _report(request, key)
    require_keeping(request, found.project)
    made = services.submit_report(
        report=found, today=today(), by=signed_in_person(request), at=clock.now()
    )
    return _written(request, made)


@signed_in
@require_POST
def approve(request: HttpRequest, key: UUID) -> HttpResponse:
    """Approve a report that somebody else wrote: it is sealed."""
    found = _report(request, key)
    require_approving(request, found.project)
    services.approve_report(report=found, by=signed_in_person(request), at=clock.now())
    messages.success(request, _("Approved and sealed. Who wrote it is told."))
    return redirect(_page(found))


@signed_in
@_get_or_post
def send_back(request: HttpRequest, key: UUID) -> HttpResponse:
    """Give a report back to who wrote it."""
    found = _report(request, key)
    require_approving(request, found.project)
    form = ReturnForm(sent(request))
    return form_or_do(
        request,
        form,
        lambda: services.return_report(
            report=found,
            reason=form.cleaned_data["reason"],
            by=signed_in_person(request),
            at=clock.now(),
        ),
        title=_("Give the report back"),
        submit=_("Give it back"),
        back=_page(found),
        project=found.project,
        done=_("Who wrote it is told."),
    )


@signed_in
@require_POST
def publish(request: HttpRequest, key: UUID) -> HttpResponse:
    """Let everybody who sees the project read an approved report."""
    found = _report(request, key)
    require_approving(request, found.project)
    services.publish_report(report=found, by=signed_in_person(request), at=clock.now())
    messages.success(request, _("Everybody who sees the project can read it now."))
    return redirect(_page(found))
