"""The form fields with which any room asks for a person or a unit."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from netzstadt.core.orgs.models import Person, Unit
from netzstadt.core.orgs.queries import persons, units


class PersonField(forms.EmailField):
    """A person, named by her e-mail address: lists of all persons would be long and show much."""

    def clean(self, value: str) -> Person | None:
        address = super().clean(value)
        if not address:
            return None
        found = persons.person_with(address)
        if found is None:
            raise ValidationError(_("There is no account with this address."))
        return found


class UnitField(forms.ChoiceField):
    """A unit of today's tree, chosen from the indented list."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=self._choices, **options)

    def _choices(self) -> list[tuple[str, str]]:
        return [("", "–"), *units.choices()]

    def clean(self, value: str) -> Unit | None:
        chosen = super().clean(value)
        return Unit.objects.get(pk=chosen) if chosen else None
