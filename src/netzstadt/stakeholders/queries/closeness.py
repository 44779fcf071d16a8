"""How close people of the network are to an object: by links, by where they work, by advice given.

Only what the reader may see counts, and is named as the reason.
"""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from netzstadt.core.links import queries as links
from netzstadt.core.links.queries import Ref as Ref  # callers name the object with it
from netzstadt.core.objects import cards_of_many
from netzstadt.core.rooms import ObjectCard
from netzstadt.stakeholders.models import ExpertRequest, Party

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

PARTY = "stakeholders.party"
_MOST = 300
_LINKED, _STATED, _PLACE, _OVER_ANOTHER = 1.0, 0.8, 0.6, 0.4
Found = dict[uuid.UUID, list["Close"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """One way in which somebody is close to an object; ``nearness`` is at most 1."""

    nearness: float
    text: str
    card: ObjectCard | None = None


def of_parties(
    about: Ref, ids: Collection[uuid.UUID], *, to: "Person | None"
) -> Mapping[uuid.UUID, tuple[Close, ...]]:
    """How those among ``ids`` who are close to an object are, nearest first."""
    around = _linked_with([(about.model, about.id)])
    found: Found = {}
    direct = {key for model, key in around if model == PARTY}
    for key in direct & set(ids):
        _add(found, key, _LINKED, _("Is linked with it."))
    for key in _who_stated(about, ids):
        _add(found, key, _STATED, _("Gave a statement on it before."))
    for key, name in _of_organisations(direct, ids):
        _add(found, key, _PLACE, _("%(name)s is linked with it.") % {"name": name})
    _over_another(found, [one for one in around if one[0] != PARTY], set(ids), to)
    return {key: tuple(sorted(each, key=lambda one: -one.nearness)) for key, each in found.items()}


def _add(
    found: Found, key: uuid.UUID, nearness: float, text: str, card: ObjectCard | None = None
) -> None:
    found.setdefault(key, []).append(Close(nearness=nearness, text=text, card=card))


def _linked_with(keys: Collection[tuple[str, uuid.UUID]]) -> dict[tuple[str, uuid.UUID], uuid.UUID]:
    """What is linked with these objects, each with one of those it is linked with."""
    ids = [key for _model, key in keys]
    found: dict[tuple[str, uuid.UUID], uuid.UUID] = {}
    away = links.open_links().filter(source_id__in=ids).order_by("id")
    back = links.open_links().filter(target_id__in=ids).order_by("id")
    for one in away[:_MOST]:
        if (one.source_model, one.source_id) in keys:
            found.setdefault((one.target_model, one.target_id), one.source_id)
    for one in back[:_MOST]:
        if (one.target_model, one.target_id) in keys:
            found.setdefault((one.source_model, one.source_id), one.target_id)
    return found


def _who_stated(about: Ref, ids: Collection[uuid.UUID]) -> list[uuid.UUID]:
    found = ExpertRequest.objects.filter(
        about_model=about.model, about_id=about.id, state="STATED", party_id__in=ids
    )
    return sorted({key for key in found.values_list("party_id", flat=True) if key})


def _of_organisations(
    direct: Collection[uuid.UUID], ids: Collection[uuid.UUID]
) -> list[tuple[uuid.UUID, str]]:
    found = Party.objects.filter(pk__in=ids, organisation_id__in=direct)
    return list(found.values_list("pk", "organisation__name"))


def _over_another(
    found: Found,
    around: Collection[tuple[str, uuid.UUID]],
    ids: Collection[uuid.UUID],
    to: "Person | None",
) -> None:
    """Who is linked with something that the object is linked with, and the reader may see."""
    cards = cards_of_many(around, to=to)
    by_id = {key: card for (_model, key), card in cards.items()}
    for (model, key), over in _linked_with(list(cards)).items():
        if model == PARTY and key in ids:
            card = by_id[over]
            text = _("Has to do with %(title)s, and so has this.") % {"title": card.title}
            _add(found, key, _OVER_ANOTHER, text, card)
