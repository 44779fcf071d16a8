"""The data engineer's pages: API keys."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from netzstadt.core import days
from netzstadt.core.access.rules import needs, person_of, signed_in_person
from netzstadt.core.orgs.queries import persons
from netzstadt.lib import clock
from netzstadt.urbandata import queries, services
from netzstadt.urbandata.forms import ApiKeyForm
from netzstadt.urbandata.models import ApiKey
from netzstadt.urbandata.permissions import KEEP_API_KEYS
from netzstadt.urbandata.queries.things import values_today

PAGE = 25


@needs(KEEP_API_KEYS)
@require_safe
def key_list(request: HttpRequest) -> HttpResponse:
    """Every key, with what it opens and when it was used last."""
    now = clock.now()
    page = Paginator(queries.api_keys(at=now), PAGE).get_page(request.GET.get("page"))
    holders = persons.names_of(key.person_id for key in page.object_list)
    today = days.midnight(timezone.localdate(now))
    counts = values_today(list(page.object_list), since=today)
    keys = [
        (key, holders.get(key.person_id, ""), key.is_valid(now), counts.get(key.pk))
        for key in page.object_list
    ]
    return render(request, "urbandata/key_list.html", {"page": page, "keys": keys})


@needs(KEEP_API_KEYS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_key(request: HttpRequest) -> HttpResponse:
    """Make a key; its secret is in this one answer and nowhere else."""
    person = signed_in_person(request)
    form = ApiKeyForm(
        request.POST or None, reader=person, initial={"stations": request.GET.get("station", "")}
    )
    if request.method == "POST" and form.is_valid():
        now = clock.now()
        scope = form.cleaned_data["scope"]
        issued = services.issue_api_key(
            name=form.cleaned_data["name"],
            holder=person,
            may_read=scope in {form.READ, form.BOTH},
            may_write=scope in {form.WRITE, form.BOTH},
            things=form.cleaned_data["stations"],
            expires_at=form.expires_at(now),
            by=person,
            at=now,
        )
        example = queries.example_series(to=person, things=form.cleaned_data["stations"])
        context = {"issued": issued, "example": example}
        return render(request, "urbandata/key_issued.html", context, status=201)
    status = 422 if form.errors else 200
    return render(request, "urbandata/key_new.html", {"form": form}, status=status)


@needs(KEEP_API_KEYS)
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, key) -> HttpResponse:
    """Ask, then end the key."""
    found = get_object_or_404(ApiKey, pk=key)
    if request.method == "POST":
        services.revoke_api_key(key=found, by=person_of(request), at=clock.now())
        return redirect("urbandata:api-keys")
    return render(request, "urbandata/key_revoke.html", {"key": found})
