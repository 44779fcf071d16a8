"""The history of an object, for its page."""

import uuid
from typing import Any

from django import template

from netzstadt.core.access.permissions import SEE_DIRECTORY
from netzstadt.core.access.rules import request_may, signed_in_person
from netzstadt.core.audit import queries
from netzstadt.core.facts import named

register = template.Library()
NEWEST = 5


@register.inclusion_tag("audit/_history.html", takes_context=True)
def history(context: template.Context, object_model: str, object_id: uuid.UUID) -> dict[str, Any]:
    """The newest entries on an object, for who works in the house; nothing for others."""
    request = context["request"]
    if not request_may(request, SEE_DIRECTORY, anywhere=True):
        return {"hidden": True}
    page = queries.history(object_model, object_id, limit=NEWEST)
    return {
        "page": page,
        "named": named(page.entries, to=signed_in_person(request)),
        "model": object_model,
        "object_id": object_id,
    }
