"""What an audit trail calls this room's events and their facts."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from netzstadt.portfolio.methods import GATE_TITLES, METHOD_TITLES

EVENT_TITLES: Mapping[str, str | Promise] = {
    "portfolio.project.begun": _("Project begun"),
    "portfolio.project.changed": _("Fact sheet changed"),
    "portfolio.project.assigned": _("Responsibility changed"),
    "portfolio.gate.prepared": _("Said who decides at a gate"),
    "portfolio.criterion.added": _("Criterion added"),
    "portfolio.criteria.answered": _("Criteria answered"),
    "portfolio.gate.asked": _("Decision asked for"),
    "portfolio.gate.decided": _("Decided at a gate"),
    "portfolio.condition.met": _("Condition met"),
    "portfolio.milestone.set": _("Milestone set"),
    "portfolio.milestone.removed": _("Milestone removed"),
    "portfolio.advice.asked": _("Advice asked for"),
    "portfolio.advice.accepted": _("Advice taken up"),
    "portfolio.advice.message_written": _("Message on advice"),
    "portfolio.advice.answered": _("Advice answered"),
    "portfolio.advice.declined": _("Advice declined"),
    "portfolio.advice.withdrawn": _("Advice withdrawn"),
    "portfolio.advice.closed": _("Advice closed"),
    "portfolio.advice.rated": _("Advice rated"),
    "portfolio.advice.effort_noted": _("Effort noted"),
}
FACT_TITLES: Mapping[str, str | Promise] = {
    "method": _("Method"),
    "lead_id": _("Leads it"),
    "sponsor_id": _("Stands for it"),
    "gate": _("Gate"),
    "gate_id": _("Gate"),
    "decider_ids": _("Decide"),
    "named_ids": _("Newly named"),
    "texts": _("Texts changed"),
    "decide_by": _("To be decided by"),
    "criteria_changed": _("Criteria answered"),
    "criteria_open": _("Criteria without an answer"),
    "criteria_unmet": _("Criteria not met"),
    "decision_id": _("Decision"),
    "decision": _("Decision"),
    "stage": _("Stage"),
    "project_status": _("Status"),
    "conditions": _("Conditions"),
    "condition_id": _("Condition"),
    "milestone_id": _("Milestone"),
    "met_on": _("Met on"),
    "planned_on": _("Planned for"),
    "expected_on": _("Expected on"),
    "reached_on": _("Reached on"),
    "direction": _("For whom"),
    "summary": _("In one or two sentences"),
    "story": _("Story"),
    "benefit": _("Benefit"),
    "ends_on": _("Ends as planned"),
    "expected_end_on": _("Ends as expected now"),
    "source_url": _("Address of the source"),
    "advice_topic": _("Topic"),
    "adviser_id": _("Advises"),
    "message_id": _("Message"),
    "advice_result": _("Result"),
    "project_id": _("Project"),
    "rating": _("Satisfaction"),
}
FACT_OBJECTS: Mapping[str, str] = {
    "lead_id": "orgs.person",
    "sponsor_id": "orgs.person",
    "decider_ids": "orgs.person",
    "named_ids": "orgs.person",
    "adviser_id": "orgs.person",
    "project_id": "portfolio.project",
}
FACT_VALUES: Mapping[str, Mapping[str, str | Promise] | str] = {
    "gate": GATE_TITLES,
    "method": METHOD_TITLES,
    "decision": "netzstadt.portfolio.models.gates.Outcome",
    "stage": "netzstadt.portfolio.methods.Stage",
    "project_status": "netzstadt.portfolio.models.projects.Status",
    "advice_topic": "netzstadt.portfolio.models.advice.Topic",
    "advice_result": "netzstadt.portfolio.models.advice.Result",
    "direction": "netzstadt.portfolio.models.projects.Direction",
}
