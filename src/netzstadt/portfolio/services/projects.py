"""Projects: begun from a need or a measure, described, assigned."""

import uuid
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from netzstadt.core.access import services as access
from netzstadt.core.audit import services as audit
from netzstadt.core.links import services as links
from netzstadt.core.meanwhile import refuse_if_changed
from netzstadt.portfolio import events
from netzstadt.portfolio.methods import METHODS
from netzstadt.portfolio.models import Criterion, Decider, Gate, Project
from netzstadt.portfolio.services.keys import next_key
from netzstadt.portfolio.services.parts import let_in, persons_with_a_part
from netzstadt.portfolio.services.refusals import refused

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

# Long texts of people: the trail names them, and does not keep what they said.
_TEXTS = frozenset({"summary", "benefit", "story"})


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
    if responsibility.sponsor is not None:
        access.refuse_rights_to_a_deputy_herself(person=responsibility.sponsor, by=by)
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
            number=project.key,
            title=project.title,
            method=method,
            visibility=project.visibility,
            unit_id=project.unit_id,
            named_ids=tuple(sorted(_keys(responsibility))),
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
    new = asdict(facts)
    before = {name: getattr(current, name) for name in new if getattr(current, name) != new[name]}
    if not before:
        return
    for name in before:
        setattr(current, name, new[name])
    current.changed_at = at
    with refused():
        current.save(update_fields=[*before, "changed_at"])
    audit.record(
        events.ProjectChanged(
            object_id=current.pk,
            changed={
                name: (_plain(value), _plain(new[name]))
                for name, value in before.items()
                if name not in _TEXTS
            },
            texts=tuple(name for name in before if name in _TEXTS),
        ),
        by=by,
    )
    if "visibility" in before:
        let_in(current, (by, *persons_with_a_part(current)), by=by, at=at)


@transaction.atomic
def assign_project(
    *,
    project: Project,
    responsibility: Responsibility,
    by: "Person | None",
    at: datetime,
    seen_at: datetime | None = None,
) -> None:
    """Say which unit answers for a project, who leads it and who stands for it; they are let in.

    Who stands for it now decides, instead of who did before, at the gates that are still to come.

    Raises PortfolioRefused, ChangedMeanwhile.
    """
    current = held(project)
    refuse_if_changed(current.changed_at, seen_at=seen_at)
    before = (current.unit_id, current.lead_id, current.sponsor_id)
    lead_id, sponsor_id = _key(responsibility.lead), _key(responsibility.sponsor)
    if before == (responsibility.unit_id, lead_id, sponsor_id):
        return
    if current.sponsor_id != sponsor_id:
        _let_decide(current, responsibility.sponsor, by)
    current.unit_id = responsibility.unit_id
    current.lead_id, current.sponsor_id, current.changed_at = lead_id, sponsor_id, at
    current.save(update_fields=["unit_id", "lead_id", "sponsor_id", "changed_at"])
    audit.record(
        events.ProjectAssigned(
            object_id=current.pk,
            unit_id=current.unit_id,
            lead_id=lead_id,
            sponsor_id=sponsor_id,
            named_ids=tuple(sorted(_keys(responsibility) - set(before[1:]))),
        ),
        by=by,
    )
    current.lead, current.sponsor = responsibility.lead, responsibility.sponsor
    named = [one for one in (current.lead, current.sponsor) if one and one.pk not in before[1:]]
    # Another unit sees it now, so that others may not any more.
    let_in(
        current,
        named if before[0] == current.unit_id else persons_with_a_part(current),
        by=by,
        at=at,
    )


def _let_decide(project: Project, sponsor: "Person | None", by: "Person | None") -> None:
    """Put the new sponsor in the place of the old one at the gates that are still to come."""
    to_come = [one for one in Gate.objects.filter(project=project) if not one.is_behind(project)]
    if project.sponsor_id is not None:
        Decider.objects.filter(gate__in=to_come, person=project.sponsor_id).delete()
    if sponsor is not None:
        access.refuse_rights_to_a_deputy_herself(person=sponsor, by=by)
        Decider.objects.bulk_create(
            (Decider(gate=one, person=sponsor) for one in to_come), ignore_conflicts=True
        )


def held(project: Project) -> Project:
    """The project of now, held."""
    return Project.objects.select_for_update(no_key=True).get(pk=project.pk)


def _key(person: "Person | None") -> uuid.UUID | None:
    return person.pk if person is not None else None


def _keys(responsibility: Responsibility) -> set[uuid.UUID]:
    """Who was named."""
    return {one.pk for one in (responsibility.lead, responsibility.sponsor) if one is not None}


def _plain(value: object) -> str | None:
    return None if value is None else str(value)
