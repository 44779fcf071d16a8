"""The form field with which any room asks for a person."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from netzstadt.core.orgs.models import Person
from netzstadt.core.orgs.queries import persons


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
