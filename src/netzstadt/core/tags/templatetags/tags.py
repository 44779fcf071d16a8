"""What the components of tags ask for."""

import uuid
from dataclasses import dataclass

from django import template

from netzstadt.core import objects
from netzstadt.core.access.rules import person_of, request_may
from netzstadt.core.tags import queries
from netzstadt.core.tags.models import Concept, Scheme
from netzstadt.core.tags.permissions import TAG_OBJECTS

register = template.Library()
# How many vocabularies a picker lets one choose from.
MOST_SCHEMES = 20


@dataclass(frozen=True, slots=True)
class TagPanel:
    """What stands in the part of a page that shows an object's tags."""

    tags: list[Concept]
    schemes: list[Scheme]
    may_tag: bool
    offered: list[Concept]


@dataclass(frozen=True, slots=True)
class TagPicker:
    """What a picker inside a form shows: the ticked terms and those to choose from."""

    scheme: Scheme | None
    chosen: list[Concept]
    offered: list[Concept]


@register.simple_tag(takes_context=True)
def tag_panel(
    context: template.Context,
    model: str,
    object_id: uuid.UUID,
    scheme: str = "",
    example: TagPanel | None = None,
) -> TagPanel:
    """The tags of an object for who reads the page, and what may be added; or an example."""
    if example is not None:
        return example
    request = context["request"]
    person = person_of(request)
    may_tag = request_may(request, TAG_OBJECTS, objects.Spot(model, object_id))
    schemes: list[Scheme] = []
    if may_tag:
        found = queries.schemes(to=person)
        schemes = list((found.filter(key=scheme) if scheme else found)[:MOST_SCHEMES])
    return TagPanel(
        tags=queries.tags_of(model, object_id, to=person, scheme=scheme),
        schemes=schemes,
        may_tag=bool(schemes),
        offered=list(queries.offered(schemes[0])) if len(schemes) == 1 else [],
    )


@register.simple_tag(takes_context=True)
def tag_picker(
    context: template.Context,
    scheme: str,
    model: str = "",
    object_id: uuid.UUID | None = None,
    example: TagPicker | None = None,
) -> TagPicker:
    """The terms of one vocabulary for a form, and those that the object has; or an example."""
    if example is not None:
        return example
    person = person_of(context["request"])
    found = queries.schemes(to=person).filter(key=scheme).first()
    if found is None:
        return TagPicker(None, [], [])
    chosen: list[Concept] = []
    if object_id is not None:
        chosen = queries.tags_of(model, object_id, to=person, scheme=scheme)
    return TagPicker(found, chosen, list(queries.offered(found)))
