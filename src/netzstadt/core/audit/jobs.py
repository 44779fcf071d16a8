"""Background entry point: sealing."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from netzstadt.core.audit import services
from netzstadt.core.jobs import services as jobs
from netzstadt.lib import clock

FOLLOW_S = 1.0


@jobs.duty(every=timedelta(minutes=1), title=_("Seal new events of the audit trail"))
def seal_events(**_: object) -> None:
    """Append the events that wait to the hash chain."""
    while services.seal_events():
        pass


@jobs.duty(every=timedelta(days=1), title=_("Check whether the audit trail is whole"))
def check_chain(**_: object) -> None:
    """Check the whole chain, once a day and whenever somebody asks."""
    services.check_chain(at=clock.now())


@jobs.beside(every_s=FOLLOW_S)
def follow_events() -> None:
    """Tell search, notices and whoever else follows of the events that are new."""
    while services.follow_events():
        pass
