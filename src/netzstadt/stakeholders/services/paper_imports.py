"""Bringing papers, meetings and results in from a table, and again without entering them twice.

What a council information system tells is left to it: its papers and meetings are not changed, its
papers can stand on agendas that the table names.
"""

import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import get_default_timezone, localtime
from django.utils.translation import gettext as _

from netzstadt.core.days import midnight
from netzstadt.lib.tables import Mistake
from netzstadt.stakeholders.models.council import (
    AgendaItem,
    Consultation,
    Meeting,
    Paper,
    ResultCode,
)
from netzstadt.stakeholders.paper_files import ItemRow, MeetingRow, PaperFile, PaperRow
from netzstadt.stakeholders.queries import council as queries
from netzstadt.stakeholders.services import keeping
from netzstadt.stakeholders.services.keeping import (
    CouncilRefused,
    ItemFacts,
    MeetingFacts,
    PaperFacts,
)

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


@dataclass(slots=True)
class PaperStep:
    """What becomes of a paper; ``before`` None is new."""

    row: PaperRow
    facts: PaperFacts
    before: Paper | None


@dataclass(slots=True)
class MeetingStep:
    """What becomes of a meeting: one that is there stays as it is."""

    row: MeetingRow
    meeting: Meeting | None
    is_new: bool


@dataclass(slots=True)
class ItemStep:
    """What becomes of an agenda item; ``before`` None is new."""

    row: ItemRow
    facts: ItemFacts
    meeting: MeetingStep
    before: AgendaItem | None


@dataclass(slots=True)
class PaperPlan:
    """What an import would do; ``left_out`` are the lines that the council's system answers for."""

    papers: list[PaperStep] = field(default_factory=list)
    meetings: list[MeetingStep] = field(default_factory=list)
    items: list[ItemStep] = field(default_factory=list)
    unchanged: int = 0
    left_out: list[int] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)

    @property
    def new_papers(self) -> list[PaperStep]:
        """The papers that would be entered."""
        return [step for step in self.papers if step.before is None]

    @property
    def changed_papers(self) -> list[PaperStep]:
        """The papers that would be corrected."""
        return [step for step in self.papers if step.before is not None]

    @property
    def new_items(self) -> list[ItemStep]:
        """The agenda items that would be entered."""
        return [step for step in self.items if step.before is None]

    @property
    def changed_items(self) -> list[ItemStep]:
        """The agenda items that would be corrected."""
        return [step for step in self.items if step.before is not None]

    @property
    def does_something(self) -> bool:
        """Whether there is anything to import."""
        return bool(self.papers or self.meetings or self.items) and not self.mistakes


def plan_papers(*, file: PaperFile, visibility: str) -> PaperPlan:
    """Compare a table with what is known. Changes nothing.

    ``visibility`` is that of what is new; what is there keeps its own.
    """
    plan = PaperPlan(mistakes=list(file.mistakes))
    names = _plan_papers(file, visibility, plan)
    by_key = {row.key: _meeting_step(row, plan) for row in file.meetings.values()}
    agendas = _agendas([step.meeting for step in by_key.values() if step and step.meeting])
    for item in file.items.values():
        meeting = by_key[item.meeting.key]
        if meeting is None:
            plan.left_out.append(item.line)
            continue
        _plan_item(item, meeting, agendas, names, plan)
    plan.meetings = [one for one in by_key.values() if one and one.is_new]
    return plan


def _plan_papers(file: PaperFile, visibility: str, plan: PaperPlan) -> dict[str, str]:
    """Plan the papers; return what each number's paper is called."""
    held: dict[str, list[Paper]] = defaultdict(list)
    known = Paper.objects.filter(reference__in=list(file.papers), deleted_at__isnull=True)
    for paper in known.order_by("id"):
        held[paper.reference].append(paper)
    names = {}
    for row in file.papers.values():
        papers = held.get(row.reference, [])
        names[row.reference] = row.name
        if len(papers) > 1:
            plan.mistakes.append(
                Mistake(row.line, _("There is more than one paper with this number."))
            )
        elif papers and not papers[0].is_manual:
            names[row.reference] = papers[0].name or row.name
            plan.left_out.append(row.line)
        else:
            before = papers[0] if papers else None
            facts = _paper_facts(row, before, visibility)
            if before is not None and facts == _facts_of(before):
                plan.unchanged += 1
            else:
                plan.papers.append(PaperStep(row, facts, before))
    return names


def _facts_of(paper: Paper) -> PaperFacts:
    return PaperFacts(
        name=paper.name,
        reference=paper.reference,
        on=paper.on,
        kind=paper.kind,
        document=paper.files[0]["url"] if paper.files else "",
        visibility=paper.visibility,
    )


def _paper_facts(row: PaperRow, before: Paper | None, visibility: str) -> PaperFacts:
    """The row's facts; what it does not say stays."""
    known = _facts_of(before) if before else PaperFacts(name="", visibility=visibility)
    return PaperFacts(
        name=row.name or known.name,
        reference=row.reference,
        on=row.on or known.on,
        kind=row.kind or known.kind,
        document=row.document or known.document,
        visibility=known.visibility,
    )


def _meeting_step(row: MeetingRow, plan: PaperPlan) -> MeetingStep | None:
    """The meeting of that body on that day; None where the council's system tells it."""
    body = queries.organisation_called(row.body)
    if body is None:
        return MeetingStep(row, None, True)
    found = list(
        Meeting.objects.filter(
            organisation=body,
            deleted_at__isnull=True,
            start_at__gte=midnight(row.day),
            start_at__lt=midnight(row.day + timedelta(days=1)),
        ).order_by("start_at", "id")[:20]
    )
    if row.begins is not None:
        found = [one for one in found if one.start_at and _begins(one.start_at) == row.begins]
    if len(found) > 1:
        text = _("%(body)s meets more than once on this day; say the time.")
        plan.mistakes.append(Mistake(row.line, text % {"body": row.body}))
    if not found:
        return MeetingStep(row, None, True)
    return MeetingStep(row, found[0], False) if found[0].is_manual else None


def _begins(moment: datetime) -> time:
    return localtime(moment).time().replace(second=0, microsecond=0)


@dataclass(slots=True)
class _Agendas:
    """What stands on some agendas: items by meeting and number, and by meeting and paper."""

    by_number: dict[tuple[uuid.UUID, str], AgendaItem] = field(default_factory=dict)
    by_paper: dict[tuple[uuid.UUID, str], AgendaItem] = field(default_factory=dict)
    references: dict[uuid.UUID, list[str]] = field(default_factory=lambda: defaultdict(list))


def _agendas(meetings: list[Meeting]) -> _Agendas:
    found = _Agendas()
    items = {
        one.pk: one
        for one in AgendaItem.objects.filter(meeting__in=meetings, deleted_at__isnull=True)
    }
    for item in items.values():
        if item.number and item.meeting_id:
            found.by_number[item.meeting_id, item.number] = item
    rows = Consultation.objects.filter(
        agenda_item__in=items, deleted_at__isnull=True, paper__deleted_at__isnull=True
    ).order_by("paper__reference", "id")
    for key, reference in rows.values_list("agenda_item_id", "paper__reference"):
        item = items[key]
        if reference and item.meeting_id:
            found.by_paper[item.meeting_id, reference] = item
            found.references[key].append(reference)
    return found


def _plan_item(
    row: ItemRow,
    meeting: MeetingStep,
    agendas: _Agendas,
    names: dict[str, str],
    plan: PaperPlan,
) -> None:
    present = None
    if meeting.meeting is not None:
        key = meeting.meeting.pk
        present = agendas.by_number.get((key, row.number))
        for reference in row.references:
            other = agendas.by_paper.get((key, reference))
            if present is None:
                present = other
            elif other is not None and other.pk != present.pk:
                text = _(
                    "The paper %(reference)s stands under item %(number)s of that meeting. "
                    "Correct it there."
                )
                said = {"reference": reference, "number": other.number or "–"}
                plan.mistakes.append(Mistake(row.line, text % said))
                return
    papers = agendas.references.get(present.pk, []) if present else []
    facts = _item_facts(row, present, papers, names)
    if present is not None and facts == _known_facts(present, papers):
        plan.unchanged += 1
        return
    plan.items.append(ItemStep(row, facts, meeting, present))


def _known_facts(item: AgendaItem, papers: list[str]) -> ItemFacts:
    return ItemFacts(
        number=item.number,
        name=item.name,
        is_public=item.is_public,
        result_code=item.result_code,
        result_text=item.result_text,
        resolution_text=item.resolution_text,
        references=tuple(papers),
    )


def _item_facts(
    row: ItemRow, present: AgendaItem | None, papers: list[str], names: dict[str, str]
) -> ItemFacts:
    """The row's facts; what it does not say stays."""
    if present is None:
        known = ItemFacts(number="", name=names[row.references[0]][:1_000])
    else:
        known = _known_facts(present, papers)
    is_new_result = bool(row.result) and row.result != known.result_text
    return ItemFacts(
        number=row.number or known.number,
        name=known.name,
        is_public=known.is_public,
        # Worked out from the council's words where these are new.
        result_code=ResultCode.NONE if is_new_result else known.result_code,
        result_text=row.result or known.result_text,
        resolution_text=row.resolution or known.resolution_text,
        references=tuple(dict.fromkeys((*known.references, *row.references))),
    )


@transaction.atomic
def import_papers(*, file: PaperFile, visibility: str, by: "Person", at: datetime) -> PaperPlan:
    """Enter and correct what a table says, all of it or nothing; return what was done.

    Raises CouncilRefused if something in the table cannot be read.
    """
    keeping.one_after_the_other()
    plan = plan_papers(file=file, visibility=visibility)
    if plan.mistakes:
        first = plan.mistakes[0]
        raise CouncilRefused(
            _("Line %(line)d: %(text)s") % {"line": first.line, "text": first.text}
        )
    keeping.enter_papers(papers=[step.facts for step in plan.new_papers], by=by, at=at)
    for paper in plan.changed_papers:
        assert paper.before is not None, "it is there"
        keeping.correct_paper(paper=paper.before, facts=paper.facts, by=by, at=at)
    for meeting in plan.meetings:
        row = meeting.row
        start = _start(row.day, row.begins)
        meeting.meeting = keeping.enter_meeting(
            facts=MeetingFacts(body=row.body, start_at=start, visibility=visibility), by=by, at=at
        )
    entries = [(step.meeting.meeting, step.facts) for step in plan.new_items]
    keeping.enter_items(entries=[(one, facts) for one, facts in entries if one], by=by, at=at)
    for item in plan.changed_items:
        assert item.before is not None, "it is there"
        keeping.correct_item(item=item.before, facts=item.facts, by=by, at=at)
    return plan


def _start(day: date, begins: time | None) -> datetime:
    if begins is None:
        return midnight(day)
    return datetime.combine(day, begins, get_default_timezone())
