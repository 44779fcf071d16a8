"""What administrators set about the city."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from netzstadt.core.city.logo import Logo, read_logo
from netzstadt.core.city.models import City, Conformity, Method
from netzstadt.core.city.queries import LDI_NRW
from netzstadt.core.city.services.facts import checked_accent
from netzstadt.core.days import DayField
from netzstadt.core.refusal import Refusal
from netzstadt.lib import clock
from netzstadt.lib.municipal_code import FORM

_MARKDOWN = _(
    "Markdown: an empty line begins a paragraph, # a heading, - a list; links are written as"
    " [text](address)."
)


def _lines(rows: int, **attrs: str) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **attrs})


class CityForm(forms.Form):
    """A part of the city's facts; its fields are called as those of the City.

    The suggestions for ``of_north_rhine_westphalia`` are not made to a city of another state.
    """

    of_north_rhine_westphalia: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def of(cls, city: City, data: Any = None, files: Any = None) -> "CityForm":
        """The form with what is set now; where nothing is set, with its own suggestions."""
        initial = {
            name: value
            for name in cls.base_fields
            if (value := getattr(city, name, None)) not in ("", None)
        }
        elsewhere = () if city.is_in_north_rhine_westphalia else cls.of_north_rhine_westphalia
        return cls(data, files, initial=dict.fromkeys(elsewhere, "") | initial)

    @property
    def facts(self) -> Mapping[str, Any]:
        """What was typed in, as the services take it."""
        return self.cleaned_data


class NameForm(CityForm):
    """Who the city is and how to reach it."""

    name = forms.CharField(label=_("Name of the city"), max_length=100)
    municipal_code = forms.RegexField(
        FORM,
        label=_("Municipality key (AGS)"),
        help_text=_("Eight digits, such as 05513000; the first two are the federal state."),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "invalid": _("Eight digits are needed, the first two of them from 01 to 16.")
        },
    )
    language = forms.ChoiceField(
        label=_("Language of mails"), choices=settings.LANGUAGES, initial="de"
    )
    contact_address = forms.CharField(
        label=_("Postal address"), required=False, max_length=500, widget=_lines(3)
    )
    contact_phone = forms.CharField(label=_("Phone"), required=False, max_length=50)
    contact_email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("Who is told when somebody reports a barrier or writes a message."),
        required=False,
    )


class LookForm(CityForm):
    """Colour and logo."""

    accent = forms.CharField(
        label=_("Accent colour"),
        help_text=_("As # and six digits, such as #1a4f9c; empty: KERN’s own blue."),
        required=False,
        max_length=7,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    logo_file = forms.FileField(
        label=_("Logo"),
        help_text=_("SVG, PNG or WebP, at most 256 KiB; shown beside the city’s name."),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".svg,.png,.webp"}),
    )
    is_logo_removed = forms.BooleanField(label=_("Show no logo"), required=False)

    @classmethod
    def of(cls, city: City, data: Any = None, files: Any = None) -> "CityForm":
        form = super().of(city, data, files)
        if not city.logo_digest:
            del form.fields["is_logo_removed"]
        return form

    def clean_accent(self) -> str:
        return str(_accepted(lambda: checked_accent(self.cleaned_data["accent"])))

    def clean_logo_file(self) -> Logo | None:
        file = self.cleaned_data["logo_file"]
        return _accepted(lambda: read_logo(file.read())) if file else None

    @property
    def facts(self) -> Mapping[str, Any]:
        return {
            "accent": self.cleaned_data["accent"],
            "logo": self.cleaned_data["logo_file"],
            "is_logo_removed": self.cleaned_data.get("is_logo_removed", False),
        }


def _accepted(read: Any) -> Any:
    """What is read; a refusal becomes an error of the field."""
    try:
        return read()
    except Refusal as refusal:
        raise forms.ValidationError(str(refusal)) from refusal


class ImprintForm(CityForm):
    """What § 5 DDG asks for."""

    imprint_body = forms.CharField(
        label=_("Responsible body"),
        help_text=_("The city as a legal person, such as: Stadt Musterstadt."),
        max_length=500,
        widget=_lines(2),
    )
    imprint_representative = forms.CharField(
        label=_("Represented by (function)"),
        help_text=_("The function is enough where the office is a public one."),
        max_length=200,
    )
    imprint_address = forms.CharField(label=_("Postal address"), max_length=500, widget=_lines(3))
    imprint_email = forms.EmailField(label=_("E-mail address"))
    imprint_phone = forms.CharField(label=_("Phone"), max_length=50)
    imprint_vat_id = forms.RegexField(
        r"^[A-Z]{2}[0-9A-Za-z]{2,12}$",
        label=_("VAT identification number"),
        help_text=_("Where there is one, such as DE123456789."),
        required=False,
        max_length=14,
    )
    imprint_authority = forms.CharField(
        label=_("Supervisory authority"), required=False, max_length=500, widget=_lines(2)
    )
    imprint_text = forms.CharField(
        label=_("Further text"),
        help_text=_MARKDOWN,
        required=False,
        max_length=20_000,
        widget=_lines(6),
    )


class PrivacyForm(CityForm):
    """What Art. 13 GDPR asks for and only the city knows."""

    of_north_rhine_westphalia = ("privacy_authority",)

    privacy_controller = forms.CharField(
        label=_("Controller"),
        help_text=_("Name and contact of who decides about the data."),
        max_length=500,
        widget=_lines(3),
    )
    privacy_officer = forms.CharField(
        label=_("Data protection officer"),
        help_text=_("How to reach the officer; a name is not needed."),
        max_length=500,
        widget=_lines(3),
    )
    privacy_purposes = forms.CharField(
        label=_("Purposes and legal bases"),
        help_text=_MARKDOWN,
        max_length=50_000,
        widget=_lines(8),
    )
    privacy_recipients = forms.CharField(
        label=_("Recipients and periods"),
        help_text=_("Who receives data and how long it is kept, beyond what the software does."),
        required=False,
        max_length=50_000,
        widget=_lines(5),
    )
    privacy_authority = forms.CharField(
        label=_("Supervisory authority"), max_length=500, initial=LDI_NRW, widget=_lines(3)
    )


_OMBUDS_OFFICE = """Ombudsstelle für barrierefreie Informationstechnik des Landes NRW
bei der Landesbeauftragten für Menschen mit Behinderungen
ombudsstelle-barrierefreie-it@mags.nrw.de"""
_OMBUDS_PAGE = "https://www.mags.nrw/ombudsstelle-barrierefreie-informationstechnik"


def _day(label: Any, help_text: Any = "") -> DayField:
    return DayField(
        label=label,
        help_text=help_text,
        initial=lambda: clock.now().date(),
    )


class StatementForm(CityForm):
    """What § 10b BGG NRW and Decision (EU) 2018/1523 ask for."""

    of_north_rhine_westphalia = ("enforcement_body", "enforcement_url")

    conformity = forms.ChoiceField(
        label=_("These pages are"), choices=Conformity.choices, widget=forms.RadioSelect
    )
    barriers = forms.CharField(
        label=_("Known barriers"),
        help_text=_MARKDOWN,
        required=False,
        max_length=20_000,
        widget=_lines(5),
    )
    barriers_reasons = forms.CharField(
        label=_("Reasons"),
        help_text=_("Why they are still there, such as a disproportionate burden, and until when."),
        required=False,
        max_length=20_000,
        widget=_lines(3),
    )
    barriers_alternatives = forms.CharField(
        label=_("Accessible alternatives"), required=False, max_length=20_000, widget=_lines(3)
    )
    conformity_method = forms.ChoiceField(
        label=_("How it was found out"),
        choices=Method.choices,
        initial=Method.SELF,
        widget=forms.RadioSelect,
    )
    conformity_by = forms.CharField(label=_("Assessed by"), required=False, max_length=200)
    statement_made_on = _day(_("Statement made on"))
    statement_reviewed_on = _day(
        _("Last reviewed on"), _("A statement is reviewed at least once a year.")
    )
    statement_contact = forms.CharField(
        label=_("Contact for barriers"),
        help_text=_("The responsible unit with address, phone and e-mail address."),
        max_length=500,
        widget=_lines(3),
    )
    enforcement_body = forms.CharField(
        label=_("Enforcement body"), max_length=500, initial=_OMBUDS_OFFICE, widget=_lines(4)
    )
    enforcement_url = forms.URLField(
        label=_("Page of the procedure"),
        initial=_OMBUDS_PAGE,
        required=False,
        assume_scheme="https",
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("conformity") in {Conformity.PARTIAL, Conformity.NONE}:
            for name in ("barriers", "barriers_reasons"):
                if not data.get(name):
                    self.add_error(name, _("Where something is not accessible, this is needed."))
        made, reviewed = data.get("statement_made_on"), data.get("statement_reviewed_on")
        if made and reviewed and reviewed < made:
            self.add_error(
                "statement_reviewed_on", _("A statement cannot be reviewed before it was made.")
            )
        return data


class AdministratorForm(forms.Form):
    """The first administrator."""

    name = forms.CharField(
        label=_("Your name"), max_length=200, widget=forms.TextInput({"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("You sign in with it."),
        widget=forms.EmailInput({"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("Password"),
        help_text=_("At least 12 characters; not one that others use often."),
        strip=False,
        max_length=1024,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    repeated = forms.CharField(
        label=_("Password again"),
        strip=False,
        max_length=1024,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("password") and data.get("repeated") and data["password"] != data["repeated"]:
            self.add_error("repeated", _("The two passwords are not the same."))
        return data
