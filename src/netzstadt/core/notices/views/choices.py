"""How one wants to be told; and ending mails with a link out of one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from netzstadt.core.access.rules import public, signed_in, signed_in_person
from netzstadt.core.notices import queries
from netzstadt.core.notices.forms import ChannelsForm, DigestForm
from netzstadt.core.notices.models import DigestPlan
from netzstadt.core.notices.services import choices as services
from netzstadt.core.notices.topics import declared
from netzstadt.core.refusal import Refusal
from netzstadt.lib import clock


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: HttpRequest) -> HttpResponse:
    """Of which topics one is told how, and when the digest comes."""
    person = signed_in_person(request)
    topics = list(declared().topics.values())
    sent = request.POST.get("form")
    channels = ChannelsForm(
        request.POST if sent == "channels" else None,
        topics=topics,
        chosen=queries.choices_of([person.pk]),
    )
    digest = DigestForm(
        request.POST if sent == "digest" else None, initial=_plan(queries.digest_plan(person))
    )
    if sent == "channels" and channels.is_valid():
        services.choose_channels(
            person=person, channels=channels.channels(topics), by=person, at=clock.now()
        )
        messages.success(request, _("From now on you are told in this way."))
        return redirect("notices:choices")
    if sent == "digest" and digest.is_valid():
        services.plan_digest(person=person, **digest.cleaned_data, by=person, at=clock.now())
        messages.success(request, _("The next mail of collected notices comes in this way."))
        return redirect("notices:choices")
    status = 422 if channels.errors or digest.errors else 200
    context = {"channels": channels, "digest": digest}
    return render(request, "notices/choices.html", context, status=status)


def _plan(plan: DigestPlan | None) -> dict[str, object]:
    shown = plan or DigestPlan()
    return {name: getattr(shown, name) for name in ("rhythm", "hour", "weekday")}


@public
@csrf_exempt  # a mail program sends the POST of RFC 8058; the signed link is the proof
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask, then end the mails that a link out of a mail names; a mail program does not ask."""
    found = queries.signed_topic(token)
    topics = declared().topics
    if found is None or (found[1] and found[1] not in topics):
        return render(request, "notices/unsubscribe.html", {"is_unknown": True}, status=404)
    person_id, topic = found
    context: dict[str, object] = {"topic": topics[topic] if topic else None}
    if request.method == "POST":
        try:
            services.unsubscribe(person_id=person_id, topic=topic, at=clock.now())
        except Refusal as refusal:
            context["refusal"] = str(refusal)
            return render(request, "notices/unsubscribe.html", context, status=409)
        context["is_done"] = True
    return render(request, "notices/unsubscribe.html", context)
