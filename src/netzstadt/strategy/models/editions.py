"""Strategies, their editions, and what stands in an edition: themes, fields, goals, measures.

An element lives through all editions, so that indicators, links and comments stay with it; what
it is called and where it stands in one edition is a version of it.
"""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from netzstadt.lib.ids import new_id

PLAIN_CODE = r"^[A-Za-z0-9ÄÖÜäöüß][A-Za-z0-9ÄÖÜäöüß ._/-]*$"
SCORES = ("importance", "urgency", "accuracy", "feasibility")


class Visibility(models.TextChoices):
    """Who may see something of the strategy (``access_sees`` in the database is the one rule)."""

    PUBLIC = "PUBLIC", _("Public")
    ADMINISTRATION = "ADMINISTRATION", _("Administration")
    UNIT = "UNIT", _("Owning unit")
    RESTRICTED = "RESTRICTED", _("Restricted")


class EditionState(models.TextChoices):
    """How far an edition has come; each state follows the one before it."""

    DRAFT = "DRAFT", _("Draft")
    CONSULTED = "CONSULTED", _("In consultation")
    ADOPTED = "ADOPTED", _("Adopted by the council")
    IN_FORCE = "IN_FORCE", _("In force")
    SUPERSEDED = "SUPERSEDED", _("Superseded")


class ElementKind(models.TextChoices):
    """What stands in a strategy, from the top; each lies in one of a kind before it."""

    THEME = "THEME", _("Theme")
    FIELD = "FIELD", _("Field of action")
    STRATEGIC_GOAL = "STRATEGIC_GOAL", _("Strategic goal")
    OPERATIONAL_GOAL = "OPERATIONAL_GOAL", _("Operational goal")
    MEASURE = "MEASURE", _("Measure")


# In which kinds an element may lie; the same rule stands in strategy_version_check().
PARENTS: dict[str, tuple[str, ...]] = {
    ElementKind.THEME: (),
    ElementKind.FIELD: (ElementKind.THEME,),
    ElementKind.STRATEGIC_GOAL: (ElementKind.THEME, ElementKind.FIELD),
    ElementKind.OPERATIONAL_GOAL: (
        ElementKind.THEME,
        ElementKind.FIELD,
        ElementKind.STRATEGIC_GOAL,
    ),
    ElementKind.MEASURE: (
        ElementKind.FIELD,
        ElementKind.STRATEGIC_GOAL,
        ElementKind.OPERATIONAL_GOAL,
    ),
}
GOALS = (ElementKind.STRATEGIC_GOAL, ElementKind.OPERATIONAL_GOAL)


class MeasureState(models.TextChoices):
    """How far a measure has come."""

    PROPOSED = "PROPOSED", _("Proposed")
    PRIORITISED = "PRIORITISED", _("Prioritised")
    APPROVED = "APPROVED", _("Approved")
    RUNNING = "RUNNING", _("Running")
    DONE = "DONE", _("Done")
    STOPPED = "STOPPED", _("Stopped")
    TRANSFERRED = "TRANSFERRED", _("Handed over")


class Strategy(models.Model):
    """A strategy of the city, through all its editions."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    key = models.SlugField(_("Key"), max_length=60, unique=True)
    title = models.CharField(_("Title"), max_length=200)
    visibility = models.CharField(
        _("Who may see it once it is adopted"),
        max_length=20,
        choices=Visibility.choices,
        default=Visibility.PUBLIC,
    )
    unit = models.ForeignKey("orgs.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(_("Source"), max_length=300, default="")
    source_url = models.URLField(_("Address of the source"), default="")
    is_demo = models.BooleanField(_("Demo"), default=False)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Strategy")
        verbose_name_plural = _("Strategies")
        constraints = [
            models.CheckConstraint(
                condition=Q(key__regex=r"^[a-z][a-z0-9-]*$"), name="strategy_strategy_key"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="strategy_strategy_title"),
            models.CheckConstraint(
                condition=Q(visibility__in=Visibility.values), name="strategy_strategy_visibility"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.key})"


class Edition(models.Model):
    """The text of a strategy: drafted, discussed, adopted. From its adoption on it stays as it is.

    ``visibility`` is who sees it in its present state: a draft is the administration's.
    """

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    strategy = models.ForeignKey(Strategy, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField(_("Edition"))
    state = models.CharField(
        _("State"), max_length=12, choices=EditionState.choices, default=EditionState.DRAFT
    )
    visibility = models.CharField(max_length=20, choices=Visibility.choices)
    vision = models.TextField(_("Vision"), max_length=5000, default="")
    first_year = models.PositiveSmallIntegerField(_("From the year"), null=True)
    last_year = models.PositiveSmallIntegerField(_("Until the year"), null=True)
    based_on = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    consulted_from = models.DateField(_("Consultation from"), null=True)
    consulted_until = models.DateField(_("Consultation until"), null=True)
    adopted_on = models.DateField(_("Adopted on"), null=True)
    adopted_by = models.CharField(_("Adopted by"), max_length=200, default="")
    in_force_on = models.DateField(_("In force since"), null=True)
    superseded_on = models.DateField(_("Superseded on"), null=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Edition")
        verbose_name_plural = _("Editions")
        constraints = [
            models.UniqueConstraint(fields=["strategy", "number"], name="strategy_edition_once"),
            models.UniqueConstraint(
                fields=["strategy"],
                condition=Q(state=EditionState.IN_FORCE),
                name="strategy_edition_one_in_force",
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="strategy_edition_number"),
            models.CheckConstraint(
                condition=Q(state__in=EditionState.values), name="strategy_edition_state"
            ),
            models.CheckConstraint(
                condition=Q(visibility__in=Visibility.values), name="strategy_edition_visibility"
            ),
            models.CheckConstraint(
                condition=Q(first_year__isnull=True)
                | Q(last_year__isnull=True)
                | Q(last_year__gte=F("first_year")),
                name="strategy_edition_years",
            ),
            models.CheckConstraint(
                condition=~Q(state=EditionState.CONSULTED)
                | Q(consulted_from__isnull=False, consulted_until__gte=F("consulted_from")),
                name="strategy_edition_consultation",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[EditionState.DRAFT, EditionState.CONSULTED])
                | Q(adopted_on__isnull=False),
                name="strategy_edition_adopted",
            ),
            models.CheckConstraint(
                condition=~Q(state=EditionState.IN_FORCE) | Q(in_force_on__isnull=False),
                name="strategy_edition_in_force",
            ),
            models.CheckConstraint(
                condition=Q(superseded_on__isnull=True) | Q(state=EditionState.SUPERSEDED),
                name="strategy_edition_superseded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.strategy_id} {self.number} ({self.id})"

    @property
    def query(self) -> str:
        """What addresses of its pages end with, so that they stay in it; none for the one that
        everybody reads first."""
        return "" if self.state == EditionState.IN_FORCE else f"?edition={self.number}"

    @property
    def is_open(self) -> bool:
        """Whether its text can still be changed."""
        return self.state in (EditionState.DRAFT, EditionState.CONSULTED)


class Element(models.Model):
    """A theme, field of action, goal or measure, through all editions.

    ``code`` is what files and people call it; an import finds it again by it.
    """

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    strategy = models.ForeignKey(Strategy, on_delete=models.PROTECT, related_name="elements")
    kind = models.CharField(_("Kind"), max_length=20, choices=ElementKind.choices)
    code = models.CharField(_("Code"), max_length=40)
    unit = models.ForeignKey("orgs.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    responsible = models.ForeignKey(
        "orgs.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )
    # Only measures have a state: it is what becomes of them, not what the council wrote.
    state = models.CharField(_("State"), max_length=12, choices=MeasureState.choices, default="")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Element of a strategy")
        verbose_name_plural = _("Elements of a strategy")
        constraints = [
            models.UniqueConstraint(fields=["strategy", "code"], name="strategy_element_code_once"),
            models.CheckConstraint(
                condition=Q(kind__in=ElementKind.values), name="strategy_element_kind"
            ),
            models.CheckConstraint(
                condition=Q(code__regex=PLAIN_CODE), name="strategy_element_code"
            ),
            models.CheckConstraint(
                condition=Q(kind=ElementKind.MEASURE, state__in=MeasureState.values)
                | (~Q(kind=ElementKind.MEASURE) & Q(state="")),
                name="strategy_element_state",
            ),
        ]
        indexes = [models.Index(fields=["responsible"], name="strategy_element_responsible")]

    def __str__(self) -> str:
        return f"{self.code} ({self.id})"


class ElementVersion(models.Model):
    """An element as it stands in one edition.

    Triggers of the migration add that its parent is in the same edition and of a kind that may
    hold it, and that adopted editions stay as they are.
    """

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="elements")
    element = models.ForeignKey(Element, on_delete=models.PROTECT, related_name="versions")
    parent = models.ForeignKey(Element, null=True, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField(_("Place in the list"), default=0)
    title = models.CharField(_("Title"), max_length=300)
    text = models.TextField(_("Text"), max_length=10_000, default="")
    is_cross_cutting = models.BooleanField(_("Cross-cutting"), default=False)
    starts_on = models.DateField(_("From"), null=True)
    due_on = models.DateField(_("Until"), null=True)
    importance = models.PositiveSmallIntegerField(_("Importance"), null=True)
    urgency = models.PositiveSmallIntegerField(_("Urgency"), null=True)
    accuracy = models.PositiveSmallIntegerField(_("Accuracy"), null=True)
    feasibility = models.PositiveSmallIntegerField(_("Feasibility"), null=True)

    class Meta:
        db_table = "strategy_element_version"
        verbose_name = _("Version of an element")
        verbose_name_plural = _("Versions of elements")
        constraints = [
            models.UniqueConstraint(fields=["edition", "element"], name="strategy_version_once"),
            models.CheckConstraint(condition=~Q(title=""), name="strategy_version_title"),
            models.CheckConstraint(
                condition=~Q(element=F("parent")), name="strategy_version_not_in_itself"
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(due_on__isnull=True)
                | Q(due_on__gte=F("starts_on")),
                name="strategy_version_period",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{score}__isnull": True}) | Q(**{f"{score}__range": (1, 5)}),
                    name=f"strategy_version_{score}",
                )
                for score in SCORES
            ),
        ]
        indexes = [
            models.Index(fields=["edition", "parent", "position"], name="strategy_version_tree"),
            models.Index(fields=["element"], name="strategy_version_element"),
            models.Index(fields=["parent"], name="strategy_version_parent"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.id})"

    @property
    def score(self) -> float | None:
        """The mean of the four scores, 1 to 5; None while one is missing."""
        given = [getattr(self, name) for name in SCORES]
        return None if None in given else sum(given) / len(given)
