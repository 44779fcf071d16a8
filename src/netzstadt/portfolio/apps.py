"""Declares the room to the core."""

from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from netzstadt.core.rooms import (
    NavigationGroup,
    NavigationItem,
    NoticeRule,
    ObjectKind,
    PagePart,
    PersonalData,
    RoomConfig,
    Tile,
)
from netzstadt.portfolio.event_titles import EVENT_TITLES, FACT_OBJECTS, FACT_TITLES, FACT_VALUES
from netzstadt.portfolio.permissions import KEEP_PROJECTS

_CARDS = "netzstadt.portfolio.queries.cards"
_TELLING = "netzstadt.portfolio.queries.telling"


class PortfolioConfig(RoomConfig):
    name = "netzstadt.portfolio"
    label = "portfolio"
    verbose_name = _("Portfolio")
    purpose = _("Projects: what they are for, how far they have come, who decides.")
    permissions = (KEEP_PROJECTS,)
    event_titles = EVENT_TITLES
    fact_titles = FACT_TITLES
    fact_values = FACT_VALUES
    fact_objects = FACT_OBJECTS
    objects = (
        ObjectKind(
            model="portfolio.project",
            title=_("Project"),
            cards=f"{_CARDS}.project_cards",
            documents=f"{_CARDS}.project_documents",
            every_id=f"{_CARDS}.every_project",
            find=f"{_CARDS}.find_projects",
            may_be_opened=True,
            order=25,
        ),
    )
    page_parts = (
        PagePart(
            model="strategy.element",
            content="netzstadt.portfolio.queries.serving.projects_of_element",
            template="portfolio/_of_element.html",
        ),
    )
    navigation = (
        NavigationItem(title=_("Projects"), url_name="portfolio:projects", order=13),
        NavigationItem(
            title=_("New project"),
            url_name="portfolio:project-new",
            group=NavigationGroup.STRATEGY,
            permission=KEEP_PROJECTS,
            order=30,
        ),
    )
    tiles = (
        Tile(
            key="portfolio.waiting",
            title=_("Decisions and conditions"),
            content=f"{_TELLING}.waiting_tile",
            empty=_("Gates at which you are asked to decide, and conditions you have to meet."),
            order=20,
        ),
    )
    deadlines = (f"{_TELLING}.deadlines",)
    notice_topics = MappingProxyType(
        {
            "portfolio.gates": _("Decisions at gates"),
            "portfolio.parts": _("My part in projects"),
        }
    )
    notice_rules = (
        NoticeRule(
            event="portfolio.gate.asked",
            topic="portfolio.gates",
            persons=f"{_TELLING}.who_decides",
            is_urgent=True,
        ),
        NoticeRule(
            event="portfolio.gate.decided",
            topic="portfolio.gates",
            persons=f"{_TELLING}.who_has_a_part",
        ),
        NoticeRule(
            event="portfolio.project.assigned",
            topic="portfolio.parts",
            persons=f"{_TELLING}.who_leads",
        ),
    )
    personal_data = PersonalData(
        export=f"{_TELLING}.what_is_known_of",
        erase="netzstadt.portfolio.services.projects.forget_person",
        titles=MappingProxyType(
            {
                "leads": _("Leads projects"),
                "stands_for": _("Stands for projects"),
                "decides": _("Decides at gates"),
                "decided": _("Decisions"),
                "answered": _("Criteria answered"),
                "conditions": _("Conditions"),
                "gate__project__key": _("Project"),
                "gate__number": _("Gate"),
                "outcome": _("Decision"),
                "decided_on": _("Decided on"),
                "position": _("Place in the list"),
                "answer": _("Answer"),
                "due_on": _("Due on"),
                "met_on": _("Met on"),
                "note": _("Note"),
                "title": _("Title"),
            }
        ),
    )
