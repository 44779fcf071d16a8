"""What an import of papers would do: a table compared with what is known. Changes nothing."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from django.db.models.functions import Lower
from django.utils.timezone import get_default_timezone, localtime
from django.utils.translation import gettext as _

from netzstadt.core.days import midnight
from netzstadt.lib.tables import Mistake
from netzstadt.stakeholders.models.council import (
    AgendaItem,
    Consultation,
    CouncilVisibility,
    Meeting,
    Paper,
    ResultCode,
)
from netzstadt.stakeholders.paper_files import ItemRow, MeetingRow, PaperFile, PaperRow
from netzstadt.stakeholders.services.facts import ItemFacts, MeetingFacts, PaperFacts


@dataclass(slots=True)
class PaperStep:
    """What becomes of a paper; ``before`` None is new."""

    row: PaperRow
    facts: PaperFacts
    before: Paper | None


@dataclass(slots=True)
class MeetingStep:
    """What becomes of a meeting: ``meeting`` None is new, ``facts`` None leaves it as it is."""

    row: MeetingRow
    facts: MeetingFacts | None
    meeting: Meeting | None

    @property
    def visibility(self) -> str:
        """Who may read it."""
        known = self.facts or self.meeting
        return str(known.visibility) if known else CouncilVisibility.ADMINISTRATION


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

    new_papers: list[PaperStep] = field(default_factory=list)
    changed_papers: list[PaperStep] = field(default_factory=list)
    new_meetings: list[MeetingStep] = field(default_factory=list)
    changed_meetings: list[MeetingStep] = field(default_factory=list)
    new_items: list[ItemStep] = field(default_factory=list)
    changed_items: list[ItemStep] = field(default_factory=list)
    unchanged: int = 0
    left_out: set[int] = field(default_factory=set)
    mistakes: list[Mistake] = field(default_factory=list)

    @property
    def papers(self) -> list[PaperStep]:
        """The papers that would be entered or corrected."""
        return [*self.new_papers, *self.changed_papers]

    @property
    def items(self) -> list[ItemStep]:
        """The agenda items that would be entered or corrected."""
        return [*self.new_items, *self.changed_items]

    @property
    def does_something(self) -> bool:
        """Whether there is anything to import."""
        is_any = self.papers or self.items or self.new_meetings or self.changed_meetings
        return bool(is_any) and not self.mistakes

    def fault(self, line: int, text: str) -> None:
        """Note what stands against it."""
        self.mistakes.append(Mistake(line, text))


def plan_papers(*, file: PaperFile, visibility: str) -> PaperPlan:
    """Compare a table with what is known.

    ``visibility`` is that of what is new; what is there keeps its own.
    """
    plan = PaperPlan(mistakes=list(file.mistakes))
    known = _plan_papers(file, visibility, plan)
    meetings = _plan_meetings(file, visibility, plan)
    agendas = _agendas(step.meeting for step in meetings.values() if step and step.meeting)
    rows: dict[tuple[str, date, time | None], list[ItemRow]] = defaultdict(list)
    for item in file.items.values():
        rows[item.meeting.key].append(item)
    for key, items in rows.items():
        meeting = meetings[key]
        if meeting is None:
            plan.left_out.update(item.line for item in items)
            continue
        agenda = agendas.get(meeting.meeting.pk, []) if meeting.meeting else []
        _plan_agenda(meeting, items, agenda, known, visibility, plan)
    plan.mistakes.sort(key=lambda one: one.line)
    return plan


def _plan_papers(file: PaperFile, visibility: str, plan: PaperPlan) -> dict[str, PaperFacts]:
    """Plan the papers; return what is known of each number's paper afterwards."""
    held: dict[str, list[Paper]] = defaultdict(list)
    found = Paper.objects.filter(reference__in=list(file.papers), deleted_at__isnull=True)
    for paper in found.order_by("id"):
        held[paper.reference].append(paper)
    known = {}
    for row in file.papers.values():
        papers = held.get(row.reference, [])
        before = papers[0] if papers else None
        if len(papers) > 1:
            plan.fault(row.line, _("There is more than one paper with this number."))
        if before is None and not row.name:
            plan.fault(row.line, _("Say what the paper is called."))
        facts = _paper_facts(row, before, visibility)
        known[row.reference] = facts
        if before is None:
            plan.new_papers.append(PaperStep(row, facts, None))
        elif not before.is_manual:
            known[row.reference] = replace(facts, name=before.name or row.name)
            plan.left_out.add(row.line)
        elif facts == _facts_of(before):
            plan.unchanged += 1
        else:
            plan.changed_papers.append(PaperStep(row, facts, before))
    return known


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


MeetingSteps = dict[tuple[str, object, time | None], MeetingStep | None]


def _plan_meetings(file: PaperFile, visibility: str, plan: PaperPlan) -> MeetingSteps:
    """What becomes of each meeting; None where the council's system tells it."""
    by_day: dict[tuple[str, object], list[Meeting]] = defaultdict(list)
    rows = file.meetings.values()
    if rows:
        first, last = min(row.day for row in rows), max(row.day for row in rows)
        found = Meeting.objects.annotate(body=Lower("organisation__name")).filter(
            body__in={row.body.lower() for row in rows},
            deleted_at__isnull=True,
            start_at__gte=midnight(first),
            start_at__lt=midnight(last + timedelta(days=1)),
        )
        for meeting in found.select_related("organisation").order_by("start_at", "id"):
            if meeting.start_at is not None:
                by_day[meeting.body, localtime(meeting.start_at).date()].append(meeting)
    steps: MeetingSteps = {}
    for row in rows:
        steps[row.key] = step = _plan_meeting(row, by_day[row.key[:2]], visibility, plan)
        if step and step.facts:
            (plan.changed_meetings if step.meeting else plan.new_meetings).append(step)
    return steps


def _plan_meeting(
    row: MeetingRow, of_day: list[Meeting], visibility: str, plan: PaperPlan
) -> MeetingStep | None:
    """One of that body's meetings on that day: by its time, or the one that has none yet."""
    found = of_day
    if row.begins is not None:
        found = [one for one in of_day if _begins(one) == row.begins]
        found = found or [one for one in of_day if _begins(one) is None]
    told = [one for one in found if not one.is_manual]
    found = told or found
    if len(found) > 1:
        text = _("%(body)s meets more than once on this day; say the time.")
        plan.fault(row.line, text % {"body": row.body})
    start = midnight(row.day)
    if row.begins is not None:
        start = datetime.combine(row.day, row.begins, get_default_timezone())
    if not found:
        facts = MeetingFacts(body=row.body, start_at=start, visibility=visibility)
        return MeetingStep(row, facts, None)
    meeting = found[0]
    if not meeting.is_manual:
        return None
    if row.begins is None or _begins(meeting) is not None:
        return MeetingStep(row, None, meeting)
    facts = MeetingFacts(
        body=meeting.name,
        start_at=start,
        end_at=meeting.end_at,
        place=meeting.place,
        is_cancelled=meeting.is_cancelled,
        visibility=meeting.visibility,
    )
    return MeetingStep(row, facts, meeting)


def _begins(meeting: Meeting) -> time | None:
    """Its time by the city's clocks; None where only the day is known."""
    if meeting.start_at is None or not meeting.has_time:
        return None
    return localtime(meeting.start_at).time().replace(second=0, microsecond=0)


@dataclass(slots=True)
class _Present:
    """An item that stands on an agenda, with its papers' numbers, and the row that is about it."""

    item: AgendaItem
    references: list[str] = field(default_factory=list)
    row: ItemRow | None = None


@dataclass(slots=True)
class _Claim:
    """A row, who may read what it says, and the item of the agenda that it is about."""

    row: ItemRow
    visibility: str
    present: _Present | None = None


def _agendas(meetings: Iterable[Meeting]) -> dict[uuid.UUID, list[_Present]]:
    """What stands on the agendas of some meetings."""
    items = AgendaItem.objects.filter(meeting__in=list(meetings), deleted_at__isnull=True)
    present = {one.pk: _Present(one) for one in items.order_by("order", "id")}
    rows = Consultation.objects.filter(
        agenda_item__in=present, deleted_at__isnull=True, paper__deleted_at__isnull=True
    ).order_by("paper__reference", "id")
    for key, reference in rows.values_list("agenda_item_id", "paper__reference"):
        if key and reference:
            present[key].references.append(reference)
    found: dict[uuid.UUID, list[_Present]] = defaultdict(list)
    for one in present.values():
        if one.item.meeting_id:
            found[one.item.meeting_id].append(one)
    return found


def _plan_agenda(
    meeting: MeetingStep,
    rows: list[ItemRow],
    agenda: list[_Present],
    known: dict[str, PaperFacts],
    visibility: str,
    plan: PaperPlan,
) -> None:
    """Let each row find the item that it is about, and say what becomes of that."""
    claims = [
        _Claim(
            row,
            _strictest(
                visibility, meeting.visibility, *(known[one].visibility for one in row.references)
            ),
        )
        for row in rows
    ]
    _match(claims, agenda)
    for claim in claims:
        row, present = claim.row, claim.present
        if text := _stands_elsewhere(claim, agenda):
            plan.fault(row.line, text)
            continue
        facts = _item_facts(claim, known, meeting.visibility)
        if present is None:
            plan.new_items.append(ItemStep(row, facts, meeting, None))
        elif facts == _known_facts(present):
            plan.unchanged += 1
        elif present.item.visibility != claim.visibility == CouncilVisibility.ADMINISTRATION:
            text = _("Item %(number)s of that meeting can be read by everybody; this list cannot.")
            plan.fault(row.line, text % {"number": present.item.number or "–"})
        else:
            plan.changed_items.append(ItemStep(row, facts, meeting, present.item))


def _strictest(*visibilities: str) -> str:
    is_closed = CouncilVisibility.ADMINISTRATION in visibilities
    return CouncilVisibility.ADMINISTRATION if is_closed else CouncilVisibility.PUBLIC


def _match(claims: list[_Claim], agenda: list[_Present]) -> None:
    """Each row is about one item at most, and each item is one row's.

    By number and paper; by a number that no other item has; by paper alone.
    """

    def shares(claim: _Claim, one: _Present) -> bool:
        return not set(claim.row.references).isdisjoint(one.references)

    def has_number(claim: _Claim, one: _Present) -> bool:
        return bool(claim.row.number) and one.item.number == claim.row.number

    def by_both(claim: _Claim, one: _Present) -> bool:
        return has_number(claim, one) and shares(claim, one)

    def by_number(claim: _Claim, one: _Present) -> bool:
        alike = [
            other
            for other in agenda
            if has_number(claim, other) and other.item.visibility == claim.visibility
        ]
        return alike == [one]

    for fits in (by_both, by_number, shares):
        for claim in claims:
            if claim.present is not None:
                continue
            found = next((one for one in agenda if one.row is None and fits(claim, one)), None)
            if found is not None:
                found.row, claim.present = claim.row, found


def _stands_elsewhere(claim: _Claim, agenda: list[_Present]) -> str:
    """What is wrong where a paper stands under another item than the row says."""
    for one in agenda:
        if one is claim.present:
            continue
        for reference in claim.row.references:
            if reference in one.references and not (one.row and reference in one.row.references):
                return _(
                    "The paper %(reference)s stands under item %(number)s of that meeting. "
                    "Say that number, or correct it there."
                ) % {"reference": reference, "number": one.item.number or "–"}
    return ""


def _known_facts(present: _Present) -> ItemFacts:
    item = present.item
    return ItemFacts(
        number=item.number,
        name=item.name,
        is_public=item.is_public,
        result_code=item.result_code,
        result_text=item.result_text,
        resolution_text=item.resolution_text,
        visibility=item.visibility,
        references=tuple(present.references),
    )


def _item_facts(claim: _Claim, known: dict[str, PaperFacts], of_meeting: str) -> ItemFacts:
    """The row's facts; what it does not say stays."""
    row = claim.row
    if claim.present is None:
        before = ItemFacts(
            number="",
            name=known[row.references[0]].name[:1_000],
            # What not everybody may read of a meeting that everybody may read of.
            is_public=claim.visibility == of_meeting,
            visibility=claim.visibility,
        )
    else:
        before = _known_facts(claim.present)
    is_new_result = bool(row.result) and row.result != before.result_text
    return ItemFacts(
        number=row.number or before.number,
        name=before.name,
        is_public=before.is_public,
        # Worked out from the council's words where these are new.
        result_code=ResultCode.NONE if is_new_result else before.result_code,
        result_text=row.result or before.result_text,
        resolution_text=row.resolution or before.resolution_text,
        visibility=before.visibility,
        references=tuple(dict.fromkeys((*before.references, *row.references))),
    )
