"""Duties of the job queue itself."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from netzstadt.core.jobs import services


@services.duty(every=timedelta(hours=1), title=_("Forget jobs that ended days ago"))
def remove_finished_jobs(**_: object) -> None:
    """Remove jobs that ended well after three days, failed ones after thirty."""
    services.remove_finished_jobs()
