"""What the portfolio shows on pages of the strategy: which projects carry a goal or measure out."""

import uuid
from typing import TYPE_CHECKING, Any

from netzstadt.core.access import queries as access
from netzstadt.portfolio import queries
from netzstadt.portfolio.permissions import KEEP_PROJECTS
from netzstadt.strategy import queries as strategy

if TYPE_CHECKING:
    from netzstadt.core.orgs.models import Person

MOST = 50
# Projects carry out measures and goals; themes and fields of action only hold them.
CARRIED_OUT = ("MEASURE", "STRATEGIC_GOAL", "OPERATIONAL_GOAL")


def projects_of_element(element_id: uuid.UUID, *, to: "Person | None") -> dict[str, Any] | None:
    """The projects of an element and of all that lies in it or serves it; None where there is
    nothing to show.

    ``may_begin`` says whether ``to`` may begin a project for it somewhere: for goals and measures.
    """
    elements = {element_id, *strategy.serving(element_id)}
    found = list(queries.carrying_out(elements, to=to)[: MOST + 1])
    is_carried_out = strategy.kind_of(element_id) in CARRIED_OUT
    may_begin = is_carried_out and access.anywhere(access.held(to), KEEP_PROJECTS) is not None
    if not found and not may_begin:
        return None
    return {
        "projects": found[:MOST],
        "is_cut": len(found) > MOST,
        "element_id": element_id,
        "may_begin": may_begin,
    }
