"""What the templates of places ask for."""

import uuid
from typing import Any

from django import template
from django.conf import settings
from django.forms.utils import flatatt
from django.templatetags.static import static
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from netzstadt.core.access.rules import request_may
from netzstadt.core.geo.permissions import KEEP_PLACES
from netzstadt.core.geo.queries import places
from netzstadt.core.objects import Spot

register = template.Library()


@register.simple_tag
def map_attributes() -> SafeString:
    """What every element that draws a map is told: the library, the base map, its words."""
    library = "vendor/maplibre-gl/maplibre-gl"
    return flatatt(
        {
            "data-library": static(f"{library}.mjs"),
            "data-worker": static(f"{library}-worker.mjs"),
            "data-style": settings.CONFIG.basemap_style_url,
            "data-failed": _("The map cannot be drawn here."),
            "data-zoom-in": _("Zoom in"),
            "data-zoom-out": _("Zoom out"),
            "data-sources": _("Show or hide the sources"),
        }
    )


@register.simple_tag(takes_context=True)
def placed(
    context: template.Context,
    model: str,
    object_id: uuid.UUID,
    example: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Where an object is, and whether who reads the page may say so; in the gallery an example."""
    if example is not None:
        return example
    request = context["request"]
    place = places.place_of(model, object_id)
    may_keep = request_may(request, KEEP_PLACES, anywhere=True) and request_may(
        request, KEEP_PLACES, Spot(model, object_id)
    )
    position = places.position_of(place) if place else None
    return {"place": place, "position": position, "may_keep": may_keep}
