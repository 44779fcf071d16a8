"""Forms of gates: who decides, what is asked, what is decided."""

import re
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from netzstadt.core.days import DayField, today
from netzstadt.core.meanwhile import SeenForm
from netzstadt.core.orgs.fields import PersonField
from netzstadt.core.orgs.queries import persons
from netzstadt.core.text_fields import LongText, line
from netzstadt.portfolio.forms.projects import PastDayField
from netzstadt.portfolio.models import Answer, Criterion, Gate, Project
from netzstadt.portfolio.queries import outcomes
from netzstadt.portfolio.services.gates import ConditionFacts, Judgement

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

CONDITIONS = 3
_MOST_DECIDERS = 20


class DecidersField(LongText):
    """Persons, one e-mail address a line."""

    def clean(self, value: Any) -> "list[Person]":
        """The persons. Raises ValidationError that names the first address without an account."""
        found: dict[uuid.UUID, Person] = {}
        for address in re.split(r"[\s,;]+", super().clean(value).strip()):
            if not address:
                continue
            if len(found) == _MOST_DECIDERS:
                raise ValidationError(_("No more than 20 people can be named."))
            validate_email(address)
            person = persons.person_with(address)
            if person is None or not person.is_active:
                raise ValidationError(
                    gettext("There is no account with the address %(address)s.")
                    % {"address": address}
                )
            found[person.pk] = person
        return list(found.values())


class PrepareForm(SeenForm):
    """Who decides at a gate, and by when."""

    deciders = DecidersField(
        label=_("E-mail addresses of those who decide"),
        max_length=4_000,
        required=False,
        help_text=_("One a line. Each of them may decide."),
    )
    due_on = DayField(label=_("To be decided by"), required=False)

    @staticmethod
    def initial_of(gate: Gate) -> dict[str, Any]:
        """What stands in the form when it is opened."""
        known = gate.deciders.select_related("person").order_by("person__email")
        return {
            "deciders": "\n".join(one.person.email for one in known),
            "due_on": gate.due_on,
            "seen": gate.project.changed_at.isoformat(),
        }


class CriterionForm(forms.Form):
    """Something that a project asks at a gate beyond its method."""

    text = line(_("Criterion"), 300, help_text=_("A sentence that is true or not."))


class CriteriaForm(SeenForm):
    """The answers to all criteria of a gate."""

    def __init__(self, *given: Any, criteria: Sequence[Criterion], **options: Any) -> None:
        super().__init__(*given, **options)
        self.criteria = criteria
        for one in criteria:
            self.fields[f"answer_{one.position}"] = forms.ChoiceField(
                label=one.title,
                choices=Answer.choices,
                initial=one.answer,
                widget=forms.RadioSelect,
            )
            self.fields[f"note_{one.position}"] = line(
                gettext("Note on: %(criterion)s") % {"criterion": one.title},
                1_000,
                required=False,
                initial=one.note,
            )

    def clean(self) -> dict[str, Any]:
        """Who says that something is not met, or does not matter, says why."""
        data = super().clean() or {}
        for one in self.criteria:
            answer, note = data.get(f"answer_{one.position}"), data.get(f"note_{one.position}")
            if answer in (Answer.NOT_MET, Answer.NOT_NEEDED) and not note:
                self.add_error(
                    f"note_{one.position}",
                    _("Say why the criterion is not met, or does not matter."),
                )
        return data

    def judgements(self) -> dict[uuid.UUID, Judgement]:
        """What was typed, for the service."""
        data = self.cleaned_data
        return {
            one.pk: Judgement(
                answer=data[f"answer_{one.position}"], note=data[f"note_{one.position}"]
            )
            for one in self.criteria
        }


class DecisionForm(SeenForm):
    """What is decided at a gate, why, and under which conditions."""

    outcome = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect)
    reason = LongText(label=pgettext_lazy("of a decision", "Reason"), max_length=3_000)
    decided_on = PastDayField(label=_("Decided on"))

    def __init__(self, *given: Any, project: Project, **options: Any) -> None:
        super().__init__(*given, **options)
        choices = [(one.value, one.label) for one in outcomes(project)]
        self.fields["outcome"].choices = choices  # type: ignore[attr-defined]
        for n in range(1, CONDITIONS + 1):
            about = {"n": n}
            self.fields[f"condition_{n}"] = line(
                gettext("Condition %(n)s") % about, 500, required=False
            )
            self.fields[f"due_on_{n}"] = DayField(
                label=gettext("Condition %(n)s is due on") % about, required=False
            )
            self.fields[f"responsible_{n}"] = PersonField(
                label=gettext("Condition %(n)s: e-mail address of who has to meet it") % about,
                required=False,
            )

    def clean(self) -> dict[str, Any]:
        """A condition has a text and a day."""
        data = super().clean() or {}
        for n in range(1, CONDITIONS + 1):
            text, due_on = data.get(f"condition_{n}"), data.get(f"due_on_{n}")
            if text and not due_on and f"due_on_{n}" not in self.errors:
                self.add_error(f"due_on_{n}", _("Say by when the condition is to be met."))
            if (due_on or data.get(f"responsible_{n}")) and not text:
                self.add_error(f"condition_{n}", _("Say what is to be done."))
            if due_on and due_on < today():
                self.add_error(f"due_on_{n}", _("This day is over."))
        return data

    def conditions(self) -> list[ConditionFacts]:
        """The conditions, for the service."""
        data = self.cleaned_data
        return [
            ConditionFacts(
                text=data[f"condition_{n}"],
                due_on=data[f"due_on_{n}"],
                responsible=data[f"responsible_{n}"],
            )
            for n in range(1, CONDITIONS + 1)
            if data[f"condition_{n}"]
        ]


class MeetForm(forms.Form):
    """When a condition was met, and how."""

    met_on = PastDayField(label=_("Met on"))
    note = line(_("How it was met"), 1_000)
