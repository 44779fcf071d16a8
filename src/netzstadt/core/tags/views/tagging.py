"""Putting tags on objects and taking them off, from the component on their pages."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from netzstadt.core import objects
from netzstadt.core.access.rules import require, signed_in, signed_in_person
from netzstadt.core.refusal import Refusal
from netzstadt.core.rooms import ObjectCard
from netzstadt.core.tags import queries
from netzstadt.core.tags.models import Scheme
from netzstadt.core.tags.permissions import TAG_OBJECTS
from netzstadt.core.tags.services import taggings
from netzstadt.core.tags.views.reading import scheme_of
from netzstadt.core.ui.queries import safe_target
from netzstadt.lib import clock


@signed_in
@require_POST
def tag(request: HttpRequest, model: str, object_id: uuid.UUID) -> HttpResponse:
    """Tag an object with the terms that were typed or chosen.

    Of a word that the vocabulary does not have it is asked first whether it is a new term: a slip
    would be one for everybody. ``new`` bears the words that were confirmed.
    """
    card = _card(request, model, object_id)
    scheme = scheme_of(request, request.POST.get("scheme", ""))
    text = request.POST.get("term", "")
    new = request.POST.getlist("new")
    unknown = [word for word in queries.unknown_words(scheme, text) if word not in new]
    if unknown:
        return _ask(request, card, scheme, text, unknown[0])
    try:
        named = taggings.tag_with_words(
            scheme=scheme,
            text=text,
            model=card.model,
            object_id=card.id,
            by=signed_in_person(request),
            at=clock.now(),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        terms = ", ".join(concept.label for concept in named)
        messages.success(request, _("Tagged: %(terms)s.") % {"terms": terms})
    return redirect(f"{safe_target(request) or card.url}#tags")


def _ask(
    request: HttpRequest, card: ObjectCard, scheme: Scheme, text: str, word: str
) -> HttpResponse:
    """The page on which somebody says what she means by a word that the vocabulary has not."""
    context = {
        "card": card,
        "scheme": scheme,
        "text": text,
        "word": word,
        "new": request.POST.getlist("new"),
        "choices": [
            (concept, _instead(text, word, concept.label))
            for concept in queries.closest(scheme, word)
        ],
        "is_too_long": len(word) > queries.LONGEST_TERM,
        "longest": queries.LONGEST_TERM,
        "next": safe_target(request) or card.url,
    }
    return render(request, "tags/unknown.html", context)


def _instead(text: str, word: str, label: str) -> str:
    """What was typed, with another term in the place of one of its words."""
    parts = (queries.words(part) for part in text.split(","))
    return ", ".join(label if part == word else part for part in parts if part)


@signed_in
@require_POST
def untag(request: HttpRequest, model: str, object_id: uuid.UUID) -> HttpResponse:
    """Take a tag off an object."""
    card = _card(request, model, object_id)
    person = signed_in_person(request)
    concept = get_object_or_404(queries.concepts(to=person), pk=_key(request.POST.get("concept")))
    taggings.untag(concept=concept, model=card.model, object_id=card.id, by=person, at=clock.now())
    messages.success(request, _("Tag taken off: %(term)s.") % {"term": concept.label})
    return redirect(f"{safe_target(request) or card.url}#tags")


def _card(request: HttpRequest, model: str, object_id: uuid.UUID) -> ObjectCard:
    """The object's card, for who sees it and may tag it. Raises Http404 or PermissionMissing."""
    card = objects.card_of(model, object_id, to=signed_in_person(request))
    if card is None:
        raise Http404
    require(request, TAG_OBJECTS, objects.Spot(card.model, card.id))
    return card


def _key(text: str | None) -> uuid.UUID:
    try:
        return uuid.UUID(text or "")
    except ValueError as error:
        raise Http404 from error
