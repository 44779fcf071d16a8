"""What the component ``<c-links>`` asks for."""

import uuid
from typing import Any

from django import template

from netzstadt.core.access.rules import person_of, request_may
from netzstadt.core.links import queries
from netzstadt.core.links.permissions import KEEP_LINKS
from netzstadt.core.objects import Spot

register = template.Library()


@register.simple_tag(takes_context=True)
def linked(
    context: template.Context,
    model: str,
    object_id: uuid.UUID,
    example: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The links of an object for who reads the page, and whether she may link it; or an example."""
    if example is not None:
        return example
    request = context["request"]
    found = queries.links_of(model, object_id, to=person_of(request))
    # Asked with the object itself only where a role anywhere could carry it.
    may_link = request_may(request, KEEP_LINKS, anywhere=True) and request_may(
        request, KEEP_LINKS, Spot(model, object_id)
    )
    return {"found": found, "may_link": may_link}
