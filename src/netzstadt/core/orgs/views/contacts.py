"""The contact points: the public page, and the pages that keep them."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from netzstadt.core.access.permissions import KEEP_CONTACTS
from netzstadt.core.access.queries import units_where
from netzstadt.core.access.rules import held_by, needs, public, require, signed_in_person
from netzstadt.core.orgs.forms.units import ContactForm, TopicForm
from netzstadt.core.orgs.models import Contact, ContactTopic
from netzstadt.core.orgs.queries import contacts as queries
from netzstadt.core.orgs.queries import units
from netzstadt.core.orgs.services import contacts as services
from netzstadt.core.refusal import Refusal
from netzstadt.lib import clock

_PAGE = 50


@public
@require_safe
def contact_points(request: HttpRequest) -> HttpResponse:
    """Whom to ask about what: by topic."""
    topics = list(queries.public_topics()[:200])
    titles = units.titles_of(contact.unit_id for topic in topics for contact in topic.public)
    english = (get_language() or "").startswith("en")
    shown = [
        (
            topic.title_en if english and topic.title_en else topic.title,
            topic.pk,
            [(contact, titles.get(contact.unit_id, "")) for contact in topic.public],
        )
        for topic in topics
    ]
    return render(request, "orgs/contact_points.html", {"topics": shown})


@needs(KEEP_CONTACTS, anywhere=True)
@require_safe
def contacts(request: HttpRequest) -> HttpResponse:
    """The contact points that one may keep."""
    found = queries.contacts()
    where = units_where(held_by(request), KEEP_CONTACTS)
    if where is not None:
        found = found.filter(unit_id__in=where)
    page = Paginator(found, _PAGE).get_page(request.GET.get("page"))
    titles = units.titles_of(contact.unit_id for contact in page.object_list)
    context = {
        "page": page,
        "rows": [(contact, titles.get(contact.unit_id, "")) for contact in page.object_list],
        "topics": queries.topics()[:200],
        "may_topics": where is None,
    }
    return render(request, "orgs/contacts.html", context)


@needs(KEEP_CONTACTS, anywhere=True)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_contact(request: HttpRequest, contact_id=None) -> HttpResponse:
    """Make a contact point, or change one."""
    contact = get_object_or_404(queries.contacts(), pk=contact_id) if contact_id else None
    initial: dict[str, Any] = {"unit": request.GET.get("unit", "")}
    if contact is not None:
        require(request, KEEP_CONTACTS, contact)
        initial = {name: getattr(contact, name) for name in ContactForm.base_fields}
        initial["unit"] = contact.unit_id
        initial["person"] = contact.person.email if contact.person else ""
    form = ContactForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        # Where it shall belong must be one's own as well.
        require(request, KEEP_CONTACTS, form.cleaned_data["unit"])
        try:
            services.save_contact(
                contact=contact,
                values=form.cleaned_data,
                by=signed_in_person(request),
                at=clock.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("orgs:contacts")
    context = {"form": form, "contact": contact}
    status = 422 if form.errors else 200
    return render(request, "orgs/contact_form.html", context, status=status)


@needs(KEEP_CONTACTS, anywhere=True)
@require_POST
def remove_contact(request: HttpRequest, contact_id) -> HttpResponse:
    """Remove a contact point."""
    contact = get_object_or_404(Contact, pk=contact_id)
    require(request, KEEP_CONTACTS, contact)
    services.remove_contact(contact=contact, by=signed_in_person(request), at=clock.now())
    messages.success(request, _("The contact point is removed."))
    return redirect("orgs:contacts")


@needs(KEEP_CONTACTS)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_topic(request: HttpRequest, topic_id=None) -> HttpResponse:
    """Make a topic, or change one."""
    topic = get_object_or_404(ContactTopic, pk=topic_id) if topic_id else None
    initial = {name: getattr(topic, name) for name in TopicForm.base_fields} if topic else None
    form = TopicForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_topic(
                topic=topic, **form.cleaned_data, by=signed_in_person(request), at=clock.now()
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("orgs:contacts")
    context = {"form": form, "topic": topic}
    return render(request, "orgs/topic_form.html", context, status=422 if form.errors else 200)


@needs(KEEP_CONTACTS)
@require_POST
def remove_topic(request: HttpRequest, topic_id) -> HttpResponse:
    """Remove a topic to which no contact point belongs."""
    topic = get_object_or_404(ContactTopic, pk=topic_id)
    services.remove_topic(topic=topic, by=signed_in_person(request), at=clock.now())
    return redirect("orgs:contacts")
