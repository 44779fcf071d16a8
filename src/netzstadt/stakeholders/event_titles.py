"""What an audit trail calls this room's events and their facts."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

EVENT_TITLES: Mapping[str, str | Promise] = {
    "stakeholders.council_source.added": _("Council information system connected"),
    "stakeholders.council_source.paused": _("Council information system paused"),
    "stakeholders.council_source.resumed": _("Council information system resumed"),
    "stakeholders.council_source.harvest_asked": _("Harvest asked for"),
    "stakeholders.council_source.harvested": _("Council information system harvested"),
    "stakeholders.council_source.harvest_failed": _("Harvest failed"),
    "stakeholders.meeting.entered": _("Meeting entered"),
    "stakeholders.meeting.corrected": _("Meeting corrected"),
    "stakeholders.meeting.withdrawn": _("Meeting withdrawn"),
    "stakeholders.resolution.entered": _("Agenda item entered"),
    "stakeholders.resolution.corrected": _("Agenda item corrected"),
    "stakeholders.resolution.withdrawn": _("Agenda item withdrawn"),
    "stakeholders.paper.entered": _("Paper entered"),
    "stakeholders.paper.corrected": _("Paper corrected"),
    "stakeholders.paper.withdrawn": _("Paper withdrawn"),
}
FACT_TITLES: Mapping[str, str | Promise] = {
    "address": _("OParl address"),
    "harvest_id": _("Harvest"),
    "since": _("Changed since"),
    "pages": _("Pages"),
    "objects_read": _("Read"),
    "objects_new": _("New"),
    "objects_changed": _("Changed"),
    "objects_unchanged": _("Unchanged"),
    "objects_withdrawn": _("Withdrawn"),
    "objects_returned": _("Back again"),
    "objects_left_out": _("Left out"),
    "objects_dropped": _("Dropped from an agenda or a paper"),
    "failure": _("Reason"),
    "detail": _("Details"),
    "visibility": _("Who may read it"),
    "item_ids": _("Agenda items"),
    "paper_ids": _("Papers"),
    "meeting_id": _("Meeting"),
    "result": _("Result"),
}
FACT_OBJECTS: Mapping[str, str] = {
    "item_ids": "stakeholders.resolution",
    "paper_ids": "stakeholders.paper",
    "meeting_id": "stakeholders.meeting",
}
FACT_VALUES: Mapping[str, Mapping[str, str | Promise] | str] = {
    "result": "netzstadt.stakeholders.models.council.ResultCode",
    "failure": "netzstadt.stakeholders.models.harvests.Failure",
}
