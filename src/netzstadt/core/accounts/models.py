"""What belongs to an account beside the person: second factor, sessions, invitations, resets."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from netzstadt.core.access.permissions import Role
from netzstadt.lib.ids import new_id


class Language(models.TextChoices):
    """The languages in which the house writes mails."""

    GERMAN = "de", _("German")
    ENGLISH = "en", _("English")


class Account(models.Model):
    """What signing in needs to know of a person; made when it is first needed."""

    person = models.OneToOneField(
        "orgs.Person", primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    language = models.CharField(_("Language"), max_length=2, choices=Language.choices, default="de")
    # Wrong codes since the last right one; the password was right each time.
    wrong_codes = models.PositiveSmallIntegerField(default=0)
    codes_paused_until = models.DateTimeField(null=True)
    # When she was last told that signing in is paused, so that she is told once a pause.
    pause_told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(language__in=Language.values), name="accounts_account_language_known"
            ),
        ]

    def __str__(self) -> str:
        return str(self.person_id)


class CodeGenerator(models.Model):
    """An app that makes time-based codes (RFC 6238); one a person.

    ``last_step`` is the time step of the last code that was accepted: no code of it or of an
    earlier one is accepted again, on whichever server (RFC 6238, 5.2).
    """

    person = models.OneToOneField(
        "orgs.Person", primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    encrypted_key = models.BinaryField()
    last_step = models.BigIntegerField()
    added_at = models.DateTimeField(_("Added at"))
    used_at = models.DateTimeField(_("Last used at"), null=True)

    def __str__(self) -> str:
        return f"{self.person_id} {self.added_at}"


class Passkey(models.Model):
    """A key of WebAuthn that signs for a person; only its public half is known here."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    person = models.ForeignKey("orgs.Person", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("Name"), max_length=80)
    credential_id = models.BinaryField(max_length=1023)
    # Credential id, public key and kind of the authenticator, as WebAuthn writes them (6.5.1).
    credential_data = models.BinaryField(max_length=4096)
    sign_count = models.BigIntegerField(default=0)
    added_at = models.DateTimeField(_("Added at"))
    used_at = models.DateTimeField(_("Last used at"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["credential_id"], name="accounts_passkey_once"),
            models.CheckConstraint(condition=~Q(name=""), name="accounts_passkey_has_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.id}"


class RecoveryCode(models.Model):
    """A code for the day on which the second factor is lost; kept as its digest, used once."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    person = models.ForeignKey("orgs.Person", on_delete=models.CASCADE, related_name="+")
    digest = models.BinaryField(max_length=32)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "digest"], name="accounts_recovery_once"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class SignedInSession(models.Model):
    """A session as its person sees it. It ends with the session itself, whose row it follows."""

    session = models.OneToOneField(
        "sessions.Session", primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    # How it is named in addresses: the session's own key is a secret.
    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        unique=True, default=new_id, editable=False
    )
    person = models.ForeignKey("orgs.Person", on_delete=models.CASCADE, related_name="+")
    device = models.CharField(_("Device"), max_length=80)
    # A part of the address only: enough to know a place again, too little to follow a person.
    place = models.CharField(_("Place"), max_length=60)
    factor = models.CharField(max_length=20, blank=True)
    begun_at = models.DateTimeField(_("Begun"))
    seen_at = models.DateTimeField(_("Last active"))

    class Meta:
        indexes = [models.Index(fields=["person", "-seen_at"], name="accounts_session_of_person")]
        constraints = [
            models.CheckConstraint(
                condition=Q(seen_at__gte=F("begun_at")), name="accounts_session_seen_after_begun"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Invitation(models.Model):
    """Somebody is asked to join. The link's token is known here by its digest alone."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    email = models.EmailField(_("E-mail address"))
    name = models.CharField(_("Name"), max_length=200)
    roles = ArrayField(models.TextField(choices=Role.choices))
    unit = models.ForeignKey("orgs.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=2, choices=Language.choices, default="de")
    invited_by = models.ForeignKey(
        "orgs.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    invited_at = models.DateTimeField(_("Invited at"))
    token_digest = models.BinaryField(max_length=32, null=True)
    sent_at = models.DateTimeField(_("Sent at"), null=True)
    expires_at = models.DateTimeField(_("Valid until"))
    used_at = models.DateTimeField(null=True)
    person = models.OneToOneField(
        "orgs.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-invited_at", "-id"], name="accounts_invitation_newest")]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=Q(used_at__isnull=True, withdrawn_at__isnull=True),
                name="accounts_invitation_open_once",
            ),
            models.UniqueConstraint(fields=["token_digest"], name="accounts_invitation_token_once"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("invited_at")), name="accounts_invitation_ends_later"
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="accounts_invitation_used_or_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True, person__isnull=True)
                | Q(used_at__isnull=False, person__isnull=False),
                name="accounts_invitation_used_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(token_digest__isnull=True) | Q(sent_at__isnull=False),
                name="accounts_invitation_token_was_sent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} {self.id}"

    @property
    def role_names(self) -> list[str]:
        """What the roles are called."""
        return [str(Role(role).label) for role in self.roles]


class PasswordReset(models.Model):
    """Somebody asked for a new password for an address, whether or not it is known here.

    A job looks the address up later, so that asking takes the same way and time for every
    address. Without a person the row is removed by that job.
    """

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    account = models.CharField(max_length=254)
    language = models.CharField(max_length=2, choices=Language.choices, default="de")
    asked_at = models.DateTimeField()
    person = models.ForeignKey("orgs.Person", null=True, on_delete=models.CASCADE, related_name="+")
    token_digest = models.BinaryField(max_length=32, null=True)
    # The password that was to be replaced, as a digest: a changed password ends the token.
    password_digest = models.BinaryField(max_length=32, null=True)
    expires_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["asked_at"], name="accounts_reset_oldest")]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(person__isnull=False, ended_at__isnull=True),
                name="accounts_reset_open_once",
            ),
            models.UniqueConstraint(fields=["token_digest"], name="accounts_reset_token_once"),
            models.CheckConstraint(
                condition=Q(
                    person__isnull=True,
                    token_digest__isnull=True,
                    password_digest__isnull=True,
                    expires_at__isnull=True,
                )
                | Q(
                    person__isnull=False,
                    token_digest__isnull=False,
                    password_digest__isnull=False,
                    expires_at__isnull=False,
                ),
                name="accounts_reset_complete",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("asked_at")), name="accounts_reset_ends_later"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class ExternalIdentity(models.Model):
    """Whom an OpenID Connect provider means by a subject. Never matched by e-mail again."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    person = models.ForeignKey("orgs.Person", on_delete=models.CASCADE, related_name="+")
    issuer = models.CharField(max_length=500)
    subject = models.CharField(max_length=255)
    linked_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "subject"], name="accounts_identity_of_one_person"
            ),
            models.UniqueConstraint(
                fields=["person", "issuer"], name="accounts_identity_once_a_provider"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.issuer}"
