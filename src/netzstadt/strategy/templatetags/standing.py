"""How templates show where something stands."""

from functools import cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

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
def light_status(light: str) -> SafeString:
    """``strategy/_light.html``, drawn once: a tree of a city has thousands of them."""
    return _drawn(light, get_language())


@cache
def _drawn(light: str, language: str | None) -> SafeString:
    return render_to_string("strategy/_light.html", {"light": light})


@register.filter
def percent(part: float | None) -> str:
    """A part of 1 in percent."""
    return saying.percent(part)


@register.filter
def amount(value: float | None, digits: int | None = 0) -> str:
    """A number with so many digits after the comma."""
    return saying.amount(value, digits or 0)
