"""Declares the room to the core."""

from django.utils.translation import gettext_lazy as _

from netzstadt.core.rooms import (
    Join,
    NavigationGroup,
    NavigationItem,
    ObjectKind,
    Reference,
    RoomConfig,
)
from netzstadt.stakeholders.event_titles import (
    EVENT_TITLES,
    FACT_OBJECTS,
    FACT_TITLES,
    FACT_VALUES,
)
from netzstadt.stakeholders.permissions import KEEP_COUNCIL

_CARDS = "netzstadt.stakeholders.queries.cards"


class StakeholdersConfig(RoomConfig):
    name = "netzstadt.stakeholders"
    label = "stakeholders"
    verbose_name = _("Stakeholders")
    purpose = _("The council: its meetings, papers and resolutions.")
    permissions = (KEEP_COUNCIL,)
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
    )
