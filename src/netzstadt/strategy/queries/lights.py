"""How goals and measures stand, for rooms whose objects serve them."""

import uuid
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.db import connection

from netzstadt.strategy.models import ElementKind, ElementVersion, Standing
from netzstadt.strategy.queries import visible_editions

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

_WITH_GOALS = """
select target_id from strategy_serves where source_id = any(%(ids)s)
union select parent_id from strategy_lies_in where element_id = any(%(ids)s)
union select unnest(%(ids)s::uuid[])
"""


def lights_of(element_ids: Collection[uuid.UUID], *, to: "Person | None") -> list[str]:
    """The lights of goals and measures, and of the goals that these lie in or serve in the editions
    that count, as far as ``to`` sees them; in two statements, in no order."""
    if not element_ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_WITH_GOALS, {"ids": list(element_ids)})
        wanted = [row[0] for row in cursor.fetchall()]
    seen = ElementVersion.objects.filter(
        element_id__in=wanted, edition__in=visible_editions(to=to)
    ).exclude(element__kind__in=[ElementKind.THEME, ElementKind.FIELD])
    found: Any = Standing.objects.filter(element_id__in=seen.values("element_id"))
    return list(found.values_list("light", flat=True))
