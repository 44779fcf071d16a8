"""Duties around vocabularies."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from netzstadt.core.jobs import services as jobs
from netzstadt.core.tags.services import imports
from netzstadt.lib import clock


@jobs.duty(every=timedelta(hours=6), title=_("Delete vocabulary files that were never taken in"))
def forget_import_drafts(**_: object) -> None:
    """Delete files that were read a day ago and never taken in."""
    imports.forget_drafts(at=clock.now())
