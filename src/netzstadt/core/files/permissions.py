"""What one may do with files beyond reading them."""

from django.utils.translation import gettext_lazy as _

from netzstadt.core.access.permissions import Permission, Role

ATTACH_FILES = Permission(
    name="files.attach",
    description=_("attach files to what one sees, and remove them"),
    roles=frozenset(
        {
            Role.ADMINISTRATOR,
            Role.COORDINATOR,
            Role.HEAD_OF_UNIT,
            Role.STAFF,
            Role.DATA_ENGINEER,
            Role.PARTNER,
        }
    ),
)
