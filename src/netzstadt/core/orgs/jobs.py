"""Duties around signing in."""

from datetime import timedelta

from netzstadt.core.jobs import services as jobs
from netzstadt.core.orgs import services
from netzstadt.lib import clock


@jobs.duty(every=timedelta(hours=6))
def forget_expired_sessions(**_: object) -> None:
    """Remove sessions that have expired and wrong passwords of long ago."""
    services.forget_expired_sessions(at=clock.now())
