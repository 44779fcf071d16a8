"""What happens to vocabularies and tags."""

import uuid
from dataclasses import dataclass

from netzstadt.core.audit.events import Event


@dataclass(frozen=True, kw_only=True)
class SchemeMade(Event):
    """A vocabulary was begun."""

    name = "tags.scheme.made"
    object_model = "tags.scheme"

    key: str
    visibility: str
    is_open: bool


@dataclass(frozen=True, kw_only=True)
class SchemeChanged(Event):
    """A vocabulary's title, description or openness was changed."""

    name = "tags.scheme.changed"
    object_model = "tags.scheme"

    changed: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SchemeImported(Event):
    """Terms were read from a file into a vocabulary."""

    name = "tags.scheme.imported"
    object_model = "tags.scheme"

    file_name: str
    new_count: int
    changed_count: int
    unchanged_count: int


@dataclass(frozen=True, kw_only=True)
class ConceptAdded(Event):
    """A term came into a vocabulary."""

    name = "tags.concept.added"
    object_model = "tags.concept"

    scheme_id: uuid.UUID
    label: str
    broader_id: uuid.UUID | None


@dataclass(frozen=True, kw_only=True)
class ConceptChanged(Event):
    """A term's words, definition or notation were changed."""

    name = "tags.concept.changed"
    object_model = "tags.concept"

    changed: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ConceptMoved(Event):
    """A term was put below another, or to the top."""

    name = "tags.concept.moved"
    object_model = "tags.concept"

    before_id: uuid.UUID | None
    after_id: uuid.UUID | None


@dataclass(frozen=True, kw_only=True)
class ConceptDeprecated(Event):
    """A term is not to be used for anything new."""

    name = "tags.concept.deprecated"
    object_model = "tags.concept"

    replaced_by_id: uuid.UUID | None


@dataclass(frozen=True, kw_only=True)
class ConceptRevived(Event):
    """A deprecated term may be used again."""

    name = "tags.concept.revived"
    object_model = "tags.concept"


@dataclass(frozen=True, kw_only=True)
class ConceptsMerged(Event):
    """A term went into another: what was tagged with it is tagged with the other now."""

    name = "tags.concept.merged"
    object_model = "tags.concept"

    into_id: uuid.UUID
    moved_ids: tuple[uuid.UUID, ...]
    narrower_ids: tuple[uuid.UUID, ...]
    doubled_count: int


@dataclass(frozen=True, kw_only=True)
class ObjectTagged(Event):
    """An object was tagged with a term."""

    name = "tags.object.tagged"
    object_model = "tags.concept"

    of_model: str
    of_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class ObjectUntagged(Event):
    """A tag was taken off an object."""

    name = "tags.object.untagged"
    object_model = "tags.concept"

    of_model: str
    of_id: uuid.UUID
