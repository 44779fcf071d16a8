"""Declares the room to the core."""

from datetime import timedelta
from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from netzstadt.core.access.permissions import SEE_DIRECTORY
from netzstadt.core.rooms import (
    Join,
    NavigationGroup,
    NavigationItem,
    NoticeRule,
    ObjectKind,
    PagePart,
    PersonalData,
    Reference,
    Retention,
    RoomConfig,
    Tile,
)
from netzstadt.stakeholders.event_titles import (
    EVENT_TITLES,
    FACT_OBJECTS,
    FACT_TITLES,
    FACT_VALUES,
)
from netzstadt.stakeholders.permissions import (
    ASK_EXPERTS,
    ASSESS_STAKEHOLDERS,
    KEEP_COUNCIL,
    KEEP_NETWORK,
)

_CARDS = "netzstadt.stakeholders.queries.cards"
_PARTIES = "netzstadt.stakeholders.queries.parties"
_REQUESTS = "netzstadt.stakeholders.queries.expert_requests"


class StakeholdersConfig(RoomConfig):
    name = "netzstadt.stakeholders"
    label = "stakeholders"
    verbose_name = _("Stakeholders")
    purpose = _("The network of people and organisations, its experts; the council.")
    permissions = (KEEP_COUNCIL, KEEP_NETWORK, ASK_EXPERTS, ASSESS_STAKEHOLDERS)
    event_titles = EVENT_TITLES
    fact_titles = FACT_TITLES
    fact_values = FACT_VALUES
    fact_objects = FACT_OBJECTS
    objects = (
        ObjectKind(
            model="stakeholders.resolution",
            title=_("Resolution"),
            cards=f"{_CARDS}.item_cards",
            find=f"{_CARDS}.find_resolutions",
            documents=f"{_CARDS}.resolution_documents",
            every_id=f"{_CARDS}.every_item",
            follows={
                "stakeholders.council_source": f"{_CARDS}.items_harvested",
                "stakeholders.meeting": f"{_CARDS}.items_of_meetings",
            },
            order=400,
        ),
        ObjectKind(
            model="stakeholders.paper",
            title=_("Council paper"),
            cards=f"{_CARDS}.paper_cards",
            find=f"{_CARDS}.find_papers",
            documents=f"{_CARDS}.paper_documents",
            every_id=f"{_CARDS}.every_paper",
            follows={"stakeholders.council_source": f"{_CARDS}.papers_harvested"},
            order=410,
        ),
        ObjectKind(
            model="stakeholders.meeting",
            title=_("Council meeting"),
            cards=f"{_CARDS}.meeting_cards",
            find=f"{_CARDS}.find_meetings",
            documents=f"{_CARDS}.meeting_documents",
            every_id=f"{_CARDS}.every_meeting",
            follows={"stakeholders.council_source": f"{_CARDS}.meetings_harvested"},
            order=420,
        ),
        ObjectKind(
            model="stakeholders.council_source",
            title=_("Council information system"),
            cards=f"{_CARDS}.source_cards",
            permission=KEEP_COUNCIL,
            order=430,
        ),
        ObjectKind(
            model="stakeholders.party",
            title=_("Person or organisation of the network"),
            cards=f"{_PARTIES}.party_cards",
            find=f"{_PARTIES}.find_parties",
            documents=f"{_PARTIES}.party_documents",
            every_id=f"{_PARTIES}.every_party",
            order=390,
        ),
        ObjectKind(
            model="stakeholders.expert_request",
            title=_("Request to an expert"),
            cards=f"{_REQUESTS}.request_cards",
            order=395,
        ),
    )
    # Whatever the city does may have been decided by its council, or carry out what it decided.
    joins = (
        Join(source="*", relation="decided_by", target="stakeholders.resolution"),
        Join(source="*", relation="implements", target="stakeholders.resolution"),
    )
    references = (
        Reference(
            source="stakeholders.paper",
            relation="decided_by",
            target="stakeholders.resolution",
            table="stakeholders_consultation",
            source_column="paper_id",
            target_column="agenda_item_id",
            where="deleted_at is null and agenda_item_id is not null",
        ),
        Reference(
            source="stakeholders.resolution",
            relation="part_of",
            target="stakeholders.meeting",
            table="stakeholders_agendaitem",
            source_column="id",
            target_column="meeting_id",
            where="meeting_id is not null",
        ),
    )
    navigation = (
        NavigationItem(title=_("Council"), url_name="stakeholders:council", order=40),
        NavigationItem(
            title=_("Council information systems"),
            url_name="stakeholders:sources",
            group=NavigationGroup.DATA,
            permission=KEEP_COUNCIL,
            order=150,
        ),
        NavigationItem(title=_("Network"), url_name="stakeholders:network", order=42),
        NavigationItem(title=_("Who can help?"), url_name="stakeholders:experts", order=44),
        NavigationItem(
            title=_("Requests to experts"),
            url_name="stakeholders:expert-requests",
            group=NavigationGroup.PEOPLE,
            permission=SEE_DIRECTORY,
            order=80,
        ),
    )
    page_parts = tuple(
        PagePart(
            model=model,
            content=f"{_REQUESTS}.{content}",
            template="stakeholders/_advice_of_experts.html",
            order=200,
        )
        for model, content in (
            ("portfolio.project", "advice_on_project"),
            ("strategy.element", "advice_on_element"),
        )
    )
    tiles = (
        Tile(
            key="stakeholders.expert_requests",
            title=_("I am asked as an expert"),
            content=f"{_REQUESTS}.requests_tile",
            empty=_("Questions on what you know appear here."),
            order=30,
        ),
    )
    notice_topics = MappingProxyType({"stakeholders.experts": _("Requests to experts")})
    notice_rules = tuple(
        NoticeRule(
            event=f"stakeholders.expert_request.{event}",
            topic="stakeholders.experts",
            persons=f"{_REQUESTS}.{persons}",
            passes_to_deputies=False,  # she is asked for what she herself knows
        )
        for event, persons in (
            ("asked", "who_is_asked"),
            ("withdrawn", "who_is_asked"),
            ("effect_noted", "who_is_asked"),
            ("accepted", "who_asked"),
            ("declined", "who_asked"),
            ("stated", "who_asked"),
        )
    )
    retention = (
        Retention(
            key="stakeholders.after_consent",
            title=_("People of the network whose consent has ended"),
            keep=timedelta(days=180),
            basis=_("Art. 17 (1) (b) GDPR: consent was the only ground to keep them"),
            remove="netzstadt.stakeholders.services.consents.remove_after_consent",
        ),
    )
    personal_data = PersonalData(
        export=f"{_PARTIES}.what_is_known_of",
        erase="netzstadt.stakeholders.services.forgetting.forget_person",
        titles=MappingProxyType(
            {
                "entry": _("Entry in the network"),
                "relations": _("Relations in the network"),
                "consents": _("Consents"),
                "expertise": _("Expertise"),
                "confirmed": _("Expertise of others confirmed"),
                "assessed": _("How she is seen as a stakeholder"),
                "assessments": _("Assessments of stakeholders"),
                "statements": _("Statements as an expert"),
                "experts_asked": _("Experts asked"),
                "sector": _("Sector"),
                "role": _("Task or field"),
                "organisation__name": _("Organisation"),
                "email": _("E-mail address"),
                "phone": _("Telephone"),
                "web": _("Website"),
                "note": _("Note"),
                "visibility": _("Who may see it"),
                "kind": _("Kind"),
                "target__name": _("With"),
                "since": _("Since"),
                "until": _("Until"),
                "evidence": _("Evidence"),
                "evidence_url": _("Address of the evidence"),
                "purpose": _("Consents to"),
                "basis": _("How we know"),
                "given_on": _("Given on"),
                "withdrawn_on": _("Withdrawn on"),
                "topic": _("Topic"),
                "level": _("Level"),
                "last_used_on": _("Last used"),
                "confirmed_at": _("Confirmed"),
                "influence": _("Influence"),
                "interest": _("Interest"),
                "attitude": _("Attitude"),
                "need": _("What it needs"),
                "on": _("Day"),
                "question": _("Question"),
                "statement": _("Statement"),
                "asked_at": _("Asked"),
                "state": _("State"),
            }
        ),
    )
