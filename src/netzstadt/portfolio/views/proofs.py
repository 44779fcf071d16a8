"""The office side of proofs of use: drafted, written, sealed, and as a document."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from netzstadt.core.access.rules import signed_in, signed_in_person
from netzstadt.core.form_pages import form_page, saved, sent
from netzstadt.core.money import euros
from netzstadt.core.refusal import Refusal
from netzstadt.lib import clock, typesetting
from netzstadt.portfolio import exports, proof_paper
from netzstadt.portfolio.forms.funding import NewProofForm, ProofForm
from netzstadt.portfolio.forms.money import initial_of
from netzstadt.portfolio.models import Proof
from netzstadt.portfolio.queries import funding as reading
from netzstadt.portfolio.services import proofs as services
from netzstadt.portfolio.services.proofs import ProofTexts
from netzstadt.portfolio.views.funding import funding_page, kept_funding
from netzstadt.portfolio.views.money import with_ledger
from netzstadt.portfolio.views.pages import (
    confirm_page,
    csv_file,
    form_or_do,
    may_keep,
    require_keeping,
)

_get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@signed_in
@_get_or_post
def new_proof(request: HttpRequest, key: UUID) -> HttpResponse:
    """Begin a draft."""
    found = kept_funding(request, key)
    form = NewProofForm(sent(request))
    made = saved(
        request,
        form,
        lambda: services.begin_proof(
            funding=found,
            kind=form.cleaned_data["kind"],
            until=form.cleaned_data["until"],
            by=signed_in_person(request),
            at=clock.now(),
        ),
    )
    if made:
        messages.success(request, _("The draft is begun: its figures are those of the ledger."))
        return redirect("portfolio:proof", key=made.pk)
    return form_page(
        request,
        "portfolio/form.html",
        form,
        title=_("New proof of use"),
        submit=_("Begin the draft"),
        back=funding_page(found),
        project=found.project,
    )


@signed_in
@require_safe
def proof(request: HttpRequest, key: UUID) -> HttpResponse:
    """One proof of use: its words and figures; a sealed one also what is different since."""
    found = _seen(request, key)
    use = reading.use_of(found.funding, until=found.until)
    now = services.figures(use, found.funding)
    figures = found.figures if found.sealed_at else now
    context = {
        "proof": found,
        "funding": found.funding,
        "project": found.funding.project,
        "texts": proof_paper.texts(found),
        "income": proof_paper.income(figures),
        "lines": proof_paper.lines(figures),
        "figures": figures,
        "is_different": figures != now,
        "may_keep": may_keep(request, found.funding.project),
    }
    return render(request, "portfolio/proof.html", context)


@signed_in
@_get_or_post
def write_proof(request: HttpRequest, key: UUID) -> HttpResponse:
    """Write the report in words."""
    found = _kept(request, key)
    form = ProofForm(sent(request), initial=initial_of(found, ProofTexts))
    return form_or_do(
        request,
        form,
        lambda: services.write_proof(
            proof=found,
            texts=form.texts(),
            by=signed_in_person(request),
            at=clock.now(),
            seen_at=form.seen_at,
        ),
        title=_("Write the proof of use"),
        submit=_("Save"),
        back=_page(found),
        project=found.funding.project,
        seen=found,
    )


@signed_in
@_get_or_post
def seal_proof(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask, then seal a proof as it is sent."""
    found = _kept(request, key)
    if request.method == "POST":
        try:
            services.seal_proof(
                proof=found,
                by=signed_in_person(request),
                at=clock.now(),
                seen=request.GET.get("seen", ""),
            )
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The proof of use is sealed: send the document."))
        return redirect(_page(found))
    seen = services.seal_of_draft(found)
    spent, eligible = euros(found.figures["spent"]), euros(found.figures["eligible"])
    return confirm_page(
        request,
        action=f"?seen={seen}",
        project=found.funding.project,
        back=_page(found),
        title=_("Seal the proof of use"),
        what=f"{found.funding.programme.title}, {found.get_kind_display()}",
        question=_("Seal it as it is sent?"),
        text=_(
            "%(spent)s spent, of it %(eligible)s eligible. Words and figures stand from then on;"
            " what changes later needs another proof."
        )
        % {"spent": spent, "eligible": eligible},
        submit=_("Seal it"),
    )


@signed_in
@_get_or_post
def remove_proof(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask, then throw a draft away."""
    found = _kept(request, key)
    if request.method == "POST":
        services.remove_proof(proof=found, by=signed_in_person(request), at=clock.now())
        messages.success(request, _("The draft is thrown away."))
        return redirect(funding_page(found.funding))
    return confirm_page(
        request,
        project=found.funding.project,
        back=_page(found),
        title=_("Throw the draft away"),
        what=f"{found.funding.programme.title}, {found.get_kind_display()}",
        question=_("Throw it away, with what is written in it?"),
        text=_("The ledger is not touched."),
        submit=_("Throw it away"),
    )


@signed_in
@require_safe
def as_pdf(request: HttpRequest, key: UUID) -> HttpResponse:
    """A proof of use on the city's paper, as a draft or as it was sealed."""
    found = _seen(request, key)
    at = found.sealed_at or clock.now()
    try:
        content = typesetting.typeset(
            "portfolio/typst/proof.typ", proof_paper.document(found, at=at), at=at
        )
    except typesetting.Busy:
        return HttpResponse(
            _("Many documents are being made at the moment. Please try again in a minute."),
            status=503,
            content_type="text/plain; charset=utf-8",
            headers={"Retry-After": "30"},
        )
    response = HttpResponse(content, content_type=typesetting.MEDIA_TYPE)
    name = f"{found.funding.project.key}-proof-{found.until.isoformat()}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@signed_in
@require_safe
def vouchers_csv(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """The vouchers of a proof (Belegliste): what its figures add up."""
    found = _seen(request, key)
    rows = exports.postings(reading.vouchers(found.funding, until=found.until))
    name = f"{found.funding.project.key}-vouchers-{found.until.isoformat()}.csv"
    return csv_file(exports.POSTINGS, rows, name)


def _page(found: Proof) -> str:
    return reverse("portfolio:proof", args=[found.pk])


def _seen(request: HttpRequest, key: UUID) -> Proof:
    found = reading.proof(key, to=signed_in_person(request))
    if found is None:
        raise Http404
    with_ledger(request, found.funding.project)
    return found


def _kept(request: HttpRequest, key: UUID) -> Proof:
    found = reading.proof(key, to=signed_in_person(request))
    if found is None:
        raise Http404
    require_keeping(request, found.funding.project)
    return found
