"""What not everybody may do with what the council does."""

from django.utils.translation import gettext_lazy as _

from netzstadt.core.access.permissions import Permission, Role

KEEP_COUNCIL = Permission(
    name="stakeholders.keep_council",
    description=_("connect council information systems, enter meetings and papers by hand"),
    roles=frozenset({Role.ADMINISTRATOR, Role.COORDINATOR}),
)
