"""Entering by hand what no council information system tells: meetings, agenda items, papers."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import connection, transaction
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.core.meanwhile import refuse_if_changed
from netzstadt.core.refusal import Refusal
from netzstadt.stakeholders import events
from netzstadt.stakeholders.models.council import (
    AgendaItem,
    Consultation,
    CouncilObject,
    CouncilOrganisation,
    CouncilVisibility,
    Meeting,
    Origin,
    Paper,
)
from netzstadt.stakeholders.queries import council as queries
from netzstadt.stakeholders.services.facts import ItemFacts, MeetingFacts, PaperFacts

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

M = TypeVar("M", bound=CouncilObject)


class CouncilRefused(Refusal):
    """This cannot be entered or changed so."""


@transaction.atomic
def enter_meeting(*, facts: MeetingFacts, by: "Person | None", at: datetime) -> Meeting:
    """Enter a meeting of a body; a body that is not known by its name is entered with it.

    Raises CouncilRefused if nobody meets, or it would end before it begins.
    """
    made = Meeting(origin=Origin.MANUAL, created_at=at, changed_at=at)
    _set(made, _of_meeting(facts, at))
    made.save()
    audit.record(events.MeetingEntered(object_id=made.pk, visibility=str(facts.visibility)), by=by)
    return made


@transaction.atomic
def correct_meeting(
    *,
    meeting: Meeting,
    facts: MeetingFacts,
    by: "Person",
    at: datetime,
    seen_at: datetime | None = None,
) -> None:
    """Correct a meeting that was entered by hand; who may read it holds for its agenda as well.

    What was not dealt with in public stays with the administration where the meeting is opened.

    Raises CouncilRefused, ChangedMeanwhile.
    """
    current = _held(Meeting, meeting, seen_at)
    changed = _set(current, _of_meeting(facts, at))
    if not changed:
        return
    current.changed_at = at
    current.save()
    if "visibility" in changed:
        items = current.agenda_items.all()
        if current.visibility == CouncilVisibility.PUBLIC:
            items = items.filter(is_public=True)
        items.update(visibility=current.visibility, changed_at=at)
    audit.record(events.MeetingCorrected(object_id=current.pk, changed=changed), by=by)


@transaction.atomic
def withdraw_meeting(*, meeting: Meeting, by: "Person", at: datetime) -> None:
    """Withdraw a meeting that was entered by mistake, with its agenda; links to it stay.

    Raises CouncilRefused.
    """
    current = _held(Meeting, meeting)
    items = AgendaItem.objects.filter(meeting=current, deleted_at__isnull=True)
    ids = tuple(items.order_by("pk").values_list("pk", flat=True))
    _withdraw_consultations(Consultation.objects.filter(agenda_item__in=ids), at)
    items.update(deleted_at=at, changed_at=at)
    _withdraw(current, at)
    audit.record(events.MeetingWithdrawn(object_id=current.pk, item_ids=ids), by=by)


def enter_item(
    *, meeting: Meeting, facts: ItemFacts, by: "Person | None", at: datetime
) -> AgendaItem:
    """Put an item on the agenda of a meeting that was entered by hand; with a result it is a
    resolution.

    Raises CouncilRefused if a paper is not known by its number.
    """
    return enter_items(entries=[(meeting, facts)], by=by, at=at)[0]


@transaction.atomic
def enter_items(
    *, entries: Sequence[tuple[Meeting, ItemFacts]], by: "Person | None", at: datetime
) -> list[AgendaItem]:
    """Put items on agendas, each behind those that stand there; an event each.

    Raises CouncilRefused, as ``enter_item`` does.
    """
    held = {one.pk: one for one in _all_held(Meeting, [meeting for meeting, _facts in entries])}
    orders = Counter(
        AgendaItem.objects.filter(meeting__in=held).values_list("meeting_id", flat=True)
    )
    known = _papers([number for _meeting, facts in entries for number in facts.references])
    made: list[tuple[AgendaItem, list[Paper]]] = []
    for meeting, facts in entries:
        orders[meeting.pk] += 1
        item = AgendaItem(
            origin=Origin.MANUAL,
            meeting=held[meeting.pk],
            order=orders[meeting.pk],
            created_at=at,
            changed_at=at,
        )
        _set(item, _of_item(facts, held[meeting.pk]))
        made.append((item, [known[number] for number in dict.fromkeys(facts.references)]))
    AgendaItem.objects.bulk_create([item for item, _on_it in made], batch_size=1_000)
    Consultation.objects.bulk_create(
        (_consultation(item, one, at) for item, papers in made for one in papers),
        batch_size=1_000,
    )
    for (meeting, _facts), (item, papers) in zip(entries, made, strict=True):
        audit.record(
            events.AgendaItemEntered(
                object_id=item.pk,
                meeting_id=meeting.pk,
                result=item.result_code,
                paper_ids=tuple(one.pk for one in papers),
            ),
            by=by,
        )
    return [item for item, _on_it in made]


@transaction.atomic
def correct_item(
    *,
    item: AgendaItem,
    facts: ItemFacts,
    by: "Person",
    at: datetime,
    seen_at: datetime | None = None,
) -> None:
    """Correct an agenda item that was entered by hand, or enter its result.

    Raises CouncilRefused, ChangedMeanwhile.
    """
    current = _held(AgendaItem, item, seen_at)
    changed = _set(current, _of_item(facts, current.meeting))
    if _put_on_agenda(current, _papers(facts.references).values(), at):
        changed = (*changed, "papers")
    if not changed:
        return
    current.changed_at = at
    current.save()
    audit.record(
        events.AgendaItemCorrected(
            object_id=current.pk, changed=changed, result=current.result_code
        ),
        by=by,
    )


@transaction.atomic
def withdraw_item(*, item: AgendaItem, by: "Person", at: datetime) -> None:
    """Withdraw an agenda item that was entered by mistake; links to it stay.

    Raises CouncilRefused.
    """
    current = _held(AgendaItem, item)
    _withdraw_consultations(current.consultations.all(), at)
    _withdraw(current, at)
    audit.record(events.AgendaItemWithdrawn(object_id=current.pk), by=by)


def enter_paper(*, facts: PaperFacts, by: "Person | None", at: datetime) -> Paper:
    """Enter a paper. Raises CouncilRefused if another one has its number."""
    return enter_papers(papers=[facts], by=by, at=at)[0]


@transaction.atomic
def enter_papers(*, papers: Sequence[PaperFacts], by: "Person | None", at: datetime) -> list[Paper]:
    """Enter papers, an event each. Raises CouncilRefused if one has the number of another."""
    made = []
    for facts in papers:
        paper = Paper(origin=Origin.MANUAL, created_at=at, changed_at=at)
        _set(paper, _of_paper(facts))
        made.append(paper)
    _refuse_taken_numbers(made)
    Paper.objects.bulk_create(made, batch_size=1_000)
    for paper in made:
        audit.record(events.PaperEntered(object_id=paper.pk, visibility=paper.visibility), by=by)
    return made


@transaction.atomic
def correct_paper(
    *,
    paper: Paper,
    facts: PaperFacts,
    by: "Person",
    at: datetime,
    seen_at: datetime | None = None,
) -> None:
    """Correct a paper that was entered by hand. Raises CouncilRefused, ChangedMeanwhile."""
    current = _held(Paper, paper, seen_at)
    changed = _set(current, _of_paper(facts))
    if not changed:
        return
    _refuse_taken_numbers([current])
    current.changed_at = at
    current.save()
    audit.record(events.PaperCorrected(object_id=current.pk, changed=changed), by=by)


@transaction.atomic
def withdraw_paper(*, paper: Paper, by: "Person", at: datetime) -> None:
    """Withdraw a paper that was entered by mistake; links to it stay. Raises CouncilRefused."""
    current = _held(Paper, paper)
    _withdraw_consultations(current.consultations.all(), at)
    _withdraw(current, at)
    audit.record(events.PaperWithdrawn(object_id=current.pk), by=by)


def _held(model: type[M], one: M, seen_at: datetime | None = None) -> M:
    """The object of now, held; only what was entered by hand is changed by hand."""
    (current,) = _all_held(model, [one])
    refuse_if_changed(current.changed_at, seen_at=seen_at)
    return current


def _all_held(model: type[M], some: Sequence[M]) -> list[M]:
    keys = {one.pk for one in some}
    found = model._default_manager.select_for_update().filter(pk__in=keys).order_by("pk")
    for one in found:
        if not one.is_manual:
            raise CouncilRefused(
                _("This comes from the council information system. Have it corrected there.")
            )
        if one.deleted_at is not None:
            raise CouncilRefused(_("This has been withdrawn already."))
    return list(found)


def _set(one: CouncilObject, values: dict[str, Any]) -> tuple[str, ...]:
    """Set what is different; return what that was."""
    changed = tuple(name for name, value in values.items() if getattr(one, name) != value)
    for name in changed:
        setattr(one, name, values[name])
    return changed


def one_after_the_other() -> None:
    """Let no other transaction enter what this one looks for and does not find."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('netzstadt.stakeholders.keeping'))")


def _of_meeting(facts: MeetingFacts, at: datetime) -> dict[str, Any]:
    name = facts.body.strip()
    if not name:
        raise CouncilRefused(_("Say who meets."))
    if facts.end_at is not None and facts.end_at < facts.start_at:
        raise CouncilRefused(_("The meeting would end before it begins."))
    one_after_the_other()
    body = queries.organisation_called(name)
    if body is None:
        body = CouncilOrganisation.objects.create(
            origin=Origin.MANUAL, name=name, created_at=at, changed_at=at
        )
    values = asdict(facts) | {"name": body.name, "organisation": body}
    values.pop("body")
    return values


def _of_item(facts: ItemFacts, meeting: Meeting | None) -> dict[str, Any]:
    if not facts.name.strip():
        raise CouncilRefused(_("Say what the item is about."))
    of_meeting = meeting.visibility if meeting else CouncilVisibility.ADMINISTRATION
    visibility = facts.visibility or of_meeting
    if visibility != of_meeting == CouncilVisibility.ADMINISTRATION:
        raise CouncilRefused(_("Only the administration may read of the meeting; so of its items."))
    if not facts.is_public and visibility == CouncilVisibility.PUBLIC:
        raise CouncilRefused(
            _("What was not dealt with in public is for the administration; say so below.")
        )
    values = asdict(facts) | {"result_code": facts.result, "visibility": visibility}
    values.pop("references")
    return values


def _of_paper(facts: PaperFacts) -> dict[str, Any]:
    if not facts.name.strip():
        raise CouncilRefused(_("Say what the paper is called."))
    values = asdict(facts)
    address = values.pop("document")
    files = [{"name": "", "url": address, "type": ""}] if address else []
    return values | {"files": files}


def _refuse_taken_numbers(papers: list[Paper]) -> None:
    one_after_the_other()
    numbers = [one.reference for one in papers if one.reference]
    keys = {one.pk for one in papers}
    others = queries.papers_with(numbers).values()
    if len(set(numbers)) < len(numbers) or any(
        other.pk not in keys for found in others for other in found
    ):
        raise CouncilRefused(_("There is another paper with this number."))


def _papers(references: Sequence[str]) -> dict[str, Paper]:
    """The one paper of each number."""
    wanted = tuple(dict.fromkeys(references))
    found = queries.papers_with(wanted)
    if wrong := [one for one in wanted if len(found.get(one, [])) != 1]:
        raise CouncilRefused(
            _("There is no paper, or more than one, with the number: %(numbers)s")
            % {"numbers": ", ".join(wrong)}
        )
    return {one: found[one][0] for one in wanted}


def _put_on_agenda(item: AgendaItem, papers: Collection[Paper], at: datetime) -> bool:
    """Let these papers and no others stand on the item; return whether that changed anything."""
    present = item.consultations.filter(origin=Origin.MANUAL, deleted_at__isnull=True)
    known = set(present.values_list("paper_id", flat=True))
    gone = present.exclude(paper__in=papers)
    is_changed = gone.exists() or any(one.pk not in known for one in papers)
    _withdraw_consultations(gone, at)
    Consultation.objects.bulk_create(
        _consultation(item, one, at) for one in papers if one.pk not in known
    )
    return is_changed


def _consultation(item: AgendaItem, paper: Paper, at: datetime) -> Consultation:
    return Consultation(
        origin=Origin.MANUAL, agenda_item=item, paper=paper, created_at=at, changed_at=at
    )


def _withdraw(one: CouncilObject, at: datetime) -> None:
    one.deleted_at = one.changed_at = at
    one.save(update_fields=["deleted_at", "changed_at"])


def _withdraw_consultations(found: Any, at: datetime) -> None:
    found.filter(deleted_at__isnull=True).update(deleted_at=at, changed_at=at)
