"""Pages and answers of files."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from netzstadt.core import objects
from netzstadt.core.access.rules import person_of, public, request_may, require, signed_in
from netzstadt.core.access.rules import signed_in_person as whoever
from netzstadt.core.files import handing_out, queries, services, signed_links
from netzstadt.core.files.forms import TitleForm, UploadForm, VersionForm
from netzstadt.core.files.models import Attachment, FileVersion
from netzstadt.core.files.permissions import ATTACH_FILES
from netzstadt.core.files.refusals import FileRefused
from netzstadt.core.rooms import ObjectCard
from netzstadt.core.ui.queries import safe_target
from netzstadt.lib import clock


def _card(request: HttpRequest, model: str, object_id: uuid.UUID) -> ObjectCard:
    card = objects.card_of(model, object_id, to=person_of(request))
    if card is None:
        raise Http404
    return card


def _attachment(request: HttpRequest, attachment_id: uuid.UUID) -> Attachment:
    try:
        return queries.attachment(attachment_id, to=person_of(request))
    except Attachment.DoesNotExist as error:
        raise Http404 from error


def _spot(of: Attachment) -> objects.Spot:
    return objects.Spot(of.model, of.object_id)


def _may_change(request: HttpRequest, of: Attachment) -> bool:
    return request_may(request, ATTACH_FILES, _spot(of))


def _object_page(
    request: HttpRequest, card: ObjectCard, form: UploadForm, *, status: int = 200
) -> HttpResponse:
    page = Paginator(queries.attachments_of(card.model, card.id), queries.PAGE)
    shown = page.get_page(request.GET.get("page"))
    may = request_may(request, ATTACH_FILES, objects.Spot(card.model, card.id))
    context: dict[str, Any] = {
        "card": card,
        "page": shown,
        "entries": queries.entries(list(shown.object_list)),
        "removed": queries.removed_from(card.model, card.id)[: queries.PAGE] if may else [],
        "may_change": may,
        "form": form,
    }
    return render(request, "files/object.html", context, status=status)


@public
@require_safe
def of_object(request: HttpRequest, model: str, object_id) -> HttpResponse:
    """All files of an object, also those that can be restored."""
    return _object_page(request, _card(request, model, object_id), UploadForm())


@signed_in
@require_POST
def attach(request: HttpRequest, model: str, object_id) -> HttpResponse:
    """Attach a file; a form that comes back names what is wrong with it."""
    card = _card(request, model, object_id)
    require(request, ATTACH_FILES, objects.Spot(card.model, card.id))
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            version = services.attach(
                model=card.model,
                object_id=card.id,
                file=upload,
                name=upload.name,
                title=form.cleaned_data["title"],
                by=whoever(request),
                at=clock.now(),
            )
        except FileRefused as refusal:
            form.add_error("file", str(refusal))
        else:
            _tell(request, version, _("“%(title)s” is attached."))
            return redirect(f"{safe_target(request) or card.url}#files")
    return _object_page(request, card, form, status=422)


@public
@require_safe
def attachment(request: HttpRequest, attachment_id) -> HttpResponse:
    """One file with all its versions."""
    return _attachment_page(request, _attachment(request, attachment_id), VersionForm())


def _attachment_page(
    request: HttpRequest, of: Attachment, form: VersionForm, *, status: int = 200
) -> HttpResponse:
    page = Paginator(queries.versions_of(of), queries.PAGE).get_page(request.GET.get("page"))
    context = {
        "attachment": of,
        "card": _card(request, of.model, of.object_id),
        "page": page,
        "may_change": _may_change(request, of),
        "form": form,
    }
    return render(request, "files/attachment.html", context, status=status)


@signed_in
@require_POST
def add_version(request: HttpRequest, attachment_id) -> HttpResponse:
    """Put a newer version over a file."""
    of = _attachment(request, attachment_id)
    require(request, ATTACH_FILES, _spot(of))
    form = VersionForm(request.POST, request.FILES)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            version = services.add_version(
                attachment=of, file=upload, name=upload.name, by=whoever(request), at=clock.now()
            )
        except FileRefused as refusal:
            form.add_error("file", str(refusal))
        else:
            _tell(request, version, _("“%(title)s” has a new version."))
            return redirect("files:attachment", of.pk)
    return _attachment_page(request, of, form, status=422)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def rename(request: HttpRequest, attachment_id) -> HttpResponse:
    """Give a file another title."""
    of = _attachment(request, attachment_id)
    require(request, ATTACH_FILES, _spot(of))
    sent = request.POST if request.method == "POST" else None
    form = TitleForm(sent, initial={"title": of.title})
    if request.method == "POST" and form.is_valid():
        services.rename(
            attachment=of, title=form.cleaned_data["title"], by=whoever(request), at=clock.now()
        )
        return redirect("files:attachment", of.pk)
    context = {"form": form, "attachment": of}
    return render(request, "files/rename.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def remove(request: HttpRequest, attachment_id) -> HttpResponse:
    """Take a file off its object; it can be put back, so nothing is asked first."""
    of = _attachment(request, attachment_id)
    require(request, ATTACH_FILES, _spot(of))
    services.remove(attachment=of, by=whoever(request), at=clock.now())
    removed = _("“%(title)s” is removed. You can restore it here for 30 days.")
    messages.success(request, removed % {"title": of.title})
    return redirect(f"{reverse('files:of-object', args=[of.model, of.object_id])}#removed")


@signed_in
@require_POST
def restore(request: HttpRequest, attachment_id) -> HttpResponse:
    """Put a removed file back."""
    of = _attachment(request, attachment_id)
    require(request, ATTACH_FILES, _spot(of))
    services.restore(attachment=of, by=whoever(request), at=clock.now())
    messages.success(request, _("“%(title)s” is back.") % {"title": of.title})
    return redirect("files:of-object", of.model, of.object_id)


@public
@require_safe
def download(request: HttpRequest, version_id) -> HttpResponseBase:
    """Look whether she may have this version, and lead to an address that is hers for minutes."""
    version = _version(request, version_id)
    token = signed_links.sign(version.pk, to=person_of(request), at=clock.now())
    response = redirect("files:content", token)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@public
@require_safe
def content(request: HttpRequest, token: str) -> HttpResponseBase:
    """Hand a content out: the address must be valid and hers, and she must still see the object."""
    person = person_of(request)
    link = signed_links.read(token, at=clock.now())
    if link is None:
        raise FileRefused(_("This address has run out. Open the file from its page again."))
    if link.person_id != (person.pk if person else None):
        raise Http404
    version = _version(request, link.version_id)
    return handing_out.answer(request, version)


def _version(request: HttpRequest, version_id: uuid.UUID) -> FileVersion:
    try:
        return queries.version_to_hand_out(version_id, to=person_of(request))
    except FileVersion.DoesNotExist as error:
        raise Http404 from error


def _tell(request: HttpRequest, version: FileVersion, sentence: str) -> None:
    title = {"title": version.attachment.title}
    if version.is_infected:
        infected = _("“%(title)s” is infected with %(signature)s. It is in quarantine.")
        messages.error(request, infected % {**title, "signature": version.scan_note})
    else:
        messages.success(request, sentence % title)
