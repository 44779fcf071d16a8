"""What may be done with the accounts of others."""

from django.utils.translation import gettext_lazy as _

from netzstadt.core.access.permissions import Permission, Role

RESET_SECOND_FACTOR = Permission(
    name="accounts.reset_second_factor",
    description=_("take away the second factor of somebody who lost it"),
    roles=frozenset({Role.ELEVATED}),
)
