"""The public side: vocabularies, their terms, and their files."""

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from netzstadt.core.access.rules import person_of, public, request_may
from netzstadt.core.tags import exports, queries
from netzstadt.core.tags.models import Concept, Scheme
from netzstadt.core.tags.permissions import KEEP_VOCABULARIES
from netzstadt.standards.skos import writing

PAGE = 50


def scheme_of(request: HttpRequest, key: str) -> Scheme:
    """The vocabulary with this key, if she may read it. Raises Http404."""
    found: Scheme = get_object_or_404(queries.schemes(to=person_of(request)), key=key)
    return found


def concept_of(request: HttpRequest, key: str, concept_id: uuid.UUID) -> Concept:
    """A term of this vocabulary, if she may read it. Raises Http404."""
    found: Concept = get_object_or_404(
        queries.concepts(to=person_of(request)), pk=concept_id, scheme__key=key
    )
    return found


def tree_context(request: HttpRequest, scheme: Scheme) -> dict[str, Any]:
    """The tree of a vocabulary, or a page of its top where it is large."""
    tree = queries.tree(scheme)
    page = None
    if tree is None:
        page = Paginator(queries.top_concepts(scheme), PAGE).get_page(request.GET.get("page"))
    return {"scheme": scheme, "tree": tree, "page": page}


@public
@require_safe
def vocabularies(request: HttpRequest) -> HttpResponse:
    """All vocabularies that she may read."""
    page = Paginator(queries.schemes(to=person_of(request)), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "may_keep": request_may(request, KEEP_VOCABULARIES)}
    return render(request, "tags/vocabularies.html", context)


@public
@require_safe
def scheme(request: HttpRequest, key: str) -> HttpResponse:
    """One vocabulary with its terms; with words to look for, the terms that have them."""
    found = scheme_of(request, key)
    text = request.GET.get("q", "")
    context = {
        **tree_context(request, found),
        "text": text,
        "found": queries.suggestions(found, text, limit=PAGE) if text else None,
        "forms": list(writing.FORMS),
        "may_keep": request_may(request, KEEP_VOCABULARIES),
    }
    return render(request, "tags/scheme.html", context)


@public
@require_safe
def concept(request: HttpRequest, key: str, concept_id: uuid.UUID) -> HttpResponse:
    """One term: what it means, what stands around it, what is tagged with it."""
    found = concept_of(request, key, concept_id)
    page = Paginator(queries.narrower_of(found), PAGE).get_page(request.GET.get("page"))
    context = {
        "concept": found,
        "above": queries.above(found),
        "page": page,
        "others": queries.alt_labels_of([found.pk])[found.pk],
        "uses": queries.uses(found, to=person_of(request)),
        "may_keep": request_may(request, KEEP_VOCABULARIES),
    }
    return render(request, "tags/concept.html", context)


@public
@require_safe
def export(request: HttpRequest, key: str, ending: str) -> HttpResponse:
    """A vocabulary as Turtle, JSON-LD or RDF/XML."""
    if ending not in writing.FORMS:
        raise Http404
    found = scheme_of(request, key)
    data = writing.write(exports.vocabulary_of(found), ending=ending)
    response = HttpResponse(data, content_type=writing.FORMS[ending][1])
    response.headers["Content-Disposition"] = f'attachment; filename="{found.key}.{ending}"'
    return response


@public
@require_safe
def suggest(request: HttpRequest, key: str) -> JsonResponse:
    """The terms that a picker offers while somebody types."""
    found = queries.suggestions(scheme_of(request, key), request.GET.get("q", ""))
    return JsonResponse({"terms": [one.label for one in found]})
