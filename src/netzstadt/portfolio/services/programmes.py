"""Programmes and portfolios: set up, described, filled with projects."""

import uuid
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.core.meanwhile import refuse_if_changed
from netzstadt.portfolio import plan_events as events
from netzstadt.portfolio.models import Programme, ProgrammeProject, Project
from netzstadt.portfolio.services.projects import held
from netzstadt.portfolio.services.refusals import PortfolioRefused, refused

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


@dataclass(frozen=True, kw_only=True, slots=True)
class ProgrammeFacts:
    """What a programme or portfolio is, as it is typed."""

    title: str
    purpose: str
    unit_id: uuid.UUID
    kind: str = "PROGRAMME"
    visibility: str = "ADMINISTRATION"


@transaction.atomic
def begin_programme(
    *, facts: ProgrammeFacts, by: "Person | None", at: datetime, is_demo: bool = False
) -> Programme:
    """Set up a programme or portfolio; projects come into it one by one.

    Raises PortfolioRefused if the facts do not fit.
    """
    with refused():
        made = Programme.objects.create(
            created_at=at, changed_at=at, is_demo=is_demo, **asdict(facts)
        )
    audit.record(
        events.ProgrammeBegun(
            object_id=made.pk,
            title=made.title,
            programme_kind=made.kind,
            visibility=made.visibility,
            unit_id=made.unit_id,
        ),
        by=by,
    )
    return made


@transaction.atomic
def change_programme(
    *,
    programme: Programme,
    facts: ProgrammeFacts,
    by: "Person | None",
    at: datetime,
    seen_at: datetime | None = None,
) -> None:
    """Describe a programme otherwise.

    Raises PortfolioRefused, ChangedMeanwhile.
    """
    current = Programme.objects.select_for_update().get(pk=programme.pk)
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
        events.ProgrammeChanged(
            object_id=current.pk,
            changed={
                name: (str(value), str(new[name]))
                for name, value in before.items()
                if name != "purpose"
            },
            texts=("purpose",) if "purpose" in before else (),
        ),
        by=by,
    )


@transaction.atomic
def join_project(
    *,
    programme: Programme,
    project: Project,
    is_primary: bool,
    by: "Person | None",
    at: datetime,
) -> None:
    """Take a project into a programme. As its primary one this takes the place of another, which
    it stays in.

    Nothing is written where it is so already.
    """
    of = held(project)
    mine = ProgrammeProject.objects.filter(project=of)
    known = mine.filter(programme=programme).first()
    if known is not None and known.is_primary == is_primary:
        return
    if is_primary:
        mine.filter(is_primary=True).update(is_primary=False)
    ProgrammeProject.objects.update_or_create(
        programme=programme,
        project=of,
        defaults={"is_primary": is_primary},
        create_defaults={"is_primary": is_primary, "added_at": at},
    )
    audit.record(
        events.ProjectJoined(object_id=programme.pk, project_id=of.pk, primary=is_primary), by=by
    )


@transaction.atomic
def leave_programme(*, member: ProgrammeProject, by: "Person | None", at: datetime) -> None:
    """Take a project out of a programme.

    Raises PortfolioRefused if it is not in it any more.
    """
    if not ProgrammeProject.objects.filter(pk=member.pk).delete()[0]:
        raise PortfolioRefused(_("The project does not belong to it any more."))
    audit.record(
        events.ProjectLeft(object_id=member.programme_id, project_id=member.project_id), by=by
    )
