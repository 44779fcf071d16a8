"""Bringing values of an indicator in from a table, and again without making anything twice."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.core.days import midnight
from netzstadt.lib.tables import Mistake
from netzstadt.lib.windows import window_at
from netzstadt.strategy.events import ValuesImported
from netzstadt.strategy.models import Indicator, IndicatorValue
from netzstadt.strategy.queries.indicators import binding_of
from netzstadt.strategy.services import values
from netzstadt.strategy.services.refusals import StrategyRefused
from netzstadt.strategy.value_files import ValueFile, ValueRow

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


@dataclass(slots=True)
class ValuePlan:
    """What an import would do: rows that are new, rows with the value they would supersede."""

    new: list[ValueRow] = field(default_factory=list)
    changed: list[tuple[ValueRow, IndicatorValue]] = field(default_factory=list)
    unchanged: int = 0
    mistakes: list[Mistake] = field(default_factory=list)

    @property
    def does_something(self) -> bool:
        """Whether there is anything to import."""
        return bool(self.new or self.changed) and not self.mistakes


def plan_values(*, file: ValueFile, indicator: Indicator, at: datetime) -> ValuePlan:
    """Compare a file with the values that hold. Changes nothing."""
    plan = ValuePlan(mistakes=list(file.mistakes))
    binding = binding_of(indicator)
    held = {
        (one.starts_at, one.ends_at): one
        for one in IndicatorValue.objects.filter(
            indicator=indicator,
            superseded_at__isnull=True,
            starts_at__in=[_window(row)[0] for row in file.rows],
        )
    }
    for row in file.rows:
        start, end = _window(row)
        before = held.get((start, end))
        if start > at:
            plan.mistakes.append(Mistake(row.line, _("This period has not begun yet.")))
        elif binding is not None and binding.window != row.window:
            text = _("The indicator has a value for each: %(window)s.")
            said = {"window": binding.get_window_display()}
            plan.mistakes.append(Mistake(row.line, text % said))
        elif before is None:
            plan.new.append(row)
        elif (before.value, before.source, before.note) == (row.value, row.source, row.note):
            plan.unchanged += 1
        else:
            plan.changed.append((row, before))
    plan.mistakes.sort(key=lambda one: one.line)
    return plan


def _window(row: ValueRow) -> tuple[datetime, datetime]:
    return window_at(row.window, midnight(row.first), get_default_timezone())


def _value(row: ValueRow) -> IndicatorValue:
    start, end = _window(row)
    return IndicatorValue(
        starts_at=start, ends_at=end, value=row.value, source=row.source, note=row.note
    )


@transaction.atomic
def import_values(
    *, file: ValueFile, file_name: str, indicator: Indicator, by: "Person | None", at: datetime
) -> ValuePlan:
    """Bring all values of a file in, or none; return what was done.

    Raises StrategyRefused if the values are worked out or something in the file cannot be read.
    """
    values.lock_for_entry(indicator)
    plan = plan_values(file=file, indicator=indicator, at=at)
    if plan.mistakes:
        first = plan.mistakes[0]
        raise StrategyRefused(
            _("Line %(line)d: %(text)s") % {"line": first.line, "text": first.text}
        )
    given = [_value(row) for row in (*plan.new, *(row for row, _before in plan.changed))]
    values.store(indicator, given, by=by, at=at)
    if plan.new or plan.changed:
        audit.record(
            ValuesImported(
                object_id=indicator.pk,
                file_name=file_name[:200],
                added=len(plan.new),
                changed=len(plan.changed),
            ),
            by=by,
        )
        values.run_from_values(indicator, at=at)
        values.reckon_goals_of([indicator.pk], at=at)
    return plan
