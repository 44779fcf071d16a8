"""Background entry points of mail: sending it, and finding what was left lying."""

import uuid
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from netzstadt.core.jobs import services as jobs
from netzstadt.core.mail import queries, services
from netzstadt.lib import clock

_AT_ONCE = 200


@jobs.job
def deliver_mail(*, mail_id: str, **_: object) -> None:
    """Try to send one mail."""
    services.deliver(mail_id=uuid.UUID(mail_id), at=clock.now())


@jobs.duty(every=timedelta(minutes=2), title=_("Send mail that was left lying"))
def deliver_due_mail(**_: object) -> None:
    """Try what should have been tried by now: whose job was lost, or whose worker died."""
    for mail_id in queries.due(at=clock.now() - timedelta(minutes=1), limit=_AT_ONCE):
        services.deliver(mail_id=mail_id, at=clock.now())
