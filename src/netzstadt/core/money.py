"""Amounts of money: whole cents everywhere, so that sums are exact; nothing here is a float."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

# Ten billion euros: more than a city turns over in a year, and far below what a bigint can add up.
MOST_CENTS = 1_000_000_000_000
# What is an amount with a comma or a point before the cents.
_COMMA = re.compile(r"(-?)(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d{1,2}))?")
_POINT = re.compile(r"(-?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?")
_LONGEST = 30  # signs of an amount that is typed
_SPACES = re.compile(r"[\s\u00a0\u202f€]+|EUR")


def euros(cents: int) -> str:
    """An amount as people of the present language write it, with its currency: 1.234,56 €."""
    amount = number_format(Decimal(cents).scaleb(-2), 2, use_l10n=True, force_grouping=True)
    return f"{amount}\u00a0€"


def plain_euros(cents: int) -> str:
    """An amount as programs read it: 1234.56."""
    return str(Decimal(cents).scaleb(-2).quantize(Decimal("0.01")))


def cents_of(text: str, *, comma: bool) -> int:
    """The cents that a text says; ``comma`` is whether its cents come after one.

    The other sign is understood where it cannot be meant to part thousands. Raises ValueError.
    """
    plain = _SPACES.sub("", text).replace("\u2212", "-")
    first, second = (_COMMA, _POINT) if comma else (_POINT, _COMMA)
    found = first.fullmatch(plain)
    if found is None:
        found = second.fullmatch(plain)
        if found is None or found[3] is None:
            raise ValueError(text)
    whole = re.sub("[.,]", "", found[2])
    cents = int(whole) * 100 + int((found[3] or "0").ljust(2, "0"))
    return -cents if found[1] else cents


def share_of(cents: int, basis_points: int) -> int:
    """So many hundredths of a percent of an amount, to the nearest cent, half a cent upwards."""
    return (2 * cents * basis_points + 10_000) // 20_000


class EuroField(forms.Field):
    """An amount of euros, kept as cents."""

    def __init__(self, *, may_be_negative: bool = False, **options: Any) -> None:
        widget = forms.TextInput(
            {"inputmode": "decimal", "autocomplete": "off", "maxlength": _LONGEST}
        )
        super().__init__(widget=widget, **options)
        self.may_be_negative = may_be_negative

    def to_python(self, value: Any) -> Any:
        """The cents. Raises ValidationError with what can be read."""
        text = str(value or "").strip()
        if not text:
            return None
        try:
            cents = cents_of(text[: _LONGEST + 1], comma=(get_language() or "de").startswith("de"))
        except ValueError as error:
            raise ValidationError(_("Write an amount in euros, such as 1234.56.")) from error
        if cents < 0 and not self.may_be_negative:
            raise ValidationError(_("This amount cannot be below zero."))
        if abs(cents) > MOST_CENTS:
            raise ValidationError(_("This amount is larger than any that can be kept."))
        return cents

    def prepare_value(self, value: Any) -> Any:
        """The amount as it is typed."""
        if not isinstance(value, int):
            return value
        return number_format(Decimal(value).scaleb(-2), 2, use_l10n=True, force_grouping=False)


class PercentField(forms.DecimalField):
    """A percentage with at most two digits after the point, kept as hundredths of a percent."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=0, max_value=100, decimal_places=2, localize=True, **options)

    def clean(self, value: Any) -> Any:
        """The hundredths of a percent, or None."""
        found = super().clean(value)
        return None if found is None else int(found * 100)

    def prepare_value(self, value: Any) -> Any:
        """The percentage as it is typed."""
        return percent(value) if isinstance(value, int) else value


def percent(basis_points: int) -> str:
    """Hundredths of a percent as people write a percentage: 62,5."""
    value = Decimal(basis_points).scaleb(-2).normalize()
    digits = max(-int(value.as_tuple().exponent), 0)
    return number_format(value, digits, use_l10n=True)
