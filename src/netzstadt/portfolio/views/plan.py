"""The plan of a project: its table and its Gantt chart, kept by who keeps the project."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from netzstadt.core.access.permissions import SEE_DIRECTORY
from netzstadt.core.access.rules import needs, signed_in, signed_in_person
from netzstadt.core.days import today
from netzstadt.core.form_pages import sent
from netzstadt.lib import clock
from netzstadt.portfolio import gantt, queries
from netzstadt.portfolio.forms.plan import DeliverableForm, DependencyForm, ProgressForm, TaskForm
from netzstadt.portfolio.models import Deliverable, Project, Task
from netzstadt.portfolio.queries import load
from netzstadt.portfolio.queries import plan as plans
from netzstadt.portfolio.services import dependencies as waits
from netzstadt.portfolio.services import plan as services
from netzstadt.portfolio.services import progress
from netzstadt.portfolio.views import charts
from netzstadt.portfolio.views.keeping import kept
from netzstadt.portfolio.views.pages import form_or_do, may_keep, require_keeping

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

_get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@needs(SEE_DIRECTORY, anywhere=True)
@require_safe
def plan(request: HttpRequest, key: UUID) -> HttpResponse:
    """The plan of a project: for the administration, and who has a part in it."""
    person = signed_in_person(request)
    project = queries.project(key, to=person)
    if project is None:
        raise Http404
    found = plans.plan_of(project)
    rows = plans.rows_of(found, today=today())
    zoom = charts.zoom_of(request)
    months = load.months_from(today())
    context = {
        "project": project,
        "rows": rows,
        "chart": gantt.draw(charts.of_plan(project, found, rows, zoom=zoom, today=today())),
        "zooms": charts.zooms(zoom),
        "conflicts": [row for row in rows if row.earliest_on],
        "months": months,
        "people": load.of_project(project, months),
        "may_keep": may_keep(request, project),
        "has_items": len(found.spans) > 1,
        "has_open": any(one.done_on is None for one in found.tasks),
    }
    return render(request, "portfolio/plan.html", context)


def _page(key: UUID) -> str:
    return reverse("portfolio:plan", args=[key])


def _item(
    request: HttpRequest,
    find: "Callable[..., Task | Deliverable | None]",
    key: UUID,
) -> Any:
    """A task or deliverable that who asks may keep. Raises Http404, PermissionMissing."""
    found = find(key, to=signed_in_person(request))
    if found is None:
        raise Http404
    require_keeping(request, found.project)
    return found


@signed_in
@_get_or_post
def new_task(request: HttpRequest, key: UUID) -> HttpResponse:
    """Put a task into the plan."""
    project = kept(request, key)
    form = TaskForm(sent(request), deliverables=plans.deliverables_of(project))
    return form_or_do(
        request,
        form,
        lambda: services.add_task(
            project=project, facts=form.facts(), by=signed_in_person(request), at=clock.now()
        ),
        title=_("New task"),
        submit=_("Add"),
        back=_page(key),
        project=project,
    )


@signed_in
@_get_or_post
def change_task(request: HttpRequest, key: UUID) -> HttpResponse:
    """Set a task otherwise, or say how far it is."""
    found: Task = _item(request, plans.task, key)
    form = TaskForm(
        sent(request),
        deliverables=plans.deliverables_of(found.project),
        initial=TaskForm.initial_of(found),
    )
    return form_or_do(
        request,
        form,
        lambda: services.change_task(
            task=found,
            facts=form.facts(),
            by=signed_in_person(request),
            at=clock.now(),
            seen_at=form.seen_at,
        ),
        title=_("Change the task"),
        submit=_("Save"),
        back=_page(found.project_id),
        project=found.project,
        seen=found,
    )


@signed_in
@_get_or_post
def remove_task(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask, then take a task out of the plan."""
    found: Task = _item(request, plans.task, key)
    return _remove(
        request,
        found.project,
        title=_("Remove the task"),
        name=found.title,
        do=lambda by: services.remove_task(task=found, by=by, at=clock.now()),
    )


@signed_in
@_get_or_post
def new_deliverable(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say what the project hands over."""
    project = kept(request, key)
    form = DeliverableForm(sent(request))
    return form_or_do(
        request,
        form,
        lambda: services.add_deliverable(
            project=project, facts=form.facts(), by=signed_in_person(request), at=clock.now()
        ),
        title=_("New deliverable"),
        submit=_("Add"),
        back=_page(key),
        project=project,
    )


@signed_in
@_get_or_post
def change_deliverable(request: HttpRequest, key: UUID) -> HttpResponse:
    """Set a deliverable otherwise, or say that it was accepted."""
    found: Deliverable = _item(request, plans.deliverable, key)
    form = DeliverableForm(sent(request), initial=DeliverableForm.initial_of(found))
    return form_or_do(
        request,
        form,
        lambda: services.change_deliverable(
            deliverable=found,
            facts=form.facts(),
            by=signed_in_person(request),
            at=clock.now(),
            seen_at=form.seen_at,
        ),
        title=_("Change the deliverable"),
        submit=_("Save"),
        back=_page(found.project_id),
        project=found.project,
        seen=found,
    )


@signed_in
@_get_or_post
def remove_deliverable(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask, then take a deliverable out of the plan."""
    found: Deliverable = _item(request, plans.deliverable, key)
    return _remove(
        request,
        found.project,
        title=_("Remove the deliverable"),
        name=found.title,
        do=lambda by: services.remove_deliverable(deliverable=found, by=by, at=clock.now()),
    )


def _remove(
    request: HttpRequest,
    project: Project,
    *,
    title: str,
    name: str,
    do: "Callable[[Person], object]",
) -> HttpResponse:
    if request.method == "POST":
        do(signed_in_person(request))
        messages.success(request, _("It is removed from the plan."))
        return redirect(_page(project.pk))
    context = {"title": title, "name": name, "project": project, "back": _page(project.pk)}
    return render(request, "portfolio/plan_remove.html", context)


@signed_in
@_get_or_post
def new_dependency(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say that something in the plan waits for something else."""
    project = kept(request, key)
    form = DependencyForm(
        sent(request),
        plan=plans.plan_of(project),
        initial={"successor": request.GET.get("successor", "")},
    )
    return form_or_do(
        request,
        form,
        lambda: waits.add_dependency(
            project=project, wait=form.wait(), by=signed_in_person(request), at=clock.now()
        ),
        title=_("New dependency"),
        submit=_("Add"),
        back=_page(key),
        project=project,
    )


@signed_in
@_get_or_post
def remove_dependency(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask, then let something wait no more."""
    found = plans.dependency(key, to=signed_in_person(request))
    if found is None:
        raise Http404
    require_keeping(request, found.project)
    return _remove(
        request,
        found.project,
        title=_("Remove the dependency"),
        name="",
        do=lambda by: waits.remove_dependency(dependency=found, by=by, at=clock.now()),
    )


@signed_in
@_get_or_post
def move(request: HttpRequest, key: UUID, item: UUID) -> HttpResponse:
    """Show what would move to its earliest day, alone or with what waits for it; then move it."""
    project = kept(request, key)
    found = plans.plan_of(project)
    if item not in found.spans:
        raise Http404
    with_chain = request.POST.get("how") == "chain"
    if request.method == "POST":
        moved = waits.move_to_earliest(
            project=project,
            item_id=item,
            with_chain=with_chain,
            expected=_expected(request) if with_chain else None,
            by=signed_in_person(request),
            at=clock.now(),
        )
        messages.success(request, _("Moved in the plan: %(n)s.") % {"n": moved})
        return redirect(_page(key))
    chain = plans.moves(found, item, with_chain=True)
    context = {
        "project": project,
        "title": _("Move what comes too early"),
        "name": found.titles[item],
        "alone": plans.moves(found, item, with_chain=False).get(item),
        "chain": [
            (one, found.titles[one], found.spans[one], span)
            for one, span in sorted(chain.items(), key=lambda pair: pair[1].starts_on)
        ],
        "back": _page(key),
    }
    return render(request, "portfolio/plan_move.html", context)


def _expected(request: HttpRequest) -> dict[UUID, Any]:
    """What the preview showed: the beginnings by item, sent along with the button."""
    found = {}
    for text in request.POST.getlist("moved")[: 2 * queries.MOST_OF_ONE]:
        key, _sep, day = text.partition("=")
        try:
            found[UUID(key)] = parse_date(day)
        except ValueError:
            continue
    return found


@signed_in
@_get_or_post
def note_progress(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say how far the tasks are: who keeps the project of all, others of their own."""
    person = signed_in_person(request)
    project = queries.project(key, to=person)
    if project is None:
        raise Http404
    tasks = plans.open_tasks(project, of=None if may_keep(request, project) else person)
    if not tasks:
        require_keeping(request, project)
    form = ProgressForm(sent(request), tasks=tasks)

    def do() -> None:
        if may_keep(request, project):
            require_keeping(request, project)  # in whose name she does it
        progress.note_progress(
            project=project,
            percents=form.percents(),
            today=today(),
            by=person,
            at=clock.now(),
        )

    return form_or_do(
        request,
        form,
        do,
        title=_("How far is it?"),
        submit=_("Save"),
        back=_page(key),
        project=project,
        note=_("With 100 percent a task is done today."),
    )
