"""Everything that corrects values by hand: with a reason, the original kept, and to be undone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.core.refusal import Refusal
from netzstadt.plane.desk import Correction, NotTaken
from netzstadt.urbandata.events import CorrectionUndone, ValuesCorrected
from netzstadt.urbandata.models import Observation, Series
from netzstadt.urbandata.queries.corrections import MOST_VALUES, Key, observations_at
from netzstadt.urbandata.services.things import desk

if TYPE_CHECKING:
    from netzstadt.core.audit.models import AuditEvent
    from netzstadt.core.orgs.models import Person

# By hand a value is marked as one of these; "implausible" is found by the rules of the series.
DOUBTFUL, WRONG = "doubtful", "wrong"


class CorrectionRefused(Refusal):
    """The values cannot be corrected so."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What becomes of the chosen values: a new result (in ``result``, where ``has_result``), a flag
    that is set, or no flag any more."""

    has_result: bool = False
    result: Any = None
    flag: str = ""
    is_cleared: bool = False


@transaction.atomic
def correct_values(
    *,
    series: Series,
    keys: Sequence[Key],
    wanted: Wanted,
    reason: str,
    by: "Person | None",
    at: datetime,
) -> int:
    """Correct observations of one Datastream; what they were stands in the event, with the reason.

    State, hours and days are right at the commit. What is so already is left alone; return how
    many were changed.

    Raises CorrectionRefused without a reason, for too many, for one that has gone, or where the
    result does not fit the Datastream.
    """
    if not reason.strip():
        raise CorrectionRefused(_("Say why: others will read it in the history."))
    if len(keys) > MOST_VALUES:
        raise CorrectionRefused(
            _("At most %(most)d values are corrected at once.") % {"most": MOST_VALUES}
        )
    _hold(series)
    found = observations_at(series, keys)
    if len(found) != len(set(keys)):
        raise CorrectionRefused(_("One of the values has changed or gone meanwhile. Look again."))
    changes = [(each, _after(each, wanted)) for each in found]
    changes = [(each, after) for each, after in changes if after != state_of(each)]
    _carry_out(series, changes, by=by, at=at)
    if changes:
        now = {(each.time, each.sequence): each for each in observations_at(series, keys)}
        facts = tuple(
            {
                "time": each.time.isoformat(),
                "sequence": each.sequence,
                "before": state_of(each),
                "after": state_of(now[each.time, each.sequence]),
            }
            for each, _after_it in changes
        )
        event = ValuesCorrected(
            object_id=series.uuid, reason=reason.strip(), count=len(facts), values=facts
        )
        audit.record(event, by=by)
    return len(changes)


@transaction.atomic
def undo_correction(
    *, series: Series, correction: "AuditEvent", by: "Person | None", at: datetime
) -> int:
    """Give the values of a correction back what they were before it; return how many.

    Raises CorrectionRefused if one of them has been changed or removed since: to undo would undo
    that, too.
    """
    if correction.object_id != series.uuid or correction.name != ValuesCorrected.name:
        raise CorrectionRefused(_("This is no correction of this Datastream."))
    _hold(series)
    former = {
        (datetime.fromisoformat(each["time"]), each["sequence"]): each
        for each in correction.data["values"]
    }
    found = observations_at(series, list(former))
    is_as_left = len(found) == len(former) and all(
        state_of(each) == former[each.time, each.sequence]["after"] for each in found
    )
    if not is_as_left:
        raise CorrectionRefused(
            _("A value has been changed since, so this correction cannot be undone as a whole.")
        )
    changes = [(each, former[each.time, each.sequence]["before"]) for each in found]
    _carry_out(series, changes, by=by, at=at)
    audit.record(
        CorrectionUndone(
            object_id=series.uuid,
            correction_id=correction.pk,
            reason=correction.data["reason"],
            count=len(changes),
        ),
        by=by,
    )
    return len(changes)


def state_of(observation: Observation) -> dict[str, Any]:
    """What a correction may change of an observation: its result and its flags."""
    return {
        "result": observation.number if observation.number is not None else observation.result,
        "quality": list(observation.quality or []),
    }


def _after(observation: Observation, wanted: Wanted) -> dict[str, Any]:
    state = state_of(observation)
    if wanted.has_result:
        state["result"] = wanted.result
    if wanted.is_cleared:
        state["quality"] = []
    elif wanted.flag and wanted.flag not in state["quality"]:
        state["quality"] = [*state["quality"], wanted.flag]
    return state


def _carry_out(
    series: Series,
    changes: list[tuple[Observation, dict[str, Any]]],
    *,
    by: "Person | None",
    at: datetime,
) -> None:
    corrections = [
        Correction(each.time, each.sequence, {"result": after["result"]}, after["quality"])
        for each, after in changes
    ]
    try:
        desk(by=by, at=at).correct(series.pk, series.uuid, corrections)
    except NotTaken as no:
        raise CorrectionRefused(
            _("The data platform does not take this value: %(detail)s") % {"detail": no.detail}
        ) from no


def _hold(series: Series) -> None:
    """Take the series' turn, so that what is read of its values holds until the commit."""
    with connection.cursor() as cursor:
        cursor.execute("select series_lock(%s::bigint[])", [[series.pk]])
        missing = cursor.fetchone()
    if missing and missing[0]:
        raise CorrectionRefused(_("This Datastream has gone meanwhile."))
