"""Projects: begun from a need or a measure, described, assigned; their milestones."""

import re
import uuid
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from netzstadt.core.access import queries as rights
from netzstadt.core.access import services as access
from netzstadt.core.access.permissions import Role
from netzstadt.core.audit import services as audit
from netzstadt.core.links import services as links
from netzstadt.core.meanwhile import refuse_if_changed
from netzstadt.portfolio import events, queries
from netzstadt.portfolio.methods import METHODS
from netzstadt.portfolio.models import (
    Advice,
    AdviceEffort,
    AdviceMessage,
    Condition,
    Criterion,
    Decider,
    Gate,
    GateDecision,
    Milestone,
    Project,
)
from netzstadt.portfolio.services.keys import next_key
from netzstadt.portfolio.services.refusals import PortfolioRefused, refused

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


@dataclass(frozen=True, kw_only=True, slots=True)
class ProjectFacts:
    """The fact sheet (Projektsteckbrief) of a project, as it is typed."""

    title: str
    summary: str = ""
    story: str = ""
    benefit: str = ""
    kind: str = "PROJECT"
    direction: str = "OUTWARD"
    visibility: str = "ADMINISTRATION"
    starts_on: date | None = None
    ends_on: date | None = None
    expected_end_on: date | None = None
    source: str = ""
    source_url: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Responsibility:
    """The unit that answers for a project, who leads it, and who stands for it."""

    unit_id: uuid.UUID
    lead: "Person | None" = None
    sponsor: "Person | None" = None


@transaction.atomic
def begin_project(
    *,
    facts: ProjectFacts,
    method: str,
    responsibility: Responsibility,
    by: "Person | None",
    at: datetime,
    implements: Collection[uuid.UUID] = (),
    is_demo: bool = False,
) -> Project:
    """Begin a project as a request, with the gates of its method.

    ``implements`` are the measures (or goals) of the strategy that it carries out: it is linked
    with them. Its number goes on from the last one of the year. Who has a part in it is let in.

    Raises PortfolioRefused if the facts do not fit, LinkRefused if ``by`` may not see a measure.
    """
    with refused():
        project = Project.objects.create(
            key=next_key("portfolio_project", "V", at),
            method=method,
            unit_id=responsibility.unit_id,
            lead=responsibility.lead,
            sponsor=responsibility.sponsor,
            is_demo=is_demo,
            created_at=at,
            changed_at=at,
            **asdict(facts),
        )
    _set_up_gates(project, responsibility.sponsor)
    audit.record(
        events.ProjectBegun(
            object_id=project.pk,
            key=project.key,
            title=project.title,
            method=method,
            visibility=project.visibility,
            unit_id=project.unit_id,
        ),
        by=by,
    )
    let_in(project, (by, responsibility.lead, responsibility.sponsor), by=by, at=at)
    for element_id in implements:
        links.link(
            source=links.Ref("portfolio.project", project.pk),
            relation="implements",
            target=links.Ref("strategy.element", element_id),
            by=by,
            at=at,
        )
    return project


def _set_up_gates(project: Project, sponsor: "Person | None") -> None:
    """The gates of the method with its criteria; who stands for the project decides at them."""
    gates = [
        Gate(project=project, number=n, key=one.key, source=one.source, target=one.target)
        for n, one in enumerate(METHODS[project.method].gates, start=1)
    ]
    Gate.objects.bulk_create(gates)
    Criterion.objects.bulk_create(
        Criterion(gate=gate, position=position, key=key)
        for gate, template in zip(gates, METHODS[project.method].gates, strict=True)
        for position, key in enumerate(template.criteria, start=1)
    )
    if sponsor is not None:
        Decider.objects.bulk_create(Decider(gate=gate, person=sponsor) for gate in gates)


@transaction.atomic
def change_project(
    *,
    project: Project,
    facts: ProjectFacts,
    by: "Person | None",
    at: datetime,
    seen_at: datetime | None = None,
) -> None:
    """Change the fact sheet; who has a part in the project sees it also when fewer do.

    Raises PortfolioRefused, ChangedMeanwhile.
    """
    current = held(project)
    refuse_if_changed(current.changed_at, seen_at=seen_at)
    changes = {
        name: (_text(getattr(current, name)), _text(value))
        for name, value in asdict(facts).items()
        if getattr(current, name) != value
    }
    if not changes:
        return
    for name in changes:
        setattr(current, name, getattr(facts, name))
    current.changed_at = at
    with refused():
        current.save(update_fields=[*changes, "changed_at"])
    audit.record(events.ProjectChanged(object_id=current.pk, changes=changes), by=by)
    if "visibility" in changes:
        deciders = {one.person for one in Decider.objects.filter(gate__project=current)}
        let_in(current, (by, current.lead, current.sponsor, *deciders), by=by, at=at)


@transaction.atomic
def assign_project(
    *, project: Project, responsibility: Responsibility, by: "Person | None", at: datetime
) -> None:
    """Say which unit answers for a project, who leads it and who stands for it; they are let in."""
    current = held(project)
    lead_id, sponsor_id = _key(responsibility.lead), _key(responsibility.sponsor)
    new = (responsibility.unit_id, lead_id, sponsor_id)
    if (current.unit_id, current.lead_id, current.sponsor_id) == new:
        return
    current.unit_id, current.lead_id, current.sponsor_id = new
    current.changed_at = at
    current.save(update_fields=["unit_id", "lead_id", "sponsor_id", "changed_at"])
    audit.record(
        events.ProjectAssigned(
            object_id=current.pk,
            unit_id=responsibility.unit_id,
            lead_id=lead_id,
            sponsor_id=sponsor_id,
        ),
        by=by,
    )
    let_in(current, (responsibility.lead, responsibility.sponsor), by=by, at=at)


def let_in(
    project: Project, persons: "Iterable[Person | None]", *, by: "Person | None", at: datetime
) -> None:
    """Let those read a project who have a part in it and would not see it; a right like any other,
    which is told to them, listed and ended in the same places.

    Raises GrantRefused if an account is deactivated.
    """
    for person in {one.pk: one for one in persons if one is not None}.values():
        if queries.visible_projects(to=person).filter(pk=project.pk).exists():
            continue
        if rights.current_grants().filter(person=person, object_id=project.pk).exists():
            continue
        access.grant_role(
            person=person,
            role=Role.READER,
            for_object=("portfolio.project", project.pk),
            by=by,
            at=at,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class MilestoneFacts:
    """A milestone: what is there by when."""

    title: str
    planned_on: date
    expected_on: date | None = None
    reached_on: date | None = None


@transaction.atomic
def add_milestone(
    *, project: Project, facts: MilestoneFacts, by: "Person | None", at: datetime
) -> Milestone:
    """Put a milestone into the plan of a project."""
    made = Milestone.objects.create(
        project=held(project), created_at=at, changed_at=at, **asdict(facts)
    )
    _tell(made, by)
    return made


@transaction.atomic
def change_milestone(
    *,
    milestone: Milestone,
    facts: MilestoneFacts,
    by: "Person | None",
    at: datetime,
    seen_at: datetime | None = None,
) -> None:
    """Set a milestone otherwise, or say that it is reached. Raises ChangedMeanwhile."""
    current = Milestone.objects.select_for_update().get(pk=milestone.pk)
    refuse_if_changed(current.changed_at, seen_at=seen_at)
    new = asdict(facts)
    if all(getattr(current, name) == value for name, value in new.items()):
        return
    for name, value in new.items():
        setattr(current, name, value)
    current.changed_at = at
    current.save()
    _tell(current, by)


@transaction.atomic
def remove_milestone(*, milestone: Milestone, by: "Person | None", at: datetime) -> None:
    """Take a milestone out of the plan; the history keeps it.

    Raises PortfolioRefused if it has been reached, or is gone already.
    """
    current = Milestone.objects.select_for_update().filter(pk=milestone.pk).first()
    if current is None:
        raise PortfolioRefused(_("This milestone is not there any more."))
    if current.reached_on is not None:
        raise PortfolioRefused(_("It has been reached: what happened stays in the plan."))
    current.delete()
    audit.record(
        events.MilestoneRemoved(
            object_id=current.project_id, title=current.title, planned_on=current.planned_on
        ),
        by=by,
    )


def _tell(milestone: Milestone, by: "Person | None") -> None:
    audit.record(
        events.MilestoneSet(
            object_id=milestone.project_id,
            milestone_id=milestone.pk,
            title=milestone.title,
            planned_on=milestone.planned_on,
            expected_on=milestone.expected_on,
            reached_on=milestone.reached_on,
        ),
        by=by,
    )


@transaction.atomic
def forget_person(person: "Person", *, by: "Person | None", at: datetime) -> dict[str, int | str]:
    """Take an erased person out of projects; what was decided stays without her name."""
    return {
        "leads": Project.objects.filter(lead=person).update(lead=None),
        "stands_for": Project.objects.filter(sponsor=person).update(sponsor=None),
        "decides": Decider.objects.filter(person=person).delete()[0],
        "decided": GateDecision.objects.filter(decided_by=person).update(decided_by=None),
        "answered": Criterion.objects.filter(answered_by=person).update(answered_by=None),
        "conditions": Condition.objects.filter(responsible=person).update(responsible=None),
        "asked": Advice.objects.filter(asked_by=person).update(asked_by=None),
        "advises": Advice.objects.filter(adviser=person).update(adviser=None),
        "messages": AdviceMessage.objects.filter(author=person).update(author=None),
        "efforts": AdviceEffort.objects.filter(person=person).update(person=None),
    }


def held(project: Project) -> Project:
    """The project of now, held."""
    return Project.objects.select_for_update(no_key=True).get(pk=project.pk)


def _key(person: "Person | None") -> uuid.UUID | None:
    return person.pk if person is not None else None


def _text(value: object) -> str | None:
    return None if value is None else re.sub(r"\s+", " ", str(value))[:300]
