"""What the room tells people of: imports that failed, keys that expire; as cards and deadlines."""

import uuid
from collections.abc import Collection
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from netzstadt.core import days
from netzstadt.core.access import queries as access
from netzstadt.core.access.permissions import Role
from netzstadt.core.rooms import Deadline, ObjectCard, TileContent
from netzstadt.urbandata.models import ApiKey, ImportRun
from netzstadt.urbandata.permissions import KEEP_API_KEYS, SEE_IMPORTS
from netzstadt.urbandata.queries import visible_series, visible_things

if TYPE_CHECKING:
    from netzstadt.core.audit.models import AuditEvent
    from netzstadt.core.orgs.models import Person

_MOST = 200


def import_cards(ids: Collection[uuid.UUID], *, to: "Person | None") -> dict[uuid.UUID, ObjectCard]:
    """Imports as who sees their accounts sees them."""
    if not access.may(to, SEE_IMPORTS):
        return {}
    return {
        run.pk: ObjectCard(
            model="plane.import_run",
            id=run.pk,
            title=run.source,
            url=reverse("urbandata:imports"),
        )
        for run in ImportRun.objects.filter(pk__in=ids)
    }


def key_cards(ids: Collection[uuid.UUID], *, to: "Person | None") -> dict[uuid.UUID, ObjectCard]:
    """API keys as who keeps keys sees them; nobody else sees their page."""
    if not access.may(to, KEEP_API_KEYS):
        return {}
    return {
        key.pk: ObjectCard(
            model="urbandata.api_key",
            id=key.pk,
            title=key.name,
            url=reverse("urbandata:api-keys"),
        )
        for key in ApiKey.objects.filter(pk__in=ids)
    }


def data_engineers(event: "AuditEvent") -> list[uuid.UUID]:
    """Who keeps the city's data in the whole house."""
    return [person.pk for person in access.people_with(Role.DATA_ENGINEER, limit=_MOST)]


def who_repairs_imports(event: "AuditEvent") -> list[uuid.UUID]:
    """Data engineers, if the import did not come to its end."""
    return data_engineers(event) if event.data.get("state") == ImportRun.State.FAILED else []


def key_holder(event: "AuditEvent") -> list[uuid.UUID]:
    """Whom a key acts for."""
    held = ApiKey.objects.filter(pk=event.object_id, revoked_at=None)
    return list(held.values_list("person_id", flat=True))


def key_deadlines(person: "Person", *, since: date, until: date) -> list[Deadline]:
    """When the API keys end that act for a person and that she may renew."""
    if not access.may(person, KEEP_API_KEYS):
        return []
    keys = ApiKey.objects.filter(
        person_id=person.pk,
        revoked_at=None,
        expires_at__gte=days.midnight(since),
        expires_at__lt=days.midnight(until),
    )
    return [
        Deadline(
            uid=f"urbandata.api_key.{key.pk}.expiry",
            title=_("API key “%(name)s” expires") % {"name": key.name},
            on=timezone.localdate(key.expires_at),
            url=reverse("urbandata:api-keys"),
            changed_at=key.created_at,
        )
        for key in keys.order_by("expires_at")[:_MOST]
    ]


def has_key(person: "Person") -> bool:
    """Whether somebody has made an API key that still opens something for this person."""
    now = timezone.now()
    valid = Q(expires_at=None) | Q(expires_at__gt=now)
    return ApiKey.objects.filter(valid, person_id=person.pk, revoked_at=None).exists()


def stations_tile(person: "Person", *, at: datetime) -> TileContent:
    """How many stations a person sees."""
    return TileContent(count=visible_things(to=person).count(), url=reverse("urbandata:stations"))


def series_tile(person: "Person", *, at: datetime) -> TileContent:
    """How many series a person sees."""
    return TileContent(count=visible_series(to=person).count(), url=reverse("urbandata:properties"))
