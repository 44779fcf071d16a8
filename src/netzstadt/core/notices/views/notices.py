"""What one was told: the list, reading, the bell."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from netzstadt.core.access.queries import held_once
from netzstadt.core.access.rules import held_by, signed_in, signed_in_person
from netzstadt.core.notices import queries, services
from netzstadt.core.notices.forms import ListForm, moment
from netzstadt.core.notices.models import Notice
from netzstadt.core.notices.topics import declared
from netzstadt.core.ui.queries import safe_target
from netzstadt.lib import clock


@signed_in
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """What one was told: what is unread or all, of all topics or one."""
    person = signed_in_person(request)
    form = ListForm(request.GET)
    if not form.is_valid():
        context = {"form": form, "topics": declared().topics.values()}
        return render(request, "notices/notices.html", context, status=422)
    chosen = form.cleaned_data
    shows_all = chosen["show"] == "all"
    with held_once(person, held_by(request)):
        page = queries.notice_page(
            to=person,
            only_unread=not shows_all,
            topic=chosen["topic"],
            before=chosen["before"],
        )
    undo = moment(request.GET.get("undo", ""))
    context = {
        "form": form,
        "page": page,
        "shows_all": shows_all,
        "topic": chosen["topic"],
        "is_first": chosen["before"] is None,
        "topics": declared().topics.values(),
        "undo": undo.isoformat() if undo else "",
    }
    return render(request, "notices/notices.html", context)


@signed_in
@require_POST
def open_notice(request: HttpRequest, notice_id) -> HttpResponse:
    """Go to what a notice is about; it has been read then."""
    found = _notice(request, notice_id)
    services.mark_read(notice=found.notice, at=clock.now())
    return redirect(found.card.url)


@signed_in
@require_POST
def read(request: HttpRequest, notice_id) -> HttpResponse:
    """Mark a notice read, or with ``read=no`` unread."""
    found = _notice(request, notice_id)
    if request.POST.get("read") == "no":
        services.mark_unread(notice=found.notice)
        return redirect(safe_target(request) or "notices:notices")
    at = clock.now()
    services.mark_read(notice=found.notice, at=at)
    return _back_with_undo(request, at)


@signed_in
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything read, or all of one topic; it can be undone."""
    at = clock.now()
    topic = request.POST.get("topic", "")
    count = services.mark_all_read(person=signed_in_person(request), topic=topic, at=at)
    if not count:
        messages.info(request, _("There was nothing unread."))
        return redirect("notices:notices")
    text = ngettext("%(n)s notice is read now.", "%(n)s notices are read now.", count)
    messages.success(request, text % {"n": count})
    return _back_with_undo(request, at)


@signed_in
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Mark unread again what was marked read in one stroke."""
    if at := moment(request.POST.get("at", "")):
        services.undo_read(person=signed_in_person(request), read_at=at)
    return redirect("notices:notices")


@signed_in
@require_safe
def bell(request: HttpRequest) -> HttpResponse:
    """The bell alone, for the page that asks again now and then."""
    return render(
        request, "notices/_bell.html", {"unread": queries.unread(signed_in_person(request))}
    )


def _notice(request: HttpRequest, notice_id) -> queries.Told:
    try:
        return queries.notice(notice_id, to=signed_in_person(request))
    except Notice.DoesNotExist as error:
        raise Http404 from error


def _back_with_undo(request: HttpRequest, at) -> HttpResponse:
    return redirect(f"{reverse('notices:notices')}?{urlencode({'undo': at.isoformat()})}")
