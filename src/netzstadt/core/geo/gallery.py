"""What the gallery of the kit shows of places: where something is, and the picker of a point."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from netzstadt.core.geo.fields import PointField
from netzstadt.core.geo.models import Address, Area, Place
from netzstadt.lib.ids import new_id


class ExampleForm(forms.Form):
    """A point as the forms of rooms ask for it."""

    point = PointField(label=_("Point"), required=False)


def examples() -> dict[str, Any]:
    """An address, an area, a point, and nothing said yet; stored nowhere."""
    area = Area(name="Altstadt")
    address = Address(
        street="Am Markt", number=1, postcode="45879", city="Gelsenkirchen", area=area
    )
    point = (7.0966, 51.5079)
    said = [Place(address=address), Place(area=area), Place(point=point), None]
    return {
        "id": new_id(),
        "places": [
            {"place": place, "position": place and place.point, "may_keep": True} for place in said
        ],
        "form": ExampleForm(prefix="kit", initial={"point": point}),
    }
