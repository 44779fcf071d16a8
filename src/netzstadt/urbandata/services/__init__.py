"""Everything that changes keys and stations from a page or a command."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from netzstadt.core.audit import queries as audit_queries
from netzstadt.core.audit import services as audit
from netzstadt.core.refusal import Refusal
from netzstadt.lib import api_keys
from netzstadt.lib.ids import new_id
from netzstadt.urbandata.events import (
    ApiKeyExpiring,
    ApiKeyIssued,
    ApiKeyRevoked,
    OutlineDrawn,
    ThingVisibilityChanged,
)
from netzstadt.urbandata.models import ApiKey, Outline, Thing, Visibility

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

EXPIRES_SOON = timedelta(days=14)


class KeyRefused(Refusal):
    """The key cannot be issued or revoked."""


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new key and its secret, which is shown once and stored nowhere."""

    key: ApiKey
    secret: str


@transaction.atomic
def issue_api_key(
    *,
    name: str,
    holder: "Person",
    may_read: bool,
    may_write: bool,
    things: Sequence[uuid.UUID] | None,
    expires_at: datetime | None,
    by: "Person | None",
    at: datetime,
) -> IssuedKey:
    """Give a machine a key that acts as ``holder``, limited to ``things`` where they are named.

    What the holder may not do, the key may not either; both are judged at every request.

    Raises KeyRefused if the key would open nothing or has ended before it begins.
    """
    if not name.strip():
        raise KeyRefused(_("Give the key a name, so that others know what it is for."))
    if not (may_read or may_write):
        raise KeyRefused(_("A key must be allowed to read or to write."))
    if expires_at is not None and expires_at <= at:
        raise KeyRefused(_("The key would have expired already."))
    if things is not None and not things:
        raise KeyRefused(_("Name at least one station, or none to allow all."))
    secret = api_keys.new_secret()
    key = ApiKey.objects.create(
        id=new_id(),
        name=name.strip(),
        prefix=api_keys.prefix_of(secret),
        secret_digest=api_keys.digest_of(secret),
        person_id=holder.pk,
        may_read=may_read,
        may_write=may_write,
        thing_ids=list(things) if things is not None else None,
        created_at=at,
        expires_at=expires_at,
    )
    audit.record(
        ApiKeyIssued(
            object_id=key.id,
            holder_id=holder.pk,
            prefix=key.prefix,
            may_read=may_read,
            may_write=may_write,
            thing_ids=tuple(things) if things is not None else None,
            expires_at=expires_at,
        ),
        by=by,
    )
    return IssuedKey(key, secret)


@transaction.atomic
def revoke_api_key(*, key: ApiKey, by: "Person | None", at: datetime) -> None:
    """End a key at once and for good; requests that are under way are still judged by it.

    Raises KeyRefused if it has been revoked before.
    """
    current = ApiKey.objects.select_for_update().get(pk=key.pk)
    if current.revoked_at is not None:
        raise KeyRefused(_("This key has been revoked already."))
    current.revoked_at = at
    current.save(update_fields=["revoked_at"])
    audit.record(ApiKeyRevoked(object_id=current.id, prefix=current.prefix), by=by)


@transaction.atomic
def note_expiring_keys(*, at: datetime, within: timedelta = EXPIRES_SOON) -> int:
    """Note of every key that ends ``within`` two weeks that it does, once; return of how many."""
    ending = ApiKey.objects.filter(
        revoked_at=None, expires_at__gt=at, expires_at__lte=at + within
    ).order_by("pk")
    # Locked: of two workers that come at the same time, the second finds the event.
    keys = list(ending.select_for_update())
    noted = audit_queries.objects_with(ApiKeyExpiring, [key.pk for key in keys])
    new = [key for key in keys if key.pk not in noted]
    for key in new:
        if key.expires_at is not None:
            audit.record(
                ApiKeyExpiring(object_id=key.pk, prefix=key.prefix, expires_at=key.expires_at),
                by=None,
            )
    return len(new)


@transaction.atomic
def set_thing_visibility(
    *, thing: Thing, visibility: Visibility, by: "Person | None", at: datetime
) -> None:
    """Decide who may see a station with its series; nothing happens where it is so already."""
    current = Thing.objects.select_for_update().get(pk=thing.pk)
    if current.visibility == visibility:
        return
    event = ThingVisibilityChanged(
        object_id=current.id, before=current.visibility, after=visibility.value
    )
    current.visibility = visibility
    current.changed_at = at
    current.save(update_fields=["visibility", "changed_at"])
    audit.record(event, by=by)


@transaction.atomic
def draw_outline(
    *,
    key: str,
    name: str,
    boundary: dict[str, Any],
    attribution: str,
    attribution_url: str,
    by: "Person | None",
    at: datetime,
) -> Outline:
    """Draw a boundary on every map, or change it; nothing happens where it is so already.

    ``boundary`` is a GeoJSON geometry in EPSG:4326; ``attribution`` is what its licence asks for.
    """
    wanted = {
        "name": name,
        "boundary": boundary,
        "attribution": attribution,
        "attribution_url": attribution_url,
    }
    known = Outline.objects.select_for_update().filter(key=key).first()
    if known is not None and all(getattr(known, field) == wanted[field] for field in wanted):
        return known
    outline, _created = Outline.objects.update_or_create(key=key, defaults=wanted)
    audit.record(OutlineDrawn(object_id=outline.id, key=key, attribution=attribution), by=by)
    return outline
