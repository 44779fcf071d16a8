"""Which columns of the strategy say something about a person, and what becomes of them."""

from netzstadt.lib.privacy import fields
from netzstadt.lib.privacy import gettext_noop as _

_ANSWERS = _("until somebody else answers for it, and no longer than the account")
_ENTERED = _("without her name once her account is erased")

FIELDS = {
    "strategy_strategy": fields(
        other="id key title visibility unit_id source source_url is_demo created_at"
    ),
    "strategy_edition": fields(
        other="id strategy_id number state visibility vision first_year last_year based_on_id"
        " consulted_from consulted_until adopted_on adopted_by in_force_on superseded_on created_at"
    ),
    "strategy_comment": fields(
        personal="author_id name text",
        other="id edition_id element_id number written_at state hidden_because outcome answer"
        " answered_at",
        kept=_("with the edition; until the account is erased or the office removes the words"),
    ),
    "strategy_element": fields(
        personal="responsible_id",
        other="id strategy_id kind code unit_id state created_at",
        kept=_ANSWERS,
    ),
    "strategy_element_version": fields(
        other="id edition_id element_id parent_id position title text is_cross_cutting starts_on"
        " due_on importance urgency accuracy feasibility"
    ),
    "strategy_contribution": fields(
        other="id edition_id source_id target_id rule weight expected achieved unit_text rationale"
    ),
    "strategy_indicator": fields(
        personal="responsible_id",
        other="id code visibility unit_id is_demo created_at",
        kept=_ANSWERS,
    ),
    "strategy_indicator_definition": fields(
        other="id indicator_id number valid_from title title_en measurement_unit unit_text"
        " direction level digits method is_break created_at"
    ),
    "strategy_binding": fields(
        other="id indicator_id kind window aggregation combination observed_property_id area_id"
        " figure factor minimum_coverage maximum_flagged first_day dirty_at settled_until"
        " settled_count settled_total created_at ended_at"
    ),
    "strategy_binding_series": fields(other="id binding_id series_id"),
    "strategy_indicator_value": fields(
        personal="entered_by_id note",
        other="id indicator_id definition_id binding_id starts_at ends_at value coverage is_usable"
        " lineage source recorded_at superseded_at superseded_by_id",
        kept=_ENTERED,
    ),
    "strategy_running": fields(
        other="indicator_id value starts_at ends_at is_closed is_usable coverage newest_at lineage"
        " reckoned_at"
    ),
    "strategy_target_path": fields(
        other="id indicator_id goal_id weight amber_at red_at fresh_days light created_at ended_at"
    ),
    "strategy_target_point": fields(other="id path_id day value"),
    "strategy_typed_progress": fields(
        personal="typed_by_id note",
        other="id element_id progress typed_at",
        kept=_ENTERED,
    ),
    "strategy_override": fields(
        personal="set_by_id reason",
        other="id element_id light last_day set_at ended_at",
        kept=_ENTERED,
    ),
    # Views
    "strategy_measured": fields(other="strategy_id edition_id"),
    "strategy_serves": fields(other="source_id target_id"),
    "strategy_lies_in": fields(other="element_id parent_id"),
    "strategy_reads": fields(other="series_uuid indicator_id"),
    "strategy_standing": fields(
        other="element_id progress is_typed light reckoned_light parts since reckoned_at"
    ),
}
