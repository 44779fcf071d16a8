"""What a person was told of, how she wants to be told, and her calendar's address."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from netzstadt.lib.ids import new_id


class Channel(models.TextChoices):
    """How a person is told of a topic."""

    HOUSE = "HOUSE", _("in the house only")
    AT_ONCE = "AT_ONCE", _("also by mail, at once")
    DIGEST = "DIGEST", _("also by mail, collected")
    OFF = "OFF", _("not at all")


class Rhythm(models.TextChoices):
    """How often collected notices are mailed."""

    DAILY = "DAILY", _("every day")
    WEEKLY = "WEEKLY", _("every week")
    NEVER = "NEVER", _("never")


class Weekday(models.IntegerChoices):
    """The days of the week, as Python counts them."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class Notice(models.Model):
    """A person is told of an event. What it says is taken from the event and its object at reading.

    Event, object and actor are copied from the trail, so that a list is one statement.
    """

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    person = models.ForeignKey("orgs.Person", on_delete=models.PROTECT, related_name="+")
    event_id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField()
    # The event's place in the trail: notices are in the order of what happened.
    sequence = models.BigIntegerField()
    event_name = models.TextField()
    object_model = models.TextField()
    object_id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField()
    topic = models.TextField()
    # The trail outlives persons, and so does what it told others.
    actor = models.ForeignKey(
        "orgs.Person",
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    # Whom she stands in for: the notice is that person's.
    for_person = models.ForeignKey(
        "orgs.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    # The mail that still waits; empty where none was wanted or it has gone out.
    mail = models.TextField(blank=True, default="")
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "event_id"], name="notices_notice_once"),
            models.CheckConstraint(
                condition=Q(mail__in=["", Channel.AT_ONCE.value, Channel.DIGEST.value]),
                name="notices_notice_mail",
            ),
            models.CheckConstraint(
                condition=Q(mailed_at__isnull=True) | Q(mail=""), name="notices_notice_mailed"
            ),
            models.CheckConstraint(
                condition=Q(for_person__isnull=True) | ~Q(for_person=F("person")),
                name="notices_notice_for_another",
            ),
            models.CheckConstraint(
                condition=Q(read_at__isnull=True) | Q(read_at__gte=F("created_at")),
                name="notices_notice_read_later",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-sequence"], name="notices_of_person"),
            models.Index(
                fields=["person", "-sequence"], condition=Q(read_at=None), name="notices_unread"
            ),
            models.Index(fields=["mail", "person"], condition=~Q(mail=""), name="notices_to_mail"),
            models.Index(
                fields=["read_at"], condition=Q(read_at__isnull=False), name="notices_read"
            ),
            models.Index(fields=["created_at"], condition=Q(read_at=None), name="notices_old"),
        ]

    def __str__(self) -> str:
        return f"{self.event_name} to {self.person_id} ({self.id})"


class TopicChoice(models.Model):
    """How a person wants to be told of one topic; without a row it is as the room declares."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    person = models.ForeignKey("orgs.Person", on_delete=models.PROTECT, related_name="+")
    topic = models.TextField()
    channel = models.TextField(choices=Channel.choices)

    class Meta:
        db_table = "notices_topic_choice"
        constraints = [
            models.UniqueConstraint(fields=["person", "topic"], name="notices_topic_choice_once"),
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values), name="notices_topic_choice_channel"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.topic}: {self.channel}"


class DigestPlan(models.Model):
    """When a person's collected notices are mailed."""

    person = models.OneToOneField(
        "orgs.Person", primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    rhythm = models.TextField(_("How often"), choices=Rhythm.choices, default=Rhythm.DAILY)
    # In the city's time.
    hour = models.PositiveSmallIntegerField(_("At what hour"), default=7)
    weekday = models.PositiveSmallIntegerField(
        _("On which day"), choices=Weekday.choices, default=Weekday.MONDAY
    )
    due_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        db_table = "notices_digest_plan"
        constraints = [
            models.CheckConstraint(
                condition=Q(rhythm__in=Rhythm.values), name="notices_digest_plan_rhythm"
            ),
            models.CheckConstraint(condition=Q(hour__lte=23), name="notices_digest_plan_hour"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="notices_digest_plan_weekday"),
            models.CheckConstraint(
                condition=Q(rhythm=Rhythm.NEVER.value, due_at__isnull=True)
                | (~Q(rhythm=Rhythm.NEVER.value) & Q(due_at__isnull=False)),
                name="notices_digest_plan_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.rhythm}"


class CalendarAddress(models.Model):
    """The secret address of a person's calendar; of the secret only a digest is kept."""

    person = models.OneToOneField(
        "orgs.Person", primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    token_digest = models.BinaryField(unique=True, max_length=32)
    made_at = models.DateTimeField()
    # What the calendar held when it was last asked for, and since when: for Last-Modified.
    content_digest = models.BinaryField(null=True, max_length=32)
    content_changed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "notices_calendar_address"
        constraints = [
            models.CheckConstraint(
                condition=Q(content_digest__isnull=True, content_changed_at__isnull=True)
                | Q(content_digest__isnull=False, content_changed_at__isnull=False),
                name="notices_calendar_content",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} since {self.made_at}"
