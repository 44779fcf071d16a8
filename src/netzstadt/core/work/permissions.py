"""Who has which start page."""

from django.utils.translation import gettext_lazy as _

from netzstadt.core.access.permissions import Permission, Role

OPEN_MY_WORK = Permission(
    name="work.open_my_work",
    description=_("have a page of one's own work"),
    roles=frozenset(Role),
)
OPEN_COCKPIT = Permission(
    name="work.open_cockpit",
    description=_("see the cockpit with the figures of the rooms"),
    roles=frozenset({Role.ADMINISTRATOR, Role.COORDINATOR, Role.HEAD_OF_UNIT}),
)
