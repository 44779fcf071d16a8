"""What other rooms show on the page of an object."""

import uuid

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from netzstadt.core.access.queries import held_once
from netzstadt.core.access.rules import held_by, person_of
from netzstadt.core.rooms import page_parts as declared
from netzstadt.core.rooms import resolved

register = template.Library()


@register.simple_tag(takes_context=True)
def page_parts(context: template.Context, model: str, object_id: uuid.UUID) -> SafeString:
    """The parts that rooms declare for pages of this kind (``RoomConfig.page_parts``)."""
    request = context["request"]
    person = person_of(request)
    shown = []
    with held_once(person, held_by(request)):  # each room asks what she may
        for part in declared(model):
            content = resolved(part.content)(object_id, to=person)
            if content is not None:
                shown.append(render_to_string(part.template, content, request=request))
    return SafeString("".join(shown))
