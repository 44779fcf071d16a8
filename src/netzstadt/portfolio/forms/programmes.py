"""Forms of programmes and portfolios."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from netzstadt.core.meanwhile import SeenForm
from netzstadt.core.orgs.fields import UnitField
from netzstadt.core.text_fields import LongText, line
from netzstadt.portfolio import queries
from netzstadt.portfolio.models import Programme, ProgrammeKind, Project
from netzstadt.portfolio.models.programmes import PROGRAMME_VISIBILITIES
from netzstadt.portfolio.services.programmes import ProgrammeFacts


class ProgrammeForm(SeenForm):
    """What a programme or portfolio is for, and who keeps it."""

    title = line(_("Title"), 200)
    kind = forms.ChoiceField(label=_("Kind"), choices=ProgrammeKind.choices)
    purpose = LongText(
        label=_("Purpose"),
        max_length=3_000,
        help_text=_("What its projects reach together, or by what they are chosen."),
    )
    unit = UnitField(label=_("Unit that answers for it"))
    visibility = forms.ChoiceField(
        label=_("Who may see it"),
        choices=[(one.value, one.label) for one in PROGRAMME_VISIBILITIES],
        help_text=_("Its projects are shown only to who may see them."),
    )

    def facts(self) -> ProgrammeFacts:
        """What was typed, for the service."""
        data = self.cleaned_data
        names = ("title", "kind", "purpose", "visibility")
        return ProgrammeFacts(unit_id=data["unit"].pk, **{name: data[name] for name in names})

    @staticmethod
    def initial_of(programme: Programme) -> dict[str, Any]:
        """What stands in the form when it is opened."""
        names = ("title", "kind", "purpose", "visibility")
        return {name: getattr(programme, name) for name in names} | {
            "unit": programme.unit_id,
            "seen": programme.changed_at.isoformat(),
        }


class JoinForm(forms.Form):
    """A project that comes into a programme, named by its number."""

    number = line(_("Number of the project"), 13, help_text=_("Such as V-2026-001."))
    is_primary = forms.BooleanField(
        label=_("This is its primary programme"),
        required=False,
        help_text=_("Of all that a project belongs to, one counts it in sums."),
    )

    def __init__(self, *given: Any, to: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self._to = to
        self.project: Project | None = None

    def clean_number(self) -> str:
        """The number. Raises ValidationError if she sees no project with it."""
        number = str(self.cleaned_data["number"]).strip().upper()
        self.project = queries.visible_projects(to=self._to).filter(key=number).first()
        if self.project is None:
            raise ValidationError(_("There is no project with this number."))
        return number
