"""What not everybody may do with places."""

from django.utils.translation import gettext_lazy as _

from netzstadt.core.access.permissions import Permission, Role

KEEP_PLACES = Permission(
    name="geo.keep_places",
    description=_("say where an object is"),
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
IMPORT_PLACES = Permission(
    name="geo.import_places",
    description=_("import areas and addresses"),
    roles=frozenset({Role.ADMINISTRATOR, Role.DATA_ENGINEER}),
)
