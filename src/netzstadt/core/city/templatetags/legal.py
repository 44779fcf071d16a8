"""Markdown of the legal pages in templates."""

from django import template
from django.utils.safestring import SafeString

from netzstadt.core.city.markdown import rendered

register = template.Library()


@register.filter
def markdown(text: str, below: int = 1) -> SafeString:
    """The text as HTML, its headings below those of level ``below``."""
    return rendered(text, below=below)
