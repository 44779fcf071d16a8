"""What follows from events: mails to the person concerned, links that end."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from netzstadt.core.accounts import events, mails, queries
from netzstadt.core.accounts.services import invitations, passwords, sessions
from netzstadt.core.audit import services as audit
from netzstadt.core.audit.events import Event
from netzstadt.core.orgs.events import PasswordChanged, PersonDeactivated
from netzstadt.core.orgs.queries import persons
from netzstadt.lib import clock

if TYPE_CHECKING:
    from netzstadt.core.audit.models import AuditEvent

# Whatever changes how an account is entered is told to its person, who may not have done it.
NOTICES: dict[type[Event], tuple[str, str]] = {
    PasswordChanged: (
        gettext_noop("Your password was changed"),
        gettext_noop("the password of your account was changed. All other sessions ended."),
    ),
    events.SignInPaused: (
        gettext_noop("Signing in was paused"),
        gettext_noop(
            "too many wrong passwords were given for your account. From the place where that"
            " happened nobody can sign in to it for ten minutes."
        ),
    ),
    events.CodesPaused: (
        gettext_noop("Wrong codes for your account"),
        gettext_noop(
            "somebody gave your password and then too many wrong codes. Codes are not accepted"
            " for ten minutes."
        ),
    ),
    events.CodeGeneratorAdded: (
        gettext_noop("An authenticator app was added"),
        gettext_noop("an authenticator app was added to your account as a second factor."),
    ),
    events.CodeGeneratorRemoved: (
        gettext_noop("An authenticator app was removed"),
        gettext_noop("the authenticator app was removed from your account."),
    ),
    events.PasskeyAdded: (
        gettext_noop("A passkey was added"),
        gettext_noop("a passkey was added to your account."),
    ),
    events.PasskeyRemoved: (
        gettext_noop("A passkey was removed"),
        gettext_noop("a passkey was removed from your account."),
    ),
    events.PasskeyCopied: (
        gettext_noop("A passkey may have been copied"),
        gettext_noop(
            "a passkey of your account signed in a way that hints at a copy. It was not accepted."
        ),
    ),
    events.RecoveryCodesMade: (
        gettext_noop("New recovery codes"),
        gettext_noop("new recovery codes were made for your account; older ones no longer work."),
    ),
    events.RecoveryCodeUsed: (
        gettext_noop("A recovery code was used"),
        gettext_noop("somebody signed in to your account with a recovery code."),
    ),
    events.SecondFactorReset: (
        gettext_noop("Your second factor was reset"),
        gettext_noop(
            "an administrator removed the second factors of your account. You set up a new one"
            " when you sign in next."
        ),
    ),
    events.IdentityLinked: (
        gettext_noop("A new way to sign in"),
        gettext_noop("your account can now be signed in to with the city's identity provider."),
    ),
    events.IdentityUnlinked: (
        gettext_noop("The link with the identity provider was ended"),
        gettext_noop("your account is no longer linked with the identity provider."),
    ),
}


def tell(event_name: str, subject: str, text: str) -> Callable[["AuditEvent"], None]:
    """A reaction that mails the person whose account the event is about."""

    def reaction(entry: "AuditEvent") -> None:
        person = persons.person(entry.object_id)
        if person is None or person.is_demo or not person.is_active:
            return
        language = queries.language_of(person.pk)
        with override(language):
            mails.send_notice(
                to=person.email,
                name=person.name,
                language=language,
                subject=_(subject),
                text=_(text),
                at=entry.at,
            )

    # The name of the job: each event's reaction is one of its own.
    reaction.__name__ = f"tell_of_{event_name.replace('.', '_')}"
    return reaction


for _event, (_subject, _text) in NOTICES.items():
    audit.on(_event)(tell(_event.name, _subject, _text))


@audit.on(events.PersonInvited)
def when_person_invited(entry: "AuditEvent") -> None:
    """The invited person is sent her link."""
    invitations.send_invitation(invitation_id=entry.object_id, at=clock.now())


@audit.on(events.InvitationRenewed)
def when_invitation_renewed(entry: "AuditEvent") -> None:
    """The invited person is sent a new link."""
    invitations.send_invitation(invitation_id=entry.object_id, at=clock.now())


@audit.on(PersonDeactivated)
def when_person_deactivated(entry: "AuditEvent") -> None:
    """Sessions and links for a new password end, also for the day on which the account is used
    again."""
    passwords.end_resets(person_id=entry.object_id, at=clock.now())
    person = persons.person(entry.object_id)
    if person is not None:
        sessions.end_other_sessions(person=person, keep=None, by=None, at=clock.now())
