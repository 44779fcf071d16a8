"""The public side: the strategy as a tree, each element, what it measures itself by."""

from typing import TYPE_CHECKING, Any, TypeVar

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from netzstadt.core.access.rules import person_of, public, request_may
from netzstadt.core.days import today
from netzstadt.lib import tables, typesetting
from netzstadt.lib.spreadsheets import csv_lines, inert
from netzstadt.strategy import exports, queries, saying
from netzstadt.strategy.models import Edition, EditionState, ElementKind, Standing
from netzstadt.strategy.permissions import ENTER_VALUES, KEEP_STRATEGY
from netzstadt.strategy.queries import indicators
from netzstadt.strategy.queries.comments import shown_comments
from netzstadt.strategy.queries.differences import differences
from netzstadt.strategy.services.comments import takes_comments

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


@public
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """All strategies; where there is one, it itself."""
    found = queries.strategies(to=person_of(request))
    if len(found) == 1:
        return redirect("strategy:strategy", found[0].strategy.key)
    return render(request, "strategy/overview.html", {"editions": found})


@public
@require_safe
def strategy(request: HttpRequest, key: str) -> HttpResponse:
    """An edition of a strategy as a tree with lights."""
    edition = _edition(request, key)
    return render(
        request,
        "strategy/strategy.html",
        {
            "edition": edition,
            "tree": queries.tree(edition),
            "editions": queries.editions_of(edition.strategy, to=person_of(request))[:50],
            "takes_comments": takes_comments(edition, today()),
            "consulted": _open_to_comments(edition, to=person_of(request)),
            "comments": shown_comments(edition, to=person_of(request)).count(),
            "may_keep": request_may(request, KEEP_STRATEGY),
        },
    )


def _open_to_comments(edition: Edition, *, to: "Person | None") -> Edition | None:
    """Another edition of the strategy that takes comments today."""
    found = queries.editions_of(edition.strategy, to=to).filter(state=EditionState.CONSULTED)
    other = found.exclude(pk=edition.pk).first()
    return other if other and takes_comments(other, today()) else None


@public
@require_safe
def as_pdf(request: HttpRequest, key: str) -> HttpResponse:
    """An edition as a document on the city's paper."""
    tree = queries.tree(_edition(request, key))
    at = exports.as_of(tree)
    try:
        content = typesetting.typeset(
            "strategy/typst/strategy.typ",
            exports.document(tree, to=person_of(request), at=at),
            at=at,
        )
    except typesetting.Busy:
        text = _("Many documents are being made at the moment. Please try again in a minute.")
        return HttpResponse(
            text,
            status=503,
            content_type="text/plain; charset=utf-8",
            headers={"Retry-After": "30"},
        )
    return _file(HttpResponse(content, content_type=typesetting.MEDIA_TYPE), tree.edition, "pdf")


@public
@require_safe
def as_csv(request: HttpRequest, key: str) -> StreamingHttpResponse:
    """An edition as a table, in the columns that the import knows."""
    tree = queries.tree(_edition(request, key), limit=None)
    rows = ([inert(text) for text in row] for row in exports.table(tree))
    lines = csv_lines(exports.HEAD, rows)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    return _file(response, tree.edition, "csv")


@public
@require_safe
def as_xlsx(request: HttpRequest, key: str) -> HttpResponse:
    """The same as a workbook."""
    tree = queries.tree(_edition(request, key), limit=None)
    content = tables.xlsx(
        tree.edition.strategy.key, exports.HEAD, exports.table(tree), at=exports.as_of(tree)
    )
    return _file(HttpResponse(content, content_type=tables.XLSX), tree.edition, "xlsx")


_Response = TypeVar("_Response", HttpResponse, StreamingHttpResponse)


def _file(response: _Response, edition: Edition, ending: str) -> _Response:
    name = f"{edition.strategy.key}-{edition.number}.{ending}"
    response["Content-Disposition"] = str(content_disposition_header(True, name))
    return response


def _edition(request: HttpRequest, key: str, name: str = "edition") -> Edition:
    asked = request.GET.get(name, "")
    number = int(asked) if asked.isdecimal() and len(asked) < 6 else None
    found = queries.edition_of(key, to=person_of(request), number=number)
    if found is None:
        raise Http404
    return found


@public
@require_safe
def compare(request: HttpRequest, key: str) -> HttpResponse:
    """What differs between two editions."""
    new = _edition(request, key, "new")
    others = list(queries.editions_of(new.strategy, to=person_of(request))[:50])
    if request.GET.get("old"):
        old: Edition | None = _edition(request, key, "old")
    else:
        old = next((one for one in others if one.number < new.number), None)
    context: dict[str, Any] = {"new": new, "old": old, "editions": others}
    if old is not None:
        context["differences"] = differences(old, new)
    return render(request, "strategy/compare.html", context)


@public
@require_safe
def element(request: HttpRequest, element_id) -> HttpResponse:
    """A theme, field, goal or measure: where it stands and why, what serves it, what it serves."""
    to = person_of(request)
    asked = request.GET.get("edition", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 6 else None
    version = queries.version_of(element_id, to=to, number=number)
    if version is None:
        raise Http404
    standing = Standing.objects.filter(pk=element_id).first()
    serving, served = queries.contributions_of(version)
    keys = {one.source_id for one in serving} | {one.target_id for one in served}
    titles = queries.titles(keys, version.edition)
    paths = indicators.paths_for(element_id, to=to)
    known = indicators.definition_titles([one.indicator_id for one in paths], to=to)
    rows = saying.rows(standing, titles, known)
    is_group = version.element.kind in (ElementKind.THEME, ElementKind.FIELD)
    return render(
        request,
        "strategy/element.html",
        {
            "version": version,
            "element": version.element,
            "edition": version.edition,
            "path": queries.path_of(version),
            "parts": queries.parts_of(version),
            "standing": standing,
            "is_group": is_group,
            "rows": rows,
            "because": "" if is_group else saying.because(standing, rows),
            "override": queries.override_of(element_id, on=today()),
            "serving": [(one, titles.get(one.source_id, "")) for one in serving],
            "served": [(one, titles.get(one.target_id, "")) for one in served],
            "takes_comments": takes_comments(version.edition, today()),
            "comments": shown_comments(version.edition, to=to, element_id=element_id).count(),
            "paths": [(one, known.get(one.indicator_id)) for one in paths],
            "may_keep": request_may(request, KEEP_STRATEGY),
            "may_enter": request_may(request, ENTER_VALUES, version.element),
        },
    )
