"""What an audit trail calls this room's events and their facts, and those of the data plane."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

_KINDS = {
    "thing": _("Station"),
    "datastream": _("Datastream"),
    "location": _("Place"),
    "historical_location": _("Former place"),
    "sensor": _("Sensor"),
    "observed_property": _("Observed property"),
    "feature_of_interest": _("Feature of interest"),
    "observation": _("Observation"),
}
_VERBS = {
    "created": pgettext_lazy("an event", "created"),
    "changed": pgettext_lazy("an event", "changed"),
    "deleted": pgettext_lazy("an event", "deleted"),
}

EVENT_TITLES: Mapping[str, str | Promise] = {
    "urbandata.api_key.issued": _("API key made"),
    "urbandata.api_key.expiring": _("API key expires soon"),
    "urbandata.api_key.revoked": _("API key revoked"),
    "urbandata.outline.drawn": _("Boundary drawn"),
    "urbandata.thing.owner_changed": _("Station given to another unit"),
    "urbandata.thing.retired": _("Station retired"),
    "urbandata.thing.returned": _("Station back in service"),
    "urbandata.datastream.retired": _("Datastream retired"),
    "urbandata.datastream.returned": _("Datastream back in service"),
    "urbandata.datastream.quality_rules_set": _("Bounds of the plausible set"),
    "urbandata.datastream.values_corrected": _("Values corrected"),
    "urbandata.datastream.correction_undone": _("Correction undone"),
    "urbandata.thing.visibility_changed": _("Visibility of a station changed"),
    "plane.import_run.finished": _("Import ended"),
    "plane.observations.added": _("Observations sent together"),
    **{
        f"plane.{kind}.{verb}": format_lazy("{} {}", what, happened)
        for kind, what in _KINDS.items()
        for verb, happened in _VERBS.items()
    },
}

FACT_TITLES: Mapping[str, str | Promise] = {
    "name": _("Name"),
    "description": _("Description"),
    "simulated": _("Simulated"),
    "visibility": _("Visible to"),
    "holder_id": _("Acts as"),
    "prefix": _("Begins with"),
    "may_read": _("May read"),
    "may_write": _("May write"),
    "thing_ids": _("Stations"),
    "expires_at": _("Valid until"),
    "before": _("Before"),
    "after": _("After"),
    "key": _("Key"),
    "attribution": _("Source"),
    "import": _("Import profile"),
    "profile": _("Import profile"),
    "source": _("Source"),
    "state": _("State"),
    "read": _("Read"),
    "loaded": _("Loaded"),
    "unchanged": _("Unchanged"),
    "rejected": _("Rejected"),
    "count": _("Number"),
    "values": _("Values"),
    "reason": _("Reason"),
    "correction_id": _("Correction"),
}

# The words of models.Visibility and models.ImportRun.State; apps.py may import no models.
_CIRCLES = {
    "PUBLIC": _("Public"),
    "ADMINISTRATION": _("Administration"),
    "UNIT": _("Owning unit"),
    "RESTRICTED": _("Restricted"),
}
_STATES = {"DONE": _("Done"), "INTERRUPTED": _("Interrupted"), "FAILED": _("Failed")}
FACT_VALUES: Mapping[str, Mapping[str, str | Promise]] = {
    "visibility": _CIRCLES,
    "before": _CIRCLES,
    "after": _CIRCLES,
    "state": _STATES,
}
FACT_OBJECTS: Mapping[str, str] = {"holder_id": "orgs.person", "thing_ids": "urbandata.thing"}
