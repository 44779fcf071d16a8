"""What happens in the registers and status reports of projects."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from netzstadt.core.audit.events import Event


class _ReportEvent(Event):
    """Something in a register or a report of a project."""

    object_model: ClassVar[str] = "portfolio.project"


@dataclass(frozen=True, kw_only=True)
class EntryAdded(_ReportEvent):
    """A risk, an issue, a change or a decision was written down; its words stand there alone."""

    name: ClassVar[str] = "portfolio.register.added"

    entry_id: uuid.UUID
    register: str
    due_on: date | None
    named_ids: tuple[uuid.UUID, ...]


@dataclass(frozen=True, kw_only=True)
class EntryChanged(_ReportEvent):
    """An open entry of a register says something else: which of it."""

    name: ClassVar[str] = "portfolio.register.changed"

    entry_id: uuid.UUID
    register: str
    texts: tuple[str, ...]
    named_ids: tuple[uuid.UUID, ...]


@dataclass(frozen=True, kw_only=True)
class EntryClosed(_ReportEvent):
    """A risk ended, or an issue was solved."""

    name: ClassVar[str] = "portfolio.register.closed"

    entry_id: uuid.UUID
    register: str
    closed_on: date


@dataclass(frozen=True, kw_only=True)
class ChangeDecided(_ReportEvent):
    """A change was accepted, or not."""

    name: ClassVar[str] = "portfolio.change.decided"

    entry_id: uuid.UUID
    change_accepted: bool
    closed_on: date


@dataclass(frozen=True, kw_only=True)
class LightSet(_ReportEvent):
    """A light of a project was set by hand until a day."""

    name: ClassVar[str] = "portfolio.light.set"

    aspect: str
    light: str
    last_day: date


@dataclass(frozen=True, kw_only=True)
class LightReleased(_ReportEvent):
    """A light of a project follows its rules again."""

    name: ClassVar[str] = "portfolio.light.released"

    aspect: str


@dataclass(frozen=True, kw_only=True)
class ReportBegun(_ReportEvent):
    """A status report was begun."""

    name: ClassVar[str] = "portfolio.report.begun"

    report_id: uuid.UUID
    report_number: int


@dataclass(frozen=True, kw_only=True)
class ReportChanged(_ReportEvent):
    """Somebody wrote on a draft: on which of its parts."""

    name: ClassVar[str] = "portfolio.report.changed"

    report_id: uuid.UUID
    report_number: int
    texts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ReportSubmitted(_ReportEvent):
    """A status report waits for approval."""

    name: ClassVar[str] = "portfolio.report.submitted"

    report_id: uuid.UUID
    report_number: int
    light: str


@dataclass(frozen=True, kw_only=True)
class ReportReturned(_ReportEvent):
    """A status report went back to who wrote it; why stands there."""

    name: ClassVar[str] = "portfolio.report.returned"

    report_id: uuid.UUID
    report_number: int


@dataclass(frozen=True, kw_only=True)
class ReportApproved(_ReportEvent):
    """A status report was approved and sealed: ``seal`` is the SHA-256 of what it says."""

    name: ClassVar[str] = "portfolio.report.approved"

    report_id: uuid.UUID
    report_number: int
    seal: str


@dataclass(frozen=True, kw_only=True)
class ReportPublished(_ReportEvent):
    """Everybody who sees the project may read a status report."""

    name: ClassVar[str] = "portfolio.report.published"

    report_id: uuid.UUID
    report_number: int
