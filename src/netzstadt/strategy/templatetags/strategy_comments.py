"""How templates name what a comment is about."""

import uuid
from collections.abc import Mapping

from django import template

from netzstadt.strategy.queries.comments import About

register = template.Library()


@register.filter
def of(abouts: Mapping[uuid.UUID, About], element_id: uuid.UUID | None) -> About | None:
    """What a comment is about; None where it is about the whole edition."""
    return abouts.get(element_id) if element_id else None
