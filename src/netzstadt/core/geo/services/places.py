"""Saying where an object is."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.core.geo.columns import Point
from netzstadt.core.geo.events import PlaceRemoved, PlaceSet
from netzstadt.core.geo.models import Address, Area, Place
from netzstadt.core.geo.services import PlaceRefused

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person


@transaction.atomic
def set_place(
    *,
    model: str,
    object_id: uuid.UUID,
    by: "Person | None",
    at: datetime,
    area: Area | None = None,
    address: Address | None = None,
    point: Point | None = None,
) -> Place:
    """Say where an object is; what was said before is replaced.

    Several may be said: the point is where it stands, the address how one gets there, the area
    what it is for. The most precise counts where one place is needed.

    Raises PlaceRefused if nothing is said, or the point is none on earth.
    """
    if area is None and address is None and point is None:
        raise PlaceRefused(_("Say where it is: by a point, an address or an area."))
    if point is not None and not (-180 <= point[0] <= 180 and -90 <= point[1] <= 90):
        raise PlaceRefused(_("There is no such place: a latitude is at most 90, a longitude 180."))
    place, _is_new = Place.objects.update_or_create(
        object_model=model,
        object_id=object_id,
        defaults={"area": area, "address": address, "point": point, "set_at": at},
    )
    audit.record(
        PlaceSet(
            of_model=model,
            object_id=object_id,
            area_id=area.pk if area else None,
            address_id=address.pk if address else None,
            longitude=point[0] if point else None,
            latitude=point[1] if point else None,
        ),
        by=by,
    )
    return place


@transaction.atomic
def remove_place(*, model: str, object_id: uuid.UUID, by: "Person | None", at: datetime) -> None:
    """Take back what was said of where an object is.

    Raises PlaceRefused if nothing was said.
    """
    found = Place.objects.select_for_update().filter(object_model=model, object_id=object_id)
    if not found.delete()[0]:
        raise PlaceRefused(_("Nobody has said where this is."))
    audit.record(PlaceRemoved(of_model=model, object_id=object_id), by=by)
