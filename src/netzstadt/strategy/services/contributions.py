"""What serves which goal, and how it counts."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.strategy.events import ContributionRemoved, ContributionSet
from netzstadt.strategy.models import Contribution, Edition, EditionState, Element, Rule
from netzstadt.strategy.services import standings
from netzstadt.strategy.services.refusals import StrategyRefused, refused

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


@dataclass(frozen=True, kw_only=True, slots=True)
class ContributionFacts:
    """How one element counts for another. Effects are in ``unit_text``, for the rule VALUE."""

    rule: str = Rule.PERCENT
    weight: float = 1.0
    expected: float | None = None
    achieved: float | None = None
    unit_text: str = ""
    rationale: str = ""


@transaction.atomic
def set_contribution(
    *,
    edition: Edition,
    source: Element,
    target: Element,
    facts: ContributionFacts,
    by: "Person | None",
    at: datetime,
) -> Contribution:
    """Say that ``source`` serves ``target`` in an edition, or change how it counts.

    How something counts can be changed while an edition is in force, too: it is how the office
    measures, not what the council wrote. What serves what is part of the text.

    Raises StrategyRefused for a circle, what is not in the edition, or a superseded edition.
    """
    made = put_contribution(
        edition=edition, source=source, target=target, facts=facts, by=by, at=at
    )
    standings.reckon_elements({source.pk, target.pk}, at=at)
    return made


def put_contribution(
    *,
    edition: Edition,
    source: Element,
    target: Element,
    facts: ContributionFacts,
    by: "Person | None",
    at: datetime,
) -> Contribution:
    """``set_contribution`` as part of a greater change, which works out the goals when whole."""
    current = Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)
    known = Contribution.objects.filter(edition=current, source=source, target=target).first()
    if current.state == EditionState.SUPERSEDED or (known is None and not current.is_open):
        raise StrategyRefused(_("An adopted edition stays as it is. Begin a new edition."))
    new = known or Contribution(edition=current, source=source, target=target)
    for name in ContributionFacts.__dataclass_fields__:
        setattr(new, name, getattr(facts, name))
    with refused():
        new.save(force_insert=known is None)
    audit.record(
        ContributionSet(
            object_id=source.pk,
            edition=current.number,
            target_id=target.pk,
            rule=facts.rule,
            weight=facts.weight,
        ),
        by=by,
    )
    return new


@transaction.atomic
def remove_contribution(*, contribution: Contribution, by: "Person | None", at: datetime) -> None:
    """Say that an element serves another one no longer, in an open edition.

    Raises StrategyRefused once the edition is adopted.
    """
    current = Edition.objects.select_for_update(no_key=True).get(pk=contribution.edition_id)
    if not current.is_open:
        raise StrategyRefused(_("An adopted edition stays as it is. Begin a new edition."))
    Contribution.objects.filter(pk=contribution.pk).delete()
    audit.record(
        ContributionRemoved(
            object_id=contribution.source_id,
            edition=current.number,
            target_id=contribution.target_id,
        ),
        by=by,
    )
    standings.reckon_elements({contribution.target_id}, at=at)
