"""How templates write amounts of money."""

from django import template

from netzstadt.core import money

register = template.Library()


@register.filter
def euros(cents: int | None) -> str:
    """An amount of whole cents with its currency; nothing for None."""
    return "" if cents is None else money.euros(int(cents))


@register.filter
def basis_points(value: int | None) -> str:
    """Hundredths of a percent as a percentage; nothing for None."""
    return "" if value is None else f"{money.percent(value)}\u00a0%"
