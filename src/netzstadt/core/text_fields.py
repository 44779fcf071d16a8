"""The form fields with which any room asks for text: one line, or several."""

from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator

_PLAIN = ProhibitNullCharactersValidator()


def line(label: Any, length: int, **options: Any) -> forms.CharField:
    """One line of text."""
    return forms.CharField(label=label, max_length=length, validators=[_PLAIN], **options)


class LongText(forms.CharField):
    """Several lines, parted as files part them: browsers send a carriage return as well."""

    def __init__(self, *, rows: int = 6, **options: Any) -> None:
        super().__init__(widget=forms.Textarea({"rows": rows}), validators=[_PLAIN], **options)

    def to_python(self, value: Any) -> str:
        """The text with plain ends of lines."""
        return str(super().to_python(value)).replace("\r\n", "\n")
