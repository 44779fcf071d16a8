"""What a council does: bodies, meetings, agenda items with their results, papers, consultations.

An object comes from a council information system (``OPARL``) or was entered by hand (``MANUAL``).
What is withdrawn stays as a tombstone: what others linked with it still leads somewhere. Of an
object that the council's system withdrew nothing else is kept (OParl 1.1, 2.8): it may be gone
because of somebody's rights.
"""

import uuid
from datetime import time

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from netzstadt.lib.ids import new_id
from netzstadt.stakeholders.expressions import SortKey
from netzstadt.stakeholders.models.harvests import CouncilSource
from netzstadt.standards.oparl.results import Result


class Origin(models.TextChoices):
    """Where an object comes from."""

    OPARL = "OPARL", _("Council information system")
    MANUAL = "MANUAL", _("Entered by hand")


class CouncilVisibility(models.TextChoices):
    """Who may read an object; what a council's system publishes is public."""

    PUBLIC = "PUBLIC", _("Public")
    ADMINISTRATION = "ADMINISTRATION", _("Administration")


class ResultCode(models.TextChoices):
    """What came of an agenda item; the values are those of ``standards.oparl.results``."""

    ADOPTED_UNANIMOUSLY = Result.ADOPTED_UNANIMOUSLY.value, _("Adopted unanimously")
    ADOPTED_BY_MAJORITY = Result.ADOPTED_BY_MAJORITY.value, _("Adopted by majority")
    ADOPTED = Result.ADOPTED.value, _("Adopted")
    ADOPTED_IN_PART = Result.ADOPTED_IN_PART.value, _("Adopted in part")
    REJECTED = Result.REJECTED.value, _("Voted down")
    NOTED = Result.NOTED.value, _("Taken note of")
    DISCUSSED = Result.DISCUSSED.value, _("Discussed beforehand")
    SETTLED = Result.SETTLED.value, _("Settled")
    REFERRED = Result.REFERRED.value, _("Referred to another body")
    POSTPONED = Result.POSTPONED.value, _("Postponed")
    WITHDRAWN = Result.WITHDRAWN.value, _("Withdrawn by who proposed it")
    NO_DECISION = Result.NO_DECISION.value, _("Without a decision")
    OTHER = Result.OTHER.value, _("Other")
    NONE = Result.NONE.value, _("No result yet")


class CouncilObject(models.Model):
    """What all objects of a council have in common."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    origin = models.CharField(max_length=10, choices=Origin.choices)
    source = models.ForeignKey(CouncilSource, null=True, on_delete=models.PROTECT, related_name="+")
    oparl_id = models.CharField(max_length=500, null=True)  # noqa: DJ001 - unique where given
    oparl_modified = models.DateTimeField(null=True)
    web = models.CharField(max_length=500, default="")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(origin="OPARL", source__isnull=False, oparl_id__isnull=False)
                | Q(origin="MANUAL", source__isnull=True, oparl_id__isnull=True),
                name="stakeholders_%(class)s_origin",
            ),
        ]

    @property
    def is_manual(self) -> bool:
        """Whether it was entered by hand, and can be corrected so."""
        return self.origin == Origin.MANUAL


def _words(first: str, *others: str) -> SortKey:
    """What a search in these columns compares."""
    parts = [part for name in others for part in (Value(" "), F(name))]
    return SortKey(Concat(F(first), Value(""), *parts, output_field=models.TextField()))


def _once(name: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(fields=["source", "oparl_id"], name=f"stakeholders_{name}_once")


def _visible(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(visibility__in=CouncilVisibility.values)
        & (Q(origin="MANUAL") | Q(visibility="PUBLIC")),
        name=f"stakeholders_{name}_visibility",
    )


def _empty_tombstone(model: str, **texts: str | list[str]) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(deleted_at__isnull=True) | Q(origin="MANUAL") | Q(web="", **texts),
        name=f"stakeholders_{model}_tombstone",
    )


class CouncilOrganisation(CouncilObject):
    """The council itself, a committee, a group in it."""

    name = models.CharField(_("Name"), max_length=1_000, default="")
    short_name = models.CharField(_("Short name"), max_length=200, default="")
    classification = models.CharField(max_length=200, default="")
    start_on = models.DateField(null=True)
    end_on = models.DateField(null=True)

    class Meta(CouncilObject.Meta):
        verbose_name = _("Body of the council")
        verbose_name_plural = _("Bodies of the council")
        constraints = [
            *CouncilObject.Meta.constraints,
            _once("organisation"),
            _empty_tombstone("organisation", name="", short_name="", classification=""),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.id})"


class Meeting(CouncilObject):
    """A meeting of a body, with its agenda."""

    name = models.CharField(_("Name"), max_length=1_000, default="")
    start_at = models.DateTimeField(_("Begins"), null=True)
    end_at = models.DateTimeField(_("Ends"), null=True)
    place = models.CharField(_("Place"), max_length=500, default="")
    is_cancelled = models.BooleanField(_("Cancelled"), default=False)
    organisation = models.ForeignKey(
        CouncilOrganisation, null=True, on_delete=models.PROTECT, related_name="meetings"
    )
    # The body's id at the council's system: the body itself may come later, or never.
    organisation_oparl_id = models.CharField(max_length=500, default="")
    files: "models.JSONField[list[dict[str, str]], list[dict[str, str]]]" = models.JSONField(
        default=list
    )
    visibility = models.CharField(
        _("Who may read it"), max_length=20, choices=CouncilVisibility.choices, default="PUBLIC"
    )
    # What a council does belongs to the house; the column is what the rule of visibility asks for.
    unit_id = models.UUIDField(null=True)
    words_key = models.GeneratedField(
        expression=_words("name"), output_field=models.TextField(), db_persist=True
    )

    class Meta(CouncilObject.Meta):
        verbose_name = _("Meeting")
        verbose_name_plural = _("Meetings")
        constraints = [
            *CouncilObject.Meta.constraints,
            _once("meeting"),
            _visible("meeting"),
            _empty_tombstone("meeting", name="", place="", files=[]),
        ]
        indexes = [
            models.Index(fields=["-start_at", "-id"], name="stakeholders_meeting_order"),
            models.Index(fields=["organisation", "-start_at"], name="stakeholders_meeting_body"),
            models.Index(
                fields=["organisation_oparl_id"],
                condition=Q(organisation__isnull=True),
                name="stakeholders_meeting_waits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.id})"

    @property
    def has_time(self) -> bool:
        """Whether it is known when it begins; no council meets at midnight, lists mean the day."""
        return self.start_at is not None and localtime(self.start_at).time() != time.min


class AgendaItem(CouncilObject):
    """What a meeting deals with. With a result it is a resolution (Beschluss)."""

    meeting = models.ForeignKey(
        Meeting, null=True, on_delete=models.PROTECT, related_name="agenda_items"
    )
    # It came inside its meeting: it is withdrawn when it does not stand there any more.
    is_inside = models.BooleanField(default=False)
    number = models.CharField(_("Item number"), max_length=50, default="")
    order = models.IntegerField(default=0)
    name = models.CharField(_("Subject matter"), max_length=1_000, default="")
    is_public = models.BooleanField(_("Dealt with in public"), default=True)
    result_text = models.CharField(_("Result in the council's words"), max_length=1_000, default="")
    result_code = models.CharField(
        _("Result"), max_length=30, choices=ResultCode.choices, default=ResultCode.NONE
    )
    resolution_text = models.TextField(_("Text of the resolution"), default="")
    visibility = models.CharField(
        _("Who may read it"), max_length=20, choices=CouncilVisibility.choices, default="PUBLIC"
    )
    unit_id = models.UUIDField(null=True)  # as of meetings
    words_key = models.GeneratedField(
        expression=_words("name", "result_text", "resolution_text"),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta(CouncilObject.Meta):
        verbose_name = _("Agenda item")
        verbose_name_plural = _("Agenda items")
        constraints = [
            *CouncilObject.Meta.constraints,
            _once("agendaitem"),
            _visible("agendaitem"),
            _empty_tombstone("agendaitem", name="", result_text="", resolution_text=""),
            models.CheckConstraint(
                condition=Q(result_code__in=ResultCode.values)
                & (~Q(result_code="NONE") | Q(result_text="")),
                name="stakeholders_agendaitem_result",
            ),
        ]
        indexes = [
            models.Index(fields=["meeting", "order", "id"], name="stakeholders_item_agenda"),
            GinIndex(
                fields=["words_key"], name="stakeholders_item_words", opclasses=["gin_trgm_ops"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name} ({self.id})"

    @property
    def is_resolution(self) -> bool:
        """Whether something came of it."""
        return self.result_code != ResultCode.NONE and self.deleted_at is None


class Paper(CouncilObject):
    """A printed matter (Vorlage, Antrag, Anfrage) that goes through the bodies."""

    name = models.CharField(_("Name"), max_length=1_000, default="")
    reference = models.CharField(_("Reference number"), max_length=100, default="")
    on = models.DateField(pgettext_lazy("of a paper", "Date"), null=True)
    kind = models.CharField(_("Kind"), max_length=200, default="")
    files: "models.JSONField[list[dict[str, str]], list[dict[str, str]]]" = models.JSONField(
        default=list
    )
    visibility = models.CharField(
        _("Who may read it"), max_length=20, choices=CouncilVisibility.choices, default="PUBLIC"
    )
    unit_id = models.UUIDField(null=True)  # as of meetings
    words_key = models.GeneratedField(
        expression=_words("name", "reference", "kind"),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta(CouncilObject.Meta):
        verbose_name = _("Paper")
        verbose_name_plural = _("Papers")
        constraints = [
            *CouncilObject.Meta.constraints,
            _once("paper"),
            _visible("paper"),
            _empty_tombstone("paper", name="", reference="", kind="", files=[]),
            models.UniqueConstraint(
                fields=["reference"],
                condition=Q(origin="MANUAL", deleted_at__isnull=True) & ~Q(reference=""),
                name="stakeholders_paper_manual_number",
            ),
        ]
        indexes = [
            models.Index(fields=["-on", "-id"], name="stakeholders_paper_order"),
            models.Index(fields=["reference"], name="stakeholders_paper_reference"),
            GinIndex(
                fields=["words_key"], name="stakeholders_paper_words", opclasses=["gin_trgm_ops"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.name} ({self.id})"


class Consultation(CouncilObject):
    """A paper stands on an agenda, or shall be dealt with by a body.

    Systems give one consultation several agenda items by repeating its id, so its id together with
    the item's names one.
    """

    paper = models.ForeignKey(
        Paper, null=True, on_delete=models.PROTECT, related_name="consultations"
    )
    agenda_item = models.ForeignKey(
        AgendaItem, null=True, on_delete=models.PROTECT, related_name="consultations"
    )
    organisation = models.ForeignKey(
        CouncilOrganisation, null=True, on_delete=models.PROTECT, related_name="+"
    )
    # Ids at the council's system, as of meetings.
    paper_oparl_id = models.CharField(max_length=500, default="")
    item_oparl_id = models.CharField(max_length=500, default="")
    organisation_oparl_id = models.CharField(max_length=500, default="")
    # It came inside its paper, as of agenda items.
    is_inside = models.BooleanField(default=False)
    role = models.CharField(_("Role"), max_length=200, default="")
    is_authoritative = models.BooleanField(default=False)

    class Meta(CouncilObject.Meta):
        verbose_name = _("Consultation")
        verbose_name_plural = _("Consultations")
        constraints = [
            *CouncilObject.Meta.constraints,
            models.UniqueConstraint(
                fields=["source", "oparl_id", "item_oparl_id"],
                name="stakeholders_consultation_once",
            ),
            models.UniqueConstraint(
                fields=["paper", "agenda_item"],
                condition=Q(origin="MANUAL", deleted_at__isnull=True),
                name="stakeholders_consultation_manual_once",
            ),
            models.CheckConstraint(
                condition=Q(origin="OPARL") | Q(paper__isnull=False, agenda_item__isnull=False),
                name="stakeholders_consultation_manual_ends",
            ),
        ]
        indexes = [
            models.Index(
                fields=["item_oparl_id"],
                condition=Q(agenda_item__isnull=True) & ~Q(item_oparl_id=""),
                name="stakeholders_consult_no_item",
            ),
            models.Index(
                fields=["paper_oparl_id"],
                condition=Q(paper__isnull=True) & ~Q(paper_oparl_id=""),
                name="stakeholders_consult_no_paper",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paper_id} at {self.agenda_item_id} ({self.id})"
