"""How templates name what a comment is about."""

import uuid
from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def title_of(titles: Mapping[uuid.UUID, str], element_id: uuid.UUID | None) -> str:
    """What the element is called; empty where there is none."""
    return titles.get(element_id, "") if element_id else ""
