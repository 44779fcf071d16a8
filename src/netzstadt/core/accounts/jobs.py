"""Background entry points of accounts: mails with links, and what is forgotten in time."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from netzstadt.core.accounts.services import invitations, passwords, sessions
from netzstadt.core.jobs import services as jobs
from netzstadt.lib import clock


@jobs.job
def send_reset(*, reset_id: str, **_: object) -> None:
    """Send the link that was asked for, if the address is somebody's."""
    passwords.send_reset(reset_id=reset_id, at=clock.now())


@jobs.job
def tell_of_pause(*, attempt_id: int, **_: object) -> None:
    """Tell a person that signing in to her account is paused."""
    sessions.tell_of_pause(attempt_id=attempt_id, at=clock.now())


@jobs.duty(every=timedelta(hours=6), title=_("Remove sessions that have expired"))
def forget_expired_sessions(**_: object) -> None:
    """Remove sessions that have expired and wrong passwords of long ago."""
    sessions.forget_expired_sessions(at=clock.now())


@jobs.duty(every=timedelta(hours=6), title=_("Remove old links for new passwords"))
def forget_resets(**_: object) -> None:
    """Remove links for new passwords that were asked for more than a day ago."""
    passwords.forget_resets(at=clock.now())


@jobs.duty(every=timedelta(days=1), title=_("Remove invitations that ended long ago"))
def forget_invitations(**_: object) -> None:
    """Remove invitations that ended more than thirty days ago."""
    invitations.forget_invitations(at=clock.now())
