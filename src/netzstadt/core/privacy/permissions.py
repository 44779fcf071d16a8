"""What not everybody may do with what is known of people."""

from django.utils.translation import gettext_lazy as _

from netzstadt.core.access.permissions import Permission, Role

ANSWER_REQUESTS = Permission(
    name="privacy.answer_requests",
    description=_("answer people who ask for their data or for erasure"),
    roles=frozenset({Role.PRIVACY_OFFICER, Role.ELEVATED}),
)
SEE_RECORD = Permission(
    name="privacy.see_record",
    description=_("read the record of processing activities and what was deleted when"),
    roles=frozenset({Role.PRIVACY_OFFICER, Role.ADMINISTRATOR, Role.AUDITOR}),
)
