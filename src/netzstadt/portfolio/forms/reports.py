"""Forms of status reports, and of lights that are set by hand."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from netzstadt.core.days import DayField, today
from netzstadt.core.meanwhile import SeenForm
from netzstadt.core.text_fields import LongText, line
from netzstadt.portfolio.lights import Light
from netzstadt.portfolio.models import Project, StatusReport
from netzstadt.portfolio.services.reports import LONGEST_OVERRIDE, ReportFacts

_TEXTS = ("happened", "ahead", "needed")
# What the light of a first report of a project without a beginning goes back to.
_FIRST_PERIOD = timedelta(days=30)


class ReportForm(SeenForm):
    """What is written in a status report."""

    first_day = DayField(label=_("From"))
    last_day = DayField(label=_("Until"))
    happened = LongText(
        label=_("What happened"),
        max_length=3_000,
        rows=5,
        required=False,
        help_text=_("Two or three sentences for somebody who does not know the project."),
    )
    ahead = LongText(label=_("What comes next"), max_length=3_000, rows=4, required=False)
    needed = LongText(
        label=_("What is needed, and from whom"), max_length=3_000, rows=3, required=False
    )

    def clean(self) -> dict[str, Any]:
        """A period ends after it begins; what is submitted says what happened."""
        data = super().clean() or {}
        first, last = data.get("first_day"), data.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The period ends before it begins."))
        if self.is_submitted and not data.get("happened"):
            self.add_error("happened", _("Say what happened."))
        return data

    @property
    def is_submitted(self) -> bool:
        """Whether the button was pressed that submits the report at once."""
        return self.data.get("then") == "submit"

    def facts(self) -> ReportFacts:
        """What was typed, for the service."""
        known = ReportFacts.__dataclass_fields__
        return ReportFacts(**{name: self.cleaned_data[name] for name in known})

    @staticmethod
    def initial_of(report: StatusReport) -> dict[str, Any]:
        """What stands in the form when a draft is opened."""
        known = {name: getattr(report, name) for name in ReportFacts.__dataclass_fields__}
        return known | {"seen": report.changed_at.isoformat()}

    @staticmethod
    def initial_after(
        last: StatusReport | None, project: Project, *, with_texts: bool
    ) -> dict[str, Any]:
        """What stands in the form of the report after ``last``: its period goes on from there."""
        day = today()
        if last is None:
            begun = project.starts_on or day - _FIRST_PERIOD
            return {"first_day": min(begun, day), "last_day": day}
        begins = min(last.last_day + timedelta(days=1), day)
        texts = {name: getattr(last, name) for name in _TEXTS} if with_texts else {}
        return {"first_day": begins, "last_day": day} | texts


class ReturnForm(forms.Form):
    """Why a report goes back to who wrote it."""

    reason = LongText(label=_("What is to be changed"), max_length=1_000, rows=3)


class LightForm(forms.Form):
    """A light that somebody sets by hand."""

    light = forms.ChoiceField(
        label=pgettext_lazy("a traffic light", "Light"),
        choices=[(one.value, one.label) for one in (Light.GREEN, Light.AMBER, Light.RED)],
        widget=forms.RadioSelect,
    )
    reason = line(_("Reason"), 500, help_text=_("It is shown wherever the light is."))
    last_day = DayField(
        label=_("Last day"),
        help_text=_("Afterwards the light follows its rules again. Three months at most."),
    )

    def clean_last_day(self) -> Any:
        """A day to come, and not too far away."""
        day = self.cleaned_data["last_day"]
        if not today() <= day <= today() + LONGEST_OVERRIDE:
            raise forms.ValidationError(_("A light is set by hand for three months at most."))
        return day
