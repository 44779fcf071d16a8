"""The index: one row an object, its words, and what waits to be looked at."""

import uuid
from datetime import datetime

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Now

VISIBILITIES = ("PUBLIC", "ADMINISTRATION", "UNIT", "RESTRICTED")


class SearchEntry(models.Model):
    """What is found of one object. Written from its room's document, never by hand."""

    pk = models.CompositePrimaryKey("model", "object_id")
    model: "models.TextField[str, str]" = models.TextField()
    object_id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField()
    title = models.TextField()
    words = models.TextField(default="")
    names = models.TextField(default="")
    url = models.TextField()
    visibility = models.TextField()
    unit_id = models.UUIDField(null=True)
    changed_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        null=True
    )
    # The title's words, folded, with one space between: what the exact title is compared with.
    title_key = models.TextField()
    # Every word once, folded, between spaces: what parts of words are looked for in.
    parts = models.TextField()
    # Titles have the weight A, names B, words C; each word as it is written and as its stem.
    vector = SearchVectorField()
    # Of the document and of the way it is indexed: an entry with another one is stale.
    digest = models.TextField()
    indexed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(visibility__in=VISIBILITIES), name="search_entry_visibility"
            ),
            models.CheckConstraint(condition=~models.Q(title=""), name="search_entry_has_title"),
        ]
        indexes = [
            # Without fast updates: they would leave a list that every search reads from end to end.
            GinIndex(fields=["vector"], name="search_entry_vector", fastupdate=False),
            GinIndex(
                fields=["parts"],
                name="search_entry_parts",
                opclasses=["gin_trgm_ops"],
                fastupdate=False,
            ),
            models.Index(
                fields=["title_key"], name="search_entry_title", opclasses=["text_pattern_ops"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.object_id}: {self.title}"


class SearchWord(models.Model):
    """A word of the index, folded: what a mistyped word may have been meant to be."""

    word: "models.TextField[str, str]" = models.TextField(primary_key=True)

    class Meta:
        indexes = [
            GinIndex(fields=["word"], name="search_word_similar", opclasses=["gin_trgm_ops"])
        ]

    def __str__(self) -> str:
        return self.word


class SearchWaiting(models.Model):
    """An object whose document may have changed; the worker looks at it within a second or two."""

    model: "models.TextField[str, str]" = models.TextField()
    object_id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField()
    since = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["model", "id"], name="search_waiting_model")]

    def __str__(self) -> str:
        return f"{self.model} {self.object_id} ({self.pk})"
