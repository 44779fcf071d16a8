"""The office side of money: the budget of a project, what is ordered, and its ledger."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
)
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from netzstadt.core.access.permissions import SEE_DIRECTORY
from netzstadt.core.access.rules import (
    PermissionMissing,
    request_may,
    require,
    signed_in,
    signed_in_person,
)
from netzstadt.core.form_pages import sent
from netzstadt.lib import clock
from netzstadt.portfolio import exports, queries
from netzstadt.portfolio.forms.money import (
    CommitmentForm,
    LedgerFilter,
    LineForm,
    NewCommitmentForm,
    NewLineForm,
    PostingForm,
    initial_of,
)
from netzstadt.portfolio.models import BudgetLine, Commitment, Posting, Project
from netzstadt.portfolio.permissions import SEE_LEDGER
from netzstadt.portfolio.queries import funding, money
from netzstadt.portfolio.services import ledger as services
from netzstadt.portfolio.services.ledger import CommitmentFacts, LineFacts
from netzstadt.portfolio.views.keeping import kept
from netzstadt.portfolio.views.pages import (
    confirm_page,
    csv_file,
    form_or_do,
    may_keep,
    may_see_ledger,
    require_keeping,
)

_get_or_post = require_http_methods(["GET", "HEAD", "POST"])
PAGE = 50
_COMMITMENTS = 100


def inside(request: HttpRequest, key: UUID) -> Project:
    """A project, for who belongs to the administration. Raises Http404, PermissionMissing."""
    found = queries.project(key, to=signed_in_person(request))
    if found is None:
        raise Http404
    if not request_may(request, SEE_DIRECTORY, anywhere=True):
        require(request, SEE_DIRECTORY)
    return found


def with_ledger(request: HttpRequest, project: Project) -> Project:
    """The project, for who reads its ledger. Raises PermissionMissing."""
    if not may_see_ledger(request, project):
        raise PermissionMissing(SEE_LEDGER)
    return project


@signed_in
@require_safe
def overview(request: HttpRequest, key: UUID) -> HttpResponse:
    """What a project costs: plan and payments by year, what is ordered, and who pays."""
    project = inside(request, key)
    years = money.budget_of(project)
    reads_ledger = may_see_ledger(request, project)
    context = {
        "project": project,
        "years": years,
        "standing": sum((one.standing for one in years), money.Standing()),
        "fundings": list(funding.fundings_of(project)[: queries.MOST_OF_ONE])
        if reads_ledger
        else [],
        "commitments": list(money.commitments_of(project)[:_COMMITMENTS]) if reads_ledger else [],
        "reads_ledger": reads_ledger,
        "may_keep": may_keep(request, project),
    }
    return render(request, "portfolio/money.html", context)


@signed_in
@_get_or_post
def new_line(request: HttpRequest, key: UUID) -> HttpResponse:
    """Put a line into the budget."""
    project = kept(request, key)
    form = NewLineForm(sent(request), initial={"year": clock.now().year})
    return form_or_do(
        request,
        form,
        lambda: services.add_line(
            project=project,
            year=form.cleaned_data["year"],
            facts=form.facts(),
            by=signed_in_person(request),
            at=clock.now(),
        ),
        title=_("New budget line"),
        submit=_("Add"),
        back=page_of(project),
        project=project,
    )


@signed_in
@_get_or_post
def change_line(request: HttpRequest, key: UUID) -> HttpResponse:
    """Plan otherwise, or say what is expected."""
    found = _line(request, key)
    form = LineForm(sent(request), initial=initial_of(found, LineFacts))
    return form_or_do(
        request,
        form,
        lambda: services.change_line(
            line=found,
            facts=form.facts(),
            by=signed_in_person(request),
            at=clock.now(),
            seen_at=form.seen_at,
        ),
        title=_("Change the budget line of %(year)d") % {"year": found.year},
        submit=_("Save"),
        back=page_of(found.project),
        project=found.project,
        seen=found,
    )


@signed_in
@_get_or_post
def remove_line(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask, then take a line out of the budget."""
    found = _line(request, key)
    back = page_of(found.project)
    if request.method == "POST":
        services.remove_line(line=found, by=signed_in_person(request), at=clock.now())
        messages.success(request, _("The budget line is removed."))
        return redirect(back)
    return confirm_page(
        request,
        project=found.project,
        back=back,
        title=_("Remove the budget line"),
        what=found.name,
        question=_("Take it out of the budget?"),
        text=_("The history of the project keeps that it stood there."),
        submit=_("Remove"),
    )


@signed_in
@_get_or_post
def new_commitment(request: HttpRequest, key: UUID) -> HttpResponse:
    """Write down what was ordered."""
    project = kept(request, key)
    form = NewCommitmentForm(sent(request), project=project)
    return form_or_do(
        request,
        form,
        lambda: services.add_commitment(
            line=form.cleaned_data["line"],
            facts=form.facts(),
            by=signed_in_person(request),
            at=clock.now(),
        ),
        title=_("Something was ordered"),
        submit=_("Add"),
        back=page_of(project),
        project=project,
    )


@signed_in
@_get_or_post
def change_commitment(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say otherwise what was ordered, or that nothing more is to be paid."""
    found = _commitment(request, key)
    form = CommitmentForm(sent(request), initial=initial_of(found, CommitmentFacts))
    return form_or_do(
        request,
        form,
        lambda: services.change_commitment(
            commitment=found,
            facts=form.facts(),
            by=signed_in_person(request),
            at=clock.now(),
            seen_at=form.seen_at,
        ),
        title=_("Change what was ordered"),
        submit=_("Save"),
        back=page_of(found.line.project),
        project=found.line.project,
        seen=found,
    )


@signed_in
@require_safe
def ledger(request: HttpRequest, key: UUID) -> HttpResponse:
    """What was paid for a project, page by page."""
    project = with_ledger(request, inside(request, key))
    form = LedgerFilter(request.GET, project=project)
    found = money.postings(project, form.wanted())
    asked = {name: value for name, value in request.GET.items() if name in form.fields and value}
    context = {
        "project": project,
        "form": form,
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "total": money.total_of(found),
        "query": urlencode(asked),
        "is_filtered": bool(asked),
        "may_keep": may_keep(request, project),
    }
    return render(request, "portfolio/ledger.html", context, status=422 if form.errors else 200)


@signed_in
@require_safe
def ledger_csv(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """The ledger as a table."""
    project = with_ledger(request, inside(request, key))
    form = LedgerFilter(request.GET, project=project)
    found = money.postings(project, form.wanted())
    return csv_file(exports.POSTINGS, exports.postings(found), f"{project.key}-ledger.csv")


@signed_in
@_get_or_post
def new_posting(request: HttpRequest, key: UUID) -> HttpResponse:
    """Write a payment into the ledger."""
    project = kept(request, key)
    form = PostingForm(sent(request), project=project)
    return form_or_do(
        request,
        form,
        lambda: services.write_posting(
            project=project, facts=form.facts(), by=signed_in_person(request), at=clock.now()
        ),
        title=_("New posting"),
        submit=_("Write it into the ledger"),
        note=_("What is in the ledger stays: a mistake is taken back, and written anew."),
        back=ledger_of(project),
        project=project,
    )


@signed_in
@_get_or_post
def reverse_posting(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask, then take a posting back."""
    found = _posting(request, key)
    back = ledger_of(found.project)
    if request.method == "POST":
        services.reverse_posting(posting=found, by=signed_in_person(request), at=clock.now())
        messages.success(request, _("The posting is taken back."))
        return redirect(back)
    return confirm_page(
        request,
        project=found.project,
        back=back,
        title=_("Take the posting back"),
        what=exports.posting_title(found),
        question=_("Take it back?"),
        text=_("Its opposite is written on the same day; both stay in the ledger."),
        submit=_("Take it back"),
    )


def page_of(project: Project) -> str:
    """Where the money of a project is shown."""
    return reverse("portfolio:money", args=[project.pk])


def ledger_of(project: Project) -> str:
    """Where the ledger of a project is shown."""
    return reverse("portfolio:ledger", args=[project.pk])


def _line(request: HttpRequest, key: UUID) -> BudgetLine:
    found = money.budget_line(key, to=signed_in_person(request))
    if found is None:
        raise Http404
    require_keeping(request, found.project)
    return found


def _commitment(request: HttpRequest, key: UUID) -> Commitment:
    found = money.commitment(key, to=signed_in_person(request))
    if found is None:
        raise Http404
    require_keeping(request, found.line.project)
    return found


def _posting(request: HttpRequest, key: UUID) -> Posting:
    found = money.posting(key, to=signed_in_person(request))
    if found is None:
        raise Http404
    require_keeping(request, found.project)
    return found
