"""Council information systems that are read, and each reading of one."""

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from netzstadt.lib.ids import new_id


class CouncilSource(models.Model):
    """The council information system of one body, by the address at which OParl begins."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    address = models.CharField(_("OParl address"), max_length=500, unique=True)
    # Known after the first answer: what the body is called, its id and its lists.
    title = models.CharField(_("Title"), max_length=300, default="")
    body_id = models.CharField(max_length=500, default="")
    lists: "models.JSONField[dict[str, str], dict[str, str]]" = models.JSONField(default=dict)
    # No harvest begins by itself while this is set.
    paused_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Council information system")
        verbose_name_plural = _("Council information systems")
        constraints = [
            # The same body under two addresses would double everything.
            models.UniqueConstraint(
                fields=["body_id"], condition=~Q(body_id=""), name="stakeholders_source_body_once"
            ),
            models.CheckConstraint(
                condition=Q(address__regex=r"^https?://[^/?#\s]+"),
                name="stakeholders_source_address",
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.address


class HarvestState(models.TextChoices):
    """How far a harvest is."""

    RUNNING = "RUNNING", _("Running")
    DONE = "DONE", _("Done")
    FAILED = "FAILED", _("Failed")


class Failure(models.TextChoices):
    """Why a harvest could not go on, and what to do."""

    NONE = "", ""
    UNREACHABLE = (
        "UNREACHABLE",
        _("The system does not answer. It is tried again within the hour."),
    )
    REFUSED = (
        "REFUSED",
        _("The system refuses to answer. Check the address, or ask who runs it."),
    )
    NOT_OPARL = (
        "NOT_OPARL",
        _("What answers there is not OParl. Ask who runs the system for its OParl address."),
    )
    SEVERAL_BODIES = (
        "SEVERAL_BODIES",
        _("The system serves several bodies. Add the address of the right one instead."),
    )
    SAME_BODY = (
        "SAME_BODY",
        _("This body is harvested from another address already. Pause one of the two."),
    )
    OTHER_HOST = (
        "OTHER_HOST",
        _("The system leads to another host. Add the address there instead, if you trust it."),
    )
    FORBIDDEN_HOST = (
        "FORBIDDEN_HOST",
        _(
            "This address must not be asked: it lies inside the own network or is not encrypted."
            " The setting NETZSTADT_COUNCIL_HOSTS allows single hosts."
        ),
    )
    TOO_LARGE = (
        "TOO_LARGE",
        _("An answer was larger, or took longer, than is read. Ask who runs the system."),
    )
    ENDLESS = (
        "ENDLESS",
        _("The pages of a list do not end. Ask who runs the system."),
    )


# What is read, as a person calls it, by the name of its list (``standards.oparl.objects.Kind``).
_KINDS = {
    "Organization": _("Bodies"),
    "Meeting": _("Meetings"),
    "AgendaItem": _("Agenda items"),
    "Paper": _("Papers"),
    "Consultation": _("Consultations"),
}


class Harvest(models.Model):
    """One reading of a source, complete or of what changed ``since``; its place is kept with every
    page, so that it goes on where it was stopped."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    source = models.ForeignKey(CouncilSource, on_delete=models.PROTECT, related_name="harvests")
    state = models.CharField(_("State"), max_length=10, choices=HarvestState.choices)
    since = models.DateTimeField(null=True)
    started_at = models.DateTimeField(_("Begun"))
    touched_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    # The place: which list, and the address of its next page.
    kind = models.CharField(max_length=20, default="")
    next_address = models.CharField(max_length=2_000, default="")
    pages = models.PositiveIntegerField(_("Pages"), default=0)
    list_read = models.PositiveIntegerField(default=0)
    list_total = models.PositiveIntegerField(null=True)
    # The account: everything that was read is new, changed, unchanged, withdrawn, back or left out.
    read = models.PositiveIntegerField(_("Read"), default=0)
    new = models.PositiveIntegerField(_("New"), default=0)
    changed = models.PositiveIntegerField(_("Changed"), default=0)
    unchanged = models.PositiveIntegerField(_("Unchanged"), default=0)
    withdrawn = models.PositiveIntegerField(_("Withdrawn"), default=0)
    returned = models.PositiveIntegerField(_("Back again"), default=0)
    left_out = models.PositiveIntegerField(_("Left out"), default=0)
    # Beyond what was read: what a meeting or paper does not name any more.
    dropped = models.PositiveIntegerField(_("Dropped from an agenda or a paper"), default=0)
    # The first ones that were left out, with place and reason.
    left_out_places: "models.JSONField[list[str], list[str]]" = models.JSONField(default=list)
    failure = models.CharField(
        max_length=20, choices=Failure.choices, default=Failure.NONE, blank=True
    )
    failure_detail = models.CharField(max_length=1_000, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=HarvestState.values), name="stakeholders_harvest_state"
            ),
            models.UniqueConstraint(
                fields=["source"],
                condition=~Q(state="DONE"),
                name="stakeholders_harvest_one_open",
            ),
            models.CheckConstraint(
                condition=(Q(state="DONE") & Q(finished_at__isnull=False))
                | (~Q(state="DONE") & Q(finished_at__isnull=True)),
                name="stakeholders_harvest_finished",
            ),
            models.CheckConstraint(
                condition=(Q(state="FAILED") & ~Q(failure=""))
                | (~Q(state="FAILED") & Q(failure="")),
                name="stakeholders_harvest_failure",
            ),
            models.CheckConstraint(
                condition=Q(
                    read=F("new")
                    + F("changed")
                    + F("unchanged")
                    + F("withdrawn")
                    + F("returned")
                    + F("left_out")
                ),
                name="stakeholders_harvest_account",
            ),
        ]
        indexes = [models.Index(fields=["source", "-started_at"], name="stakeholders_harvest_last")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.started_at.isoformat()} ({self.id})"

    @property
    def gone(self) -> int:
        """All that was withdrawn: by a stub, or dropped from an agenda or a paper."""
        return self.withdrawn + self.dropped

    @property
    def kind_text(self) -> Any:
        """What a person calls the list that is read now."""
        return _KINDS.get(self.kind, "")

    @property
    def failure_text(self) -> Any:
        """What a person reads of the failure: what happened, and what to do."""
        return Failure(self.failure).label
