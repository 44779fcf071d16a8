"""The pages of rights: who may do what and why, and giving roles."""

import uuid
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from netzstadt.core.access import queries, services
from netzstadt.core.access.forms import ExplainForm, GrantForm
from netzstadt.core.access.permissions import (
    MANAGE_PERSONS,
    ROLE_DESCRIPTIONS,
    SEE_RIGHTS,
    Role,
)
from netzstadt.core.access.queries import explain
from netzstadt.core.access.rules import needs, signed_in_person
from netzstadt.core.objects import called, card_of, id_in, model_with
from netzstadt.core.orgs.queries import persons, units
from netzstadt.core.refusal import Refusal
from netzstadt.core.rooms import kind_of, resolved
from netzstadt.lib import clock

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

_PAGE = 50


@needs(SEE_RIGHTS)
@require_safe
def rights(request: HttpRequest) -> HttpResponse:
    """What each role may do, and who holds it by a grant."""
    chosen = request.GET.get("role", "")
    grants = queries.current_grants().order_by("role", "person__name", "pk")
    if chosen in Role.values:
        grants = grants.filter(role=chosen)
    page = Paginator(grants, _PAGE).get_page(request.GET.get("page"))
    titles = units.titles_of(grant.unit_id for grant in page.object_list)
    objects = queries.objects_of(page.object_list, to=signed_in_person(request))
    permissions = sorted(queries.all_permissions(), key=lambda each: each.name)
    context = {
        "roles": [
            (role, ROLE_DESCRIPTIONS[role], [p for p in permissions if role in p.roles])
            for role in Role
        ],
        "choices": Role.choices,
        "chosen": chosen,
        "page": page,
        "rows": [
            (grant, titles.get(grant.unit_id, ""), objects.get(grant.pk))
            for grant in page.object_list
        ],
    }
    return render(request, "access/rights.html", context)


@needs(SEE_RIGHTS)
@require_safe
def person_rights(request: HttpRequest, person_id) -> HttpResponse:
    """What one person may do and why; and why she sees, or does not see, one object."""
    person = get_object_or_404(persons.persons(), pk=person_id)
    reasons = explain.reasons(queries.held(person), to=signed_in_person(request))
    form = ExplainForm(request.GET if "object" in request.GET else None)
    context = {
        "person": person,
        "reasons": reasons,
        "permissions": [
            (permission, found)
            for permission in sorted(queries.all_permissions(), key=lambda each: each.name)
            if (found := [each for each in reasons if each.held.role in permission.roles])
        ],
        "form": form,
    }
    if form.is_bound and form.is_valid():
        text, model = form.cleaned_data["object"], form.cleaned_data["model"]
        key = id_in(text)
        if key is None:
            context["found"] = called(text, to=signed_in_person(request), model=model)
        else:
            context |= _explained(request, person, model or model_with(key), key)
    return render(request, "access/person_rights.html", context)


def _explained(
    request: HttpRequest, person: "Person", model: str, key: uuid.UUID
) -> dict[str, object]:
    """Whether ``person`` sees an object, and why.

    Who asks reads whether the other sees it; what it is called only where she sees it, too.
    """
    own = card_of(model, key, to=signed_in_person(request))
    context: dict[str, object] = {
        "is_asked": True,
        "card": card_of(model, key, to=person),
        "title": own.title if own else "",
    }
    kind = kind_of(model)
    if kind and kind.documents and (document := resolved(kind.documents)([key]).get(key)):
        _sees, reasons = explain.why_seen(
            person, visibility=document.visibility, unit_id=document.unit_id, key=key
        )
        context |= {"document": document, "seen_by": reasons}
    return context


@needs(MANAGE_PERSONS)
@require_http_methods(["GET", "HEAD", "POST"])
def give_role(request: HttpRequest, person_id) -> HttpResponse:
    """Give a person a role: where, until when, why."""
    person = get_object_or_404(persons.persons(), pk=person_id)
    form = GrantForm(request.POST or None, initial={"role": request.GET.get("role", "")})
    if request.method == "POST" and form.is_valid():
        role = Role(form.cleaned_data["role"])
        try:
            services.grant_role(
                person=person,
                role=role,
                unit_id=form.cleaned_data["unit"] or None,
                until=form.until,
                reason=form.cleaned_data["reason"],
                by=signed_in_person(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                _("%(name)s is now: %(role)s.") % {"name": person.name, "role": role.label},
            )
            return redirect("orgs:person", person.pk)
    context = {"form": form, "person": person}
    return render(request, "access/give_role.html", context, status=422 if form.errors else 200)
