"""Reading requests to experts: who waits for what, and what was advised on an object."""

import uuid
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When, Window
from django.urls import reverse

from netzstadt.core.access import queries as access
from netzstadt.core.access.permissions import SEE_DIRECTORY
from netzstadt.core.objects import card_of, cards_of_many
from netzstadt.core.rooms import ObjectCard, TileContent, TileLine
from netzstadt.stakeholders.models import ExpertRequest, RequestState
from netzstadt.stakeholders.permissions import ASK_EXPERTS, KEEP_NETWORK
from netzstadt.stakeholders.queries import network

if TYPE_CHECKING:
    from datetime import datetime

    from netzstadt.core.audit.models import AuditEvent
    from netzstadt.core.orgs.models import Person

MODEL = "stakeholders.expert_request"
_LINES = 5
_MOST = 100
_WAITING_FIRST = Case(
    When(state=RequestState.ASKED, then=Value(0)),
    When(state=RequestState.ACCEPTED, then=Value(1)),
    default=Value(2),
    output_field=IntegerField(),
)


def hers(person: "Person") -> Q:
    """The requests in which a person has a part: she asked, or is asked."""
    return Q(asked_by=person) | Q(party__person=person)


def listed(*, whose: str, to: "Person") -> "QuerySet[ExpertRequest, Any]":
    """Requests that wait first. ``whose`` is ASKED (by the reader), MINE (she is the expert) or
    empty: all in which she has a part, and for who keeps the network all there are."""
    found = ExpertRequest.objects.select_related("party", "asked_by")
    if whose == "ASKED":
        found = found.filter(asked_by=to)
    elif whose == "MINE":
        found = found.filter(party__person=to)
    elif not access.may(to, KEEP_NETWORK):
        found = found.filter(hers(to))
    return found.annotate(place=_WAITING_FIRST).order_by("place", "asked_at", "id")


def request(key: uuid.UUID, *, to: "Person") -> ExpertRequest | None:
    """One request: for who asked and who is asked, and inside the administration for who sees the
    object that it is about."""
    found = ExpertRequest.objects.select_related("party__person", "party__organisation", "asked_by")
    one = found.filter(pk=key).first()
    if one is None or _has_a_part(one, to) or access.may(to, KEEP_NETWORK):
        return one
    sees = network.is_inside(to) and about(one, to=to) is not None
    return one if sees else None


def _has_a_part(one: ExpertRequest, person: "Person") -> bool:
    return one.asked_by_id == person.pk or is_expert(one, person)


def is_expert(one: ExpertRequest, person: "Person") -> bool:
    """Whether a person is the one who was asked."""
    return one.party is not None and one.party.person_id == person.pk


def about(one: ExpertRequest, *, to: "Person | None") -> ObjectCard | None:
    """What a request is about, if ``to`` may see that."""
    return card_of(one.about_model, one.about_id, to=to)


def abouts(some: Collection[ExpertRequest], *, to: "Person | None") -> dict[uuid.UUID, ObjectCard]:
    """By request what it is about, as far as ``to`` may see that."""
    keys = {one.pk: (one.about_model, one.about_id) for one in some}
    cards = cards_of_many(keys.values(), to=to)
    return {key: cards[ref] for key, ref in keys.items() if ref in cards}


def advice_on_project(project_id: uuid.UUID, *, to: "Person | None") -> dict[str, Any] | None:
    """What experts say about a project, and what it did; inside the administration alone."""
    return _on("portfolio.project", project_id, to)


def advice_on_element(element_id: uuid.UUID, *, to: "Person | None") -> dict[str, Any] | None:
    """What experts say about a goal or a measure; inside the administration alone."""
    return _on("strategy.element", element_id, to)


def _on(model: str, key: uuid.UUID, to: "Person | None") -> dict[str, Any] | None:
    roles = access.held(to)
    if access.anywhere(roles, SEE_DIRECTORY) is None:
        return None
    found = ExpertRequest.objects.filter(about_model=model, about_id=key)
    shown = found.exclude(state=RequestState.WITHDRAWN).select_related("party")
    requests = list(shown.order_by("-asked_at", "-id")[:_MOST])
    may_ask = access.anywhere(roles, ASK_EXPERTS) is not None
    if not requests and not may_ask:
        return None
    return {"requests": requests, "may_ask": may_ask, "about": f"{model}:{key}"}


def request_cards(
    ids: Collection[uuid.UUID], *, to: "Person | None"
) -> dict[uuid.UUID, ObjectCard]:
    """The requests among ``ids`` that ``to`` may read."""
    if to is None:
        return {}
    seen = ExpertRequest.objects.filter(pk__in=ids)
    if not access.may(to, KEEP_NETWORK):
        around = abouts(seen, to=to) if network.is_inside(to) else {}
        seen = seen.filter(hers(to) | Q(pk__in=list(around)))
    return {one.pk: _card(one) for one in seen.select_related("party")}


def _card(one: ExpertRequest) -> ObjectCard:
    return ObjectCard(
        model=MODEL,
        id=one.pk,
        title=_title(one),
        url=reverse("stakeholders:expert-request", args=[one.pk]),
    )


def _title(one: ExpertRequest) -> str:
    words = one.question.split()
    return " ".join(words[:12]) + (" …" if len(words) > 12 else "")


def requests_tile(person: "Person", *, at: "datetime") -> TileContent:
    """The requests that wait for a person: she is the expert."""
    waiting = ExpertRequest.objects.filter(
        party__person=person, state__in=[RequestState.ASKED, RequestState.ACCEPTED]
    )
    rows = list(waiting.annotate(in_all=Window(Count("*"))).order_by("asked_at", "id")[:_LINES])
    lines = tuple(
        TileLine(
            text=_title(one),
            url=reverse("stakeholders:expert-request", args=[one.pk]),
            at=one.asked_at,
        )
        for one in rows
    )
    return TileContent(lines=lines, count=rows[0].in_all if rows else 0)


def who_is_asked(event: "AuditEvent") -> list[uuid.UUID]:
    """The expert, where she has an account."""
    found = ExpertRequest.objects.filter(pk=event.object_id, party__person__isnull=False)
    return list(found.values_list("party__person_id", flat=True))


def who_asked(event: "AuditEvent") -> list[uuid.UUID]:
    """Who asked."""
    found = ExpertRequest.objects.filter(pk=event.object_id, asked_by__isnull=False)
    return list(found.values_list("asked_by_id", flat=True))
