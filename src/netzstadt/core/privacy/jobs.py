"""The duty that keeps the periods."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from netzstadt.core.jobs import services as jobs
from netzstadt.core.privacy import services
from netzstadt.lib import clock


@jobs.duty(every=timedelta(hours=6), title=_("Remove what is older than its period of keeping"))
def keep_periods(**_: object) -> None:
    """Remove what is older than its period."""
    services.keep_periods(at=clock.now())
