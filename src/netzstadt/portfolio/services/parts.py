"""Who has a part in a project: leads it, stands for it, decides, has to meet a condition or what a
grant obliges to."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from netzstadt.core.access import queries as rights
from netzstadt.core.access import services as access
from netzstadt.core.access.permissions import OPEN_TO_OTHERS, SEE_DIRECTORY, Role
from netzstadt.portfolio import queries
from netzstadt.portfolio.models import (
    Advice,
    AdviceEffort,
    AdviceMessage,
    Assignment,
    Condition,
    Criterion,
    Decider,
    Deliverable,
    Gate,
    GateDecision,
    LightOverride,
    Obligation,
    Posting,
    Project,
    Proof,
    Receipt,
    RegisterEntry,
    StatusReport,
    Task,
)
from netzstadt.portfolio.services.refusals import PortfolioRefused

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


def persons_with_a_part(project: Project) -> "list[Person]":
    """Everybody who has a part in a project that goes on; who decided at a gate behind it has none
    any more."""
    gates = Gate.objects.filter(project=project)
    to_come = [one.pk for one in gates if not one.is_behind(project)]
    deciders = Decider.objects.filter(gate__in=to_come)
    responsible = Condition.objects.filter(decision__gate__project=project, met_on__isnull=True)
    obliged = Obligation.objects.filter(funding__project=project, met_on__isnull=True)
    owners = RegisterEntry.objects.filter(project=project, closed_on__isnull=True)
    tasks = Task.objects.filter(project=project, done_on__isnull=True)
    planned = Assignment.objects.filter(project=project)
    people = get_user_model()._default_manager.filter(
        Q(pk__in=[key for key in (project.lead_id, project.sponsor_id) if key])
        | Q(pk__in=deciders.values("person_id"))
        | Q(pk__in=responsible.values("responsible_id"))
        | Q(pk__in=obliged.values("responsible_id"))
        | Q(pk__in=owners.values("owner_id"))
        | Q(pk__in=tasks.values("responsible_id"))
        | Q(pk__in=planned.values("person_id"))
    )
    return list(people.order_by("pk"))


def let_in(
    project: Project, persons: "Iterable[Person | None]", *, by: "Person | None", at: datetime
) -> None:
    """Let those read a project who have a part in it and would not see it, or of a public one only
    what everybody does; a right like any other, which is told to them, listed and ended in the
    same places.

    Who may not open the project to others names only people who see it, or herself. Accounts out of
    use are passed over, and who acts for somebody else: she sees it while she does.

    Raises PortfolioRefused with the name of who would have to be let in.
    """
    for person in {one.pk: one for one in persons if one is not None}.values():
        is_herself = by is not None and by.pk == person.pk
        if not person.is_active or (is_herself and by is not None and by.acting_for):
            continue
        is_inside = rights.anywhere(rights.held(person), SEE_DIRECTORY) is not None
        if is_inside and queries.visible_projects(to=person).filter(pk=project.pk).exists():
            continue
        known = rights.current_grants().filter(person=person, object_id=project.pk)
        if known.filter(role=Role.READER).exists():
            continue
        if by is not None and not is_herself and not rights.may(by, OPEN_TO_OTHERS, project):
            raise PortfolioRefused(
                _(
                    "%(name)s has no access to this project. Ask the coordination or the head of"
                    " the unit to open it to her first."
                )
                % {"name": person.name}
            )
        access.grant_role(
            person=person,
            role=Role.READER,
            for_object=("portfolio.project", project.pk),
            by=by,
            at=at,
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
        "obligations": Obligation.objects.filter(responsible=person).update(responsible=None),
        "postings": Posting.objects.filter(recorded_by=person).update(recorded_by=None),
        "receipts": Receipt.objects.filter(recorded_by=person).update(recorded_by=None),
        "proofs": Proof.objects.filter(sealed_by=person).update(sealed_by=None),
        "tasks": Task.objects.filter(responsible=person).update(responsible=None),
        "accepted": Deliverable.objects.filter(accepted_by=person).update(accepted_by=None),
        "planned": Assignment.objects.filter(person=person).update(person=None, role=""),
        "asked": Advice.objects.filter(asked_by=person).update(asked_by=None),
        "advises": Advice.objects.filter(adviser=person).update(adviser=None),
        "messages": AdviceMessage.objects.filter(author=person).update(author=None),
        "owns": RegisterEntry.objects.filter(owner=person).update(owner=None),
        "changes": RegisterEntry.objects.filter(decided_by=person).update(decided_by=None),
        "lights_set": LightOverride.objects.filter(set_by=person).update(set_by=None),
        "reports_written": StatusReport.objects.filter(written_by=person).update(written_by=None),
        "reports_approved": StatusReport.objects.filter(approved_by=person).update(
            approved_by=None
        ),
        "efforts": AdviceEffort.objects.filter(person=person).update(person=None),
    }
