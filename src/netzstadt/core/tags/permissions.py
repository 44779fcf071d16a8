"""What one may do with vocabularies and tags beyond reading them."""

from django.utils.translation import gettext_lazy as _

from netzstadt.core.access.permissions import Permission, Role

KEEP_VOCABULARIES = Permission(
    name="tags.keep_vocabularies",
    description=_("keep vocabularies and their terms"),
    roles=frozenset({Role.ADMINISTRATOR, Role.COORDINATOR}),
)
TAG_OBJECTS = Permission(
    name="tags.tag_objects",
    description=_("tag what one sees, and take tags off"),
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
