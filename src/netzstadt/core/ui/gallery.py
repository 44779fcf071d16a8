"""What the gallery shows: the components that need an object, each in its states."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from netzstadt.core.rooms import resolved, rooms
from netzstadt.core.ui.queries import Sorting
from netzstadt.lib.tables import Mistake


class ExampleForm(forms.Form):
    """One field of every kind."""

    name = forms.CharField(label=_("Name"), help_text=_("As it shall be shown."), max_length=80)
    email = forms.EmailField(label=_("E-mail address"), required=False)
    note = forms.CharField(
        label=_("Note"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=[("air", _("Air")), ("water", _("Water"))])
    visibility = forms.ChoiceField(
        label=_("Who may see it"),
        choices=[("public", _("Everybody")), ("administration", _("The administration"))],
        widget=forms.RadioSelect,
    )
    agreed = forms.BooleanField(label=_("I have checked what I entered"))


def examples(request: HttpRequest) -> dict[str, Any]:
    """The context of the gallery's template."""
    return {
        "form": ExampleForm(prefix="empty"),
        "form_with_errors": ExampleForm({"wrong-email": "not an address"}, prefix="wrong"),
        "page_of_many": Paginator(range(240), 20).get_page(request.GET.get("page")),
        "sort": Sorting.from_query(
            request.GET.get("sort", ""), {"name": "name", "value": "value"}, default="name"
        ),
        "api_call": "/sta/v1.1/Things?$expand=Datastreams&$top=10",
        "licence": "CC BY 4.0",
        "stations": ["Promenade", "Neutor"],
        "mistakes": [
            Mistake(0, str(_("The file has no column with names."))),
            Mistake(17, str(_("There is no time."))),
        ],
        "parts": [
            (part.template, resolved(part.examples)())
            for room in rooms()
            for part in room.kit_parts
        ],
    }
