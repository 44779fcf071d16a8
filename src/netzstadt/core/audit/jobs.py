"""Background entry point: sealing."""

from datetime import timedelta

from netzstadt.core.audit import services
from netzstadt.core.jobs import services as jobs


@jobs.duty(every=timedelta(minutes=1))
def seal_events(**_: object) -> None:
    """Append the events that wait to the hash chain."""
    while services.seal_events():
        pass
