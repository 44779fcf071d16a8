"""Objects of any room by ``(room.model, id)``: their cards, and how rights are compared."""

import re
import uuid
from collections.abc import Collection, Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from netzstadt.core.access import queries as access
from netzstadt.core.rooms import (
    ObjectCard,
    SearchDocument,
    kind_of,
    object_kinds,
    own_name,
    resolved,
)

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

Key = tuple[str, uuid.UUID]
_ID = re.compile(r"(?i)\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")


def id_in(text: str) -> uuid.UUID | None:
    """The object's id that was typed, or that stands in the pasted address of its page.

    Of several the first one: what is below an object's page has the object's id before its own.
    """
    found = _ID.search(text)
    return uuid.UUID(found.group()) if found else None


class IdField(forms.CharField):
    """An object, named by the address of its page or by its id."""

    def __init__(self, **options: object) -> None:
        super().__init__(**({"max_length": 2000} | options))  # type: ignore[arg-type]

    def clean(self, value: str) -> uuid.UUID | None:
        text = super().clean(value)
        found = id_in(text)
        if text and found is None:
            raise ValidationError(_("Paste the address of the object's page, or its id."))
        return found


class Spot:
    """An object as rights are compared with it: its key, and the unit that owns it."""

    def __init__(self, model: str, object_id: uuid.UUID) -> None:
        self.model = model
        self.pk = object_id

    @cached_property
    def unit_id(self) -> uuid.UUID | None:
        """The unit that its search document names; asked for only where a right needs it."""
        kind = kind_of(self.model)
        if kind is None or not kind.documents:
            return None
        documents: dict[uuid.UUID, SearchDocument] = resolved(kind.documents)([self.pk])
        document = documents.get(self.pk)
        return document.unit_id if document else None


def cards_of(
    model: str, ids: Collection[uuid.UUID], *, to: "Person | None"
) -> dict[uuid.UUID, ObjectCard]:
    """A card for each of ``ids`` that ``to`` may see; none where no room knows the kind.

    ``model`` may be any name of the kind; the cards bear the kind's own.
    """
    kind = kind_of(model)
    if kind is None or not ids:
        return {}
    found: dict[uuid.UUID, ObjectCard] = resolved(kind.cards)(ids, to=to)
    return found


def cards_of_many(keys: Iterable[Key], *, to: "Person | None") -> dict[Key, ObjectCard]:
    """The cards of objects of several kinds that ``to`` may see, by the keys as they are given.

    Each kind is asked once, under however many names its objects are given.
    """
    wanted = set(keys)
    names = {model: own_name(model) for model, _ in wanted}
    by_kind: dict[str, set[uuid.UUID]] = {}
    for model, key in wanted:
        by_kind.setdefault(names[model], set()).add(key)
    with access.held_once():
        cards = {name: cards_of(name, ids, to=to) for name, ids in by_kind.items()}
    return {
        (model, key): card
        for model, key in wanted
        if (card := cards[names[model]].get(key)) is not None
    }


def card_of(model: str, object_id: uuid.UUID, *, to: "Person | None") -> ObjectCard | None:
    """The card of one object; None if it is not there, or not for this reader."""
    return cards_of(model, [object_id], to=to).get(object_id)


def called(
    text: str, *, to: "Person | None", model: str = "", limit: int = 5
) -> list[tuple[str, ObjectCard]]:
    """Objects called so that ``to`` may see, each with what its kind is called.

    Of each kind the first ones, so that none hides another; ``model`` leaves the others out.
    """
    return [
        (str(kind.title), card)
        for kind in object_kinds().values()
        if kind.find and model in ("", kind.model)
        for card in resolved(kind.find)(text, to=to, limit=limit)
    ]


def model_with(object_id: uuid.UUID) -> str:
    """The kind of object that has this id, of those that are searched; empty if there is none."""
    kinds = (kind for kind in object_kinds().values() if kind.documents)
    having = (kind.model for kind in kinds if object_id in resolved(kind.documents)([object_id]))
    return next(having, "")
