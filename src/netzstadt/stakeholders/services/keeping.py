"""Entering by hand what no council information system tells: meetings, agenda items, papers."""

import uuid
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import transaction
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
    ResultCode,
)
from netzstadt.stakeholders.queries import council as queries
from netzstadt.standards.oparl.results import understood

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

M = TypeVar("M", bound=CouncilObject)


class CouncilRefused(Refusal):
    """This cannot be entered or changed so."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MeetingFacts:
    """What is entered of a meeting; ``body`` is the name of who meets."""

    body: str
    start_at: datetime
    end_at: datetime | None = None
    place: str = ""
    is_cancelled: bool = False
    visibility: str = CouncilVisibility.PUBLIC


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemFacts:
    """What is entered of an agenda item; ``references`` are the numbers of its papers."""

    number: str
    name: str
    is_public: bool = True
    result_code: str = ResultCode.NONE
    result_text: str = ""
    resolution_text: str = ""
    references: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class PaperFacts:
    """What is entered of a paper; ``document`` is the address at which it can be read."""

    name: str
    reference: str = ""
    on: date | None = None
    kind: str = ""
    document: str = ""
    visibility: str = CouncilVisibility.PUBLIC


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

    Raises CouncilRefused, ChangedMeanwhile.
    """
    current = _held(Meeting, meeting, seen_at)
    changed = _set(current, _of_meeting(facts, at))
    if not changed:
        return
    current.changed_at = at
    current.save()
    if "visibility" in changed:
        current.agenda_items.update(visibility=current.visibility, changed_at=at)
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


@transaction.atomic
def enter_item(
    *, meeting: Meeting, facts: ItemFacts, by: "Person | None", at: datetime
) -> AgendaItem:
    """Put an item on the agenda of a meeting that was entered by hand; with a result it is a
    resolution.

    Raises CouncilRefused if a paper is not known by its number.
    """
    current = _held(Meeting, meeting)
    made = AgendaItem(
        origin=Origin.MANUAL,
        meeting=current,
        visibility=current.visibility,
        order=current.agenda_items.count() + 1,
        created_at=at,
        changed_at=at,
    )
    _set(made, _of_item(facts))
    made.save()
    papers = _papers(facts.references)
    _put_on_agenda(made, papers, at)
    audit.record(
        events.AgendaItemEntered(
            object_id=made.pk,
            meeting_id=current.pk,
            result=made.result_code,
            paper_ids=tuple(one.pk for one in papers),
        ),
        by=by,
    )
    return made


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
    changed = _set(current, _of_item(facts))
    if _put_on_agenda(current, _papers(facts.references), at):
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


@transaction.atomic
def enter_paper(*, facts: PaperFacts, by: "Person | None", at: datetime) -> Paper:
    """Enter a paper. Raises CouncilRefused if another one has its number."""
    made = Paper(origin=Origin.MANUAL, created_at=at, changed_at=at)
    _set(made, _of_paper(facts, made.pk))
    made.save()
    audit.record(events.PaperEntered(object_id=made.pk, visibility=str(facts.visibility)), by=by)
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
    changed = _set(current, _of_paper(facts, current.pk))
    if not changed:
        return
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
    current = model._default_manager.select_for_update().get(pk=one.pk)
    if not current.is_manual:
        raise CouncilRefused(
            _("This comes from the council information system. Have it corrected there.")
        )
    if current.deleted_at is not None:
        raise CouncilRefused(_("This has been withdrawn already."))
    refuse_if_changed(current.changed_at, seen_at=seen_at)
    return current


def _set(one: CouncilObject, values: dict[str, Any]) -> tuple[str, ...]:
    """Set what is different; return what that was."""
    changed = tuple(name for name, value in values.items() if getattr(one, name) != value)
    for name in changed:
        setattr(one, name, values[name])
    return changed


def _of_meeting(facts: MeetingFacts, at: datetime) -> dict[str, Any]:
    name = facts.body.strip()
    if not name:
        raise CouncilRefused(_("Say who meets."))
    if facts.end_at is not None and facts.end_at < facts.start_at:
        raise CouncilRefused(_("The meeting would end before it begins."))
    body = queries.organisation_called(name)
    if body is None:
        body = CouncilOrganisation.objects.create(
            origin=Origin.MANUAL, name=name, created_at=at, changed_at=at
        )
    values = asdict(facts) | {"name": body.name, "organisation": body}
    values.pop("body")
    return values


def _of_item(facts: ItemFacts) -> dict[str, Any]:
    if not facts.name.strip():
        raise CouncilRefused(_("Say what the item is about."))
    code = facts.result_code
    if code == ResultCode.NONE and facts.result_text:
        code = ResultCode(understood(facts.result_text).value)
    values = asdict(facts) | {"result_code": code}
    values.pop("references")
    return values


def _of_paper(facts: PaperFacts, key: uuid.UUID) -> dict[str, Any]:
    if not facts.name.strip():
        raise CouncilRefused(_("Say what the paper is called."))
    if facts.reference:
        others = queries.papers_with([facts.reference]).get(facts.reference, [])
        if any(other.pk != key for other in others):
            raise CouncilRefused(_("There is another paper with this number."))
    values = asdict(facts)
    address = values.pop("document")
    files = [{"name": "", "url": address, "type": ""}] if address else []
    return values | {"files": files}


def _papers(references: tuple[str, ...]) -> list[Paper]:
    wanted = tuple(dict.fromkeys(references))
    found = queries.papers_with(wanted)
    if wrong := [one for one in wanted if len(found.get(one, [])) != 1]:
        raise CouncilRefused(
            _("There is no paper, or more than one, with the number: %(numbers)s")
            % {"numbers": ", ".join(wrong)}
        )
    return [found[one][0] for one in wanted]


def _put_on_agenda(item: AgendaItem, papers: list[Paper], at: datetime) -> bool:
    """Let these papers and no others stand on the item; return whether that changed anything."""
    present = item.consultations.filter(origin=Origin.MANUAL, deleted_at__isnull=True)
    known = set(present.values_list("paper_id", flat=True))
    gone = present.exclude(paper__in=papers)
    is_changed = gone.exists() or any(one.pk not in known for one in papers)
    _withdraw_consultations(gone, at)
    Consultation.objects.bulk_create(
        Consultation(
            origin=Origin.MANUAL, agenda_item=item, paper=one, created_at=at, changed_at=at
        )
        for one in papers
        if one.pk not in known
    )
    return is_changed


def _withdraw(one: CouncilObject, at: datetime) -> None:
    one.deleted_at = one.changed_at = at
    one.save(update_fields=["deleted_at", "changed_at"])


def _withdraw_consultations(found: Any, at: datetime) -> None:
    found.filter(deleted_at__isnull=True).update(deleted_at=at, changed_at=at)
