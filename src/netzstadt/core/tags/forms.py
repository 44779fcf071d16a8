"""What persons type in: vocabularies, terms, files with terms."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from netzstadt.core.tags import queries
from netzstadt.core.tags.models import Concept, Scheme, SchemeVisibility
from netzstadt.core.tags.services.concepts import ConceptFacts
from netzstadt.core.tags.services.schemes import SchemeFacts
from netzstadt.standards.skos.reading import LARGEST

_LINES = forms.Textarea(attrs={"rows": 3})
_KEY = r"^[a-z][a-z0-9-]*$"


def _key_field() -> forms.RegexField:
    return forms.RegexField(
        _KEY,
        label=_("Key"),
        help_text=_("Stands in addresses and never changes: small letters, digits, hyphens."),
        max_length=60,
        error_messages={
            "invalid": _("Use small letters, digits and hyphens; begin with a letter.")
        },
    )


class SchemeForm(forms.Form):
    """What is said of a vocabulary."""

    title_de = forms.CharField(label=_("Title, German"), max_length=200)
    title_en = forms.CharField(label=_("Title, English"), max_length=200, required=False)
    description_de = forms.CharField(
        label=_("What it is for, German"), widget=_LINES, required=False
    )
    description_en = forms.CharField(
        label=_("What it is for, English"), widget=_LINES, required=False
    )
    visibility = forms.ChoiceField(
        label=_("Who may read it"), choices=SchemeVisibility.choices, widget=forms.RadioSelect
    )
    is_open = forms.BooleanField(
        label=_("Open for free tags"),
        help_text=_("Everybody who tags may add terms."),
        required=False,
    )

    def facts(self) -> SchemeFacts:
        """What was typed, as the service takes it."""
        names = SchemeFacts.__dataclass_fields__
        return SchemeFacts(**{name: self.cleaned_data[name] for name in names})


class NewSchemeForm(SchemeForm):
    """A new vocabulary."""

    key = _key_field()
    field_order = ["key"]


class ConceptForm(forms.Form):
    """What is said of a term."""

    label_de = forms.CharField(label=_("Term, German"), max_length=200, required=False)
    label_en = forms.CharField(label=_("Term, English"), max_length=200, required=False)
    alt_labels_de = forms.CharField(
        label=_("Other words, German"),
        help_text=_("One a line. The term is found by them."),
        widget=_LINES,
        required=False,
    )
    alt_labels_en = forms.CharField(
        label=_("Other words, English"), help_text=_("One a line."), widget=_LINES, required=False
    )
    definition_de = forms.CharField(label=_("Definition, German"), widget=_LINES, required=False)
    definition_en = forms.CharField(label=_("Definition, English"), widget=_LINES, required=False)
    notation = forms.CharField(label=_("Notation"), max_length=60, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("label_de") and not data.get("label_en"):
            self.add_error("label_de", _("Give the term at least one word."))
        return data

    def facts(self) -> ConceptFacts:
        """What was typed, as the service takes it."""
        data = {**self.cleaned_data}
        for name in ("alt_labels_de", "alt_labels_en"):
            data[name] = data[name].splitlines()
        return ConceptFacts(**{name: data[name] for name in ConceptFacts.__dataclass_fields__})


class TermField(forms.CharField):
    """A term of one vocabulary, written by its words or its notation."""

    def __init__(self, *, scheme: Scheme, **options: Any) -> None:
        super().__init__(max_length=200, **options)
        self.scheme = scheme

    def clean(self, value: Any) -> Any:
        """The term that is meant; None for an empty field."""
        text = super().clean(value)
        if not text:
            return None
        found = queries.find(self.scheme, text)
        if found is None:
            raise forms.ValidationError(_("The vocabulary has no term of this name."))
        return found


class TermForm(forms.Form):
    """Another term: where to move to, what to merge into, what replaces it."""

    def __init__(self, *args: Any, scheme: Scheme, label: Any, hint: Any, **options: Any) -> None:
        required = options.pop("required", False)
        super().__init__(*args, **options)
        self.fields["term"] = TermField(
            scheme=scheme,
            label=label,
            help_text=hint,
            required=required,
            widget=forms.TextInput(attrs={"list": "terms", "autocomplete": "off"}),
        )

    def term(self) -> Concept | None:
        """The term that was named."""
        found: Concept | None = self.cleaned_data["term"]
        return found


class ImportForm(forms.Form):
    """A file with a vocabulary, and which one it is here."""

    key = _key_field()
    file = forms.FileField(
        label=_("File"),
        help_text=_("SKOS as Turtle (.ttl) or RDF/XML (.rdf, .xml), up to 5 MiB."),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
        widget=forms.FileInput(attrs={"accept": ".ttl,.rdf,.xml,.owl"}),
    )

    def clean_file(self) -> Any:
        """Refuse a file that is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("The file is larger than 5 MiB."))
        return file
