"""Everything that changes who belongs where, who stands in for whom, and who is away."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from netzstadt.core.access import services as access
from netzstadt.core.audit import services as audit
from netzstadt.core.days import today
from netzstadt.core.orgs.events import (
    AbsenceEnded,
    AbsenceNoted,
    DeputyEnded,
    DeputyNamed,
    MembershipBegun,
    MembershipEnded,
)
from netzstadt.core.orgs.models.persons import Person
from netzstadt.core.orgs.models.roles import Absence, Deputy, Function, Membership
from netzstadt.core.orgs.models.units import Unit
from netzstadt.core.orgs.queries import units as unit_queries
from netzstadt.core.refusal import Refusal


class MembershipRefused(Refusal):
    """The membership cannot be changed this way."""


class DeputyRefused(Refusal):
    """The deputy cannot be named this way."""


class AbsenceRefused(Refusal):
    """The absence cannot be noted this way."""


@transaction.atomic
def begin_membership(
    *,
    person: Person,
    unit: Unit,
    function: Function,
    valid_from: date,
    by: Person | None,
    at: datetime,
    title: str = "",
    valid_to: date | None = None,
) -> Membership:
    """Let a person belong to a unit from a day on; it brings her the rights of staff there, to a
    head also those of a head.

    Raises MembershipRefused if the unit does not exist then, the end lies before the beginning, or
    she belongs to it at that time already; GrantRefused if she gives it to herself as somebody's
    deputy.
    """
    access.refuse_rights_to_a_deputy_herself(person=person, by=by)
    if valid_to is not None and valid_to <= valid_from:
        raise MembershipRefused(_("The last day lies before the first."))
    if not unit_queries.units(on=valid_from).filter(unit=unit).exists():
        raise MembershipRefused(_("The unit does not exist on that day."))
    try:
        with transaction.atomic():
            membership = Membership.objects.create(
                person=person,
                unit=unit,
                function=function,
                title=title.strip(),
                valid_from=valid_from,
                valid_to=valid_to,
            )
    except IntegrityError as error:
        raise MembershipRefused(
            _("This person belongs to the unit at that time already.")
        ) from error
    audit.record(
        MembershipBegun(
            object_id=person.pk,
            unit_id=unit.pk,
            function=function.value,
            title=title.strip(),
            valid_from=valid_from,
            valid_to=valid_to,
        ),
        by=by,
    )
    return membership


@transaction.atomic
def end_membership(
    *, membership: Membership, valid_to: date, by: Person | None, at: datetime
) -> bool:
    """End a membership: from ``valid_to`` on she does not belong to the unit any more.

    One that is still to come, or ends on its first day, is withdrawn: it never was. Returns whether
    it still is or was.

    Raises MembershipRefused if it has ended by that day already, or holds and would have ended
    before it began: somebody mistook the day, and nobody would see any more that she was there.
    """
    locked = Membership.objects.select_for_update().get(pk=membership.pk)
    if locked.valid_to is not None and locked.valid_to <= valid_to:
        raise MembershipRefused(_("This membership has ended by that day already."))
    if valid_to < locked.valid_from <= today():
        raise MembershipRefused(
            _(
                "This membership began on %(day)s only. Choose a later day to end it, or that one"
                " to withdraw it."
            )
            % {"day": date_format(locked.valid_from)}
        )
    held = locked.valid_from < valid_to
    _end(locked, valid_to)
    audit.record(
        MembershipEnded(object_id=locked.person_id, unit_id=locked.unit_id, valid_to=valid_to),
        by=by,
    )
    return held


@transaction.atomic
def name_deputy(
    *,
    person: Person,
    deputy: Person,
    valid_from: date,
    by: Person | None,
    at: datetime,
    valid_to: date | None = None,
    unit: Unit | None = None,
    only_when_absent: bool = True,
) -> Deputy:
    """Name somebody who stands in for ``person``: while she is away, or always.

    The deputy then has her rights that pass to deputies (not an administrator's), in ``unit`` and
    below or everywhere, and what is done with them is recorded as done for her.

    Raises DeputyRefused if it is herself, an account that cannot sign in, or named already.
    """
    if deputy.pk == person.pk:
        raise DeputyRefused(_("Nobody can stand in for herself."))
    if not deputy.is_active:
        raise DeputyRefused(_("This account is deactivated; name somebody else."))
    if valid_to is not None and valid_to <= valid_from:
        raise DeputyRefused(_("The last day lies before the first."))
    try:
        with transaction.atomic():
            named = Deputy.objects.create(
                person=person,
                deputy=deputy,
                unit=unit,
                only_when_absent=only_when_absent,
                valid_from=valid_from,
                valid_to=valid_to,
            )
    except IntegrityError as error:
        raise DeputyRefused(_("This person is a deputy at that time already.")) from error
    audit.record(
        DeputyNamed(
            object_id=person.pk,
            deputy_id=deputy.pk,
            unit_id=unit.pk if unit else None,
            only_when_absent=only_when_absent,
            valid_from=valid_from,
            valid_to=valid_to,
        ),
        by=by,
    )
    return named


@transaction.atomic
def end_deputy(*, deputy: Deputy, on: date, by: Person | None, at: datetime) -> None:
    """Let somebody no longer stand in, from ``on`` on.

    Raises DeputyRefused if that has ended already.
    """
    locked = Deputy.objects.select_for_update().get(pk=deputy.pk)
    if locked.valid_to is not None and locked.valid_to <= on:
        raise DeputyRefused(_("This has ended already."))
    _end(locked, on)
    audit.record(DeputyEnded(object_id=locked.person_id, deputy_id=locked.deputy_id), by=by)


@transaction.atomic
def note_absence(
    *, person: Person, first_day: date, back_on: date, by: Person | None, at: datetime
) -> Absence:
    """Note that a person is away from ``first_day`` until she is back on ``back_on``.

    Why is not asked. While she is away, her deputies have her rights.

    Raises AbsenceRefused if she would be back before she goes, or is away then already.
    """
    if back_on <= first_day:
        raise AbsenceRefused(_("The day of return lies before the first day away."))
    try:
        with transaction.atomic():
            absence = Absence.objects.create(person=person, valid_from=first_day, valid_to=back_on)
    except IntegrityError as error:
        raise AbsenceRefused(_("An absence is noted for that time already.")) from error
    audit.record(AbsenceNoted(object_id=person.pk, first_day=first_day, back_on=back_on), by=by)
    return absence


@transaction.atomic
def end_absence(*, absence: Absence, back_on: date, by: Person | None, at: datetime) -> None:
    """Note that a person is back on ``back_on`` already, or does not go at all.

    Raises AbsenceRefused if she is back by that day anyway.
    """
    locked = Absence.objects.select_for_update().get(pk=absence.pk)
    if back_on >= locked.valid_to:
        raise AbsenceRefused(_("She is back by that day anyway."))
    _end(locked, back_on)
    audit.record(AbsenceEnded(object_id=locked.person_id, back_on=back_on), by=by)


def _end(row: Membership | Deputy | Absence, on: date) -> None:
    """Let it hold no more from ``on`` on; what had not begun by then never was."""
    if row.valid_from >= on:
        row.delete()
    else:
        row.valid_to = on
        row.save(update_fields=["valid_to"])


def remove_absences(before: datetime, *, limit: int) -> int:
    """Remove at most ``limit`` absences that ended before ``before``; return how many."""
    old = Absence.objects.filter(valid_to__lt=before.date()).order_by("valid_to", "pk")
    keys = list(old.values_list("pk", flat=True)[:limit])
    Absence.objects.filter(pk__in=keys).delete()
    return len(keys)
