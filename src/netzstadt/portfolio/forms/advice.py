"""Forms of advice: what is asked, who advises, what is answered, how satisfied one is."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from netzstadt.core.days import DayField, today
from netzstadt.core.orgs.fields import PersonField, UnitField
from netzstadt.core.text_fields import LongText, line
from netzstadt.portfolio.forms.projects import PastDayField
from netzstadt.portfolio.models import Advice, AdviceState, Result, Topic
from netzstadt.portfolio.queries.advice import AdviceWanted
from netzstadt.portfolio.services.advice import AdviceFacts

_LONGEST = 5_000
RATINGS = (
    (5, pgettext_lazy("satisfaction", "5 – very satisfied")),
    (4, pgettext_lazy("satisfaction", "4 – satisfied")),
    (3, pgettext_lazy("satisfaction", "3 – partly")),
    (2, pgettext_lazy("satisfaction", "2 – hardly")),
    (1, pgettext_lazy("satisfaction", "1 – not at all")),
)


class AskForm(forms.Form):
    """What a department asks, in its words."""

    title = line(_("In a few words"), 200)
    need = LongText(
        label=_("What do you need?"),
        max_length=_LONGEST,
        help_text=_("In your words: what is the matter, for whom, what did you try already?"),
    )
    topic = forms.ChoiceField(label=_("Topic"), choices=Topic.choices)
    unit = UnitField(label=_("Unit that asks"))
    wanted_on = DayField(label=_("Needed by"), required=False)

    def clean_wanted_on(self) -> Any:
        """What was needed in the past needs no advice."""
        day = self.cleaned_data["wanted_on"]
        if day and day < today():
            raise ValidationError(_("This day is over."))
        return day

    def facts(self) -> AdviceFacts:
        """What was typed, for the service."""
        data = dict(self.cleaned_data)
        return AdviceFacts(unit_id=data.pop("unit").pk, **data)


class AcceptForm(forms.Form):
    """Who advises."""

    adviser = PersonField(
        label=_("E-mail address of who advises"),
        help_text=_("It need not be yourself; who is named is told."),
    )


class MessageForm(forms.Form):
    """A message on a request."""

    text = LongText(label=_("Message"), max_length=_LONGEST)


class AnswerForm(forms.Form):
    """The answer, and how long it took."""

    text = LongText(label=pgettext_lazy("to who asked", "Answer"), max_length=_LONGEST)
    minutes = forms.IntegerField(
        label=_("Minutes that it took"), required=False, min_value=1, max_value=1440
    )


class EffortForm(forms.Form):
    """Time that advice took on a day."""

    on = PastDayField(label=_("Day"))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=1440)


class DeclineForm(forms.Form):
    """Why the office does not advise on something."""

    reason = line(
        _("Why not, and who could help instead"), 1_000, help_text=_("Who asked reads this.")
    )


class CloseForm(forms.Form):
    """What came of advice."""

    result = forms.ChoiceField(
        label=_("What came of it"),
        choices=[one for one in Result.choices if one[0] != Result.PROJECT],
        widget=forms.RadioSelect,
    )


class RateForm(forms.Form):
    """How satisfied who asked is."""

    rating = forms.TypedChoiceField(
        label=_("How satisfied are you?"), coerce=int, choices=RATINGS, widget=forms.RadioSelect
    )


class AdviceFilter(forms.Form):
    """What a list of requests is asked for."""

    q = line(_("Words or number"), 200, required=False, widget=forms.TextInput({"type": "search"}))
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), ("OPEN", _("All that wait for an answer")), *AdviceState.choices],
    )
    topic = forms.ChoiceField(
        label=_("Topic"), required=False, choices=[("", _("All")), *Topic.choices]
    )
    whose = forms.ChoiceField(
        label=_("Whose"),
        required=False,
        choices=[("", _("All")), ("ASKED", _("I asked")), ("ADVISED", _("I advise"))],
    )

    def wanted(self) -> AdviceWanted:
        """What was asked for, as far as it can be understood."""
        self.is_valid()
        data = self.cleaned_data
        return AdviceWanted(
            text=data.get("q", ""),
            state=data.get("state", ""),
            topic=data.get("topic", ""),
            whose=data.get("whose", ""),
        )


def project_of(advice: Advice) -> dict[str, Any]:
    """What stands in the form of a project that comes of advice."""
    return {
        "title": advice.title,
        "benefit": advice.need[:3_000],
        "unit": advice.unit_id,
        "sponsor": advice.asked_by.email if advice.asked_by else "",
        "lead": advice.adviser.email if advice.adviser else "",
        "method": "SMALL",
        "visibility": "ADMINISTRATION",
    }
