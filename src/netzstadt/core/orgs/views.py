"""Signing in and out, and one's own account."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from netzstadt.core.access import queries as access
from netzstadt.core.access import services as grants
from netzstadt.core.access.permissions import MANAGE_PERSONS, Role
from netzstadt.core.access.rules import needs, public, signed_in, signed_in_person
from netzstadt.core.orgs import demo, queries, services
from netzstadt.core.orgs.forms import NewPasswordForm, PasswordForm, PersonForm, SignInForm
from netzstadt.core.orgs.sign_in import busy, place_to_check
from netzstadt.core.refusal import Refusal
from netzstadt.core.ui.queries import Sorting, safe_target
from netzstadt.lib import clock

_PAGE = 25


@public
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in with e-mail address and password; the session gets a new key."""
    target = safe_target(request)
    form = SignInForm(request, request.POST or None)
    if form.is_bound:
        with place_to_check() as is_free:
            if not is_free:
                return busy(request)
            form.full_clean()
    if form.is_valid():
        person = form.get_user()
        login(request, person)
        services.note_sign_in(person=person, at=clock.now())
        return redirect(target or resolve_url(settings.LOGIN_REDIRECT_URL))
    if getattr(request, "axes_locked_out", False):
        return render(request, "orgs/sign_in.html", {"form": form})  # axes answers instead
    context = {"form": form, "next": target, "demo_accounts": demo.accounts_to_show()}
    status = 422 if form.is_bound else 200
    return render(request, "orgs/sign_in.html", context, status=status)


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    messages.info(request, _("You are signed out."))
    return redirect(settings.LOGOUT_REDIRECT_URL)


@signed_in
@sensitive_post_parameters("current", "new", "repeated")
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """One's own account: what one may do, and the password."""
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_password(
                person=signed_in_person(request),
                current=form.cleaned_data["current"],
                new=form.cleaned_data["new"],
                by=signed_in_person(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            update_session_auth_hash(request, signed_in_person(request))
            messages.success(
                request, _("The password is changed. Your other sessions have been ended.")
            )
            return redirect("orgs:account")
    context = {"form": form, "grants": access.valid_grants(signed_in_person(request))}
    return render(request, "orgs/account.html", context, status=422 if form.errors else 200)


@needs(MANAGE_PERSONS)
@require_safe
def persons(request: HttpRequest) -> HttpResponse:
    """All persons with their roles: find, sort, page."""
    sort = Sorting.from_query(request.GET.get("sort", ""), queries.PERSON_COLUMNS, default="name")
    text = request.GET.get("q", "").strip()
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
    held = access.grants_of_persons([shown]).get(shown.pk, [])
    everywhere = {grant.role for grant in held if grant.is_everywhere}
    context = {
        "person": shown,
        "grants": held,
        "roles_to_give": [choice for choice in Role.choices if choice[0] not in everywhere],
        "password_form": NewPasswordForm(),
    }
    return render(request, "orgs/person.html", context)


@needs(MANAGE_PERSONS)
@require_POST
def grant_role(request: HttpRequest, person_id) -> HttpResponse:
    """Give a role that holds everywhere."""
    person = get_object_or_404(queries.persons(), pk=person_id)
    if request.POST.get("role") in Role.values:
        role = Role(request.POST["role"])
        grants.grant_role(person=person, role=role, by=signed_in_person(request), at=clock.now())
        messages.success(
            request,
            _("%(name)s is now: %(role)s.") % {"name": person.name, "role": role.label},
        )
    else:
        messages.error(request, _("Choose a role."))
    return redirect("orgs:person", person.pk)


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
@sensitive_post_parameters("new")
@require_POST
def set_password(request: HttpRequest, person_id) -> HttpResponse:
    """Give somebody who forgot hers a new password."""
    person = get_object_or_404(queries.persons(), pk=person_id)
    form = NewPasswordForm(request.POST)
    if form.is_valid():
        services.change_password(
            person=person,
            new=form.cleaned_data["new"],
            by=signed_in_person(request),
            at=clock.now(),
        )
        messages.success(request, _("The new password holds; all sessions of the person ended."))
    else:
        messages.error(request, _("Give a password."))
    return redirect("orgs:person", person.pk)


@needs(MANAGE_PERSONS)
@require_POST
def set_active(request: HttpRequest, person_id) -> HttpResponse:
    """Take an account out of use, or put it back."""
    person = get_object_or_404(queries.persons(), pk=person_id)
    change = services.deactivate_person if person.is_active else services.reactivate_person
    change(person=person, by=signed_in_person(request), at=clock.now())
    return redirect("orgs:person", person.pk)
