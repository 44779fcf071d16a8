"""Gates: who decides at them, what is asked, and the decisions that move a project on."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from netzstadt.core.access import services as access
from netzstadt.core.audit import services as audit
from netzstadt.core.meanwhile import refuse_if_changed
from netzstadt.portfolio import events, methods, queries
from netzstadt.portfolio.methods import Stage
from netzstadt.portfolio.models import (
    Answer,
    Condition,
    Criterion,
    Decider,
    Gate,
    GateDecision,
    Outcome,
    Project,
    Status,
)
from netzstadt.portfolio.services.parts import let_in
from netzstadt.portfolio.services.projects import held
from netzstadt.portfolio.services.refusals import PortfolioRefused, refused

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

MOST_CRITERIA = 50
ASK_AGAIN_AFTER = timedelta(days=1)
_RESTS = gettext_lazy("The project rests. Resume it first, or cancel it.")
_NOT_NOW = {
    Outcome.GO: _RESTS,
    Outcome.HOLD: _RESTS,
    Outcome.RESUME: gettext_lazy("The project does not rest: it cannot be resumed."),
    Outcome.BACK: gettext_lazy("The project rests, or is in its first stage: it cannot go back."),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class ConditionFacts:
    """What a decision asks for, by when, of whom."""

    text: str
    due_on: date
    responsible: "Person | None" = None


@transaction.atomic
def prepare_gate(
    *,
    gate: Gate,
    deciders: Sequence["Person"],
    due_on: date | None,
    by: "Person | None",
    at: datetime,
    seen_at: datetime | None = None,
) -> None:
    """Say who decides at a gate and by when. Each of those named may decide, and is let in.

    Raises PortfolioRefused if the gate is behind the project, ChangedMeanwhile.
    """
    project = _to_come(gate, seen_at)
    current = Gate.objects.select_for_update(no_key=True).get(pk=gate.pk)
    wanted = {one.pk for one in deciders}
    known = set(current.deciders.values_list("person_id", flat=True))
    let_in(project, deciders, by=by, at=at)
    if wanted == known and current.due_on == due_on:
        return
    for one in deciders:
        if one.pk not in known:
            access.refuse_rights_to_a_deputy_herself(person=one, by=by)
    current.deciders.exclude(person__in=wanted).delete()
    Decider.objects.bulk_create(
        Decider(gate=current, person_id=key) for key in sorted(wanted - known)
    )
    current.due_on = due_on
    current.save(update_fields=["due_on"])
    audit.record(
        events.GatePrepared(
            object_id=current.project_id,
            gate=current.key,
            decider_ids=tuple(sorted(wanted)),
            decide_by=due_on,
            named_ids=tuple(sorted(wanted - known)),
        ),
        by=by,
    )
    _touch(project, at)


@transaction.atomic
def add_criterion(*, gate: Gate, text: str, by: "Person | None", at: datetime) -> Criterion:
    """Ask something of a project's own at a gate.

    Raises PortfolioRefused if the text is empty, the gate is behind the project, or so much is
    asked already.
    """
    project = _to_come(gate)
    last = gate.criteria.aggregate(last=Max("position"))["last"] or 0
    if not text.strip():
        raise PortfolioRefused(_("Say what is asked."))
    if last >= MOST_CRITERIA:
        raise PortfolioRefused(_("No more than 50 criteria are asked at a gate."))
    made = Criterion.objects.create(gate=gate, position=last + 1, text=text.strip())
    audit.record(events.CriterionAdded(object_id=gate.project_id, gate=gate.key), by=by)
    _touch(project, at)
    return made


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """Whether a criterion is met; who says that it is not, or does not matter, says why."""

    answer: str
    note: str = ""


@transaction.atomic
def answer_criteria(
    *,
    gate: Gate,
    judgements: Mapping[uuid.UUID, Judgement],
    by: "Person | None",
    at: datetime,
    seen_at: datetime | None = None,
) -> None:
    """Say of criteria of a gate, by their ids, whether they are met.

    Raises PortfolioRefused if the gate is behind the project, ChangedMeanwhile.
    """
    project = _to_come(gate, seen_at)
    changed = []
    for one in gate.criteria.select_for_update(no_key=True).filter(pk__in=judgements):
        new = judgements[one.pk]
        if (one.answer, one.note) == (new.answer, new.note):
            continue
        one.answer, one.note = new.answer, new.note
        one.answered_by, one.answered_at = (by, at) if new.answer != Answer.OPEN else (None, None)
        changed.append(one)
    if not changed:
        return
    with refused():
        Criterion.objects.bulk_update(changed, ["answer", "note", "answered_by", "answered_at"])
    audit.record(
        events.CriteriaAnswered(
            object_id=gate.project_id,
            gate=gate.key,
            criteria_changed=len(changed),
            criteria_open=gate.criteria.filter(answer=Answer.OPEN).count(),
            criteria_unmet=gate.criteria.filter(answer=Answer.NOT_MET).count(),
        ),
        by=by,
    )
    _touch(project, at)


@transaction.atomic
def ask_for_decision(*, gate: Gate, by: "Person | None", at: datetime) -> None:
    """Ask those named for a gate to decide; they are told.

    Raises PortfolioRefused if the project is not at this gate, nobody is named, or they were asked
    within the last day.
    """
    project = held(gate.project)
    _check_at(project, gate)
    if not gate.deciders.filter(person__is_active=True).exists():
        raise PortfolioRefused(_("Name somebody first who decides at this gate."))
    current = Gate.objects.select_for_update(no_key=True).get(pk=gate.pk)
    if current.asked_at is not None and at - current.asked_at < ASK_AGAIN_AFTER:
        raise PortfolioRefused(_("They were asked within the last day. Give them time."))
    current.asked_at = at
    current.save(update_fields=["asked_at"])
    audit.record(
        events.DecisionAsked(object_id=project.pk, gate=gate.key, gate_id=gate.pk),
        by=by,
    )


@transaction.atomic
def decide_gate(
    *,
    gate: Gate,
    outcome: str,
    reason: str,
    conditions: Sequence[ConditionFacts],
    decided_on: date,
    by: "Person",
    at: datetime,
    seen_at: datetime | None = None,
) -> GateDecision:
    """Decide how a project goes on, as one of those named for the gate it is at.

    With ``GO`` it comes into the next stage, which asks for an answer to each criterion, and for a
    condition where one is not met. ``HOLD`` and ``RESUME`` let it rest in its stage and go on,
    ``BACK`` leads to the stage before, ``STOP`` cancels it. Before its end no condition is open.

    Raises PortfolioRefused, ChangedMeanwhile.
    """
    project = held(gate.project)
    _check_at(project, gate)
    refuse_if_changed(project.changed_at, seen_at=seen_at)
    stage, status = _after(project, gate, Outcome(outcome))
    if not reason.strip():
        raise PortfolioRefused(_("Give the reason: whoever reads the decision later needs it."))
    last = project.decision
    if last is not None and decided_on < last.decided_on:
        raise PortfolioRefused(_("The decision before it was on a later day."))
    with refused():
        made = GateDecision.objects.create(
            gate=gate,
            follows=last,
            outcome=outcome,
            reason=reason.strip(),
            stage=stage,
            status=status,
            decided_by=by,
            decided_on=decided_on,
            recorded_at=at,
            criteria=list(
                gate.criteria.order_by("position").values("key", "text", "answer", "note")
            ),
        )
        Condition.objects.bulk_create(
            Condition(decision=made, text=one.text, due_on=one.due_on, responsible=one.responsible)
            for one in conditions
        )
        project.stage, project.status, project.decision = stage, status, made
        project.changed_at = at
        project.save(update_fields=["stage", "status", "decision", "changed_at"])
    _look_again(project, gate, outcome)
    audit.record(
        events.GateDecided(
            object_id=project.pk,
            gate=gate.key,
            decision_id=made.pk,
            decision=outcome,
            stage=stage,
            project_status=status,
            conditions=len(conditions),
        ),
        by=by,
    )
    let_in(project, (one.responsible for one in conditions), by=by, at=at)
    return made


def _check_at(project: Project, gate: Gate) -> None:
    if project.is_over or project.stage != gate.source:
        raise PortfolioRefused(_("The project is not at this gate. Look at it again."))


def _after(project: Project, gate: Gate, outcome: Outcome) -> tuple[Stage, Status]:
    """The stage and status that follow from a decision. Raises PortfolioRefused."""
    here = Stage(project.stage)
    if outcome not in queries.outcomes(project):
        raise PortfolioRefused(_NOT_NOW[outcome])
    after = {
        Outcome.BACK: (methods.stage_before(project.method, here) or here, Status.ACTIVE),
        Outcome.GO: (Stage(gate.target), Status.ACTIVE),
        Outcome.HOLD: (here, Status.ON_HOLD),
        Outcome.RESUME: (here, Status.ACTIVE),
        Outcome.STOP: (here, Status.CANCELLED),
    }
    return after[outcome]


def _look_again(project: Project, left: Gate, outcome: str) -> None:
    """Who was asked for a decision has given one. After a step back, the gate that the project came
    back to and the one it left are asked anew; who stands for the project now decides there."""
    Gate.objects.filter(project=project).update(asked_at=None)
    if outcome != Outcome.BACK:
        return
    back = Gate.objects.get(project=project, source=project.stage)
    Gate.objects.filter(pk__in=[back.pk, left.pk]).update(due_on=None)
    Criterion.objects.filter(gate__in=[back, left]).update(
        answer=Answer.OPEN, note="", answered_by=None, answered_at=None
    )
    if project.sponsor_id is not None:
        Decider.objects.get_or_create(gate=back, person_id=project.sponsor_id)


def _to_come(gate: Gate, seen_at: datetime | None = None) -> Project:
    """The project, held, while the gate is to come. Raises PortfolioRefused, ChangedMeanwhile."""
    project = held(gate.project)
    if project.is_over or gate.is_behind(project):
        raise PortfolioRefused(_("This gate is behind the project: what was asked there stands."))
    refuse_if_changed(project.changed_at, seen_at=seen_at)
    return project


def _touch(project: Project, at: datetime) -> None:
    """Let who has the project open know that it changed."""
    project.changed_at = at
    project.save(update_fields=["changed_at"])


@transaction.atomic
def meet_condition(
    *, condition: Condition, met_on: date, note: str, by: "Person | None", at: datetime
) -> None:
    """Say that a condition is met, and how.

    Raises PortfolioRefused if it was met already, or nobody says how.
    """
    current = Condition.objects.select_for_update(no_key=True).get(pk=condition.pk)
    if current.met_on is not None:
        raise PortfolioRefused(_("This condition is met already."))
    current.met_on, current.note = met_on, note.strip()
    with refused():
        current.save(update_fields=["met_on", "note"])
    audit.record(
        events.ConditionMet(
            object_id=condition.decision.gate.project_id,
            condition_id=current.pk,
            met_on=met_on,
        ),
        by=by,
    )
