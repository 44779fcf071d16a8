"""What an audit trail calls this room's events and their facts."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

EVENT_TITLES: Mapping[str, str | Promise] = {
    "strategy.strategy.created": _("Strategy begun"),
    "strategy.strategy.changed": _("Strategy changed"),
    "strategy.strategy.imported": _("Elements imported"),
    "strategy.edition.drafted": _("Edition begun"),
    "strategy.edition.described": _("Vision or years changed"),
    "strategy.edition.consulted": _("Opened to comments"),
    "strategy.edition.returned": _("Back to the draft"),
    "strategy.edition.adopted": _("Adopted by the council"),
    "strategy.edition.put_in_force": _("Edition put in force"),
    "strategy.comment.written": _("Comment written"),
    "strategy.comment.judged": _("Comment looked at"),
    "strategy.comment.emptied": _("Words of a comment removed"),
    "strategy.comment.answered": _("Comment answered"),
    "strategy.element.added": _("Added to an edition"),
    "strategy.element.changed": _("Changed in an edition"),
    "strategy.element.removed": _("Taken out of an edition"),
    "strategy.element.assigned": _("Responsibility changed"),
    "strategy.measure.moved": _("State of a measure changed"),
    "strategy.contribution.set": _("Said how it counts for a goal"),
    "strategy.contribution.removed": _("Counts for a goal no longer"),
    "strategy.progress.typed": _("Progress entered by hand"),
    "strategy.light.overridden": _("Light set by hand"),
    "strategy.light.released": _("Light follows its rules again"),
    "strategy.light.turned": _("Light turned"),
    "strategy.indicator.created": _("Indicator described"),
    "strategy.indicator.defined": _("Indicator defined anew"),
    "strategy.indicator.assigned": _("Responsibility or visibility changed"),
    "strategy.indicator.bound": _("Source of values chosen"),
    "strategy.indicator.series_added": _("Reads stations that came later"),
    "strategy.value.entered": _("Value entered by hand"),
    "strategy.value.imported": _("Values imported"),
    "strategy.path.set": _("Target path set"),
    "strategy.path.ended": _("Target path ended"),
}

FACT_TITLES: Mapping[str, str | Promise] = {
    "edition": _("Edition"),
    "based_on": _("Copied from edition"),
    "consulted_from": _("Consultation from"),
    "consulted_until": _("Consultation until"),
    "adopted_on": _("Adopted on"),
    "adopted_by": _("Adopted by"),
    "superseded": _("Superseded edition"),
    "number": pgettext_lazy("of a comment", "Number"),
    "comment_state": _("State"),
    "outcome": _("Outcome"),
    "code": _("Code"),
    "state": _("State"),
    "added": _("Added"),
    "changes": _("Changes"),
    "last_day": _("Last day"),
    "changed": _("Changed"),
    "target_id": _("Serves"),
    "rule": _("How it counts"),
    "weight": _("Weight"),
    "progress": _("Progress"),
    "light": pgettext_lazy("a traffic light", "Light"),
    "definition": _("Definition"),
    "is_break": _("Break in the series"),
    "window": _("A value for each"),
    "series": _("Datastreams"),
    "value_id": _("Value"),
    "value": _("Value"),
    "starts_at": _("From"),
    "supersedes": _("Supersedes"),
    "indicator_id": _("Indicator"),
    "path_id": _("Target path"),
    "amber_at": _("Amber from a deviation of"),
    "red_at": _("Red from a deviation of"),
    "points": _("Days with a target"),
}

FACT_VALUES: Mapping[str, Mapping[str, str | Promise] | str] = {
    "rule": "netzstadt.strategy.models.Rule",
    "light": "netzstadt.strategy.models.Light",
    "comment_state": "netzstadt.strategy.models.CommentState",
    "outcome": "netzstadt.strategy.models.Outcome",
    "window": "netzstadt.strategy.models.Window",
}

FACT_OBJECTS: Mapping[str, str] = {
    "target_id": "strategy.element",
    "indicator_id": "strategy.indicator",
}
