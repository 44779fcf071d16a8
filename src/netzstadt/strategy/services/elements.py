"""Themes, fields of action, goals and measures: what stands in an open edition, and where."""

import re
import uuid
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.strategy.events import (
    ElementAdded,
    ElementAssigned,
    ElementChanged,
    ElementRemoved,
    MeasureMoved,
)
from netzstadt.strategy.models import (
    EMPTY,
    GOALS,
    Comment,
    Edition,
    Element,
    ElementKind,
    ElementVersion,
    Indicator,
    IndicatorValue,
    MeasureState,
    Override,
    TypedProgress,
)
from netzstadt.strategy.services import contributions, standings
from netzstadt.strategy.services.refusals import StrategyRefused, refused

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

_LETTERS = {
    ElementKind.THEME: "T",
    ElementKind.FIELD: "H",
    ElementKind.STRATEGIC_GOAL: "S",
    ElementKind.OPERATIONAL_GOAL: "Z",
    ElementKind.MEASURE: "M",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class ElementFacts:
    """What an element is called in an edition, where it stands, and how it is judged."""

    title: str
    parent_id: uuid.UUID | None = None
    text: str = ""
    is_cross_cutting: bool = False
    starts_on: date | None = None
    due_on: date | None = None
    importance: int | None = None
    urgency: int | None = None
    accuracy: int | None = None
    feasibility: int | None = None

    def columns(self) -> dict[str, object]:
        """Every fact by the name of its column."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


@transaction.atomic
def add_element(
    *,
    edition: Edition,
    kind: str,
    facts: ElementFacts,
    by: "Person | None",
    at: datetime,
    code: str = "",
) -> ElementVersion:
    """Put a new element into an open edition, last where it lies; without a code it is given one.

    A measure or goal that lies in a goal counts for it from the start, with its progress.

    Raises StrategyRefused if the edition is adopted, the code is in use, or it cannot lie there.
    """
    version = put_element(edition=edition, kind=kind, facts=facts, by=by, at=at, code=code)
    standings.reckon_elements({version.element_id}, at=at)
    return version


def put_element(
    *,
    edition: Edition,
    kind: str,
    facts: ElementFacts,
    by: "Person | None",
    at: datetime,
    code: str = "",
) -> ElementVersion:
    """``add_element`` as part of a greater change, which works out the goals when it is whole.

    An element of this code that the edition does not have (any more) comes back into it.
    """
    current = Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)
    if not current.is_open:
        raise StrategyRefused(_("An adopted edition stays as it is. Begin a new edition."))
    known = _of_another_edition(current, code.strip(), kind)
    with refused():
        element = known or Element.objects.create(
            strategy_id=current.strategy_id,
            kind=kind,
            code=code.strip() or _next_code(current.strategy_id, kind),
            state=MeasureState.PROPOSED if kind == ElementKind.MEASURE else "",
            created_at=at,
        )
        version = ElementVersion.objects.create(
            edition=current,
            element=element,
            position=_last_position(current, facts.parent_id) + 1,
            **facts.columns(),
        )
    audit.record(
        ElementAdded(
            object_id=element.pk,
            edition=current.number,
            kind=kind,
            code=element.code,
            title=facts.title,
            parent_id=facts.parent_id,
        ),
        by=by,
    )
    _count_for_parent(version, by, at)
    return version


def _of_another_edition(edition: Edition, code: str, kind: str) -> Element | None:
    if not code:
        return None
    known = Element.objects.filter(strategy_id=edition.strategy_id, code=code, kind=kind).first()
    if known is None or known.versions.filter(edition=edition).exists():
        return None
    return known


def _count_for_parent(version: ElementVersion, by: "Person | None", at: datetime) -> None:
    """What lies in a goal serves it: as a contribution that can be seen and changed."""
    if version.parent_id is None:
        return
    parent = Element.objects.get(pk=version.parent_id)
    if parent.kind in GOALS:
        contributions.put_contribution(
            edition=version.edition,
            source=version.element,
            target=parent,
            facts=contributions.ContributionFacts(),
            by=by,
            at=at,
        )


def _next_code(strategy_id: uuid.UUID, kind: str) -> str:
    letter = _LETTERS[ElementKind(kind)]
    codes = Element.objects.filter(
        strategy_id=strategy_id, code__regex=rf"^{letter}[0-9]{{1,9}}$"
    ).values_list("code", flat=True)
    numbers = [int(re.sub(r"\D", "", code)) for code in codes]
    return f"{letter}{max(numbers, default=0) + 1}"


def _code(element_id: uuid.UUID | None) -> str | None:
    """What an element is called by in the trail."""
    return Element.objects.get(pk=element_id).code if element_id else None


def _last_position(edition: Edition, parent_id: uuid.UUID | None) -> int:
    beside = ElementVersion.objects.filter(edition=edition, parent_id=parent_id)
    last: int | None = beside.aggregate(last=Max("position"))["last"]
    return last or 0


@transaction.atomic
def change_element(
    *, version: ElementVersion, facts: ElementFacts, by: "Person | None", at: datetime
) -> None:
    """Call an element otherwise in an open edition, or let it stand elsewhere.

    Raises StrategyRefused if the edition is adopted or it cannot lie there.
    """
    revise_element(version=version, facts=facts, by=by, at=at)
    standings.reckon_elements({version.element_id}, at=at)


def revise_element(
    *, version: ElementVersion, facts: ElementFacts, by: "Person | None", at: datetime
) -> None:
    """``change_element`` as part of a greater change, which works out the goals when whole."""
    current = _locked(version)
    new = facts.columns()
    changes = {
        name: (_text(getattr(current, name)), _text(value))
        for name, value in new.items()
        if getattr(current, name) != value
    }
    if not changes:
        return
    is_elsewhere = "parent_id" in changes
    if is_elsewhere:
        del changes["parent_id"]
        changes["lies_in"] = (_code(current.parent_id), _code(facts.parent_id))
        current.position = _last_position(current.edition, facts.parent_id) + 1
    for name, value in new.items():
        setattr(current, name, value)
    with refused():
        current.save(update_fields=[*new, "position"])
    if is_elsewhere:
        _count_for_parent(current, by, at)
    audit.record(
        ElementChanged(
            object_id=current.element_id, edition=current.edition.number, changed=changes
        ),
        by=by,
    )


@transaction.atomic
def move_element(
    *, version: ElementVersion, upwards: bool, by: "Person | None", at: datetime
) -> None:
    """Let an element change places with the one before or after it."""
    current = _locked(version)
    beside = list(
        ElementVersion.objects.select_for_update(no_key=True)
        .filter(edition_id=current.edition_id, parent_id=current.parent_id)
        .filter(element__kind=current.element.kind)
        .order_by("position", "id")
    )
    place = next(n for n, one in enumerate(beside) if one.pk == current.pk)
    other = place - 1 if upwards else place + 1
    if not 0 <= other < len(beside):
        return
    beside[place], beside[other] = beside[other], beside[place]
    with refused():
        for position, one in enumerate(beside, start=1):
            if one.position != position:
                one.position = position
                one.save(update_fields=["position"])
    audit.record(
        ElementChanged(
            object_id=current.element_id,
            edition=current.edition.number,
            changed={"position": (str(place + 1), str(other + 1))},
        ),
        by=by,
    )


@transaction.atomic
def remove_element(*, version: ElementVersion, by: "Person | None", at: datetime) -> None:
    """Take an element out of an open edition; other editions keep it, and it keeps its history.

    Raises StrategyRefused if the edition is adopted or something lies in it.
    """
    current = _locked(version)
    below = ElementVersion.objects.filter(
        edition_id=current.edition_id, parent_id=current.element_id
    )
    if below.exists():
        raise StrategyRefused(_("Something lies in this element; move or remove that first."))
    served = standings.served_by({current.element_id})
    with refused():
        current.delete()
    audit.record(
        ElementRemoved(object_id=current.element_id, edition=current.edition.number), by=by
    )
    standings.reckon_elements(served, at=at)


@transaction.atomic
def assign_element(
    *,
    element: Element,
    unit_id: uuid.UUID | None,
    responsible: "Person | None",
    by: "Person | None",
    at: datetime,
) -> None:
    """Say which unit and who answers for an element, in all editions."""
    current = Element.objects.select_for_update(no_key=True).get(pk=element.pk)
    person_id = responsible.pk if responsible else None
    if (current.unit_id, current.responsible_id) == (unit_id, person_id):
        return
    current.unit_id, current.responsible_id = unit_id, person_id
    current.save(update_fields=["unit_id", "responsible_id"])
    audit.record(ElementAssigned(object_id=current.pk, unit_id=unit_id, person_id=person_id), by=by)


@transaction.atomic
def move_measure(*, measure: Element, state: str, by: "Person | None", at: datetime) -> None:
    """Bring a measure into another state.

    Raises StrategyRefused if it is no measure, or is to be approved without serving a goal.
    """
    current = Element.objects.select_for_update(no_key=True).get(pk=measure.pk)
    if current.kind != ElementKind.MEASURE or state not in MeasureState.values:
        raise StrategyRefused(_("Only measures have a state."))
    before = current.state
    if state == before:
        return
    current.state = state
    with refused():
        current.save(update_fields=["state"])
    audit.record(MeasureMoved(object_id=current.pk, before=before, state=state), by=by)
    standings.reckon_elements({current.pk}, at=at)


@transaction.atomic
def forget_person(person: "Person", *, by: "Person | None", at: datetime) -> dict[str, int | str]:
    """Take an erased person out of what she answers for; what she entered stays without her."""
    return {
        "comments": Comment.objects.filter(author=person).update(author=None, text=EMPTY),
        "answers_for": Element.objects.filter(responsible=person).update(responsible=None)
        + Indicator.objects.filter(responsible=person).update(responsible=None),
        "progress": TypedProgress.objects.filter(typed_by=person).update(typed_by=None, note=""),
        "overrides": Override.objects.filter(set_by=person).update(set_by=None, reason="–"),
        "values": IndicatorValue.objects.filter(entered_by=person).update(entered_by=None, note=""),
    }


def _locked(version: ElementVersion) -> ElementVersion:
    return (
        ElementVersion.objects.select_for_update(no_key=True, of=("self", "edition"))
        .select_related("edition", "element")
        .get(pk=version.pk)
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)
