"""The city's facts, its set-up, and what people write to it."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from netzstadt.lib.colours import Accent, read_colour
from netzstadt.lib.ids import new_id
from netzstadt.lib.municipal_code import FORM, NORTH_RHINE_WESTPHALIA

COLOUR_FORM = r"^#[0-9a-f]{6}$"
LARGEST_LOGO = 256 * 1024
LOGO_TYPES = ("image/svg+xml", "image/png", "image/webp")


class Conformity(models.TextChoices):
    """How far the pages are accessible (model statement, Decision (EU) 2018/1523)."""

    FULL = "FULL", _("fully accessible")
    PARTIAL = "PARTIAL", _("partly accessible")
    NONE = "NONE", _("not accessible")


class Method(models.TextChoices):
    """How that was found out."""

    SELF = "SELF", _("an assessment of our own")
    EXTERNAL = "EXTERNAL", _("an assessment by somebody else")


class City(models.Model):
    """The one city that this installation serves: what pages show of it, and its legal pages.

    There is one row, or none before anything was set. Texts in Markdown are checked by the
    services that write them.
    """

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    is_the_one = models.BooleanField(default=True, unique=True)
    changed_at = models.DateTimeField()

    # Who it is
    name = models.CharField(_("Name of the city"), max_length=100, blank=True)
    municipal_code = models.CharField(_("Municipality key (AGS)"), max_length=8, blank=True)
    language = models.TextField(_("Language"), choices=settings.LANGUAGES, default="de")
    contact_address = models.TextField(_("Postal address"), blank=True)
    contact_phone = models.CharField(_("Phone"), max_length=50, blank=True)
    contact_email = models.EmailField(_("E-mail address"), blank=True)

    # How it looks
    accent = models.CharField(_("Accent colour"), max_length=7, blank=True)
    logo = models.BinaryField(null=True, blank=True)
    logo_type = models.TextField(blank=True)
    logo_digest = models.TextField(blank=True)

    # Imprint: § 5 DDG
    imprint_body = models.TextField(_("Responsible body"), blank=True)
    imprint_representative = models.CharField(
        _("Represented by (function)"), max_length=200, blank=True
    )
    imprint_address = models.TextField(_("Postal address"), blank=True)
    imprint_email = models.EmailField(_("E-mail address"), blank=True)
    imprint_phone = models.CharField(_("Phone"), max_length=50, blank=True)
    imprint_vat_id = models.CharField(_("VAT identification number"), max_length=14, blank=True)
    imprint_authority = models.TextField(_("Supervisory authority"), blank=True)
    imprint_text = models.TextField(_("Further text"), blank=True)

    # Privacy notice: Art. 13 GDPR
    privacy_controller = models.TextField(_("Controller"), blank=True)
    privacy_officer = models.TextField(_("Data protection officer"), blank=True)
    privacy_purposes = models.TextField(_("Purposes and legal bases"), blank=True)
    privacy_recipients = models.TextField(_("Recipients and periods"), blank=True)
    privacy_authority = models.TextField(_("Supervisory authority"), blank=True)

    # Accessibility statement: § 10b BGG NRW, § 4 BITVNRW
    conformity = models.TextField(_("State"), choices=Conformity.choices, blank=True)
    conformity_method = models.TextField(
        _("How it was found out"), choices=Method.choices, blank=True
    )
    conformity_by = models.CharField(_("Assessed by"), max_length=200, blank=True)
    statement_made_on = models.DateField(_("Statement made on"), null=True, blank=True)
    statement_reviewed_on = models.DateField(_("Last reviewed on"), null=True, blank=True)
    barriers = models.TextField(_("Known barriers"), blank=True)
    barriers_reasons = models.TextField(_("Reasons"), blank=True)
    barriers_alternatives = models.TextField(_("Accessible alternatives"), blank=True)
    statement_contact = models.TextField(_("Contact for barriers"), blank=True)
    enforcement_body = models.TextField(_("Enforcement body"), blank=True)
    enforcement_url = models.URLField(_("Page of the procedure"), blank=True)

    class Meta:
        verbose_name = _("City")
        verbose_name_plural = _("Cities")
        constraints = [
            models.CheckConstraint(condition=models.Q(is_the_one=True), name="city_one"),
            models.CheckConstraint(
                condition=models.Q(municipal_code="") | models.Q(municipal_code__regex=FORM),
                name="city_municipal_code",
            ),
            models.CheckConstraint(
                condition=models.Q(accent="") | models.Q(accent__regex=COLOUR_FORM),
                name="city_accent",
            ),
            models.CheckConstraint(
                condition=models.Q(logo__isnull=True, logo_type="", logo_digest="")
                | (
                    models.Q(logo__isnull=False, logo_type__in=LOGO_TYPES)
                    & ~models.Q(logo_digest="")
                ),
                name="city_logo_whole",
            ),
            # Who says "partly" or "not" says what and why (§ 10b (2) No. 1 BGG NRW).
            models.CheckConstraint(
                condition=models.Q(conformity__in=("", Conformity.FULL))
                | (~models.Q(barriers="") & ~models.Q(barriers_reasons="")),
                name="city_barriers_named",
            ),
            models.CheckConstraint(
                condition=models.Q(conformity="")
                | models.Q(
                    statement_made_on__isnull=False,
                    statement_reviewed_on__isnull=False,
                    statement_reviewed_on__gte=models.F("statement_made_on"),
                ),
                name="city_statement_dated",
            ),
        ]

    def __str__(self) -> str:
        return self.name or settings.CONFIG.city_name

    @property
    def shown_name(self) -> str:
        """What pages call the city: as set here, else as NETZSTADT_CITY_NAME says."""
        return self.name or str(settings.CONFIG.city_name)

    @property
    def look(self) -> Accent | None:
        """The accent in both themes; None where KERN's own colours stay."""
        return Accent.of(read_colour(self.accent)) if self.accent else None

    @property
    def is_in_north_rhine_westphalia(self) -> bool:
        """Whether the law of North Rhine-Westphalia applies; so it is taken where no key is set."""
        return self.municipal_code[:2] in {"", NORTH_RHINE_WESTPHALIA}

    @property
    def has_imprint(self) -> bool:
        """Whether all that § 5 (1) No. 1 and 2 DDG asks of every provider is there."""
        return all(
            (
                self.imprint_body,
                self.imprint_representative,
                self.imprint_address,
                self.imprint_email,
                self.imprint_phone,
            )
        )

    @property
    def has_privacy_notice(self) -> bool:
        """Whether the parts that only the city knows are there."""
        return all((self.privacy_controller, self.privacy_officer, self.privacy_purposes))

    @property
    def has_statement(self) -> bool:
        """Whether the accessibility statement has all its mandatory parts."""
        return bool(self.conformity and self.statement_contact and self.enforcement_body)


class Setup(models.Model):
    """The set-up of an installation without the demo: who may do it and whether it is done.

    Only the digest of the address's secret is kept. A new address replaces the one before.
    """

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    is_the_one = models.BooleanField(default=True, unique=True)
    secret_digest = models.BinaryField(null=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    administrator = models.ForeignKey(
        "orgs.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(is_the_one=True), name="city_setup_one"),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("issued_at")), name="city_setup_period"
            ),
            models.CheckConstraint(
                condition=models.Q(finished_at__isnull=True, secret_digest__isnull=False)
                | models.Q(
                    finished_at__isnull=False,
                    secret_digest__isnull=True,
                    administrator__isnull=False,
                ),
                name="city_setup_address_gone",
            ),
        ]

    def __str__(self) -> str:
        return f"set-up of {self.issued_at:%Y-%m-%d}"


class FeedbackKind(models.TextChoices):
    """What somebody writes about."""

    BARRIER = "BARRIER", _("Barrier")
    CONTACT = "CONTACT", _("Message")


class FeedbackState(models.TextChoices):
    """How far the office is with it."""

    NEW = "NEW", _("new")
    IN_WORK = "IN_WORK", _("in work")
    ANSWERED = "ANSWERED", _("answered")


class Category(models.TextChoices):
    """What a barrier, or a message, is about."""

    READING = "READING", _("I cannot see or read something")
    HEARING = "HEARING", _("I cannot hear something")
    USING = "USING", _("I cannot reach or use something")
    UNDERSTANDING = "UNDERSTANDING", _("I do not understand something")
    INFORMATION = "INFORMATION", _("I need information in an accessible form")
    DATA = "DATA", _("A value or a place is wrong")
    IDEA = "IDEA", _("A wish or an idea")
    OTHER = "OTHER", _("Something else")


class FeedbackMessage(models.Model):
    """What somebody wrote through a public form, and what became of it."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    kind = models.TextField(_("Kind"), choices=FeedbackKind.choices)
    category = models.TextField(_("What it is about"), choices=Category.choices)
    page = models.CharField(_("Page"), max_length=500, blank=True)
    text = models.TextField(_("Text"))
    email = models.EmailField(_("E-mail address"), blank=True)
    language = models.CharField(max_length=8)
    state = models.TextField(_("State"), choices=FeedbackState.choices, default=FeedbackState.NEW)
    received_at = models.DateTimeField(_("Received at"))
    # § 5 (2) BITVNRW; messages that are no barriers have none.
    answer_due_on = models.DateField(_("Answer due on"), null=True)
    answered_at = models.DateTimeField(_("Answered at"), null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=FeedbackKind.values), name="city_feedback_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=FeedbackState.values), name="city_feedback_state"
            ),
            models.CheckConstraint(
                condition=models.Q(state=FeedbackState.ANSWERED, answered_at__isnull=False)
                | (~models.Q(state=FeedbackState.ANSWERED) & models.Q(answered_at__isnull=True)),
                name="city_feedback_answered_has_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=FeedbackKind.BARRIER)
                | models.Q(answer_due_on__isnull=False),
                name="city_feedback_barrier_is_due",
            ),
        ]
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="city_feedback_newest"),
            models.Index(
                fields=["answer_due_on"],
                name="city_feedback_open",
                condition=models.Q(answered_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class FeedbackReply(models.Model):
    """What the office wrote back: a final answer or word in between (§ 5 (2) BITVNRW)."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    message = models.ForeignKey(FeedbackMessage, on_delete=models.CASCADE, related_name="replies")
    text = models.TextField(_("Text"))
    is_final = models.BooleanField()
    was_mailed = models.BooleanField()
    by = models.ForeignKey("orgs.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["message", "at"], name="city_reply_of_message")]
        constraints = [
            models.UniqueConstraint(
                fields=["message"],
                condition=models.Q(is_final=True),
                name="city_reply_one_final",
            ),
        ]

    def __str__(self) -> str:
        return f"reply {self.id}"


class FeedbackTry(models.Model):
    """That somebody sent a form, to limit how often: a keyed digest of her address, for an hour."""

    id = models.BigAutoField(primary_key=True)
    client_digest = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["client_digest", "at"], name="city_feedback_try")]

    def __str__(self) -> str:
        return f"{self.at:%H:%M}"
