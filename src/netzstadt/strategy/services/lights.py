"""What people say about where an element stands: progress by hand, lights that they set."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.strategy.events import LightOverridden, OverrideEnded, ProgressTyped
from netzstadt.strategy.models import Element, ElementKind, Override, Standing, TypedProgress
from netzstadt.strategy.services import standings
from netzstadt.strategy.services.refusals import StrategyRefused, refused

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


@transaction.atomic
def type_progress(
    *, element: Element, progress: float, note: str, by: "Person | None", at: datetime
) -> TypedProgress:
    """Say how far an element has come (0 to 1), where no rule works it out.

    Raises StrategyRefused where one does.
    """
    Element.objects.select_for_update(no_key=True).get(pk=element.pk)
    if element.kind in (ElementKind.THEME, ElementKind.FIELD):
        raise StrategyRefused(_("Only goals and measures have a progress."))
    standings.reckon_elements({element.pk}, at=at)
    standing = Standing.objects.filter(pk=element.pk).first()
    if standing is not None and any(
        part["counts"] and part["kind"] in {"indicator", "element", "state"}
        for part in standing.parts
    ):
        raise StrategyRefused(
            _("The progress is worked out from what counts for it; it cannot be typed.")
        )
    typed = TypedProgress.objects.create(
        element=element, progress=progress, note=note.strip(), typed_by=by, typed_at=at
    )
    audit.record(ProgressTyped(object_id=element.pk, progress=progress), by=by)
    standings.reckon_elements({element.pk}, at=at)
    return typed


@transaction.atomic
def override_light(
    *,
    element: Element,
    light: str,
    reason: str,
    last_day: date,
    today: date,
    by: "Person | None",
    at: datetime,
) -> Override:
    """Set a light by hand until a day; it says so wherever it is shown.

    Raises StrategyRefused without a reason, or for a day that is over.
    """
    if not reason.strip():
        raise StrategyRefused(_("Say why the light shall be another one."))
    if last_day < today:
        raise StrategyRefused(_("The last day is over."))
    Element.objects.select_for_update(no_key=True).get(pk=element.pk)
    Override.objects.filter(element=element, ended_at__isnull=True).update(ended_at=at)
    with refused():
        made = Override.objects.create(
            element=element,
            light=light,
            reason=reason.strip(),
            last_day=last_day,
            set_by=by,
            set_at=at,
        )
    audit.record(
        LightOverridden(object_id=element.pk, light=light, last_day=last_day),
        by=by,
    )
    standings.reckon_elements({element.pk}, at=at)
    return made


@transaction.atomic
def end_override(*, element: Element, by: "Person | None", at: datetime) -> None:
    """Let a light follow its rules again.

    Raises StrategyRefused if it does so already.
    """
    ended = Override.objects.filter(element=element, ended_at__isnull=True).update(ended_at=at)
    if not ended:
        raise StrategyRefused(_("This light follows its rules already."))
    audit.record(OverrideEnded(object_id=element.pk), by=by)
    standings.reckon_elements({element.pk}, at=at)
