"""Status reports: written, submitted, approved and sealed; and lights that are set by hand."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.core.meanwhile import refuse_if_changed
from netzstadt.portfolio import report_events as events
from netzstadt.portfolio import status_files
from netzstadt.portfolio.models import LightOverride, Project, ReportState, StatusReport
from netzstadt.portfolio.models.reports import SEALED
from netzstadt.portfolio.services.projects import held
from netzstadt.portfolio.services.refusals import PortfolioRefused, refused

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

# A light set by hand is looked at again after three months at the latest.
LONGEST_OVERRIDE = timedelta(days=92)
_TEXTS = ("first_day", "last_day", "happened", "ahead", "needed")


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportFacts:
    """What is written in a report: for which days, what happened, what comes, what is needed."""

    first_day: date
    last_day: date
    happened: str = ""
    ahead: str = ""
    needed: str = ""


@transaction.atomic
def begin_report(
    *,
    project: Project,
    facts: ReportFacts,
    by: "Person | None",
    at: datetime,
    corrects: StatusReport | None = None,
    submit_on: date | None = None,
) -> StatusReport:
    """Begin the next status report of a project as a draft; with ``submit_on``, the day of today,
    it is submitted at once. ``corrects`` is the approved one that it takes the place of.

    Raises PortfolioRefused if another one is open, or the one to be corrected was so already.
    """
    current = held(project)
    last = current.reports.aggregate(last=Max("number"))["last"] or 0
    with refused():
        made = StatusReport.objects.create(
            project=current,
            number=last + 1,
            corrects=corrects,
            written_by=by,
            created_at=at,
            changed_at=at,
            **{name: getattr(facts, name) for name in _TEXTS},
        )
    audit.record(
        events.ReportBegun(object_id=current.pk, report_id=made.pk, report_number=made.number),
        by=by,
    )
    return made if submit_on is None else submit_report(report=made, today=submit_on, by=by, at=at)


@transaction.atomic
def change_report(
    *,
    report: StatusReport,
    facts: ReportFacts,
    by: "Person | None",
    at: datetime,
    seen_at: datetime | None = None,
    submit_on: date | None = None,
) -> StatusReport:
    """Write on a draft; who wrote on it last has written it. With ``submit_on``, the day of today,
    it is submitted at once.

    Raises PortfolioRefused if it is no draft, ChangedMeanwhile.
    """
    current = _held(report, ReportState.DRAFT)
    refuse_if_changed(current.changed_at, seen_at=seen_at)
    changed = [name for name in _TEXTS if getattr(current, name) != getattr(facts, name)]
    if changed:
        for name in changed:
            setattr(current, name, getattr(facts, name))
        current.written_by, current.changed_at = by, at
        with refused():
            current.save(update_fields=[*changed, "written_by", "changed_at"])
        audit.record(
            events.ReportChanged(
                object_id=current.project_id,
                report_id=current.pk,
                report_number=current.number,
                texts=tuple(changed),
            ),
            by=by,
        )
    if submit_on is None:
        return current
    return submit_report(report=current, today=submit_on, by=by, at=at)


@transaction.atomic
def submit_report(
    *, report: StatusReport, today: date, by: "Person | None", at: datetime
) -> StatusReport:
    """Freeze what a draft says, with the lights and facts of now, and ask for its approval.

    Who approves reads what will be sealed; those who may are told.

    Raises PortfolioRefused if it is no draft, or says nothing of what happened.
    """
    current = _held(report, ReportState.DRAFT)
    if not current.happened.strip():
        raise PortfolioRefused(_("Say what happened."))
    frozen = status_files.frozen(current, today=today, to=by)
    current.payload, current.light = status_files.text_of(frozen), frozen["overall"]["light"]
    current.state, current.submitted_at, current.changed_at = ReportState.SUBMITTED, at, at
    current.returned_because = ""
    with refused():
        current.save()
    audit.record(
        events.ReportSubmitted(
            object_id=current.project_id,
            report_id=current.pk,
            report_number=current.number,
            light=current.light,
        ),
        by=by,
    )
    return current


@transaction.atomic
def return_report(*, report: StatusReport, reason: str, by: "Person", at: datetime) -> None:
    """Give a submitted report back to who wrote it, with what is to be changed.

    Raises PortfolioRefused if it is not submitted, or nobody says why.
    """
    current = _held(report, ReportState.SUBMITTED)
    if not reason.strip():
        raise PortfolioRefused(_("Say what is to be changed."))
    current.state, current.payload, current.submitted_at = ReportState.DRAFT, "", None
    current.returned_because, current.changed_at = reason.strip(), at
    current.save()
    audit.record(
        events.ReportReturned(
            object_id=current.project_id, report_id=current.pk, report_number=current.number
        ),
        by=by,
    )


@transaction.atomic
def approve_report(*, report: StatusReport, by: "Person", at: datetime) -> StatusReport:
    """Approve a submitted report, as somebody else than who wrote it: it is sealed with the SHA-256
    of what it says, which stands in the trail, too.

    Raises PortfolioRefused if it is not submitted, or ``by`` wrote it or acts for who did.
    """
    current = _held(report, ReportState.SUBMITTED)
    acts_for = by.acting_for.pk if by.acting_for is not None else None
    if current.written_by_id is not None and current.written_by_id in (by.pk, acts_for):
        raise PortfolioRefused(_("Somebody else than who wrote it approves a report."))
    current.digest = hashlib.sha256(current.payload.encode()).hexdigest()
    current.state, current.approved_by = ReportState.APPROVED, by
    current.approved_at = current.changed_at = at
    with refused():
        current.save()
    audit.record(
        events.ReportApproved(
            object_id=current.project_id,
            report_id=current.pk,
            report_number=current.number,
            seal=current.digest,
        ),
        by=by,
    )
    return current


@transaction.atomic
def publish_report(*, report: StatusReport, by: "Person", at: datetime) -> None:
    """Let everybody who sees the project read an approved report, without what is internal.

    Raises PortfolioRefused if it is not approved, or published already.
    """
    current = _held(report, ReportState.APPROVED)
    current.state, current.published_at, current.changed_at = ReportState.PUBLISHED, at, at
    current.save(update_fields=["state", "published_at", "changed_at"])
    audit.record(
        events.ReportPublished(
            object_id=current.project_id, report_id=current.pk, report_number=current.number
        ),
        by=by,
    )


def _held(report: StatusReport, state: ReportState) -> StatusReport:
    """The report of now, held, while it is in a state. Raises PortfolioRefused."""
    current = StatusReport.objects.select_for_update(no_key=True).get(pk=report.pk)
    if current.state != state:
        if current.state in SEALED and state != ReportState.APPROVED:
            raise PortfolioRefused(
                _("This report is sealed. What is wrong in it is corrected by the next one.")
            )
        raise PortfolioRefused(_("This report has come further meanwhile. Look at it again."))
    return current


@transaction.atomic
def set_light(
    *,
    project: Project,
    aspect: str,
    light: str,
    reason: str,
    last_day: date,
    today: date,
    by: "Person | None",
    at: datetime,
) -> LightOverride:
    """Set a light of a project by hand until a day; what its rules say is shown beside it.

    Raises PortfolioRefused without a reason, or for a day that is over or too far away.
    """
    if not reason.strip():
        raise PortfolioRefused(_("Say why the light shall be another one."))
    if not today <= last_day <= today + LONGEST_OVERRIDE:
        raise PortfolioRefused(_("A light is set by hand for three months at most."))
    current = held(project)
    LightOverride.objects.filter(project=current, aspect=aspect, ended_at=None).update(ended_at=at)
    with refused():
        made = LightOverride.objects.create(
            project=current,
            aspect=aspect,
            light=light,
            reason=reason.strip(),
            last_day=last_day,
            set_by=by,
            set_at=at,
        )
    audit.record(
        events.LightSet(object_id=current.pk, aspect=aspect, light=light, last_day=last_day),
        by=by,
    )
    return made


@transaction.atomic
def release_light(*, project: Project, aspect: str, by: "Person | None", at: datetime) -> None:
    """Let a light follow its rules again.

    Raises PortfolioRefused if it does so already.
    """
    current = held(project)
    found = LightOverride.objects.filter(project=current, aspect=aspect, ended_at=None)
    if not found.update(ended_at=at):
        raise PortfolioRefused(_("This light follows its rules already."))
    audit.record(events.LightReleased(object_id=current.pk, aspect=aspect), by=by)
