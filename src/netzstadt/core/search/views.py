"""The page of results, and what is suggested while somebody types.

What people search for is kept nowhere: it stands in the address alone, which is not logged.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from netzstadt.core.access.rules import person_of, public
from netzstadt.core.search import highlight, queries
from netzstadt.core.search.asked import LONGEST, MOST_TERMS, SHORTEST_PART, Asked, asked
from netzstadt.core.search.places import find_places


@public
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Everything that fits and that this reader may see, by kind, the best first."""
    question = asked(request.GET.get("words", ""))
    kinds = queries.kinds_for(person_of(request))
    kind = request.GET.get("kind", "")
    kind = kind if kind in kinds else ""
    after = request.GET.get("after", "")
    context: dict[str, Any] = {
        "asked": question,
        "search_asked": question,
        "kind": kind,
        "problem": _problem_of(request, question),
        "examples": [_("messstation bahnhof"), _('"Berger See"'), _("luft -temperatur")],
    }
    try:
        results = queries.find(question, to=person_of(request), kind=kind, after=after)
    except queries.SearchTookTooLong:
        return render(request, "search/search.html", context | {"is_too_slow": True}, status=503)
    shown = {"words": question.text, **({"kind": kind} if kind else {})}
    context |= {
        "results": results,
        "rows": [_row(row, results, kinds[row.model].title) for row in results.rows],
        "facets": _facets(results, kinds, question.text),
        "all_url": f"?{urlencode({'words': question.text})}",
        "places": [] if kind or after else find_places(question, request),
        "older": f"?{urlencode({**shown, 'after': results.following})}"
        if results.following
        else "",
        "newer": f"?{urlencode(shown)}" if after else "",
    }
    status = 422 if context["problem"] else 200
    return render(request, "search/search.html", context, status=status)


@public
@require_safe
def suggest(request: HttpRequest) -> JsonResponse:
    """A handful of things for what is typed so far, their titles in pieces, marked or not."""
    question = asked(request.GET.get("words", ""))
    person = person_of(request)
    found: list[dict[str, Any]] = []
    if len(question.text) >= SHORTEST_PART:
        kinds = queries.kinds_for(person)
        needles = list(question.key.split())
        found = [
            {"url": place.url, "kind": _("Page"), "title": _pieces(place.title, needles)}
            for place in find_places(question, request)
        ]
        try:
            results = queries.find(
                question, to=person, limit=queries.SUGGESTIONS, within_ms=queries.SUGGEST_MS
            )
        except queries.SearchTookTooLong:
            results = queries.NOTHING
        found += [
            {
                "url": row.url,
                "kind": str(kinds[row.model].title),
                "title": _pieces(row.title, results.needles),
            }
            for row in results.rows
        ]
    response = JsonResponse({"suggestions": found[: queries.SUGGESTIONS]})
    response["Cache-Control"] = "private, no-store"
    return response


def _problem_of(request: HttpRequest, question: Asked) -> str:
    """What cannot be searched in what was typed, and what to do."""
    if question.is_too_long:
        return _(
            "That is too much at once: the search takes %(words)s words and %(letters)s letters."
            " Only the beginning was looked for."
        ) % {"words": MOST_TERMS, "letters": LONGEST}
    if question.without and not question.terms:
        return _("Name at least one word that must stand there; a minus only takes away.")
    if question.text and not question:
        return _("There is no letter and no digit in what you are looking for.")
    return ""


def _row(row: queries.Found, results: queries.Results, kind: object) -> dict[str, Any]:
    return {
        "found": row,
        "kind": kind,
        "title": highlight.pieces(row.title, results.needles),
        "snippet": highlight.snippet(row.words, results.needles) if row.words else [],
    }


def _facets(results: queries.Results, kinds: Any, words: str) -> list[dict[str, Any]]:
    """The kinds of which something was found, in the order of the house."""
    here = reverse("search:search")
    return [
        {
            "model": model,
            "title": kind.title,
            "count": results.counts[model],
            "url": f"{here}?{urlencode({'words': words, 'kind': model})}",
        }
        for model, kind in kinds.items()
        if results.counts.get(model)
    ]


def _pieces(text: str, needles: Any) -> list[list[Any]]:
    return [[piece.text, piece.is_marked] for piece in highlight.pieces(text, needles)]
