"""Pages on which administrators set the city's facts."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from netzstadt.core.access.rules import needs, signed_in_person
from netzstadt.core.city import look as looks
from netzstadt.core.city import queries
from netzstadt.core.city.forms import CityForm
from netzstadt.core.city.models import City
from netzstadt.core.city.parts import PARTS, Part
from netzstadt.core.city.permissions import MANAGE_CITY
from netzstadt.core.refusal import Refusal
from netzstadt.lib import clock
from netzstadt.lib.colours import Accent, read_colour


@needs(MANAGE_CITY)
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest, part: str = "name") -> HttpResponse:
    """One part of the city's facts, with a preview before it is saved."""
    if part not in PARTS:
        raise Http404
    chosen = PARTS[part]
    city = queries.current()
    form = chosen.form.of(city, request.POST or None, request.FILES or None)
    if request.method == "POST" and "preview" not in request.POST and saved(request, chosen, form):
        messages.success(request, _("Saved; everybody sees it now."))
        return redirect("city:settings-part", part)
    context = {
        "part": chosen,
        "parts": PARTS.values(),
        "form": form,
        "missing": queries.missing_parts(city),
        "city_id": city.pk,
        **preview_of(request, chosen, form),
    }
    return render(request, "city/settings.html", context, status=422 if form.errors else 200)


def saved(request: HttpRequest, part: Part, form: CityForm) -> bool:
    """Whether the part could be saved; if not, the form says why."""
    if not form.is_valid():
        return False
    try:
        part.set(form, by=signed_in_person(request), at=clock.now())
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def preview_of(request: HttpRequest, part: Part, form: CityForm) -> dict[str, object]:
    """What the page would look like with what was typed in; the logo is seen once it is saved."""
    if not (part.preview and "preview" in request.POST and form.is_valid()):
        return {}
    draft = City()
    current = queries.current()
    for field in City._meta.concrete_fields:
        if field.attname != "logo":
            setattr(draft, field.attname, getattr(current, field.attname))
    for name, value in form.facts.items():
        if name != "logo":
            setattr(draft, name, value)
    return {"preview": part.preview, "city": draft}


@needs(MANAGE_CITY)
@require_safe
def look_sample(request: HttpRequest, accent: str) -> HttpResponse:
    """The style sheet of the sample on the page of the look."""
    try:
        sheet = looks.sample_sheet(Accent.of(read_colour(f"#{accent}")))
    except ValueError as error:
        raise Http404 from error
    return HttpResponse(sheet, content_type="text/css; charset=utf-8")
