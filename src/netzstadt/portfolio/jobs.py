"""What workers do for the portfolio: remind of what grants oblige to."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from netzstadt.core.days import today
from netzstadt.core.jobs import services as jobs
from netzstadt.portfolio.services import obligations


@jobs.duty(every=timedelta(hours=1), title=_("Remind of what grants oblige to"))
def remind_of_obligations(**_: object) -> None:
    """Tell who has to do something for a grant: 90, 30, 7 days before, on the day, and late."""
    while obligations.remind(today=today()) >= obligations.BATCH:
        pass
