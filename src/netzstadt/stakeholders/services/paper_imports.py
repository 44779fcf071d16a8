"""Bringing papers, meetings and results in from a table, and again without entering them twice.

What a council information system tells is left to it: its papers and meetings are not changed, its
papers can stand on agendas that the table names.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from netzstadt.stakeholders.paper_files import PaperFile
from netzstadt.stakeholders.services import keeping
from netzstadt.stakeholders.services.keeping import CouncilRefused
from netzstadt.stakeholders.services.paper_plans import MeetingStep, PaperPlan, plan_papers

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


@transaction.atomic
def import_papers(*, file: PaperFile, visibility: str, by: "Person", at: datetime) -> PaperPlan:
    """Enter and correct what a table says, all of it or nothing; return what was done.

    Raises CouncilRefused if something in the table cannot be read.
    """
    keeping.one_after_the_other()
    plan = plan_papers(file=file, visibility=visibility)
    for mistake in plan.mistakes:
        said = {"line": mistake.line, "text": mistake.text}
        text = _("Line %(line)d: %(text)s") % said if mistake.line else mistake.text
        raise CouncilRefused(text)
    keeping.enter_papers(papers=[step.facts for step in plan.new_papers], by=by, at=at)
    for paper in plan.changed_papers:
        if paper.before is not None:
            keeping.correct_paper(paper=paper.before, facts=paper.facts, by=by, at=at)
    for meeting in (*plan.new_meetings, *plan.changed_meetings):
        _enter(meeting, by, at)
    entries = [
        (step.meeting.meeting, step.facts) for step in plan.new_items if step.meeting.meeting
    ]
    keeping.enter_items(entries=entries, by=by, at=at)
    for item in plan.changed_items:
        if item.before is not None:
            keeping.correct_item(item=item.before, facts=item.facts, by=by, at=at)
    return plan


def _enter(step: MeetingStep, by: "Person", at: datetime) -> None:
    if step.facts is None:
        return
    if step.meeting is None:
        step.meeting = keeping.enter_meeting(facts=step.facts, by=by, at=at)
    else:
        keeping.correct_meeting(meeting=step.meeting, facts=step.facts, by=by, at=at)
