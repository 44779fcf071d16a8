"""What not everybody may do with the city's data."""

from django.utils.translation import gettext_lazy as _

from netzstadt.core.access.permissions import Permission, Role

_KEEPERS = frozenset({Role.ADMINISTRATOR, Role.DATA_ENGINEER})

KEEP_API_KEYS = Permission(
    name="urbandata.keep_api_keys",
    description=_("Make and revoke API keys"),
    roles=_KEEPERS,
)
SEE_IMPORTS = Permission(
    name="urbandata.see_imports",
    description=_("See the account of every import"),
    roles=_KEEPERS,
)
DECIDE_VISIBILITY = Permission(
    name="urbandata.decide_visibility",
    description=_("Decide who may see a station"),
    roles=_KEEPERS,
)
KEEP_THINGS = Permission(
    name="urbandata.keep_things",
    description=_("Make, change and retire stations and Datastreams"),
    roles=_KEEPERS | {Role.HEAD_OF_UNIT, Role.STAFF},
)
CORRECT_VALUES = Permission(
    name="urbandata.correct_values",
    description=_("Correct measured values, with a reason"),
    roles=_KEEPERS | {Role.HEAD_OF_UNIT, Role.STAFF},
)
DELETE_THINGS = Permission(
    name="urbandata.delete_things",
    description=_("Delete stations and Datastreams with their values for good"),
    roles=_KEEPERS,
)
