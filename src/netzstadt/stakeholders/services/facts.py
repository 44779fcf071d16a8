"""What is entered by hand, or by a table, of meetings, agenda items and papers."""

from dataclasses import dataclass
from datetime import date, datetime

from netzstadt.stakeholders.models.council import CouncilVisibility, ResultCode
from netzstadt.standards.oparl.results import understood


@dataclass(frozen=True, kw_only=True, slots=True)
class MeetingFacts:
    """What is entered of a meeting; ``body`` is the name of who meets."""

    body: str
    start_at: datetime
    end_at: datetime | None = None
    place: str = ""
    is_cancelled: bool = False
    visibility: str = CouncilVisibility.PUBLIC


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemFacts:
    """What is entered of an agenda item; ``references`` are the numbers of its papers.

    Without a ``visibility`` it is that of the meeting.
    """

    number: str
    name: str
    is_public: bool = True
    result_code: str = ResultCode.NONE
    result_text: str = ""
    resolution_text: str = ""
    visibility: str = ""
    references: tuple[str, ...] = ()

    @property
    def result(self) -> ResultCode:
        """What came of it: as was said, else as the council's words are understood."""
        if self.result_code == ResultCode.NONE and self.result_text:
            return ResultCode(understood(self.result_text).value)
        return ResultCode(self.result_code)


@dataclass(frozen=True, kw_only=True, slots=True)
class PaperFacts:
    """What is entered of a paper; ``document`` is the address at which it can be read."""

    name: str
    reference: str = ""
    on: date | None = None
    kind: str = ""
    document: str = ""
    visibility: str = CouncilVisibility.PUBLIC
