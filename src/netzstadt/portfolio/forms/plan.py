"""Forms of plans: tasks, deliverables, what waits for what, who is planned, the zoom."""

import uuid
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from netzstadt.core.days import DayField, today
from netzstadt.core.meanwhile import SeenForm
from netzstadt.core.orgs.fields import PersonField, UnitField
from netzstadt.core.text_fields import line
from netzstadt.portfolio.forms.projects import PastDayField
from netzstadt.portfolio.models import Deliverable, DependencyKind, Milestone, Task
from netzstadt.portfolio.models.plan import LONGEST_LAG
from netzstadt.portfolio.queries.plan import Plan
from netzstadt.portfolio.services.capacity import LONGEST_MONTHS, months_between
from netzstadt.portfolio.services.dependencies import Wait
from netzstadt.portfolio.services.plan import DeliverableFacts, TaskFacts


class PercentField(forms.IntegerField):
    """Percent in whole numbers."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=0, max_value=100, **options)


class TaskForm(SeenForm):
    """A task: from when until when, of which deliverable, by whom, how far."""

    title = line(_("Task"), 200)
    starts_on = DayField(label=_("Begins"))
    ends_on = DayField(label=_("Ends"), help_text=_("The last day on which it is worked on."))
    deliverable = forms.ChoiceField(label=_("Deliverable"), required=False)
    responsible = PersonField(label=_("E-mail address of who is responsible"), required=False)
    effort_hours = forms.IntegerField(
        label=_("Effort in hours"), required=False, min_value=0, max_value=1_000_000
    )
    percent = PercentField(label=_("Done in percent"), required=False, help_text=_("0 to 100."))
    done_on = PastDayField(
        label=_("Done on"), required=False, help_text=_("Then it is done: 100 percent.")
    )

    def __init__(self, *given: Any, deliverables: list[Deliverable], **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["deliverable"].choices = [  # type: ignore[attr-defined]
            ("", _("None")),
            *((str(one.pk), one.title) for one in deliverables),
        ]

    def clean(self) -> dict[str, Any]:
        """Check what only the fields together can say; what is done in full is done today."""
        data = super().clean() or {}
        starts_on, ends_on = data.get("starts_on"), data.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("It ends before it begins."))
        if data.get("percent") == 100 and not data.get("done_on"):
            data["done_on"] = today()
        return data

    def facts(self) -> TaskFacts:
        """What was typed, for the service."""
        data = self.cleaned_data
        deliverable = data["deliverable"]
        return TaskFacts(
            title=data["title"],
            starts_on=data["starts_on"],
            ends_on=data["ends_on"],
            deliverable_id=uuid.UUID(deliverable) if deliverable else None,
            percent=data["percent"] or 0,
            done_on=data["done_on"],
            responsible=data["responsible"],
            effort_hours=data["effort_hours"],
        )

    @staticmethod
    def initial_of(task: Task) -> dict[str, Any]:
        """What stands in the form when it is opened."""
        names = ("title", "starts_on", "ends_on", "percent", "done_on", "effort_hours")
        return {name: getattr(task, name) for name in names} | {
            "deliverable": str(task.deliverable_id or ""),
            "responsible": task.responsible.email if task.responsible else "",
            "seen": task.changed_at.isoformat(),
        }


class DeliverableForm(SeenForm):
    """What is handed over by when; and that it was accepted."""

    title = line(_("Deliverable"), 200)
    due_on = DayField(label=_("Due on"))
    accepted_on = PastDayField(label=_("Accepted on"), required=False)
    note = line(
        _("What was said at the acceptance"),
        1_000,
        required=False,
        help_text=_("By whom it was accepted is noted: by you."),
    )

    def clean(self) -> dict[str, Any]:
        """Nothing is said at an acceptance that was not."""
        data = super().clean() or {}
        if data.get("note") and not data.get("accepted_on"):
            self.add_error("accepted_on", _("Say on which day it was accepted."))
        return data

    def facts(self) -> DeliverableFacts:
        """What was typed, for the service."""
        names = DeliverableFacts.__dataclass_fields__
        return DeliverableFacts(**{name: self.cleaned_data[name] for name in names})

    @staticmethod
    def initial_of(deliverable: Deliverable) -> dict[str, Any]:
        """What stands in the form when it is opened."""
        names = DeliverableFacts.__dataclass_fields__
        known = {name: getattr(deliverable, name) for name in names}
        return known | {"seen": deliverable.changed_at.isoformat()}


class DependencyForm(forms.Form):
    """What waits for what in a plan."""

    successor = forms.ChoiceField(label=_("This waits"))
    predecessor = forms.ChoiceField(label=_("for this"))
    kind = forms.ChoiceField(label=_("How"), choices=DependencyKind.choices)
    lag_days = forms.IntegerField(
        label=_("Lag in days"),
        initial=0,
        min_value=-LONGEST_LAG,
        max_value=LONGEST_LAG,
        help_text=_("So many days longer; with a minus sign so many days less long."),
    )

    def __init__(self, *given: Any, plan: Plan, **options: Any) -> None:
        super().__init__(*given, **options)
        items: list[Task | Milestone] = [*plan.tasks, *plan.milestones]
        self._items = {str(one.pk): one for one in items}
        choices = [
            ("", "–"),
            *((key, _kind_and_title(one)) for key, one in self._items.items()),
        ]
        for name in ("successor", "predecessor"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def wait(self) -> Wait:
        """What was typed, for the service."""
        data = self.cleaned_data
        return Wait(
            predecessor=self._items[data["predecessor"]],
            successor=self._items[data["successor"]],
            kind=data["kind"],
            lag_days=data["lag_days"],
        )


def _kind_and_title(item: Task | Milestone) -> str:
    return item.title if isinstance(item, Task) else f"◆ {item.title}"


class ProgressForm(forms.Form):
    """How far the tasks of a plan are: one number each, all at once."""

    def __init__(self, *given: Any, tasks: list[Task], **options: Any) -> None:
        super().__init__(*given, **options)
        self._tasks = tasks
        for number, task in enumerate(tasks, start=1):
            self.fields[f"percent_{number}"] = PercentField(
                label=task.title, initial=task.percent, required=False
            )

    def percents(self) -> list[tuple[Task, int]]:
        """The tasks of which something else was said than stands there."""
        found = []
        for number, task in enumerate(self._tasks, start=1):
            percent = self.cleaned_data[f"percent_{number}"]
            if percent is not None and percent != task.percent:
                found.append((task, percent))
        return found


class MonthField(forms.DateField):
    """A month, chosen in the browser's own calendar, written as ISO 8601 does."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput({"type": "month", "placeholder": "2027-01"}, "%Y-%m")
        super().__init__(input_formats=["%Y-%m", "%Y-%m-%d"], widget=widget, **options)

    def clean(self, value: Any) -> date | None:
        """The first day of the month."""
        day: date | None = super().clean(value)
        return day.replace(day=1) if day else None


class PersonPlannedForm(forms.Form):
    """How much of a person's time a project takes, from one month to another."""

    person = PersonField(label=_("E-mail address"))
    role = line(_("Role in the project"), 100, required=False)
    first_month = MonthField(label=_("From (month)"))
    last_month = MonthField(label=_("To (month)"))
    percent = PercentField(
        label=_("Percent of full time"),
        help_text=_("100 is full time; 0 takes back what was planned."),
    )

    def clean(self) -> dict[str, Any]:
        """The months go from one to the same or a later one."""
        data = super().clean() or {}
        first, last = data.get("first_month"), data.get("last_month")
        if first and last and not 0 < len(months_between(first, last)) <= LONGEST_MONTHS:
            raise ValidationError(
                _("Choose from one month to a later one, %(n)s months at most.")
                % {"n": LONGEST_MONTHS}
            )
        return data


class LoadForm(forms.Form):
    """Of which unit the load is shown."""

    unit = UnitField(label=_("Unit"), required=False)
