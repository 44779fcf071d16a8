"""Declares the room to the core."""

from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from netzstadt.core.access.permissions import MANAGE_PERSONS, Role
from netzstadt.core.accounts.permissions import RESET_SECOND_FACTOR
from netzstadt.core.rooms import (
    NavigationGroup,
    NavigationItem,
    NoticeRule,
    PersonalData,
    RoomConfig,
)


class AccountsConfig(RoomConfig):
    name = "netzstadt.core.accounts"
    label = "accounts"
    verbose_name = _("Signing in")
    purpose = _("Accounts: signing in, second factor, sessions, invitations.")
    permissions = (RESET_SECOND_FACTOR,)
    navigation = (
        NavigationItem(
            title=_("Invitations"),
            url_name="accounts:invitations",
            group=NavigationGroup.PEOPLE,
            permission=MANAGE_PERSONS,
            order=905,
        ),
    )
    event_titles = MappingProxyType(
        {
            "accounts.invitation.made": _("Somebody invited"),
            "accounts.invitation.sent": _("Invitation sent"),
            "accounts.invitation.renewed": _("Invitation to be sent anew"),
            "accounts.invitation.withdrawn": _("Invitation withdrawn"),
            "accounts.invitation.accepted": _("Invitation accepted"),
            "accounts.password_reset.sent": _("Link for a new password sent"),
            "accounts.password_reset.used": _("New password chosen by link"),
            "accounts.code_generator.added": _("Authenticator app added"),
            "accounts.code_generator.removed": _("Authenticator app removed"),
            "accounts.passkey.added": _("Passkey added"),
            "accounts.passkey.removed": _("Passkey removed"),
            "accounts.passkey.copied": _("Passkey refused: perhaps a copy"),
            "accounts.recovery_codes.made": _("New recovery codes"),
            "accounts.recovery_codes.used": _("Recovery code used"),
            "accounts.second_factor.reset": _("Second factor reset"),
            "accounts.codes.paused": _("Codes paused after wrong ones"),
            "accounts.sign_in.paused": _("Signing in paused after wrong passwords"),
            "accounts.sessions.ended": _("Sessions ended"),
            "accounts.identity.linked": _("Linked with the identity provider"),
            "accounts.identity.unlinked": _("Link with the identity provider ended"),
        }
    )
    fact_titles = MappingProxyType(
        {
            "roles": _("Roles"),
            "passkey_name": _("Passkey"),
            "left": _("Recovery codes left"),
            "reason": _("Reason"),
            "count": _("Number"),
            "issuer": _("Provider"),
            "subject": _("Subject at the provider"),
        }
    )
    fact_values = MappingProxyType({"roles": MappingProxyType(dict(Role.choices))})
    fact_objects = MappingProxyType({"person_id": "orgs.person", "unit_id": "orgs.unit"})
    personal_data = PersonalData(
        export="netzstadt.core.accounts.queries.personal_data",
        erase="netzstadt.core.accounts.services.erasure.erase_account",
        titles=MappingProxyType(
            {
                "codes_paused_until": _("Codes paused until"),
                "language": _("Language"),
                "pause_told_at": _("Told of the pause"),
                "added_at": _("Added"),
                "begun_at": _("Begun"),
                "device": _("Device"),
                "place": _("Place"),
                "seen_at": _("Last seen"),
                "linked_at": _("Linked"),
                "invited_at": _("Invited"),
                "withdrawn_at": _("Withdrawn"),
            }
        ),
    )

    # Told in the house; the reactions of this room mail it.
    notice_rules = tuple(
        NoticeRule(
            event=f"accounts.{event}",
            topic="orgs.account",
            persons="netzstadt.core.orgs.queries.persons.whose_account",
            is_security=True,
            is_mailed_by_room=True,
        )
        for event in (
            "sign_in.paused",
            "codes.paused",
            "code_generator.added",
            "code_generator.removed",
            "passkey.added",
            "passkey.removed",
            "passkey.copied",
            "recovery_codes.made",
            "recovery_codes.used",
            "second_factor.reset",
            "identity.linked",
            "identity.unlinked",
        )
    )

    def ready(self) -> None:
        """Reactions subscribe to their events."""
        from netzstadt.core.accounts import reactions  # noqa: F401
