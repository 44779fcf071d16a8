"""Duties of the city's feedback."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from netzstadt.core.city.services import feedback
from netzstadt.core.jobs import services as jobs
from netzstadt.lib import clock


@jobs.duty(every=timedelta(hours=6), title=_("Forget who wrote to the city how often"))
def forget_tries(**_: object) -> None:
    """Remove the digests that limit how often somebody may write."""
    feedback.forget_tries(at=clock.now())
