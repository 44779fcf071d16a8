"""Background entry points: told of events, mailing."""

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from netzstadt.core.audit import services as audit
from netzstadt.core.jobs import services as jobs
from netzstadt.core.notices import services
from netzstadt.core.notices.services import mails
from netzstadt.lib import clock

if TYPE_CHECKING:
    from netzstadt.core.audit.models import AuditEvent


@audit.follow
def notify(events: "list[AuditEvent]") -> None:
    """Tell people of what happened."""
    services.notify(events, at=clock.now())


@jobs.job
def mail_at_once(*, person_id: str, **_: object) -> None:
    """Mail a person what waits for it."""
    mails.mail_at_once(person_id=uuid.UUID(person_id), at=clock.now())


@jobs.job
def mail_digest(*, person_id: str, **_: object) -> None:
    """Mail a person what was collected, if that is due."""
    mails.mail_digest(person_id=uuid.UUID(person_id), at=clock.now())


@jobs.duty(every=timedelta(minutes=5), title=_("Mail notices and digests that are due"))
def mail_what_is_due(**_: object) -> None:
    """Have digests mailed at their hour, and urgent mails that a defect held back."""
    mails.defer_due_mails(at=clock.now())
