"""What is typed in about rights."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from netzstadt.core import days
from netzstadt.core.access.permissions import (
    EVERYWHERE,
    FOR_ONE_OBJECT,
    IN_A_UNIT,
    ROLE_DESCRIPTIONS,
    Role,
)
from netzstadt.core.days import DayField, today
from netzstadt.core.orgs.fields import PersonField
from netzstadt.core.orgs.queries import units
from netzstadt.core.rooms import object_kinds
from netzstadt.lib import clock


def _explained(roles: Iterable[Role]) -> list[tuple[str, str]]:
    return [(role.value, f"{role.label} – {ROLE_DESCRIPTIONS[role]}") for role in roles]


class _EndingForm(forms.Form):
    """Until when a role holds, and why it was given."""

    last_day = DayField(
        label=_("Last day"),
        required=False,
        help_text=_("Leave it empty for a role that is ended by hand."),
    )
    reason = forms.CharField(label=_("Why"), required=False, max_length=500)

    def clean_last_day(self):
        day = self.cleaned_data["last_day"]
        if day is not None and day < today():
            raise forms.ValidationError(_("The last day is over already."))
        return day

    @property
    def until(self) -> datetime | None:
        """The end of the last day in the city; None without one."""
        day = self.cleaned_data["last_day"]
        if day is None:
            return None
        return days.midnight(clock.day_after(day))


class GrantForm(_EndingForm):
    """A role for a person: where, until when, why."""

    role = forms.ChoiceField(label=_("Role"))
    unit = forms.ChoiceField(
        label=_("Where"),
        required=False,
        help_text=_("Without a unit the role holds everywhere; in a unit also in all below it."),
    )
    field_order = ("role", "unit", "last_day", "reason")

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        roles = dict.fromkeys((*EVERYWHERE, *IN_A_UNIT))
        self.fields["role"].choices = _explained(roles)  # type: ignore[attr-defined]
        self.fields["unit"].choices = [("", _("everywhere")), *units.choices()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        role, unit = data.get("role"), data.get("unit")
        if role and not unit and Role(role) not in EVERYWHERE:
            self.add_error("unit", _("This role holds in a unit: choose one."))
        if role and unit and Role(role) not in IN_A_UNIT:
            self.add_error("unit", _("This role holds everywhere: choose no unit."))
        return data


class OpenForm(_EndingForm):
    """Somebody is let in to one object: who, as what, until when, why."""

    person = PersonField(
        label=_("E-mail address of the person"),
        help_text=_("Who has no account yet is invited first, by an administrator."),
    )
    role = forms.ChoiceField(label=_("As"), choices=lambda: _explained(FOR_ONE_OBJECT))
    field_order = ("person", "role", "last_day", "reason")


class ExplainForm(forms.Form):
    """What somebody wants explained: a thing that only some may see."""

    object = forms.CharField(
        label=_("Name of the object, or the address of its page"),
        help_text=_("A part of the name is enough. The object's id will do, too."),
        max_length=2000,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    model = forms.ChoiceField(label=_("Kind"), required=False)

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["model"].choices = [  # type: ignore[attr-defined]
            ("", _("All")),
            *((kind.model, str(kind.title)) for kind in object_kinds().values()),
        ]
