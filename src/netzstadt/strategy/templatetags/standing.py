"""How templates show where something stands."""

from django import template

from netzstadt.strategy import saying
from netzstadt.strategy.models import Light

register = template.Library()

_KINDS = {"GREEN": "success", "AMBER": "warning", "RED": "danger", "GREY": "neutral"}


@register.filter
def light_kind(light: str) -> str:
    """The kind of ``c-status`` for a light."""
    return _KINDS.get(light, "neutral")


@register.filter
def light_text(light: str) -> str:
    """What a light says."""
    return str(Light(light).label)


@register.filter
def percent(part: float | None) -> str:
    """A part of 1 in percent."""
    return saying.percent(part)


@register.filter
def amount(value: float | None, digits: int | None = 0) -> str:
    """A number with so many digits after the comma."""
    return saying.amount(value, digits or 0)
