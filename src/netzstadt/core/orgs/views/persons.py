"""Persons, their accounts and roles, as administrators see them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from netzstadt.core.access import queries as access
from netzstadt.core.access import services as grants
from netzstadt.core.access.permissions import MANAGE_PERSONS, Role
from netzstadt.core.access.queries import explain
from netzstadt.core.access.rules import needs, signed_in_person
from netzstadt.core.orgs.forms.persons import PersonForm
from netzstadt.core.orgs.queries import persons as queries
from netzstadt.core.orgs.queries import units
from netzstadt.core.orgs.services import persons as services
from netzstadt.core.refusal import Refusal
from netzstadt.core.ui.queries import Sorting
from netzstadt.lib import clock

_PAGE = 25


@needs(MANAGE_PERSONS)
@require_safe
def persons(request: HttpRequest) -> HttpResponse:
    """All persons with their roles: find, sort, page."""
    sort = Sorting.from_query(request.GET.get("sort", ""), queries.PERSON_COLUMNS, default="name")
    text = request.GET.get("q", "").replace("\0", "").strip()
    role = request.GET.get("role", "")
    found = queries.persons(text=text, role=role if role in Role.values else "")
    page = Paginator(sort.apply(found), _PAGE).get_page(request.GET.get("page"))
    roles = access.grants_of_persons(page.object_list)
    context = {
        "page": page,
        "rows": [(person, roles.get(person.pk, [])) for person in page.object_list],
        "sort": sort,
        "text": text,
        "role": role,
        "roles": Role.choices,
    }
    return render(request, "orgs/persons.html", context)


@needs(MANAGE_PERSONS)
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def new_person(request: HttpRequest) -> HttpResponse:
    """Make an account."""
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = services.create_person(
                email=form.cleaned_data["email"],
                name=form.cleaned_data["name"],
                password=form.cleaned_data["password"],
                by=signed_in_person(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The account is made. Now give it a role."))
            return redirect("orgs:person", person.pk)
    return render(
        request, "orgs/person_new.html", {"form": form}, status=422 if form.errors else 200
    )


@needs(MANAGE_PERSONS)
@require_safe
def person(request: HttpRequest, person_id) -> HttpResponse:
    """One person: her account, her roles, what can be changed."""
    shown = get_object_or_404(queries.persons(), pk=person_id)
    grants = access.grants_of_persons([shown]).get(shown.pk, [])
    to = signed_in_person(request)
    titles = units.titles_of(grant.unit_id for grant in grants)
    objects = access.objects_of(grants, to=to)
    # What nobody gave her as a role: it comes from a unit, or from whom she stands in for.
    others = [role for role in access.held(shown) if role.source != "GRANT"]
    context = {
        "person": shown,
        "grants": [
            (grant, titles.get(grant.unit_id) if grant.unit_id else "", objects.get(grant.pk))
            for grant in grants
        ],
        "others": explain.reasons(others, to=to),
    }
    return render(request, "orgs/person.html", context)


@needs(MANAGE_PERSONS)
@require_http_methods(["GET", "HEAD", "POST"])
def revoke_role(request: HttpRequest, grant_id) -> HttpResponse:
    """End a role, after asking."""
    grant = get_object_or_404(access.current_grants(), pk=grant_id)
    if request.method == "POST":
        grants.revoke_role(grant=grant, by=signed_in_person(request), at=clock.now())
        messages.success(request, _("The role has ended."))
        return redirect("orgs:person", grant.person_id)
    return render(request, "orgs/grant_revoke.html", {"grant": grant})


@needs(MANAGE_PERSONS)
@require_POST
def set_active(request: HttpRequest, person_id) -> HttpResponse:
    """Take an account out of use, or put it back."""
    person = get_object_or_404(queries.persons(), pk=person_id)
    change = services.deactivate_person if person.is_active else services.reactivate_person
    change(person=person, by=signed_in_person(request), at=clock.now())
    return redirect("orgs:person", person.pk)
