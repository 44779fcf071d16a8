"""The bell in every page's header."""

from typing import Any

from django import template

from netzstadt.core.access.queries import held_once
from netzstadt.core.access.rules import held_by, person_of
from netzstadt.core.notices import queries

register = template.Library()


@register.inclusion_tag("notices/_bell.html", takes_context=True)
def bell(context: template.Context) -> dict[str, Any]:
    """How many things who is signed in has not read, and the way there."""
    request = context["request"]
    person = person_of(request)
    if person is None:
        return {}
    with held_once(person, held_by(request)):
        return {"unread": queries.unread(person)}
