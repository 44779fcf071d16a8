"""What workers do for the strategy: follow Datastreams, settle windows, pass the days."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from netzstadt.core.jobs import services as jobs
from netzstadt.lib import clock
from netzstadt.strategy.services import live, standings

FOLLOW_S = 0.5
SETTLE_S = 2.0
FIGURES_S = 60.0


@jobs.beside(every_s=FOLLOW_S)
def follow_series() -> None:
    """Move what rests on the Datastreams that changed."""
    while live.follow_series() >= live.BATCH:
        pass


@jobs.beside(every_s=SETTLE_S)
def settle_windows() -> None:
    """Write the values of windows that closed, and of those whose numbers were corrected."""
    live.settle_due()


@jobs.beside(every_s=FIGURES_S)
def take_figures() -> None:
    """Ask the figures that indicators are bound to."""
    live.take_figures()


@jobs.duty(every=timedelta(hours=1), title=_("Let indicators read stations that came later"))
def take_later_series(**_: object) -> None:
    """Indicators of all that observe a property follow the city as it grows."""
    from netzstadt.strategy.services import indicators  # loads geometry, which takes its time

    indicators.take_later_series(at=clock.now())


@jobs.duty(every=timedelta(days=1), title=_("Work out all goals: days pass by themselves"))
def reckon_goals(**_: object) -> None:
    """Dates come, values grow old and overrides end without anything happening."""
    standings.reckon_all(at=clock.now())
