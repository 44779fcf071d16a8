"""The office side of grants: programmes, and one grant with its plan, notices and receipts."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from netzstadt.core.access.rules import (
    needs,
    request_may,
    signed_in,
    signed_in_person,
)
from netzstadt.core.days import today
from netzstadt.core.form_pages import form_page, saved, sent
from netzstadt.core.money import euros
from netzstadt.lib import clock
from netzstadt.portfolio import exports, queries
from netzstadt.portfolio.forms.funding import (
    FinancingLineForm,
    FundingForm,
    NewFundingForm,
    NoticeForm,
    ProgrammeForm,
    ReceiptForm,
)
from netzstadt.portfolio.forms.money import initial_of
from netzstadt.portfolio.models import Funding, FundingProgramme
from netzstadt.portfolio.permissions import KEEP_FUNDING_PROGRAMMES, SEE_LEDGER
from netzstadt.portfolio.queries import funding as reading
from netzstadt.portfolio.services import funding as services
from netzstadt.portfolio.services.funding import FinancingFacts, FundingFacts, ProgrammeFacts
from netzstadt.portfolio.views.keeping import kept
from netzstadt.portfolio.views.money import page_of, with_ledger
from netzstadt.portfolio.views.pages import (
    confirm_page,
    csv_file,
    form_or_do,
    may_keep,
    may_see_ledger,
    require_keeping,
)

_get_or_post = require_http_methods(["GET", "HEAD", "POST"])
PAGE = 25


@needs(SEE_LEDGER, anywhere=True)
@require_safe
def funding_list(request: HttpRequest) -> HttpResponse:
    """The grants of all projects, those that end first first, and the programmes."""
    found = reading.fundings(to=signed_in_person(request))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(one, may_see_ledger(request, one.project)) for one in page],
        "programmes": list(reading.programmes(to=signed_in_person(request))[: queries.MOST_OF_ONE]),
        "may_keep": request_may(request, KEEP_FUNDING_PROGRAMMES),
        "today": today(),
    }
    return render(request, "portfolio/funding_list.html", context)


@needs(KEEP_FUNDING_PROGRAMMES)
@_get_or_post
def new_programme(request: HttpRequest) -> HttpResponse:
    """Enter a funding programme."""
    form = ProgrammeForm(sent(request))
    return form_or_do(
        request,
        form,
        lambda: services.add_programme(
            facts=form.facts(), by=signed_in_person(request), at=clock.now()
        ),
        title=_("New funding programme"),
        submit=_("Add"),
        back=reverse("portfolio:funding-list"),
    )


@needs(KEEP_FUNDING_PROGRAMMES)
@_get_or_post
def change_programme(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change what is known of a programme."""
    found = FundingProgramme.objects.filter(pk=key).first()
    if found is None:
        raise Http404
    form = ProgrammeForm(sent(request), initial=initial_of(found, ProgrammeFacts))
    return form_or_do(
        request,
        form,
        lambda: services.change_programme(
            programme=found,
            facts=form.facts(),
            by=signed_in_person(request),
            at=clock.now(),
            seen_at=form.seen_at,
        ),
        title=_("Change the funding programme"),
        submit=_("Save"),
        back=reverse("portfolio:funding-list"),
        seen=found,
    )


@signed_in
@require_safe
def funding(request: HttpRequest, key: UUID) -> HttpResponse:
    """One grant: what it says, how it is used, what it obliges to, and what is not as it should."""
    found = seen_funding(request, key)
    use = reading.use_of(found)
    context = {
        "funding": found,
        "project": found.project,
        "use": use,
        "concerns": list(reading.concerns(found, use, today=today())),
        "notices": list(found.notices.order_by("issued_on", "id")[: queries.MOST_OF_ONE]),
        "receipts": list(
            found.receipts.select_related("reversed_by").order_by("-paid_on", "-id")[
                : queries.MOST_OF_ONE
            ]
        ),
        "obligations": list(
            found.obligations.select_related("responsible").order_by(
                F("met_on").asc(nulls_first=True), "due_on", "id"
            )[: queries.MOST_OF_ONE]
        ),
        "proofs": list(found.proofs.order_by("-until", "-created_at")[: queries.MOST_OF_ONE]),
        "may_keep": may_keep(request, found.project),
        "today": today(),
    }
    return render(request, "portfolio/funding.html", context)


@signed_in
@_get_or_post
def new_funding(request: HttpRequest, key: UUID) -> HttpResponse:
    """Enter a grant for a project."""
    project = kept(request, key)
    form = NewFundingForm(sent(request))
    made = saved(
        request,
        form,
        lambda: services.add_funding(
            project=project,
            programme=form.cleaned_data["programme"],
            facts=form.facts(),
            by=signed_in_person(request),
            at=clock.now(),
        ),
    )
    if made:
        messages.success(request, _("Saved. Enter its notice and its financing plan next."))
        return redirect(funding_page(made))
    has_programmes = FundingProgramme.objects.exists()
    missing = _("No funding programme is entered yet: the coordination keeps their list.")
    return form_page(
        request,
        "portfolio/form.html",
        form,
        title=_("New grant"),
        submit=_("Add"),
        note="" if has_programmes else missing,
        back=page_of(project),
        project=project,
    )


@signed_in
@_get_or_post
def change_funding(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change what a grant says."""
    found = kept_funding(request, key)
    form = FundingForm(sent(request), initial=initial_of(found, FundingFacts))
    return form_or_do(
        request,
        form,
        lambda: services.change_funding(
            funding=found,
            facts=form.facts(),
            by=signed_in_person(request),
            at=clock.now(),
            seen_at=form.seen_at,
        ),
        title=_("Change the grant"),
        submit=_("Save"),
        back=funding_page(found),
        project=found.project,
        seen=found,
    )


@signed_in
@_get_or_post
def new_notice(request: HttpRequest, key: UUID) -> HttpResponse:
    """Enter a notice."""
    found = kept_funding(request, key)
    form = NoticeForm(sent(request))
    return form_or_do(
        request,
        form,
        lambda: services.take_notice(
            funding=found, facts=form.facts(), by=signed_in_person(request), at=clock.now()
        ),
        title=_("New notice"),
        submit=_("Add"),
        note=_("A notice stands as it is entered; a later one changes what is granted."),
        back=funding_page(found),
        project=found.project,
    )


@signed_in
@_get_or_post
def new_financing_line(request: HttpRequest, key: UUID) -> HttpResponse:
    """Put a line into the financing plan."""
    found = kept_funding(request, key)
    form = FinancingLineForm(sent(request))
    return form_or_do(
        request,
        form,
        lambda: services.add_financing_line(
            funding=found, facts=form.facts(), by=signed_in_person(request), at=clock.now()
        ),
        title=_("New line of the financing plan"),
        submit=_("Add"),
        back=funding_page(found),
        project=found.project,
    )


@signed_in
@_get_or_post
def change_financing_line(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change a line of the financing plan."""
    found = reading.financing_line(key, to=signed_in_person(request))
    if found is None:
        raise Http404
    require_keeping(request, found.funding.project)
    form = FinancingLineForm(sent(request), initial=initial_of(found, FinancingFacts))
    return form_or_do(
        request,
        form,
        lambda: services.change_financing_line(
            line=found,
            facts=form.facts(),
            by=signed_in_person(request),
            at=clock.now(),
            seen_at=form.seen_at,
        ),
        title=_("Change the line of the financing plan"),
        submit=_("Save"),
        back=funding_page(found.funding),
        project=found.funding.project,
        seen=found,
    )


@signed_in
@_get_or_post
def remove_financing_line(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask, then take a line out of the financing plan."""
    found = reading.financing_line(key, to=signed_in_person(request))
    if found is None:
        raise Http404
    require_keeping(request, found.funding.project)
    if request.method == "POST":
        services.remove_financing_line(line=found, by=signed_in_person(request), at=clock.now())
        messages.success(request, _("The line is removed."))
        return redirect(funding_page(found.funding))
    return confirm_page(
        request,
        project=found.funding.project,
        back=funding_page(found.funding),
        title=_("Remove the line of the financing plan"),
        what=found.title,
        question=_("Take it out of the plan?"),
        text=_("The history of the project keeps that it stood there."),
        submit=_("Remove"),
    )


@signed_in
@_get_or_post
def new_receipt(request: HttpRequest, key: UUID) -> HttpResponse:
    """Write down money that came in."""
    found = kept_funding(request, key)
    form = ReceiptForm(sent(request))
    return form_or_do(
        request,
        form,
        lambda: services.write_receipt(
            funding=found, facts=form.facts(), by=signed_in_person(request), at=clock.now()
        ),
        title=_("Money came in"),
        submit=_("Write it down"),
        note=_("What is in the ledger stays: a mistake is taken back, and written anew."),
        back=funding_page(found),
        project=found.project,
    )


@signed_in
@_get_or_post
def reverse_receipt(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask, then take a receipt back."""
    found = reading.receipt(key, to=signed_in_person(request))
    if found is None:
        raise Http404
    require_keeping(request, found.funding.project)
    if request.method == "POST":
        services.reverse_receipt(receipt=found, by=signed_in_person(request), at=clock.now())
        messages.success(request, _("The receipt is taken back."))
        return redirect(funding_page(found.funding))
    return confirm_page(
        request,
        project=found.funding.project,
        back=funding_page(found.funding),
        title=_("Take the receipt back"),
        what=f"{found.get_source_display()}: {euros(found.amount_cents)}",
        question=_("Take it back?"),
        text=_("Its opposite is written on the same day; both stay in the ledger."),
        submit=_("Take it back"),
    )


@signed_in
@require_safe
def vouchers_csv(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """The vouchers that a grant pays for (Belegliste), as a table."""
    found = seen_funding(request, key)
    rows = exports.postings(reading.vouchers(found))
    return csv_file(exports.POSTINGS, rows, f"{found.project.key}-vouchers.csv")


def funding_page(found: Funding) -> str:
    """Where a grant is shown."""
    return reverse("portfolio:funding", args=[found.pk])


def seen_funding(request: HttpRequest, key: UUID) -> Funding:
    """A grant, for who reads the ledger of its project. Raises Http404, PermissionMissing."""
    found = reading.funding(key, to=signed_in_person(request))
    if found is None:
        raise Http404
    with_ledger(request, found.project)
    return found


def kept_funding(request: HttpRequest, key: UUID) -> Funding:
    """A grant, for who keeps its project. Raises Http404, PermissionMissing."""
    found = reading.funding(key, to=signed_in_person(request))
    if found is None:
        raise Http404
    require_keeping(request, found.project)
    return found
