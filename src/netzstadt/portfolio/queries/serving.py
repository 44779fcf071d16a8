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


def projects_of_element(element_id: uuid.UUID, *, to: "Person | None") -> dict[str, Any]:
    """The projects of an element and of all that lies in it or serves it.

    ``may_begin`` says whether ``to`` may begin a project for it somewhere.
    """
    elements = {element_id, *strategy.serving(element_id)}
    found = list(queries.carrying_out(elements, to=to)[: MOST + 1])
    roles = access.held(to)
    return {
        "projects": found[:MOST],
        "is_cut": len(found) > MOST,
        "element_id": element_id,
        "may_begin": access.anywhere(roles, KEEP_PROJECTS) is not None,
    }
