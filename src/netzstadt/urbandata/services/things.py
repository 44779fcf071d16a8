"""Everything that changes stations and Datastreams from a page.

What the SensorThings API can change is changed by the API's own functions (``plane.desk``), in the
transaction of the service and recorded as the API records it. What only the house knows, the owner
and retirement, is written here.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from netzstadt.core.audit import services as audit
from netzstadt.core.meanwhile import refuse_if_changed
from netzstadt.core.refusal import Refusal
from netzstadt.plane.desk import Desk, NotTaken
from netzstadt.urbandata.events import (
    DatastreamRetired,
    DatastreamReturned,
    QualityRulesSet,
    ThingOwnerChanged,
    ThingRetired,
    ThingReturned,
    ThingVisibilityChanged,
)
from netzstadt.urbandata.models import Series, Thing, Visibility

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

# So many stations are changed at once: each with its event, all in one transaction.
MOST_AT_ONCE = 200


class ThingRefused(Refusal):
    """The station or Datastream cannot be changed so."""


def desk(*, by: "Person | None", at: datetime) -> Desk:
    """The rules of the API in the present transaction, for ``by``."""
    connection.ensure_connection()
    standing_in = by.acting_for if by is not None else None
    return Desk(
        connection.connection,
        person_id=by.pk if by is not None else None,
        acting_for_id=standing_in.pk if standing_in is not None else None,
        at=at,
    )


def refused(no: NotTaken) -> ThingRefused:
    """What the store does not take, as a refusal that names the place."""
    if not no.place:
        return ThingRefused(no.detail)
    return ThingRefused(
        _("The data platform does not take this (%(place)s): %(detail)s")
        % {"place": no.place, "detail": no.detail}
    )


@transaction.atomic
def create_thing(
    *,
    document: dict[str, Any],
    place: dict[str, Any] | None,
    unit_id: uuid.UUID | None,
    by: "Person | None",
    at: datetime,
) -> Thing:
    """Make a station from a document as the API takes it, at ``place`` (a Location's document).

    Raises ThingRefused where the store does not take it.
    """
    locations = {"Locations": [place]} if place is not None else {}
    try:
        key = desk(by=by, at=at).create("Thing", {**document, **locations})
    except NotTaken as no:
        raise refused(no) from no
    thing = Thing.objects.get(pk=key)
    _own(thing, unit_id, by=by)
    return thing


@transaction.atomic
def edit_thing(
    *,
    thing: Thing,
    document: dict[str, Any],
    place: dict[str, Any] | None,
    unit_id: uuid.UUID | None,
    by: "Person | None",
    at: datetime,
    seen_at: datetime | None = None,
) -> Thing:
    """Change what differs: members of the document, the place (None: stays), the owning unit.

    Raises ThingRefused where the store does not take it, ChangedMeanwhile where it was changed
    after ``seen_at``.
    """
    current = Thing.objects.select_for_update(no_key=True).get(pk=thing.pk)
    refuse_if_changed(current.changed_at, seen_at=seen_at)
    now = {
        "name": current.name,
        "description": current.description,
        "properties": current.properties,
        "visibility": current.visibility.lower(),
    }
    changed = {name: value for name, value in document.items() if now[name] != value}
    try:
        if changed:
            desk(by=by, at=at).change("Thing", current.iot_id, changed)
        if place is not None:
            desk(by=by, at=at).place_thing(current.iot_id, place)
    except NotTaken as no:
        raise refused(no) from no
    current.refresh_from_db()
    _own(current, unit_id, by=by)
    return current


def _own(thing: Thing, unit_id: uuid.UUID | None, *, by: "Person | None") -> None:
    if thing.unit_id == unit_id:
        return
    event = ThingOwnerChanged(object_id=thing.pk, before=thing.unit_id, after=unit_id)
    thing.unit_id = unit_id
    thing.save(update_fields=["unit_id"])
    audit.record(event, by=by)


@transaction.atomic
def create_datastream(
    *,
    thing: Thing,
    document: dict[str, Any],
    rules: dict[str, float],
    by: "Person | None",
    at: datetime,
) -> Series:
    """Give a station a Datastream; sensor and observed property stand in the document, as a link
    or inline. ``rules`` are the bounds of the plausible.

    Raises ThingRefused if the station is retired or the store does not take it.
    """
    current = Thing.objects.select_for_update(no_key=True).get(pk=thing.pk)
    if current.retired_at is not None:
        raise ThingRefused(_("This station is retired. Take it back into service first."))
    try:
        key = desk(by=by, at=at).create("Datastream", document, thing=current.iot_id)
    except NotTaken as no:
        raise refused(no) from no
    series = Series.objects.get(uuid=key)
    _judge_by(series, rules, by=by)
    return series


@transaction.atomic
def edit_datastream(
    *,
    series: Series,
    document: dict[str, Any],
    rules: dict[str, float],
    by: "Person | None",
    at: datetime,
) -> Series:
    """Change members and relations of a Datastream, and its bounds of the plausible.

    The kind of its values stays (``observationType``): the values that are there would not fit,
    and processes that take values remember it.

    Raises ThingRefused where the store does not take it.
    """
    if "observationType" in document:
        raise ThingRefused(_("The kind of values cannot be changed. Make another Datastream."))
    # The state before the row, as everybody takes them.
    _hold([series.pk])
    try:
        desk(by=by, at=at).change("Datastream", series.iot_id, document)
    except NotTaken as no:
        raise refused(no) from no
    current = Series.objects.get(pk=series.pk)
    _judge_by(current, rules, by=by)
    return current


def _judge_by(series: Series, rules: dict[str, float], *, by: "Person | None") -> None:
    if series.quality_rules == rules:
        return
    low, high = rules.get("minimum"), rules.get("maximum")
    if low is not None and high is not None and low > high:
        raise ThingRefused(_("The least plausible value is greater than the greatest."))
    event = QualityRulesSet(object_id=series.uuid, before=series.quality_rules, after=rules)
    series.quality_rules = rules
    series.save(update_fields=["quality_rules"])
    audit.record(event, by=by)


@transaction.atomic
def set_visibility_of(
    *, things: Sequence[Thing], visibility: Visibility, by: "Person | None", at: datetime
) -> int:
    """Decide who may see several stations; return of how many it changed."""
    changed = 0
    for current in _held(things):
        if current.visibility == visibility:
            continue
        event = ThingVisibilityChanged(
            object_id=current.pk, before=current.visibility, after=visibility.value
        )
        current.visibility, current.changed_at = visibility, at
        current.save(update_fields=["visibility", "changed_at"])
        audit.record(event, by=by)
        changed += 1
    return changed


@transaction.atomic
def set_owner_of(
    *, things: Sequence[Thing], unit_id: uuid.UUID | None, by: "Person | None", at: datetime
) -> int:
    """Give several stations to a unit; return of how many it changed."""
    changed = 0
    for current in _held(things):
        if current.unit_id != unit_id:
            _own(current, unit_id, by=by)
            changed += 1
    return changed


@transaction.atomic
def retire_things(
    *, things: Sequence[Thing], reason: str, by: "Person | None", at: datetime
) -> int:
    """Take stations out of service: their Datastreams take no more values, what they measured
    stays readable. Return how many were in service.

    Who writes values holds the state of their series; it is taken first, so that a value is either
    stored before or refused.

    Raises ThingRefused without a reason.
    """
    _require_reason(reason)
    things = list(things)[:MOST_AT_ONCE]
    _hold_of(things)
    changed = 0
    for current in _held(things):
        if current.retired_at is not None:
            continue
        current.retired_at = at
        current.save(update_fields=["retired_at"])
        Series.objects.filter(thing=current, retired_at__isnull=True).update(retired_at=at)
        audit.record(ThingRetired(object_id=current.pk, reason=reason.strip()), by=by)
        changed += 1
    return changed


@transaction.atomic
def return_things(*, things: Sequence[Thing], by: "Person | None", at: datetime) -> int:
    """Take stations back into service, with the Datastreams that were retired with them; return
    how many were retired."""
    things = list(things)[:MOST_AT_ONCE]
    _hold_of(things)
    changed = 0
    for current in _held(things):
        since = current.retired_at
        if since is None:
            continue
        current.retired_at = None
        current.save(update_fields=["retired_at"])
        Series.objects.filter(thing=current, retired_at=since).update(retired_at=None)
        audit.record(ThingReturned(object_id=current.pk), by=by)
        changed += 1
    return changed


@transaction.atomic
def retire_datastream(*, series: Series, reason: str, by: "Person | None", at: datetime) -> None:
    """Let a Datastream take no more values; what it has stays readable.

    Raises ThingRefused if it is retired already, or without a reason.
    """
    _require_reason(reason)
    _hold([series.pk])
    current = Series.objects.select_for_update(no_key=True).get(pk=series.pk)
    if current.retired_at is not None:
        raise ThingRefused(_("This Datastream is retired already."))
    current.retired_at = at
    current.save(update_fields=["retired_at"])
    audit.record(DatastreamRetired(object_id=current.uuid, reason=reason.strip()), by=by)


@transaction.atomic
def return_datastream(*, series: Series, by: "Person | None", at: datetime) -> None:
    """Let a Datastream take values again.

    Raises ThingRefused if it does already, or its station is retired.
    """
    _hold([series.pk])
    current = (
        Series.objects.select_for_update(no_key=True, of=("self",))
        .select_related("thing")
        .get(pk=series.pk)
    )
    if current.thing.retired_at is not None:
        raise ThingRefused(_("Its station is retired. Take the station back into service."))
    if current.retired_at is None:
        raise ThingRefused(_("This Datastream takes values already."))
    current.retired_at = None
    current.save(update_fields=["retired_at"])
    audit.record(DatastreamReturned(object_id=current.uuid), by=by)


@transaction.atomic
def delete_thing(*, thing: Thing, typed: str, by: "Person | None", at: datetime) -> None:
    """Delete a station with its Datastreams and all their values, for good.

    Raises ThingRefused if ``typed`` is not its name, or while it is in service and has values:
    who deletes has seen it retired.
    """
    current = Thing.objects.get(pk=thing.pk)
    _require_name(typed, current.name)
    is_measured = Series.objects.filter(thing=current, state__count__gt=0).exists()
    if is_measured and current.retired_at is None:
        raise ThingRefused(_("This station has values. Retire it before you delete it."))
    _delete("Thing", current.iot_id, by=by, at=at)


@transaction.atomic
def delete_datastream(*, series: Series, typed: str, by: "Person | None", at: datetime) -> None:
    """Delete a Datastream with all its values, for good.

    Raises ThingRefused if ``typed`` is not its name, or while it takes values and has some.
    """
    current = Series.objects.select_related("state").get(pk=series.pk)
    _require_name(typed, current.name)
    if current.state.count and current.retired_at is None:
        raise ThingRefused(_("This Datastream has values. Retire it before you delete it."))
    _delete("Datastream", current.iot_id, by=by, at=at)


def _delete(type_name: str, identifier: Any, *, by: "Person | None", at: datetime) -> None:
    try:
        desk(by=by, at=at).delete(type_name, identifier)
    except NotTaken as no:
        raise refused(no) from no


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise ThingRefused(_("Say why: others will read it in the history."))


def _require_name(typed: str, name: str) -> None:
    if typed.strip() != name.strip():
        raise ThingRefused(_("Type the name exactly as it stands here: %(name)s") % {"name": name})


def _held(things: Sequence[Thing]) -> list[Thing]:
    """The stations as they are now, locked in the order of their keys."""
    keys = [thing.pk for thing in things][:MOST_AT_ONCE]
    locked = Thing.objects.select_for_update(no_key=True).filter(pk__in=keys)
    return list(locked.order_by("pk"))


def _hold_of(things: Sequence[Thing]) -> None:
    keys = [thing.pk for thing in things]
    _hold(list(Series.objects.filter(thing_id__in=keys).values_list("pk", flat=True)))


def _hold(series: list[int]) -> None:
    """Lock the states of these series: their writers take turns there."""
    with connection.cursor() as cursor:
        cursor.execute("select series_lock(%s::bigint[])", [series])
