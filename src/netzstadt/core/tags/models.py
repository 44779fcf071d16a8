"""Vocabularies (SKOS), their terms, and what is tagged with them."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from netzstadt.lib.ids import new_id

LANGUAGES = ("de", "en")


class SchemeVisibility(models.TextChoices):
    """Who may read a vocabulary."""

    PUBLIC = "PUBLIC", _("Public")
    ADMINISTRATION = "ADMINISTRATION", _("Administration")


def in_language(german: str, english: str) -> str:
    """The text in the reader's language, or the other where there is none."""
    return (english or german) if get_language() == "en" else (german or english)


class Scheme(models.Model):
    """A vocabulary. To an open one everybody who tags may add terms (free tags)."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    key = models.SlugField(_("Key"), max_length=60, unique=True)
    uri = models.CharField(max_length=500, default="")
    title_de = models.CharField(_("Title, German"), max_length=200)
    title_en = models.CharField(_("Title, English"), max_length=200, default="")
    description_de = models.TextField(default="")
    description_en = models.TextField(default="")
    is_open = models.BooleanField(_("Open for free tags"), default=False)
    visibility = models.CharField(
        _("Who may read it"), max_length=20, choices=SchemeVisibility.choices
    )
    # Vocabularies belong to the house; the column is what the rule of visibility asks for.
    unit_id = models.UUIDField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Vocabulary")
        verbose_name_plural = _("Vocabularies")
        constraints = [
            models.UniqueConstraint(
                fields=["uri"], condition=~Q(uri=""), name="tags_scheme_uri_once"
            ),
            models.CheckConstraint(
                condition=Q(key__regex=r"^[a-z][a-z0-9-]*$"), name="tags_scheme_key"
            ),
            models.CheckConstraint(condition=~Q(title_de=""), name="tags_scheme_title"),
            models.CheckConstraint(
                condition=Q(visibility__in=SchemeVisibility.values), name="tags_scheme_visibility"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title_de} ({self.key})"

    @property
    def title(self) -> str:
        """Its title in the reader's language."""
        return in_language(self.title_de, self.title_en)

    @property
    def description(self) -> str:
        """What it is for, in the reader's language."""
        return in_language(self.description_de, self.description_en)


class Concept(models.Model):
    """A term of a vocabulary. A trigger refuses circles and broader terms of other vocabularies."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="concepts")
    uri = models.CharField(max_length=500, default="")
    notation = models.CharField(_("Notation"), max_length=60, default="")
    label_de = models.CharField(_("Term, German"), max_length=200, default="")
    label_en = models.CharField(_("Term, English"), max_length=200, default="")
    definition_de = models.TextField(default="")
    definition_en = models.TextField(default="")
    broader = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="narrower"
    )
    deprecated_at = models.DateTimeField(null=True)
    replaced_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Term")
        verbose_name_plural = _("Terms")
        constraints = [
            models.UniqueConstraint(
                "scheme", Lower("label_de"), condition=~Q(label_de=""), name="tags_label_de_once"
            ),
            models.UniqueConstraint(
                "scheme", Lower("label_en"), condition=~Q(label_en=""), name="tags_label_en_once"
            ),
            models.UniqueConstraint(
                fields=["scheme", "notation"],
                condition=~Q(notation=""),
                name="tags_notation_once",
            ),
            models.UniqueConstraint(
                fields=["scheme", "uri"], condition=~Q(uri=""), name="tags_concept_uri_once"
            ),
            models.CheckConstraint(
                condition=~Q(label_de="") | ~Q(label_en=""), name="tags_concept_label"
            ),
            models.CheckConstraint(
                condition=Q(replaced_by__isnull=True) | Q(deprecated_at__isnull=False),
                name="tags_concept_replaced",
            ),
            models.CheckConstraint(
                condition=Q(replaced_by__isnull=True) | ~Q(replaced_by=F("id")),
                name="tags_concept_not_itself",
            ),
        ]
        indexes = [models.Index(fields=["scheme", "broader"], name="tags_concept_tree")]

    def __str__(self) -> str:
        return f"{self.label} ({self.id})"

    @property
    def label(self) -> str:
        """The term in the reader's language."""
        return in_language(self.label_de, self.label_en)

    @property
    def definition(self) -> str:
        """What it means, in the reader's language."""
        return in_language(self.definition_de, self.definition_en)

    @property
    def is_deprecated(self) -> bool:
        """Whether nothing new is tagged with it."""
        return self.deprecated_at is not None


class AltLabel(models.Model):
    """Another word for a term; it is found by it."""

    LANGUAGE_CHOICES: ClassVar = [("de", _("German")), ("en", _("English"))]

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="alt_labels")
    language = models.CharField(max_length=2, choices=LANGUAGE_CHOICES)
    text = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "concept", "language", Lower("text"), name="tags_alt_label_once"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="tags_alt_label_text"),
            models.CheckConstraint(
                condition=Q(language__in=LANGUAGES), name="tags_alt_label_language"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.text} ({self.language}, {self.concept_id})"


class Tagging(models.Model):
    """An object of any room is tagged with a term."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    concept = models.ForeignKey(Concept, on_delete=models.PROTECT, related_name="taggings")
    model = models.CharField(max_length=100)
    object_id = models.UUIDField()
    tagged_at = models.DateTimeField()
    tagged_by = models.ForeignKey(
        "orgs.Person", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["concept", "model", "object_id"], name="tags_tagging_once"
            ),
            models.CheckConstraint(
                condition=Q(model__regex=r"^[a-z_]+\.[a-z_]+$"), name="tags_tagging_model"
            ),
        ]
        indexes = [models.Index(fields=["model", "object_id"], name="tags_tagging_object")]

    def __str__(self) -> str:
        return f"{self.concept_id} on {self.model} {self.object_id}"


class ImportDraft(models.Model):
    """A file that was read and waits for somebody to say yes; forgotten after a day."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=new_id, editable=False
    )
    key = models.CharField(max_length=60)
    form = models.CharField(max_length=10)
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    made_by = models.ForeignKey(
        "orgs.Person", null=True, on_delete=models.CASCADE, related_name="+"
    )
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(form__in=["turtle", "xml"]), name="tags_import_draft_form"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.id})"
