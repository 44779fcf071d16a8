"""What not everybody may do with links."""

from django.utils.translation import gettext_lazy as _

from netzstadt.core.access.permissions import Permission, Role

KEEP_LINKS = Permission(
    name="links.keep_links",
    description=_("link objects with one another and end links"),
    roles=frozenset(
        {
            Role.ADMINISTRATOR,
            Role.COORDINATOR,
            Role.HEAD_OF_UNIT,
            Role.STAFF,
            Role.DATA_ENGINEER,
        }
    ),
)
