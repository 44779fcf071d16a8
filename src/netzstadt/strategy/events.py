"""What happens to strategies, their elements and indicators."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from netzstadt.core.audit.events import Event


@dataclass(frozen=True, kw_only=True)
class StrategyCreated(Event):
    """A strategy was begun, with a first draft."""

    name = "strategy.strategy.created"
    object_model = "strategy.strategy"

    key: str
    title: str


@dataclass(frozen=True, kw_only=True)
class StrategyChanged(Event):
    """What a strategy is called, or who sees it, was changed."""

    name = "strategy.strategy.changed"
    object_model = "strategy.strategy"

    changed: dict[str, tuple[str | None, str | None]]


@dataclass(frozen=True, kw_only=True)
class EditionDrafted(Event):
    """A new edition of a strategy was begun, empty or as a copy of another."""

    name = "strategy.edition.drafted"
    object_model = "strategy.strategy"

    edition: int
    based_on: int | None


@dataclass(frozen=True, kw_only=True)
class EditionDescribed(Event):
    """The vision or the years of an edition were changed."""

    name = "strategy.edition.described"
    object_model = "strategy.strategy"

    edition: int


@dataclass(frozen=True, kw_only=True)
class EditionConsulted(Event):
    """A draft was opened to comments."""

    name = "strategy.edition.consulted"
    object_model = "strategy.strategy"

    edition: int
    consulted_from: date
    consulted_until: date


@dataclass(frozen=True, kw_only=True)
class EditionReturned(Event):
    """An edition in consultation became a draft again."""

    name = "strategy.edition.returned"
    object_model = "strategy.strategy"

    edition: int


@dataclass(frozen=True, kw_only=True)
class CommentWritten(Event):
    """Somebody commented an edition in consultation."""

    name = "strategy.comment.written"
    object_model = "strategy.comment"

    number: int
    edition: int


@dataclass(frozen=True, kw_only=True)
class CommentJudged(Event):
    """A comment is shown to others, or not."""

    name = "strategy.comment.judged"
    object_model = "strategy.comment"

    comment_state: str


@dataclass(frozen=True, kw_only=True)
class CommentEmptied(Event):
    """What a hidden comment said, and who said it, was removed for good."""

    name = "strategy.comment.emptied"
    object_model = "strategy.comment"


@dataclass(frozen=True, kw_only=True)
class CommentAnswered(Event):
    """The office said what became of a comment."""

    name = "strategy.comment.answered"
    object_model = "strategy.comment"

    outcome: str


@dataclass(frozen=True, kw_only=True)
class EditionAdopted(Event):
    """The council adopted an edition; from now on it stays as it is."""

    name = "strategy.edition.adopted"
    object_model = "strategy.strategy"

    edition: int
    adopted_on: date
    adopted_by: str


@dataclass(frozen=True, kw_only=True)
class EditionPutInForce(Event):
    """An adopted edition holds from now on; the one before it is superseded."""

    name = "strategy.edition.put_in_force"
    object_model = "strategy.strategy"

    edition: int
    superseded: int | None


@dataclass(frozen=True, kw_only=True)
class ElementAdded(Event):
    """A theme, field, goal or measure came into an edition."""

    name = "strategy.element.added"
    object_model = "strategy.element"

    edition: int
    kind: str
    code: str
    title: str
    parent_id: uuid.UUID | None


@dataclass(frozen=True, kw_only=True)
class ElementChanged(Event):
    """An element is called otherwise or stands elsewhere in an edition."""

    name = "strategy.element.changed"
    object_model = "strategy.element"

    edition: int
    changed: dict[str, tuple[str | None, str | None]]


@dataclass(frozen=True, kw_only=True)
class ElementRemoved(Event):
    """An element is no longer in an edition; other editions keep it."""

    name = "strategy.element.removed"
    object_model = "strategy.element"

    edition: int


@dataclass(frozen=True, kw_only=True)
class ElementAssigned(Event):
    """Who answers for an element was changed."""

    name = "strategy.element.assigned"
    object_model = "strategy.element"

    unit_id: uuid.UUID | None
    person_id: uuid.UUID | None


@dataclass(frozen=True, kw_only=True)
class MeasureMoved(Event):
    """A measure came into another state."""

    name = "strategy.measure.moved"
    object_model = "strategy.element"

    before: str
    state: str


@dataclass(frozen=True, kw_only=True)
class StrategyImported(Event):
    """Elements came into an edition from a file."""

    name = "strategy.strategy.imported"
    object_model = "strategy.strategy"

    edition: int
    file_name: str
    added: int
    changed: int
    unchanged: int


@dataclass(frozen=True, kw_only=True)
class ValuesImported(Event):
    """Values of an indicator came from a file; those changed are superseded."""

    name = "strategy.value.imported"
    object_model = "strategy.indicator"

    file_name: str
    added: int
    changed: int


@dataclass(frozen=True, kw_only=True)
class ContributionSet(Event):
    """It was said that an element serves another one, and how it counts."""

    name = "strategy.contribution.set"
    object_model = "strategy.element"

    edition: int
    target_id: uuid.UUID
    rule: str
    weight: float


@dataclass(frozen=True, kw_only=True)
class ContributionRemoved(Event):
    """An element serves another one no longer."""

    name = "strategy.contribution.removed"
    object_model = "strategy.element"

    edition: int
    target_id: uuid.UUID


@dataclass(frozen=True, kw_only=True)
class ProgressTyped(Event):
    """Somebody said how far an element has come, where no rule works it out; why stands there."""

    name = "strategy.progress.typed"
    object_model = "strategy.element"

    progress: float


@dataclass(frozen=True, kw_only=True)
class LightOverridden(Event):
    """A light was set by hand, until a day."""

    name = "strategy.light.overridden"
    object_model = "strategy.element"

    light: str
    last_day: date


@dataclass(frozen=True, kw_only=True)
class OverrideEnded(Event):
    """A light that was set by hand follows its rules again."""

    name = "strategy.light.released"
    object_model = "strategy.element"


@dataclass(frozen=True, kw_only=True)
class LightTurned(Event):
    """The light of a goal or measure changed, by its rules or by hand."""

    name = "strategy.light.turned"
    object_model = "strategy.element"

    light_before: str
    light: str
    progress: float | None


@dataclass(frozen=True, kw_only=True)
class IndicatorCreated(Event):
    """An indicator was described for the first time."""

    name = "strategy.indicator.created"
    object_model = "strategy.indicator"

    code: str
    title: str


@dataclass(frozen=True, kw_only=True)
class IndicatorDefined(Event):
    """An indicator means something else from a day on, or its method sheet was changed."""

    name = "strategy.indicator.defined"
    object_model = "strategy.indicator"

    definition: int
    title: str
    valid_from: date
    is_break: bool


@dataclass(frozen=True, kw_only=True)
class IndicatorAssigned(Event):
    """Who sees an indicator, or answers for it, was changed."""

    name = "strategy.indicator.assigned"
    object_model = "strategy.indicator"

    visibility: str
    unit_id: uuid.UUID | None
    person_id: uuid.UUID | None


@dataclass(frozen=True, kw_only=True)
class IndicatorBound(Event):
    """It was said where the values of an indicator come from."""

    name = "strategy.indicator.bound"
    object_model = "strategy.indicator"

    kind: str
    window: str
    series: int


@dataclass(frozen=True, kw_only=True)
class IndicatorSeriesAdded(Event):
    """Stations that came later are read by an indicator of all that observe a property."""

    name = "strategy.indicator.series_added"
    object_model = "strategy.indicator"

    added: int


@dataclass(frozen=True, kw_only=True)
class ValueEntered(Event):
    """A value was entered by hand."""

    name = "strategy.value.entered"
    object_model = "strategy.indicator"

    value_id: uuid.UUID
    starts_at: datetime
    value: float
    source: str
    supersedes: uuid.UUID | None


@dataclass(frozen=True, kw_only=True)
class PathSet(Event):
    """A goal is measured by an indicator, on a path of targets."""

    name = "strategy.path.set"
    object_model = "strategy.element"

    indicator_id: uuid.UUID
    path_id: uuid.UUID
    amber_at: float
    red_at: float
    points: int


@dataclass(frozen=True, kw_only=True)
class PathEnded(Event):
    """A goal is measured by an indicator no longer."""

    name = "strategy.path.ended"
    object_model = "strategy.element"

    indicator_id: uuid.UUID
    path_id: uuid.UUID
