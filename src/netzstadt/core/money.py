"""Amounts of money: whole cents everywhere, so that sums are exact; nothing here is a float."""

from decimal import Decimal

from django.utils.formats import number_format


def euros(cents: int) -> str:
    """An amount as people of the present language write it, with its currency: 1.234,56 €."""
    amount = number_format(Decimal(cents).scaleb(-2), 2, use_l10n=True, force_grouping=True)
    return f"{amount}\u00a0€"
