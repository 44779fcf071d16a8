"""Declares the room to the core."""

from types import MappingProxyType

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from netzstadt.core.access.permissions import SEE_DIRECTORY
from netzstadt.core.rooms import (
    Figure,
    Join,
    NavigationGroup,
    NavigationItem,
    NoticeRule,
    ObjectKind,
    PagePart,
    PersonalData,
    Reference,
    RoomConfig,
    Tile,
)
from netzstadt.portfolio.event_titles import EVENT_TITLES, FACT_OBJECTS, FACT_TITLES, FACT_VALUES
from netzstadt.portfolio.permissions import (
    ADVISE,
    APPROVE_REPORTS,
    ASK_ADVICE,
    KEEP_FUNDING_PROGRAMMES,
    KEEP_PROGRAMMES,
    KEEP_PROJECTS,
    NAME_DECIDERS,
    SEE_LEDGER,
    SEE_LOAD,
)

_CARDS = "netzstadt.portfolio.queries.cards"
_ADVICE = "netzstadt.portfolio.queries.advice"
_PROGRAMMES = "netzstadt.portfolio.queries.programmes"
_TELLING = "netzstadt.portfolio.queries.telling"


class PortfolioConfig(RoomConfig):
    name = "netzstadt.portfolio"
    label = "portfolio"
    verbose_name = _("Portfolio")
    purpose = _("Projects: what they are for, how far they have come, what they cost; advice.")
    permissions = (
        KEEP_PROJECTS,
        NAME_DECIDERS,
        APPROVE_REPORTS,
        SEE_LEDGER,
        KEEP_FUNDING_PROGRAMMES,
        KEEP_PROGRAMMES,
        SEE_LOAD,
        ASK_ADVICE,
        ADVISE,
    )
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
        ObjectKind(
            model="portfolio.programme",
            title=_("Programme or portfolio"),
            cards=f"{_PROGRAMMES}.programme_cards",
            documents=f"{_PROGRAMMES}.programme_documents",
            every_id=f"{_PROGRAMMES}.every_programme",
            find=f"{_PROGRAMMES}.find_programmes",
            order=26,
        ),
        ObjectKind(
            model="portfolio.advice",
            title=_("Request for advice"),
            cards=f"{_ADVICE}.advice_cards",
            documents=f"{_ADVICE}.advice_documents",
            every_id=f"{_ADVICE}.every_advice",
            find=f"{_ADVICE}.find_advice",
            order=27,
        ),
    )
    joins = (Join(source="portfolio.project", relation="depends_on", target="portfolio.project"),)
    references = (
        Reference(
            source="portfolio.project",
            relation="part_of",
            target="portfolio.programme",
            table="portfolio_programme_project",
            source_column="project_id",
            target_column="programme_id",
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
        NavigationItem(
            title=pgettext_lazy("money", "Grants"),
            url_name="portfolio:funding-list",
            group=NavigationGroup.STRATEGY,
            permission=SEE_LEDGER,
            order=32,
        ),
        NavigationItem(
            title=_("Load"),
            url_name="portfolio:load",
            group=NavigationGroup.STRATEGY,
            permission=SEE_DIRECTORY,
            order=33,
        ),
        NavigationItem(
            title=_("Advice"),
            url_name="portfolio:advice-list",
            group=NavigationGroup.STRATEGY,
            permission=SEE_DIRECTORY,
            order=35,
        ),
    )
    tiles = (
        Tile(
            key="portfolio.waiting",
            title=_("Decisions and conditions"),
            content=f"{_TELLING}.waiting_tile",
            empty=_(
                "Gates at which you are asked to decide, reports to approve, and conditions you"
                " have to meet."
            ),
            order=20,
        ),
        Tile(
            key="portfolio.registers",
            title=_("Risks, issues and obligations"),
            content=f"{_TELLING}.registers_tile",
            empty=_(
                "Risks, issues and changes of projects that you look after, and what grants oblige"
                " you to."
            ),
            order=22,
        ),
        Tile(
            key="portfolio.advice",
            title=_("Advice"),
            content=f"{_ADVICE}.advice_tile",
            empty=_("What you asked the office and what you advise on appears here."),
            order=25,
        ),
    )
    deadlines = ("netzstadt.portfolio.queries.deadlines.deadlines",)
    figures = (
        Figure(
            key="portfolio.advice_open",
            title=_("Advice: requests that wait for an answer"),
            value=f"{_ADVICE}.open_requests",
            unit_text=_("requests"),
        ),
        Figure(
            key="portfolio.advice_waiting",
            title=_("Advice: how long open requests have waited (median)"),
            value=f"{_ADVICE}.waiting_days",
            unit_text=_("days"),
        ),
        Figure(
            key="portfolio.advice_answer",
            title=_("Advice: time until the first answer, last 90 days (median)"),
            value=f"{_ADVICE}.answer_days",
            unit_text=_("days"),
        ),
        Figure(
            key="portfolio.advice_effort",
            title=_("Advice: effort of the last 90 days"),
            value=f"{_ADVICE}.effort_hours",
            unit_text=_("hours"),
        ),
        Figure(
            key="portfolio.advice_satisfaction",
            title=_("Advice: satisfaction of the last year, 1 to 5"),
            value=f"{_ADVICE}.satisfaction",
            unit_text=_("of 5"),
        ),
    )
    notice_topics = MappingProxyType(
        {
            "portfolio.gates": _("Decisions at gates"),
            "portfolio.parts": _("My part in projects"),
            "portfolio.funding": _("Deadlines of grants"),
            "portfolio.reports": _("Status reports"),
            "portfolio.advice": _("Advice"),
        }
    )
    notice_rules = (
        NoticeRule(
            event="portfolio.gate.asked",
            topic="portfolio.gates",
            persons=f"{_TELLING}.who_decides",
            is_urgent=True,
            passes_to_deputies=False,  # who decides was named by name
        ),
        NoticeRule(
            event="portfolio.gate.decided",
            topic="portfolio.gates",
            persons=f"{_TELLING}.who_has_a_part",
        ),
        *(
            NoticeRule(event=event, topic="portfolio.parts", persons=f"{_TELLING}.who_is_named")
            for event in (
                "portfolio.project.begun",
                "portfolio.project.assigned",
                "portfolio.gate.prepared",
                "portfolio.register.added",
                "portfolio.register.changed",
                "portfolio.task.added",
                "portfolio.task.changed",
                "portfolio.person.planned",
            )
        ),
        NoticeRule(
            event="portfolio.obligation.near",
            topic="portfolio.funding",
            persons=f"{_TELLING}.who_is_obliged",
            is_urgent=True,
        ),
        NoticeRule(
            event="portfolio.obligation.set",
            topic="portfolio.funding",
            persons=f"{_TELLING}.who_is_obliged",
        ),
        NoticeRule(
            event="portfolio.report.submitted",
            topic="portfolio.reports",
            persons=f"{_TELLING}.who_approves",
        ),
        *(
            NoticeRule(
                event=f"portfolio.report.{event}",
                topic="portfolio.reports",
                persons=f"{_TELLING}.who_wrote",
            )
            for event in ("approved", "returned")
        ),
        *(
            NoticeRule(event=f"portfolio.advice.{event}", topic="portfolio.advice", persons=persons)
            for event, persons in (
                ("asked", f"{_ADVICE}.who_takes_up"),
                ("accepted", f"{_ADVICE}.who_takes_part"),
                ("message_written", f"{_ADVICE}.who_takes_part"),
                ("answered", f"{_ADVICE}.who_asked"),
                ("declined", f"{_ADVICE}.who_asked"),
                ("withdrawn", f"{_ADVICE}.who_takes_part"),
                ("closed", f"{_ADVICE}.who_takes_part"),
            )
        ),
    )
    personal_data = PersonalData(
        export=f"{_TELLING}.what_is_known_of",
        erase="netzstadt.portfolio.services.parts.forget_person",
        titles=MappingProxyType(
            {
                "leads": _("Leads projects"),
                "stands_for": _("Stands for projects"),
                "decides": _("Decides at gates"),
                "decided": _("Decisions"),
                "answered": _("Criteria answered"),
                "conditions": _("Conditions"),
                "obligations": _("Obligations of grants"),
                "postings": _("Written into ledgers"),
                "receipts": _("Receipts written down"),
                "proofs": _("Proofs of use sealed"),
                "project__key": _("Project"),
                "funding__project__key": _("Project"),
                "recorded_at": _("Written"),
                "sealed_at": _("Sealed"),
                "evidence": _("How it was met"),
                "tasks": _("Tasks"),
                "accepted": _("Deliverables accepted"),
                "planned": _("Planned for projects"),
                "starts_on": _("Begins"),
                "ends_on": _("Ends"),
                "percent": _("Percent"),
                "accepted_on": _("Accepted on"),
                "month": _("Month"),
                "role": _("Role"),
                "asked": _("Asked for advice"),
                "advises": _("Advises"),
                "messages": _("Messages on advice"),
                "owns": _("Risks, issues and changes looked after"),
                "changes": _("Changes decided on"),
                "lights_set": _("Lights set by hand"),
                "reports_written": _("Status reports written"),
                "reports_approved": _("Status reports approved"),
                "kind": _("Kind"),
                "closed_on": _("Closed on"),
                "is_accepted": _("Accepted"),
                "aspect": _("Light of"),
                "number": _("Number"),
                "state": _("State"),
                "approved_at": _("Approved"),
                "efforts": _("Effort of advice"),
                "need": _("What is needed"),
                "asked_at": _("Asked"),
                "rating": _("Satisfaction"),
                "advice__key": _("Request for advice"),
                "written_at": _("Written"),
                "on": _("Day"),
                "minutes": _("Minutes"),
                "text": _("Text"),
                "key": _("Number"),
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
