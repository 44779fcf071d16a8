"""The office side: what stands in an edition, what it serves, where it stands."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from netzstadt.core.access.rules import needs, require, signed_in_person
from netzstadt.core.days import today
from netzstadt.core.form_pages import sent
from netzstadt.lib import clock
from netzstadt.strategy import queries
from netzstadt.strategy.forms.strategies import (
    AssignForm,
    ContributionForm,
    ElementForm,
    NewElementForm,
    OverrideForm,
    ProgressForm,
    StateForm,
)
from netzstadt.strategy.models import (
    GOALS,
    PARENTS,
    Contribution,
    Edition,
    Element,
    ElementKind,
    ElementVersion,
)
from netzstadt.strategy.permissions import ENTER_VALUES, KEEP_STRATEGY
from netzstadt.strategy.services import contributions, elements, lights
from netzstadt.strategy.views.pages import (
    edition_or_404,
    form_or_do,
    page_of,
    uuid_of,
    version_or_404,
)

_get_or_post = require_http_methods(["GET", "HEAD", "POST"])
_CHOICES = 1000


def _in(edition: Edition, kinds: Any) -> list[ElementVersion]:
    found = ElementVersion.objects.filter(edition=edition, element__kind__in=kinds)
    return list(found.select_related("element").order_by("element__code", "id")[:_CHOICES])


def _back(edition: Edition, element_id: Any = "") -> str:
    address = reverse("strategy:edition", args=[edition.pk])
    return f"{address}#e-{element_id}" if element_id else address


@needs(KEEP_STRATEGY)
@_get_or_post
def add(request: HttpRequest, edition_id, kind: str) -> HttpResponse:
    """Add an element to an open edition."""
    edition = edition_or_404(request, edition_id)
    if kind not in ElementKind.values:
        raise Http404
    form = NewElementForm(
        sent(request),
        kind=kind,
        parents=_in(edition, PARENTS[kind]),
        initial={"parent": request.GET.get("into", "")},
    )
    return form_or_do(
        request,
        form,
        lambda: elements.add_element(
            edition=edition,
            kind=kind,
            code=form.cleaned_data["code"],
            facts=form.facts(),
            by=signed_in_person(request),
            at=clock.now(),
        ),
        title=_("Add: %(kind)s") % {"kind": ElementKind(kind).label},
        submit=_("Add"),
        back=_back(edition),
        edition=edition,
    )


@needs(KEEP_STRATEGY)
@_get_or_post
def change(request: HttpRequest, version_id) -> HttpResponse:
    """Change an element in an open edition."""
    version = version_or_404(request, version_id)
    kind = version.element.kind
    names = ("title", "text", "is_cross_cutting", "starts_on", "due_on")
    scores = ("importance", "urgency", "accuracy", "feasibility")
    initial = {name: getattr(version, name) for name in (*names, *scores)}
    form = ElementForm(
        sent(request),
        kind=kind,
        parents=_in(version.edition, PARENTS[kind]),
        initial=initial | {"parent": str(version.parent_id or "")},
    )
    return form_or_do(
        request,
        form,
        lambda: elements.change_element(
            version=version, facts=form.facts(), by=signed_in_person(request), at=clock.now()
        ),
        title=_("Change: %(title)s") % {"title": version.title},
        submit=_("Save"),
        back=_back(version.edition, version.element_id),
        edition=version.edition,
    )


@needs(KEEP_STRATEGY)
@require_POST
def move(request: HttpRequest, version_id) -> HttpResponse:
    """Let an element change places with the one before or after it."""
    version = version_or_404(request, version_id)
    elements.move_element(
        version=version,
        upwards=request.POST.get("to") != "down",
        by=signed_in_person(request),
        at=clock.now(),
    )
    return redirect(_back(version.edition, version.element_id))


@needs(KEEP_STRATEGY)
@_get_or_post
def remove(request: HttpRequest, version_id) -> HttpResponse:
    """Ask, then take an element out of an open edition."""
    version = version_or_404(request, version_id)
    if request.method == "POST":
        elements.remove_element(version=version, by=signed_in_person(request), at=clock.now())
        messages.success(request, _("Taken out of this edition."))
        return redirect(_back(version.edition))
    return render(request, "strategy/remove.html", {"version": version, "edition": version.edition})


@needs(KEEP_STRATEGY)
@_get_or_post
def assign(request: HttpRequest, version_id) -> HttpResponse:
    """Say who answers for an element."""
    version = version_or_404(request, version_id)
    element = version.element
    initial = {
        "unit": element.unit_id,
        "responsible": element.responsible.email if element.responsible else "",
    }
    form = AssignForm(sent(request), initial=initial)
    return form_or_do(
        request,
        form,
        lambda: elements.assign_element(
            element=element,
            unit_id=form.cleaned_data["unit"].pk if form.cleaned_data["unit"] else None,
            responsible=form.cleaned_data["responsible"],
            by=signed_in_person(request),
            at=clock.now(),
        ),
        title=_("Who answers for it: %(title)s") % {"title": version.title},
        submit=_("Save"),
        back=reverse("strategy:element", args=[element.pk]),
        edition=version.edition,
    )


@needs(ENTER_VALUES, anywhere=True)
@_get_or_post
def move_measure(request: HttpRequest, version_id) -> HttpResponse:
    """Bring a measure into another state."""
    version = version_or_404(request, version_id)
    require(request, ENTER_VALUES, version.element)
    form = StateForm(sent(request), initial={"state": version.element.state})
    return form_or_do(
        request,
        form,
        lambda: elements.move_measure(
            measure=version.element,
            state=form.cleaned_data["state"],
            by=signed_in_person(request),
            at=clock.now(),
        ),
        title=_("State: %(title)s") % {"title": version.title},
        submit=_("Save"),
        back=page_of(version),
        edition=version.edition,
    )


@needs(KEEP_STRATEGY)
@_get_or_post
def contribute(request: HttpRequest, version_id) -> HttpResponse:
    """Say what an element serves, and how it counts."""
    version = version_or_404(request, version_id)
    targets = [one for one in _in(version.edition, GOALS) if one.element_id != version.element_id]
    known = Contribution.objects.filter(
        edition=version.edition,
        source=version.element,
        target_id=uuid_of(request.GET.get("target", "")),
    ).first()
    names = ("rule", "weight", "expected", "achieved", "unit_text", "rationale")
    initial = {name: getattr(known, name) for name in names} if known else {"rule": "PERCENT"}
    if known:
        initial["target"] = str(known.target_id)
    form = ContributionForm(sent(request), targets=targets, initial=initial)
    return form_or_do(
        request,
        form,
        lambda: contributions.set_contribution(
            edition=version.edition,
            source=version.element,
            target=Element.objects.get(pk=form.cleaned_data["target"]),
            facts=form.facts(),
            by=signed_in_person(request),
            at=clock.now(),
        ),
        title=_("What it serves: %(title)s") % {"title": version.title},
        note="" if targets else _("There is no goal in this edition yet. Add one to it first."),
        submit=_("Save"),
        back=page_of(version),
        edition=version.edition,
    )


@needs(KEEP_STRATEGY)
@require_POST
def end_contribution(request: HttpRequest, contribution_id) -> HttpResponse:
    """Say that an element serves another one no longer."""
    found = get_object_or_404(Contribution.objects.select_related("edition"), pk=contribution_id)
    edition_or_404(request, found.edition_id)
    contributions.remove_contribution(
        contribution=found, by=signed_in_person(request), at=clock.now()
    )
    return redirect("strategy:element", found.source_id)


@needs(ENTER_VALUES, anywhere=True)
@_get_or_post
def type_progress(request: HttpRequest, version_id) -> HttpResponse:
    """Say how far something has come, where no rule works it out."""
    version = version_or_404(request, version_id)
    require(request, ENTER_VALUES, version.element)
    form = ProgressForm(sent(request))
    return form_or_do(
        request,
        form,
        lambda: lights.type_progress(
            element=version.element,
            progress=form.cleaned_data["progress"] / 100,
            note=form.cleaned_data["note"],
            by=signed_in_person(request),
            at=clock.now(),
        ),
        title=_("Progress: %(title)s") % {"title": version.title},
        submit=_("Save"),
        back=page_of(version),
        edition=version.edition,
    )


@needs(KEEP_STRATEGY)
@_get_or_post
def override(request: HttpRequest, version_id) -> HttpResponse:
    """Set a light by hand until a day."""
    version = version_or_404(request, version_id)
    holding = queries.override_of(version.element_id, on=today())
    initial = {name: getattr(holding, name, None) for name in OverrideForm.base_fields}
    form = OverrideForm(sent(request), initial=initial if holding else None)
    return form_or_do(
        request,
        form,
        lambda: lights.override_light(
            element=version.element,
            today=today(),
            by=signed_in_person(request),
            at=clock.now(),
            **form.cleaned_data,
        ),
        title=_("Set the light by hand: %(title)s") % {"title": version.title},
        submit=_("Set it"),
        back=page_of(version),
        edition=version.edition,
    )


@needs(KEEP_STRATEGY)
@require_POST
def release(request: HttpRequest, version_id) -> HttpResponse:
    """Let a light follow its rules again."""
    version = version_or_404(request, version_id)
    lights.end_override(element=version.element, by=signed_in_person(request), at=clock.now())
    return redirect(page_of(version))
