"""What people say to an edition that is open to comments, and what became of it."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from netzstadt.lib.ids import new_id
from netzstadt.strategy.models.editions import Edition, Element

# What stands for the words of a comment that were removed for good (as the trigger knows it).
EMPTY = "–"


class CommentState(models.TextChoices):
    """Whether others see a comment."""

    WAITING = "WAITING", _("To be looked at")
    SHOWN = "SHOWN", _("Shown")
    HIDDEN = "HIDDEN", _("Not shown")


class Outcome(models.TextChoices):
    """What became of a comment in the text of the strategy."""

    TAKEN = "TAKEN", _("Taken into the text")
    PARTLY = "PARTLY", _("Taken in part")
    NOTED = "NOTED", _("Noted")
    DECLINED = "DECLINED", _("Not taken")


class Comment(models.Model):
    """A comment on an edition or on one element of it; ``number`` counts within the edition.

    Somebody with an account is its author; others may give a name or none. A trigger of the
    migration adds that only an edition in consultation takes comments.
    """

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="comments")
    element = models.ForeignKey(
        Element, null=True, on_delete=models.PROTECT, related_name="comments"
    )
    number = models.PositiveIntegerField(pgettext_lazy("of a comment", "Number"))
    text = models.TextField(_("Comment"), max_length=4000)
    name = models.CharField(_("Name"), max_length=100, default="")
    author = models.ForeignKey("orgs.Person", null=True, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    state = models.CharField(
        _("State"), max_length=7, choices=CommentState.choices, default=CommentState.WAITING
    )
    hidden_because = models.CharField(_("Reason"), max_length=500, default="")
    outcome = models.CharField(_("Outcome"), max_length=8, choices=Outcome.choices, default="")
    answer = models.TextField(_("Answer"), max_length=4000, default="")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Comment")
        verbose_name_plural = _("Comments")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "number"], name="strategy_comment_number_once"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="strategy_comment_text"),
            models.CheckConstraint(
                condition=Q(author__isnull=True) | Q(name=""), name="strategy_comment_one_name"
            ),
            models.CheckConstraint(
                condition=Q(state=CommentState.HIDDEN) & ~Q(hidden_because="")
                | Q(state__in=[CommentState.WAITING, CommentState.SHOWN], hidden_because=""),
                name="strategy_comment_state",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", answer="", answered_at__isnull=True)
                | Q(outcome__in=Outcome.values, answered_at__isnull=False) & ~Q(answer=""),
                name="strategy_comment_answered_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["element", "edition"], name="strategy_comment_element"),
            models.Index(fields=["author"], name="strategy_comment_author"),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.number} ({self.id})"

    @property
    def is_emptied(self) -> bool:
        """Whether its words were removed for good."""
        return self.text == EMPTY
