"""Forms of projects: the fact sheet, who answers for it, milestones, and the filter of lists."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from netzstadt.core.days import DayField, today
from netzstadt.core.meanwhile import SeenForm
from netzstadt.core.orgs.fields import PersonField, UnitField
from netzstadt.core.text_fields import LongText, line
from netzstadt.portfolio import methods
from netzstadt.portfolio.lights import Light
from netzstadt.portfolio.methods import Stage
from netzstadt.portfolio.models import (
    Direction,
    Kind,
    Milestone,
    Project,
    Status,
    Visibility,
)
from netzstadt.portfolio.queries import Wanted
from netzstadt.portfolio.services.milestones import MilestoneFacts
from netzstadt.portfolio.services.projects import ProjectFacts, Responsibility


class PastDayField(DayField):
    """A day on which something happened."""

    def clean(self, value: Any) -> Any:
        """The day. Raises ValidationError if it has not come yet."""
        day = super().clean(value)
        if day is not None and day > today():
            raise ValidationError(_("This day has not come yet."))
        return day


class FactSheetForm(SeenForm):
    """The fact sheet of a project."""

    title = line(_("Title"), 200)
    summary = line(
        _("In one or two sentences"),
        500,
        required=False,
        help_text=_("What will be better, and for whom. Everybody reads this first."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices)
    direction = forms.ChoiceField(label=_("For whom"), choices=Direction.choices)
    benefit = LongText(
        label=_("Benefit"),
        max_length=3_000,
        required=False,
        help_text=_("By what will one see that it worked?"),
    )
    story = LongText(
        label=_("Story"),
        max_length=10_000,
        required=False,
        help_text=_("How it came about, and what happened."),
    )
    starts_on = DayField(label=_("Begins"), required=False)
    ends_on = DayField(label=_("Ends as planned"), required=False)
    expected_end_on = DayField(label=_("Ends as expected now"), required=False)
    visibility = forms.ChoiceField(label=_("Who may see it"), choices=Visibility.choices)
    source = line(_("Source"), 300, required=False)
    source_url = forms.URLField(
        label=_("Address of the source"), required=False, assume_scheme="https", max_length=200
    )

    def clean(self) -> dict[str, Any]:
        """Check what only the fields together can say."""
        data = super().clean() or {}
        starts_on = data.get("starts_on")
        for name in ("ends_on", "expected_end_on"):
            if starts_on and data.get(name) and data[name] < starts_on:
                self.add_error(name, _("It ends before it begins."))
        if data.get("visibility") == Visibility.PUBLIC and not data.get("summary"):
            self.add_error(
                "summary",
                _("Everybody will read it: say in one or two sentences what the project is."),
            )
        return data

    def facts(self) -> ProjectFacts:
        """What was typed, for the service."""
        known = ProjectFacts.__dataclass_fields__.keys() & self.cleaned_data.keys()
        return ProjectFacts(**{name: self.cleaned_data[name] for name in known})

    @staticmethod
    def initial_of(project: Project) -> dict[str, Any]:
        """What stands in the form when it is opened."""
        known = {name: getattr(project, name) for name in ProjectFacts.__dataclass_fields__}
        return known | {"seen": project.changed_at.isoformat()}


class AssignForm(SeenForm):
    """Which unit answers for a project, who leads it and who stands for it."""

    unit = UnitField(label=_("Unit that answers for it"))
    lead = PersonField(label=_("E-mail address of who leads it"), required=False)
    sponsor = PersonField(
        label=_("E-mail address of who stands for it"),
        required=False,
        help_text=_("Who wants the project decides at its gates; others can be named there."),
    )

    def responsibility(self) -> Responsibility:
        """Who answers for it, for the service."""
        data = self.cleaned_data
        return Responsibility(unit_id=data["unit"].pk, lead=data["lead"], sponsor=data["sponsor"])

    @staticmethod
    def initial_of(project: Project) -> dict[str, Any]:
        """What stands in the form when it is opened."""
        return {
            "unit": project.unit_id,
            "lead": project.lead.email if project.lead else "",
            "sponsor": project.sponsor.email if project.sponsor else "",
            "seen": project.changed_at.isoformat(),
        }


class NewProjectForm(FactSheetForm, AssignForm):
    """A project that is begun: also how it is run, and who answers for it."""

    method = forms.ChoiceField(label=_("Method"), choices=methods.choices)
    field_order = ("title", "summary", "method", "unit", "lead", "sponsor")

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        # What can only be said later, or by few, would make the first step long.
        for name in ("story", "expected_end_on", "source", "source_url"):
            del self.fields[name]


class MilestoneForm(SeenForm):
    """What is there by when."""

    title = line(_("Milestone"), 200)
    planned_on = DayField(label=_("Planned for"))
    expected_on = DayField(
        label=_("Expected on"), required=False, help_text=_("If it is not the planned day.")
    )
    reached_on = PastDayField(label=_("Reached on"), required=False)

    def facts(self) -> MilestoneFacts:
        """What was typed, for the service."""
        names = MilestoneFacts.__dataclass_fields__
        return MilestoneFacts(**{name: self.cleaned_data[name] for name in names})

    @staticmethod
    def initial_of(milestone: Milestone) -> dict[str, Any]:
        """What stands in the form when it is opened."""
        known = {name: getattr(milestone, name) for name in MilestoneFacts.__dataclass_fields__}
        return known | {"seen": milestone.changed_at.isoformat()}


class ProjectFilter(forms.Form):
    """What a list of projects is asked for."""

    q = line(_("Title or number"), 200, required=False, widget=forms.TextInput({"type": "search"}))
    state = forms.ChoiceField(label=_("Stage"), required=False)
    unit = UnitField(label=_("Unit"), required=False)
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All")), *Kind.choices]
    )
    direction = forms.ChoiceField(
        label=_("For whom"), required=False, choices=[("", _("All")), *Direction.choices]
    )
    light = forms.ChoiceField(
        label=pgettext_lazy("a traffic light", "Light"),
        required=False,
        choices=[("", _("All")), *Light.choices],
    )
    programme = forms.ChoiceField(label=_("Programme or portfolio"), required=False)
    led = forms.BooleanField(label=_("Only mine"), required=False)

    def __init__(
        self, *given: Any, is_inside: bool, programmes: list[tuple[str, str]], **options: Any
    ) -> None:
        super().__init__(*given, **options)
        self.is_inside = is_inside
        self.fields["programme"].choices = [("", _("All")), *programmes]  # type: ignore[attr-defined]
        if not programmes:
            del self.fields["programme"]
        self.fields["state"].choices = [  # type: ignore[attr-defined]
            ("", _("All")),
            ("RUNNING", _("All that run")),
            *Stage.choices,
            (Status.ON_HOLD.value, pgettext_lazy("filter of projects", "On hold")),
            (Status.CANCELLED.value, pgettext_lazy("filter of projects", "Cancelled")),
            ("OVER", _("Closed or cancelled")),
        ]
        if not is_inside:
            del self.fields["led"]

    def wanted(self) -> Wanted:
        """What was asked for, as far as it can be understood."""
        self.is_valid()
        data = self.cleaned_data
        unit = data.get("unit")
        unit_id: uuid.UUID | None = unit.pk if unit else None
        programme = data.get("programme")
        return Wanted(
            text=data.get("q", ""),
            state=data.get("state", ""),
            unit_id=unit_id,
            kind=data.get("kind", ""),
            direction=data.get("direction", ""),
            is_led=data.get("led", False),
            light=data.get("light", ""),
            is_inside=self.is_inside,
            programme_id=uuid.UUID(programme) if programme else None,
        )
