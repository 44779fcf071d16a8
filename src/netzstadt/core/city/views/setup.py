"""The set-up of a city from nothing: a few steps, each saved, at an address that nobody guesses.

The address opens the first step. The others are for the administrator whom it made: who has the
address alone is sent to sign in.
"""

from dataclasses import dataclass

from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from netzstadt.core.access.rules import person_of, public, signed_in_person
from netzstadt.core.city import queries
from netzstadt.core.city.forms import AdministratorForm
from netzstadt.core.city.models import Setup
from netzstadt.core.city.parts import PARTS
from netzstadt.core.city.services import setup as services
from netzstadt.core.city.views.office import preview_of, saved
from netzstadt.core.mail import queries as mail_queries
from netzstadt.core.mail import services as mail_services
from netzstadt.core.mail.forms import MailServerForm
from netzstadt.core.orgs.services import persons
from netzstadt.core.refusal import Refusal
from netzstadt.lib import clock

_BACKEND = "netzstadt.core.orgs.backends.PersonBackend"
_METHODS = ["GET", "HEAD", "POST"]


@dataclass(frozen=True, slots=True)
class Step:
    """A step as the page shows it."""

    key: str
    title: str | Promise
    url: str
    is_current: bool
    is_done: bool


_TITLES: dict[str, str | Promise] = {
    "administrator": gettext_lazy("Administrator"),
    **{key: part.title for key, part in PARTS.items()},
    "mail": gettext_lazy("Mail server"),
    "done": gettext_lazy("Done"),
}
_ORDER = list(_TITLES)


@public
@never_cache
@sensitive_post_parameters("password", "repeated")
@require_http_methods(_METHODS)
def administrator(request: HttpRequest, secret: str) -> HttpResponse:
    """The first step: who administers. With it done, the address leads to the next ones."""
    setup = _setup_or_404(secret)
    if setup.administrator_id is not None:
        return _to_step(secret, "name") if _is_hers(request, setup) else _to_sign_in(secret, setup)
    form = AdministratorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = services.make_first_administrator(
                setup=setup,
                name=form.cleaned_data["name"],
                email=form.cleaned_data["email"],
                password=form.cleaned_data["password"],
                at=clock.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            login(request, person, backend=_BACKEND)
            persons.note_sign_in(person=person, at=clock.now())
            return _to_step(secret, "name")
    return _page(request, "city/setup_form.html", secret, "administrator", form=form)


@public
@never_cache
@require_http_methods(_METHODS)
def part(request: HttpRequest, secret: str, part: str) -> HttpResponse:
    """A step that sets a part of the city's facts; all but the name can be left for later."""
    setup = _setup_or_404(secret)
    if not _is_hers(request, setup):
        return _to_sign_in(secret, setup)
    if part not in PARTS:
        raise Http404
    chosen = PARTS[part]
    form = chosen.form.of(queries.current(), request.POST or None, request.FILES or None)
    if request.method == "POST" and "preview" not in request.POST and saved(request, chosen, form):
        return _to_step(secret, _after(part))
    return _page(
        request,
        "city/setup_form.html",
        secret,
        part,
        form=form,
        part=chosen,
        may_be_skipped=part != "name",
        **preview_of(request, chosen, form),
    )


@public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(_METHODS)
def mail(request: HttpRequest, secret: str) -> HttpResponse:
    """The mail server; can be left for later."""
    setup = _setup_or_404(secret)
    if not _is_hers(request, setup):
        return _to_sign_in(secret, setup)
    city = queries.current()
    form = MailServerForm.of(
        mail_queries.server(),
        request.POST or None,
        sender_name=city.shown_name,
        sender_address=city.contact_email,
    )
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        password = facts.pop("password") or None
        try:
            mail_services.set_up_server(
                facts=facts, password=password, by=signed_in_person(request), at=clock.now()
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return _to_step(secret, "done")
    return _page(request, "city/setup_form.html", secret, "mail", form=form, may_be_skipped=True)


@public
@never_cache
@require_http_methods(_METHODS)
def done(request: HttpRequest, secret: str) -> HttpResponse:
    """What is set and what is missing; finishing removes the address."""
    setup = _setup_or_404(secret)
    if not _is_hers(request, setup):
        return _to_sign_in(secret, setup)
    if request.method == "POST":
        services.finish_setup(setup=setup, by=signed_in_person(request), at=clock.now())
        return redirect("web:home")
    city = queries.current()
    return _page(
        request,
        "city/setup_done.html",
        secret,
        "done",
        city=city,
        missing=queries.missing_parts(city),
        has_mail=mail_queries.has_server(),
    )


def _setup_or_404(secret: str) -> Setup:
    setup = queries.open_setup(secret, at=clock.now())
    if setup is None:
        raise Http404
    return setup


def _is_hers(request: HttpRequest, setup: Setup) -> bool:
    person = person_of(request)
    return person is not None and person.pk == setup.administrator_id


def _to_sign_in(secret: str, setup: Setup) -> HttpResponse:
    """Sign in and come back, or to the first step where nobody is there yet."""
    start = reverse("city:setup", args=[secret])
    if setup.administrator_id is None:
        return redirect(start)
    return redirect(f"{reverse('accounts:login')}?next={start}")


def _url(secret: str, key: str) -> str:
    match key:
        case "administrator":
            return reverse("city:setup", args=[secret])
        case "mail" | "done":
            return reverse(f"city:setup-{key}", args=[secret])
    return reverse("city:setup-part", args=[secret, key])


def _to_step(secret: str, key: str) -> HttpResponse:
    return redirect(_url(secret, key))


def _after(key: str) -> str:
    return _ORDER[_ORDER.index(key) + 1]


def _page(request: HttpRequest, template: str, secret: str, key: str, **more) -> HttpResponse:
    city = queries.current()
    is_done = {
        "administrator": key != "administrator",
        "name": bool(city.name),
        "look": bool(city.accent or city.logo_digest),
        "imprint": city.has_imprint,
        "privacy": city.has_privacy_notice,
        "accessibility": city.has_statement,
        "mail": mail_queries.has_server(),
        "done": False,
    }
    steps = [
        Step(one, title, _url(secret, one), one == key, is_done[one])
        for one, title in _TITLES.items()
    ]
    number = _ORDER.index(key) + 1
    context = {
        "steps": steps,
        "title": _TITLES[key],
        "key": key,
        "progress": _("Step %(number)s of %(all)s") % {"number": number, "all": len(_ORDER)},
        "skip_url": _url(secret, _after(key)) if more.get("may_be_skipped") else "",
        "back_url": _url(secret, _ORDER[number - 2]) if number > 2 else "",
        **more,
    }
    form = more.get("form")
    status = 422 if form is not None and form.errors else 200
    return render(request, template, context, status=status)
