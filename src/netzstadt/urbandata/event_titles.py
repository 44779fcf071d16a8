"""What an audit trail calls this room's events and those of the data plane."""

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
    "urbandata.api_key.revoked": _("API key revoked"),
    "urbandata.outline.drawn": _("Boundary drawn"),
    "urbandata.thing.visibility_changed": _("Visibility of a station changed"),
    "plane.import_run.finished": _("Import ended"),
    "plane.observations.added": _("Observations sent together"),
    **{
        f"plane.{kind}.{verb}": format_lazy("{} {}", what, happened)
        for kind, what in _KINDS.items()
        for verb, happened in _VERBS.items()
    },
}
