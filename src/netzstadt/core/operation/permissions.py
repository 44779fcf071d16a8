"""What not everybody may do with the running of the house."""

from django.utils.translation import gettext_lazy as _

from netzstadt.core.access.permissions import Permission, Role

KEEP_JOBS = Permission(
    name="operation.keep_jobs",
    description=_("see failed jobs and duties, try them again or discard them"),
    roles=frozenset({Role.ADMINISTRATOR}),
)
