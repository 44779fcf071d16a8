"""What not everybody may do with mail."""

from django.utils.translation import gettext_lazy as _

from netzstadt.core.access.permissions import Permission, Role

MANAGE_MAIL = Permission(
    name="mail.manage",
    description=_("Set up the mail server and see the mail that goes out"),
    roles=frozenset({Role.ADMINISTRATOR}),
)
