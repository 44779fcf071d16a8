"""The pages of privacy: one's own data, requests, the record of processing, the periods."""

import csv
import json

from django.contrib import messages
from django.core.paginator import Paginator
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from netzstadt.core.access.rules import needs, signed_in, signed_in_person
from netzstadt.core.accounts.views.rules import confirmed
from netzstadt.core.city import queries as city
from netzstadt.core.orgs.queries import persons
from netzstadt.core.privacy import queries, services
from netzstadt.core.privacy.forms import AskForErasureForm, EraseForm, PersonForm, RefuseForm
from netzstadt.core.privacy.models import RequestState
from netzstadt.core.privacy.permissions import ANSWER_REQUESTS, SEE_RECORD
from netzstadt.core.refusal import Refusal
from netzstadt.lib import clock

_PAGE = 25


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def my_data(request: HttpRequest) -> HttpResponse:
    """What the house knows of one, as a file; and the request to be erased."""
    person = signed_in_person(request)
    form = AskForErasureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.ask_for_erasure(person=person, reason=form.cleaned_data["reason"], at=clock.now())
        messages.success(request, _("Your request is with the data protection officer now."))
        return redirect("privacy:my-data")
    context = {
        "form": form,
        "open_request": queries.request_of(person),
        "refused": queries.refused_requests(person)[:10],
        "authority": city.supervisory_authority(),
        "known": queries.in_words(person),
    }
    return render(request, "privacy/my_data.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def my_data_file(request: HttpRequest) -> HttpResponse:
    """One's own data as JSON (Art. 20 GDPR: structured, common, machine-readable)."""
    person = signed_in_person(request)
    found = services.export_person(person=person, by=person, at=clock.now())
    return _as_file(found, "my-data.json")


def _as_file(found, name: str) -> HttpResponse:
    response = HttpResponse(
        json.dumps(found, ensure_ascii=False, indent=2, cls=DjangoJSONEncoder),
        content_type="application/json",
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@needs(ANSWER_REQUESTS)
@require_http_methods(["GET", "HEAD", "POST"])
def requests(request: HttpRequest) -> HttpResponse:
    """The requests for erasure, those that are due first first; and the way to the data of
    somebody who asked otherwise."""
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("privacy:erase", form.cleaned_data["person"].pk)
    state = request.GET.get("state", "OPEN")
    page = Paginator(queries.requests(state=state), _PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "state": state, "states": RequestState.choices, "form": form}
    return render(request, "privacy/requests.html", context, status=422 if form.errors else 200)


@needs(ANSWER_REQUESTS)
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, request_id) -> HttpResponse:
    """Refuse a request with a reason; or go on to erase."""
    asked = get_object_or_404(queries.requests(), pk=request_id)
    form = RefuseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.refuse_erasure(
            request=asked,
            answer=form.cleaned_data["answer"],
            by=signed_in_person(request),
            at=clock.now(),
        )
        messages.success(request, _("The request is refused; the person is told so."))
        return redirect("privacy:requests")
    context = {"request_": asked, "form": form}
    return render(request, "privacy/answer.html", context, status=422 if form.errors else 200)


@needs(ANSWER_REQUESTS)
@confirmed
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest, person_id) -> HttpResponse:
    """Erase a person, after looking at what is known and typing her address."""
    person = get_object_or_404(persons.persons(), pk=person_id)
    form = EraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["email"].strip().lower() != person.email:
            form.add_error("email", _("This is not the address of the person."))
        else:
            try:
                services.erase_person(person=person, by=signed_in_person(request), at=clock.now())
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("The person is erased."))
                return redirect("privacy:requests")
    context = {"person": person, "form": form, "known": queries.in_words(person)}
    return render(request, "privacy/erase.html", context, status=422 if form.errors else 200)


@needs(ANSWER_REQUESTS)
@require_POST
def export(request: HttpRequest, person_id) -> HttpResponse:
    """The data of a person who asked for it in another way."""
    person = get_object_or_404(persons.persons(), pk=person_id)
    found = services.export_person(person=person, by=signed_in_person(request), at=clock.now())
    name = slugify(person.name) or str(person.pk)
    return _as_file(found, f"data-of-{name}.json")


@needs(SEE_RECORD)
@require_safe
def record(request: HttpRequest) -> HttpResponse:
    """The record of processing activities, made from the classification of every column."""
    removals = Paginator(queries.removals(), _PAGE).get_page(request.GET.get("page"))
    retentions = queries.retentions()
    titles = {rule.key: rule.title for rule in retentions}
    context = {
        "activities": list(queries.activities()),
        "retentions": retentions,
        "removals": removals,
        "removed": [(one, titles.get(one.rule, one.rule)) for one in removals.object_list],
    }
    return render(request, "privacy/record.html", context)


@needs(SEE_RECORD)
@require_safe
def record_csv(request: HttpRequest) -> HttpResponse:
    """The record as a file."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="record-of-processing.csv"'
    response.write("\ufeff")
    writer = csv.writer(response, delimiter=";")
    head = [_("Room"), _("Purpose"), _("Table"), _("Columns about a person"), _("Kept")]
    writer.writerow(head)
    for each in queries.activities():
        writer.writerow([each.title, each.purpose, each.table, ", ".join(each.personal), each.kept])
    return response
