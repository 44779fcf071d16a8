"""The office side: projects begun and described, and their milestones."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from netzstadt.core.access.rules import (
    needs,
    require,
    signed_in,
    signed_in_person,
)
from netzstadt.core.form_pages import form_page, saved, sent
from netzstadt.core.rooms import ObjectCard
from netzstadt.lib import clock
from netzstadt.portfolio import queries
from netzstadt.portfolio.forms.projects import (
    AssignForm,
    FactSheetForm,
    MilestoneForm,
    NewProjectForm,
)
from netzstadt.portfolio.methods import METHODS
from netzstadt.portfolio.models import Milestone, Project
from netzstadt.portfolio.permissions import KEEP_PROJECTS, NAME_DECIDERS
from netzstadt.portfolio.services import milestones
from netzstadt.portfolio.services import projects as services
from netzstadt.portfolio.views.pages import (
    confirm_page,
    form_or_do,
    may_in_unit,
    require_keeping,
)
from netzstadt.strategy.queries import cards as strategy

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

_get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def kept(request: HttpRequest, key: UUID) -> Project:
    """A project that who asks may keep. Raises Http404, PermissionMissing."""
    found = queries.project(key, to=signed_in_person(request))
    if found is None:
        raise Http404
    require_keeping(request, found)
    return found


def _element(request: HttpRequest) -> ObjectCard | None:
    """The measure or goal for which the project is begun. Raises Http404 if she does not see it."""
    asked = request.GET.get("element", "")
    if not asked:
        return None
    try:
        key = UUID(asked)
    except ValueError as error:
        raise Http404 from error
    found = strategy.element_cards([key], to=signed_in_person(request)).get(key)
    if found is None:
        raise Http404
    return found


@needs(KEEP_PROJECTS, anywhere=True)
@_get_or_post
def new_project(request: HttpRequest) -> HttpResponse:
    """Begin a project, also from a measure of the strategy."""
    by, element = signed_in_person(request), _element(request)
    initial = {"method": "GATES", "visibility": "ADMINISTRATION", "lead": by.email}
    if element is not None:
        initial["title"] = element.title
    form = NewProjectForm(sent(request), initial=initial)
    made = begun(
        request,
        form,
        lambda: services.begin_project(
            facts=form.facts(),
            method=form.cleaned_data["method"],
            responsibility=form.responsibility(),
            implements=[element.id] if element else [],
            by=by,
            at=clock.now(),
        ),
    )
    if made is not None:
        messages.success(request, _begun(made))
        return redirect("portfolio:project", key=made.pk)
    back = element.url if element else reverse("portfolio:projects")
    return new_page(request, form, back=back, element=element)


def begun(
    request: HttpRequest, form: NewProjectForm, begin: Callable[[], Project]
) -> Project | None:
    """The project that was begun, if it may be in its unit; else the form says why not."""
    if request.method == "POST" and form.is_valid():
        of = Project(unit=form.cleaned_data["unit"])
        otherwise = _("You may begin projects only in your own unit.")
        if not may_in_unit(request, KEEP_PROJECTS, of, form, otherwise):
            return None
    made: Project | None = saved(request, form, begin)
    return made


def new_page(request: HttpRequest, form: NewProjectForm, **more: Any) -> HttpResponse:
    """The page on which a project is begun."""
    return form_page(request, "portfolio/new.html", form, methods=METHODS.values(), **more)


def _begun(project: Project) -> str:
    if project.sponsor_id is None:
        return _("The project is begun. Say next who decides about it, at its first gate.")
    return _("The project is begun. It waits for its first decision.")


@signed_in
@_get_or_post
def change_project(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change the fact sheet of a project."""
    project = kept(request, key)
    form = FactSheetForm(sent(request), initial=FactSheetForm.initial_of(project))
    return form_or_do(
        request,
        form,
        lambda: services.change_project(
            project=project,
            facts=form.facts(),
            by=signed_in_person(request),
            at=clock.now(),
            seen_at=form.seen_at,
        ),
        title=_("Change the fact sheet"),
        submit=_("Save"),
        back=reverse("portfolio:project", args=[key]),
        project=project,
    )


@needs(KEEP_PROJECTS, anywhere=True)
@_get_or_post
def assign_project(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say which unit answers for a project, who leads it and who stands for it."""
    project = kept(request, key)
    require(request, KEEP_PROJECTS, project)
    form = AssignForm(sent(request), initial=AssignForm.initial_of(project))
    if request.method == "POST" and form.is_valid():
        of = Project(unit=form.cleaned_data["unit"])
        otherwise = _("You may give the project only to a unit of your own.")
        if may_in_unit(request, KEEP_PROJECTS, of, form, otherwise):
            _require_naming(request, project, form.cleaned_data["sponsor"])
    return form_or_do(
        request,
        form,
        lambda: services.assign_project(
            project=project,
            responsibility=form.responsibility(),
            by=signed_in_person(request),
            at=clock.now(),
            seen_at=form.seen_at,
        ),
        title=_("Who answers for it"),
        submit=_("Save"),
        back=reverse("portfolio:project", args=[key]),
        project=project,
    )


def _require_naming(request: HttpRequest, project: Project, sponsor: "Person | None") -> None:
    """Who stands for a project decides: who names her may name who decides."""
    before = project.sponsor_id
    if (sponsor.pk if sponsor else None) == before or before == signed_in_person(request).pk:
        return
    require(request, NAME_DECIDERS, project)


@signed_in
@_get_or_post
def new_milestone(request: HttpRequest, key: UUID) -> HttpResponse:
    """Put a milestone into the plan."""
    project = kept(request, key)
    form = MilestoneForm(sent(request))
    return form_or_do(
        request,
        form,
        lambda: milestones.add_milestone(
            project=project, facts=form.facts(), by=signed_in_person(request), at=clock.now()
        ),
        title=_("New milestone"),
        submit=_("Add"),
        back=_plan(key),
        project=project,
    )


@signed_in
@_get_or_post
def change_milestone(request: HttpRequest, key: UUID) -> HttpResponse:
    """Set a milestone otherwise, or say that it is reached."""
    found = _milestone(request, key)
    form = MilestoneForm(sent(request), initial=MilestoneForm.initial_of(found))
    return form_or_do(
        request,
        form,
        lambda: milestones.change_milestone(
            milestone=found,
            facts=form.facts(),
            by=signed_in_person(request),
            at=clock.now(),
            seen_at=form.seen_at,
        ),
        title=_("Change the milestone"),
        submit=_("Save"),
        back=_plan(found.project_id),
        project=found.project,
        seen=found,
    )


@signed_in
@_get_or_post
def remove_milestone(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask, then take a milestone out of the plan."""
    found = _milestone(request, key)
    if request.method == "POST":
        milestones.remove_milestone(milestone=found, by=signed_in_person(request), at=clock.now())
        messages.success(request, _("The milestone is removed."))
        return redirect(_plan(found.project_id))
    return confirm_page(
        request,
        project=found.project,
        back=_plan(found.project_id),
        title=_("Remove the milestone"),
        what=found.title,
        question=_("Take it out of the plan?"),
        text=_("The history of the project keeps that it stood there."),
        submit=_("Remove"),
    )


def _milestone(request: HttpRequest, key: UUID) -> Milestone:
    found = queries.milestone(key, to=signed_in_person(request))
    if found is None:
        raise Http404
    require_keeping(request, found.project)
    return found


def _plan(key: UUID) -> str:
    return reverse("portfolio:project", args=[key]) + "#milestones"
