"""What persons give with a file."""

from django import forms
from django.utils.translation import gettext_lazy as _

from netzstadt.core.files.content import KINDS

ACCEPTED = ",".join(f".{ending}" for ending in sorted(KINDS))


class UploadForm(forms.Form):
    """A file, and what it shall be called."""

    file = forms.FileField(
        label=_("File"),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("The file is empty."),
            "missing": _("Choose a file."),
            "invalid": _("Choose a file."),
        },
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )
    title = forms.CharField(
        label=_("Title"),
        help_text=_("Empty: the name of the file."),
        max_length=200,
        required=False,
    )


class VersionForm(forms.Form):
    """A newer version of a file."""

    file = UploadForm.base_fields["file"]


class TitleForm(forms.Form):
    """What a file is called."""

    title = forms.CharField(label=_("Title"), max_length=200)
