"""Registers: risks, issues, changes and decisions of a project, as they come and are settled."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.core.meanwhile import refuse_if_changed
from netzstadt.portfolio import report_events as events
from netzstadt.portfolio.models import Project, Register, RegisterEntry
from netzstadt.portfolio.services.parts import let_in
from netzstadt.portfolio.services.projects import held
from netzstadt.portfolio.services.refusals import PortfolioRefused, refused

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryFacts:
    """What is written of an entry; which of it counts depends on its kind."""

    title: str
    probability: int | None = None
    impact: int | None = None
    response: str = ""
    effect_time: str = ""
    effect_cost: str = ""
    effect_scope: str = ""
    owner: "Person | None" = None
    due_on: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class DecisionFacts:
    """A decision outside of gates: what, by whom (such as a steering group), when and why."""

    title: str
    body: str
    decided_on: date
    reason: str


@transaction.atomic
def add_entry(
    *, project: Project, kind: str, facts: EntryFacts, by: "Person | None", at: datetime
) -> RegisterEntry:
    """Write a risk, an issue or a change of a project down; its owner is let in and told.

    Raises PortfolioRefused if the project is over or what is said does not fit the kind.
    """
    current = _running(project)
    with refused():
        made = RegisterEntry.objects.create(
            project=current, kind=kind, created_at=at, changed_at=at, **_columns(facts)
        )
    audit.record(
        events.EntryAdded(
            object_id=current.pk,
            entry_id=made.pk,
            register=kind,
            due_on=made.due_on,
            named_ids=(made.owner_id,) if made.owner_id else (),
        ),
        by=by,
    )
    let_in(current, (facts.owner,), by=by, at=at)
    return made


@transaction.atomic
def note_decision(
    *, project: Project, facts: DecisionFacts, by: "Person | None", at: datetime
) -> RegisterEntry:
    """Write down what was decided about a project outside of its gates; it stands from now on.

    Raises PortfolioRefused.
    """
    current = held(project)
    with refused():
        made = RegisterEntry.objects.create(
            project=current,
            kind=Register.DECISION,
            title=facts.title,
            body=facts.body,
            closed_on=facts.decided_on,
            outcome=facts.reason,
            created_at=at,
            changed_at=at,
        )
    audit.record(
        events.EntryAdded(
            object_id=current.pk,
            entry_id=made.pk,
            register=Register.DECISION.value,
            due_on=None,
            named_ids=(),
        ),
        by=by,
    )
    return made


@transaction.atomic
def change_entry(
    *,
    entry: RegisterEntry,
    facts: EntryFacts,
    by: "Person | None",
    at: datetime,
    seen_at: datetime | None = None,
) -> None:
    """Say otherwise what an open entry says.

    Raises PortfolioRefused if it is closed, ChangedMeanwhile.
    """
    current = _open(entry)
    refuse_if_changed(current.changed_at, seen_at=seen_at)
    new = _columns(facts)
    names = [name for name, value in new.items() if getattr(current, name) != value]
    if not names:
        return
    before = current.owner_id
    for name in names:
        setattr(current, name, new[name])
    current.changed_at = at
    with refused():
        current.save(update_fields=[*names, "changed_at"])
    is_new = current.owner_id is not None and current.owner_id != before
    audit.record(
        events.EntryChanged(
            object_id=current.project_id,
            entry_id=current.pk,
            register=current.kind,
            texts=tuple(names),
            named_ids=(current.owner_id,) if is_new and current.owner_id else (),
        ),
        by=by,
    )
    if is_new:
        let_in(current.project, (facts.owner,), by=by, at=at)


@transaction.atomic
def close_entry(
    *, entry: RegisterEntry, outcome: str, closed_on: date, by: "Person | None", at: datetime
) -> None:
    """Say how a risk ended or an issue was solved; it stands from then on.

    Raises PortfolioRefused if it is closed already, or is a change: that is decided on.
    """
    current = _open(entry)
    if current.kind == Register.CHANGE:
        raise PortfolioRefused(_("A change is decided on by who may decide."))
    _close(current, outcome, closed_on, at)
    audit.record(
        events.EntryClosed(
            object_id=current.project_id,
            entry_id=current.pk,
            register=current.kind,
            closed_on=closed_on,
        ),
        by=by,
    )


@transaction.atomic
def decide_change(
    *,
    entry: RegisterEntry,
    is_accepted: bool,
    reason: str,
    decided_on: date,
    by: "Person",
    at: datetime,
) -> None:
    """Accept a change or not, with a reason; what follows for the plan is written there by hand.

    Raises PortfolioRefused if it was decided already, or is no change.
    """
    current = _open(entry)
    if current.kind != Register.CHANGE:
        raise PortfolioRefused(_("Only changes are decided on here."))
    current.is_accepted, current.decided_by = is_accepted, by
    _close(current, reason, decided_on, at)
    audit.record(
        events.ChangeDecided(
            object_id=current.project_id,
            entry_id=current.pk,
            change_accepted=is_accepted,
            closed_on=decided_on,
        ),
        by=by,
    )


def _close(entry: RegisterEntry, outcome: str, on: date, at: datetime) -> None:
    if not outcome.strip():
        raise PortfolioRefused(_("Say how it ended: whoever reads it later needs it."))
    entry.closed_on, entry.outcome, entry.changed_at = on, outcome.strip(), at
    with refused():
        entry.save(
            update_fields=["closed_on", "outcome", "is_accepted", "decided_by", "changed_at"]
        )


def _columns(facts: EntryFacts) -> dict[str, object]:
    """The facts by columns, with the owner as she is: ``asdict`` would copy her."""
    return {name: getattr(facts, name) for name in EntryFacts.__dataclass_fields__}


def _running(project: Project) -> Project:
    current = held(project)
    if current.is_over:
        raise PortfolioRefused(
            _("The project is over: nothing more is written into its registers.")
        )
    return current


def _open(entry: RegisterEntry) -> RegisterEntry:
    """The entry of now, held, while it is open. Raises PortfolioRefused."""
    current = RegisterEntry.objects.select_for_update(no_key=True, of=("self",)).get(pk=entry.pk)
    if not current.is_open:
        raise PortfolioRefused(_("This entry is closed: it stands as it is."))
    return current
