"""Strategies and their editions: begun, opened to comments, adopted, put in force."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Max
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.lib.ids import new_id
from netzstadt.strategy.events import (
    EditionAdopted,
    EditionConsulted,
    EditionDescribed,
    EditionDrafted,
    EditionPutInForce,
    EditionReturned,
    StrategyChanged,
    StrategyCreated,
)
from netzstadt.strategy.models import Edition, EditionState, Strategy, Visibility
from netzstadt.strategy.services import standings
from netzstadt.strategy.services.refusals import StrategyRefused, refused

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

# Addresses beside those of strategies, by their first word (strategy/urls.py).
RESERVED_KEYS = frozenset({"indicators", "editions", "elements"})

# What a copy takes over: every column but the keys.
_COPY_ELEMENTS = """
insert into strategy_element_version
    (id, edition_id, element_id, parent_id, position, title, text, is_cross_cutting, starts_on,
     due_on, importance, urgency, accuracy, feasibility)
select gen_random_uuid(), %(new)s, element_id, parent_id, position, title, text, is_cross_cutting,
       starts_on, due_on, importance, urgency, accuracy, feasibility
from strategy_element_version where edition_id = %(old)s
"""
_COPY_CONTRIBUTIONS = """
insert into strategy_contribution
    (id, edition_id, source_id, target_id, rule, weight, expected, achieved, unit_text, rationale)
select gen_random_uuid(), %(new)s, source_id, target_id, rule, weight, expected, achieved,
       unit_text, rationale
from strategy_contribution where edition_id = %(old)s
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class StrategyFacts:
    """What a strategy is called, who sees it once it is adopted, and where it comes from."""

    title: str
    visibility: str = Visibility.PUBLIC
    unit_id: uuid.UUID | None = None
    source: str = ""
    source_url: str = ""


@transaction.atomic
def create_strategy(
    *, key: str, facts: StrategyFacts, by: "Person | None", at: datetime, is_demo: bool = False
) -> Edition:
    """Begin a strategy with an empty draft; return the draft.

    Raises StrategyRefused if the key is in use or cannot be one.
    """
    if key in RESERVED_KEYS:
        raise StrategyRefused(_("Another page has this address; choose another key."))
    if Strategy.objects.filter(key=key).exists():
        raise StrategyRefused(_("There is a strategy with this key already."))
    with refused():
        strategy = Strategy.objects.create(
            key=key, created_at=at, is_demo=is_demo, **_columns(facts)
        )
    audit.record(
        StrategyCreated(object_id=strategy.pk, key=key, title=facts.title),
        by=by,
    )
    return _draft(strategy, 1, None, at)


@transaction.atomic
def change_strategy(
    *, strategy: Strategy, facts: StrategyFacts, by: "Person | None", at: datetime
) -> None:
    """Call a strategy otherwise, or let others see it; its adopted editions follow."""
    current = Strategy.objects.select_for_update(no_key=True).get(pk=strategy.pk)
    new = _columns(facts)
    changes: dict[str, tuple[str | None, str | None]] = {
        name: (str(getattr(current, name) or ""), str(value or ""))
        for name, value in new.items()
        if getattr(current, name) != value
    }
    if not changes:
        return
    for name, value in new.items():
        setattr(current, name, value)
    current.save(update_fields=list(new))
    seen = Edition.objects.filter(strategy=current).exclude(state=EditionState.DRAFT)
    seen.update(visibility=facts.visibility)
    audit.record(StrategyChanged(object_id=current.pk, changed=changes), by=by)


def _columns(facts: StrategyFacts) -> dict[str, object]:
    return {
        "title": facts.title.strip(),
        "visibility": facts.visibility,
        "unit_id": facts.unit_id,
        "source": facts.source.strip(),
        "source_url": facts.source_url.strip(),
    }


@transaction.atomic
def draft_edition(
    *, strategy: Strategy, based_on: Edition | None, by: "Person | None", at: datetime
) -> Edition:
    """Begin a new edition as a copy of another one, with all its elements and contributions.

    Raises StrategyRefused if there is a draft already.
    """
    Strategy.objects.select_for_update(no_key=True).get(pk=strategy.pk)
    editions = Edition.objects.filter(strategy=strategy)
    if editions.filter(state__in=[EditionState.DRAFT, EditionState.CONSULTED]).exists():
        raise StrategyRefused(_("There is a draft already; finish it first."))
    number = (editions.aggregate(last=Max("number"))["last"] or 0) + 1
    draft = _draft(strategy, number, based_on, at)
    if based_on is not None:
        keys = {"new": draft.pk, "old": based_on.pk}
        with connection.cursor() as cursor:
            cursor.execute(_COPY_ELEMENTS, keys)
            cursor.execute(_COPY_CONTRIBUTIONS, keys)
    audit.record(
        EditionDrafted(
            object_id=strategy.pk,
            edition=number,
            based_on=based_on.number if based_on else None,
        ),
        by=by,
    )
    return draft


def _draft(strategy: Strategy, number: int, based_on: Edition | None, at: datetime) -> Edition:
    return Edition.objects.create(
        id=new_id(),
        strategy=strategy,
        number=number,
        visibility=Visibility.ADMINISTRATION,
        based_on=based_on,
        vision=based_on.vision if based_on else "",
        first_year=based_on.first_year if based_on else None,
        last_year=based_on.last_year if based_on else None,
        created_at=at,
    )


@transaction.atomic
def describe_edition(
    *,
    edition: Edition,
    vision: str,
    first_year: int | None,
    last_year: int | None,
    by: "Person | None",
    at: datetime,
) -> None:
    """Write the vision of an edition and the years that it is for.

    Raises StrategyRefused once it is adopted.
    """
    current = _locked(edition)
    new = (vision.strip(), first_year, last_year)
    if new == (current.vision, current.first_year, current.last_year):
        return
    current.vision, current.first_year, current.last_year = new
    with refused():
        current.save(update_fields=["vision", "first_year", "last_year"])
    audit.record(EditionDescribed(object_id=current.strategy_id, edition=current.number), by=by)


@transaction.atomic
def open_consultation(
    *, edition: Edition, first: date, last: date, by: "Person | None", at: datetime
) -> None:
    """Show a draft to those who may see the strategy, and take comments from ``first`` to ``last``.

    Raises StrategyRefused if it is no draft, is empty, or the days are in the wrong order.
    """
    current = _locked(edition)
    if last < first:
        raise StrategyRefused(_("The last day comes before the first."))
    if last < localdate(at):
        raise StrategyRefused(_("The last day is over: nobody could comment any more."))
    if current.state != EditionState.DRAFT:
        raise StrategyRefused(_("Only a draft can be opened to comments."))
    if not current.elements.exists():
        raise StrategyRefused(_("There is nothing in this edition yet."))
    current.state = EditionState.CONSULTED
    current.visibility = current.strategy.visibility
    current.consulted_from, current.consulted_until = first, last
    current.save(update_fields=["state", "visibility", "consulted_from", "consulted_until"])
    audit.record(
        EditionConsulted(
            object_id=current.strategy_id,
            edition=current.number,
            consulted_from=first,
            consulted_until=last,
        ),
        by=by,
    )


@transaction.atomic
def return_to_draft(*, edition: Edition, by: "Person | None", at: datetime) -> None:
    """Take an edition in consultation back to be worked on; its comments stay.

    Raises StrategyRefused if it is not in consultation.
    """
    current = _locked(edition)
    if current.state != EditionState.CONSULTED:
        raise StrategyRefused(_("This edition is not in consultation."))
    current.state = EditionState.DRAFT
    current.visibility = Visibility.ADMINISTRATION
    current.save(update_fields=["state", "visibility"])
    audit.record(EditionReturned(object_id=current.strategy_id, edition=current.number), by=by)


@transaction.atomic
def adopt_edition(
    *, edition: Edition, adopted_on: date, adopted_by: str, by: "Person | None", at: datetime
) -> None:
    """Note that the council adopted an edition. From now on its text stays as it is.

    Raises StrategyRefused if it is adopted already, is empty, or the day is in the future.
    """
    current = _locked(edition)
    if not current.is_open:
        raise StrategyRefused(_("This edition is adopted already."))
    if not current.elements.exists():
        raise StrategyRefused(_("There is nothing in this edition yet."))
    if adopted_on > localdate(at):
        raise StrategyRefused(_("This day is in the future: the council has not adopted it yet."))
    current.state = EditionState.ADOPTED
    current.visibility = current.strategy.visibility
    current.adopted_on, current.adopted_by = adopted_on, adopted_by.strip()
    current.save(update_fields=["state", "visibility", "adopted_on", "adopted_by"])
    audit.record(
        EditionAdopted(
            object_id=current.strategy_id,
            edition=current.number,
            adopted_on=adopted_on,
            adopted_by=current.adopted_by,
        ),
        by=by,
    )


@transaction.atomic
def put_in_force(*, edition: Edition, on: date, by: "Person | None", at: datetime) -> None:
    """Let an adopted edition hold from a day on; the one in force until now is superseded.

    Raises StrategyRefused if it is not adopted, or the day is in the future or before its adoption.
    """
    Strategy.objects.select_for_update(no_key=True).get(pk=edition.strategy_id)
    current = _locked(edition)
    if current.state != EditionState.ADOPTED:
        raise StrategyRefused(_("Only an adopted edition can be put in force."))
    if on > localdate(at):
        raise StrategyRefused(_("This day is in the future: put it in force once it has come."))
    if current.adopted_on is not None and on < current.adopted_on:
        raise StrategyRefused(_("It cannot be in force before the council adopted it."))
    before = Edition.objects.filter(strategy=current.strategy, state=EditionState.IN_FORCE).first()
    if before is not None:
        before.state, before.superseded_on = EditionState.SUPERSEDED, on
        before.save(update_fields=["state", "superseded_on"])
    current.state, current.in_force_on = EditionState.IN_FORCE, on
    current.save(update_fields=["state", "in_force_on"])
    audit.record(
        EditionPutInForce(
            object_id=current.strategy_id,
            edition=current.number,
            superseded=before.number if before else None,
        ),
        by=by,
    )
    standings.reckon_strategy(strategy=current.strategy, at=at)


def _locked(edition: Edition) -> Edition:
    return (
        Edition.objects.select_for_update(no_key=True, of=("self",))
        .select_related("strategy")
        .get(pk=edition.pk)
    )
