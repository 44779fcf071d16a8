"""The resolution of the demo city: when the council adopted the published strategy.

That it did so on that day is public; number and texts are written for the demo.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING

from netzstadt.core.days import midnight
from netzstadt.core.links import services as links
from netzstadt.stakeholders.services import keeping
from netzstadt.stakeholders.services.facts import ItemFacts, MeetingFacts, PaperFacts

if TYPE_CHECKING:
    from netzstadt.strategy.models import Strategy

NUMBER = "Demo-1"
TEXT = (
    "Demo: Der Rat hat die integrierte Strategie am 25. Juni 2020 beschlossen; das ist öffentlich."
    " Nummer, Tagesordnung und dieser Text sind Beispiele, nicht der Wortlaut des Beschlusses."
)


def adopt_by_council(*, strategy: "Strategy", on: date, at: datetime) -> None:
    """Enter the meeting, the paper and its result, and link the strategy with what decided it."""
    keeping.enter_paper(
        facts=PaperFacts(
            name="Integrierte Strategie der digitalen Stadt (Demo)",
            reference=NUMBER,
            kind="Beispiel der Demo",
        ),
        by=None,
        at=at,
    )
    # When the meeting began is not known; midnight says that.
    meeting = keeping.enter_meeting(
        facts=MeetingFacts(body="Rat der Stadt", start_at=midnight(on)), by=None, at=at
    )
    item = keeping.enter_item(
        meeting=meeting,
        facts=ItemFacts(
            number="1",
            name="Integrierte Strategie der digitalen Stadt (Demo)",
            result_code="ADOPTED",
            resolution_text=TEXT,
            references=(NUMBER,),
        ),
        by=None,
        at=at,
    )
    links.link(
        source=links.Ref("strategy.strategy", strategy.pk),
        relation="decided_by",
        target=links.Ref("stakeholders.resolution", item.pk),
        by=None,
        at=at,
    )
