"""Declares the room to the core."""

from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from netzstadt.core.access.permissions import Role
from netzstadt.core.operation.permissions import KEEP_JOBS
from netzstadt.core.rooms import NavigationGroup, NavigationItem, RoomConfig, Tile


class OperationConfig(RoomConfig):
    name = "netzstadt.core.operation"
    label = "operation"
    purpose = _("Operation: health, metrics, failed jobs, backups.")
    permissions = (KEEP_JOBS,)
    navigation = (
        NavigationItem(
            title=_("Operation"),
            url_name="operation:overview",
            group=NavigationGroup.INSTALLATION,
            permission=KEEP_JOBS,
            order=950,
        ),
    )
    event_titles = MappingProxyType(
        {
            "operation.job.retried": _("Failed job tried again"),
            "operation.job.discarded": _("Failed job given up"),
            "operation.duty.run": _("Duty started by hand"),
            "operation.backup.taken": _("Backup taken"),
            "operation.backup.restored": _("Restored from a backup"),
        }
    )
    fact_titles = MappingProxyType(
        {
            "job_id": _("Number of the job"),
            "job": _("Job"),
            "backup": _("Backup"),
            "rows": _("Rows"),
            "size": _("Size in bytes"),
            "head": _("Head of the audit trail"),
            "taken_at": _("Taken"),
            "program": _("Version"),
        }
    )
    tiles = (
        Tile(
            key="operation.failed_jobs",
            title=_("Failed jobs"),
            content="netzstadt.core.operation.tiles.failed_jobs",
            place="waits",
            empty=_("No job has failed."),
            permission=KEEP_JOBS,
            roles=frozenset({Role.ADMINISTRATOR}),
        ),
    )
