"""Duties around files."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from netzstadt.core.files import scanning
from netzstadt.core.jobs import services as jobs
from netzstadt.lib import clock


@jobs.duty(every=timedelta(minutes=2), title=_("Scan files that wait for the virus scanner"))
def scan_waiting_files(**_: object) -> None:
    """Scan what came in while the scanner was away."""
    scanning.scan_waiting(at=clock.now())


@jobs.duty(every=timedelta(hours=6), title=_("Delete contents that no file names any more"))
def sweep_files(**_: object) -> None:
    """Delete contents that no file names any more."""
    scanning.sweep_orphans()
