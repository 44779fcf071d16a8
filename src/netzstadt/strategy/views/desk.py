"""The office side: strategies and their editions."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from netzstadt.core.access.rules import needs, signed_in_person
from netzstadt.core.days import today
from netzstadt.core.form_pages import sent
from netzstadt.core.refusal import Refusal
from netzstadt.lib import clock
from netzstadt.strategy import queries
from netzstadt.strategy.forms.strategies import (
    AdoptionForm,
    ConsultationForm,
    EditionForm,
    InForceForm,
    NewStrategyForm,
    StrategyForm,
)
from netzstadt.strategy.models import ElementKind
from netzstadt.strategy.permissions import KEEP_STRATEGY
from netzstadt.strategy.queries import indicators
from netzstadt.strategy.services import editions
from netzstadt.strategy.views.pages import edition_or_404, form_or_do, form_page

_get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@needs(KEEP_STRATEGY)
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """All strategies with their editions."""
    found = queries.visible_editions(to=signed_in_person(request)).order_by(
        "strategy__title", "strategy_id", "-number"
    )
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    return render(request, "strategy/desk.html", {"page": page})


@needs(KEEP_STRATEGY)
@_get_or_post
def new_strategy(request: HttpRequest) -> HttpResponse:
    """Begin a strategy with an empty draft."""
    form = NewStrategyForm(sent(request), initial={"visibility": "PUBLIC"})
    title, submit, back = _("New strategy"), _("Begin"), reverse("strategy:desk")
    if request.method == "POST" and form.is_valid():
        try:
            draft = editions.create_strategy(
                key=form.cleaned_data["key"],
                facts=form.facts(),
                by=signed_in_person(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            form.add_error("key", str(refusal))
        else:
            return redirect("strategy:edition", draft.pk)
    return form_page(request, form, title, submit, back)


@needs(KEEP_STRATEGY)
@_get_or_post
def change_strategy(request: HttpRequest, edition_id) -> HttpResponse:
    """Call a strategy otherwise, or let others see it."""
    edition = edition_or_404(request, edition_id)
    strategy = edition.strategy
    names = ("title", "visibility", "source", "source_url")
    initial = {name: getattr(strategy, name) for name in names} | {"unit": strategy.unit_id}
    form = StrategyForm(sent(request), initial=initial)
    return form_or_do(
        request,
        form,
        lambda: editions.change_strategy(
            strategy=strategy, facts=form.facts(), by=signed_in_person(request), at=clock.now()
        ),
        title=_("About the strategy"),
        submit=_("Save"),
        back=reverse("strategy:edition", args=[edition.pk]),
        edition=edition,
    )


@needs(KEEP_STRATEGY)
@require_safe
def edition(request: HttpRequest, edition_id) -> HttpResponse:
    """An edition to work on: its tree with what can be done."""
    found = edition_or_404(request, edition_id)
    return render(
        request,
        "strategy/edition.html",
        {
            "edition": found,
            "tree": queries.tree(found),
            "kinds": ElementKind.choices,
            "has_draft": found.strategy.editions.filter(state__in=["DRAFT", "CONSULTED"]).exists(),
        },
    )


@needs(KEEP_STRATEGY)
@_get_or_post
def describe(request: HttpRequest, edition_id) -> HttpResponse:
    """Write the vision and the years of an edition."""
    found = edition_or_404(request, edition_id)
    names = ("vision", "first_year", "last_year")
    form = EditionForm(sent(request), initial={name: getattr(found, name) for name in names})
    return form_or_do(
        request,
        form,
        lambda: editions.describe_edition(
            edition=found, by=signed_in_person(request), at=clock.now(), **form.cleaned_data
        ),
        title=_("Vision and years"),
        submit=_("Save"),
        back=reverse("strategy:edition", args=[found.pk]),
        edition=found,
    )


@needs(KEEP_STRATEGY)
@_get_or_post
def consult(request: HttpRequest, edition_id) -> HttpResponse:
    """Open a draft to comments."""
    found = edition_or_404(request, edition_id)
    form = ConsultationForm(sent(request), initial={"first": today()})
    return form_or_do(
        request,
        form,
        lambda: editions.open_consultation(
            edition=found, by=signed_in_person(request), at=clock.now(), **form.cleaned_data
        ),
        title=_("Open to comments"),
        submit=_("Open"),
        back=reverse("strategy:edition", args=[found.pk]),
        edition=found,
    )


@needs(KEEP_STRATEGY)
@_get_or_post
def adopt(request: HttpRequest, edition_id) -> HttpResponse:
    """Note that the council adopted an edition."""
    found = edition_or_404(request, edition_id)
    form = AdoptionForm(sent(request), initial={"adopted_on": today()})
    return form_or_do(
        request,
        form,
        lambda: editions.adopt_edition(
            edition=found, by=signed_in_person(request), at=clock.now(), **form.cleaned_data
        ),
        title=_("Adopted by the council"),
        submit=_("Note the adoption"),
        back=reverse("strategy:edition", args=[found.pk]),
        edition=found,
        note=_("From its adoption on the text of an edition stays as it is."),
    )


@needs(KEEP_STRATEGY)
@_get_or_post
def put_in_force(request: HttpRequest, edition_id) -> HttpResponse:
    """Let an adopted edition hold."""
    found = edition_or_404(request, edition_id)
    form = InForceForm(sent(request), initial={"on": today()})
    return form_or_do(
        request,
        form,
        lambda: editions.put_in_force(
            edition=found, by=signed_in_person(request), at=clock.now(), **form.cleaned_data
        ),
        title=_("Put in force"),
        submit=_("Put in force"),
        back=reverse("strategy:edition", args=[found.pk]),
        edition=found,
        note=_("The edition that is in force until now is superseded."),
    )


@needs(KEEP_STRATEGY)
@require_POST
def return_to_draft(request: HttpRequest, edition_id) -> HttpResponse:
    """Take an edition in consultation back."""
    found = edition_or_404(request, edition_id)
    editions.return_to_draft(edition=found, by=signed_in_person(request), at=clock.now())
    messages.success(request, _("The edition is a draft again."))
    return redirect("strategy:edition", found.pk)


@needs(KEEP_STRATEGY)
@require_POST
def draft(request: HttpRequest, edition_id) -> HttpResponse:
    """Begin the next edition as a copy of this one."""
    found = edition_or_404(request, edition_id)
    made = editions.draft_edition(
        strategy=found.strategy, based_on=found, by=signed_in_person(request), at=clock.now()
    )
    messages.success(request, _("A new edition is begun; it has everything of the one before."))
    return redirect("strategy:edition", made.pk)


@needs(KEEP_STRATEGY)
@require_safe
def ranking(request: HttpRequest, edition_id) -> HttpResponse:
    """The measures of an edition by their scores."""
    found = edition_or_404(request, edition_id)
    page = Paginator(queries.ranked_measures(found), 50).get_page(request.GET.get("page"))
    return render(request, "strategy/ranking.html", {"edition": found, "page": page})


@needs(KEEP_STRATEGY)
@require_safe
def gaps(request: HttpRequest) -> HttpResponse:
    """What is missing for the strategy to measure itself, as rows to work on."""
    found = indicators.gaps(to=signed_in_person(request), at=clock.now())
    lists: dict[str, tuple[str, Any]] = {
        "goals": (_("Goals without an indicator"), found.goals_without_indicator),
        "measures": (_("Measures that serve no goal"), found.measures_without_goal),
        "responsible": (
            _("Measures that nobody answers for"),
            found.measures_without_responsible,
        ),
        "projects": (_("Measures that nothing implements"), found.measures_without_project),
        "values": (_("Indicators without a fresh value"), found.indicators_without_values),
        "unbound": (_("Indicators that measure no goal"), found.indicators_without_goal),
    }
    counts = [(key, title, rows.count()) for key, (title, rows) in lists.items()]
    chosen = request.GET.get("show", "")
    if chosen not in lists:  # the first in which something is missing
        chosen = next((key for key, _title, count in counts if count), "goals")
    page = Paginator(lists[chosen][1], 50).get_page(request.GET.get("page"))
    context = {
        "chosen": chosen,
        "counts": counts,
        "title": lists[chosen][0],
        "page": page,
        "is_indicators": chosen in {"values", "unbound"},
    }
    return render(request, "strategy/gaps.html", context)
