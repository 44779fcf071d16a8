"""Which columns of the plane's tables say something about a person.

Grants, keys and the audit trail are tables of the plane's migrations, so they stand here, too.
"""

from netzstadt.lib.privacy import fields
from netzstadt.lib.privacy import gettext_noop as _

FIELDS = {
    # People, rights, audit
    "access_grant": fields(
        personal="person_id role reason",
        other="id unit_id object_id object_model valid_from valid_to",
        kept=_("as long as the account, for the trail of who could see what"),
    ),
    "api_key": fields(
        personal="name person_id last_used_at",
        other="id prefix secret_digest may_read may_write thing_ids created_at expires_at "
        "revoked_at",
        kept=_("as long as the account; a revoked key stays listed"),
    ),
    "audit_event": fields(
        personal="person_id api_key_id acting_for_id personal",
        other="id sequence at name object_model object_id data personal_salt personal_digest",
        kept=_(
            "the trail stays; the personal part can be emptied without breaking the sealed chain"
        ),
    ),
    "audit_seal": fields(other="position event_id sealed_at hash"),
    "audit_waiting": fields(other="event_id"),
    "audit_unfollowed": fields(other="event_id"),
    "audit_check": fields(
        other="id started_at finished_at verified erased waiting head faults fault_count"
    ),
    "import_run": fields(
        personal="person_id",
        other="id profile source started_at finished_at state rows_read rows_loaded rows_unchanged "
        "rows_rejected message",
        kept=_("as long as the data that the import brought"),
    ),
    "import_reject": fields(other="run_id number file line field value reason"),
    # The city in data: measurements of places. What measures persons does not belong here.
    "data_source": fields(other="id key title publisher licence url note"),
    "thing": fields(
        other="id iot_id name sort_key description properties visibility unit_id is_simulated "
        "data_source_id retired_at created_at changed_at"
    ),
    "thing_location": fields(other="thing_id location_id"),
    "location": fields(
        other="id iot_id name description encoding_type location geometry bounds properties"
    ),
    "historical_location": fields(other="id iot_id thing_id time"),
    "historical_location_location": fields(other="historical_location_id location_id"),
    "sensor": fields(other="id iot_id name description encoding_type metadata properties"),
    "observed_property": fields(other="id iot_id name definition description properties"),
    "feature_of_interest": fields(
        other="id iot_id name description encoding_type feature geometry bounds properties "
        "location_id"
    ),
    "series": fields(
        other="id uuid kind iot_id name description observation_type unit_of_measurement ucum "
        "observed_area properties thing_id sensor_id observed_property_id default_feature_id "
        "current_feature_id visibility quality_rules retired_at created_at changed_at"
    ),
    "series_expectation": fields(other="series_id gap is_sending reckoned_at"),
    "series_feature": fields(other="series_id feature_id"),
    "series_state": fields(
        other="series_id count first_time last_time last_sequence last_time_end first_result_time "
        "last_result_time last_number last_result last_quality changed_at"
    ),
    "observation": fields(
        other="series_id time sequence number time_end result_time feature_id result quality "
        "result_quality parameters valid_time iot_id"
    ),
    "observation_alias": fields(other="iot_id series_id time sequence"),
    "observation_moved": fields(other="series_id time sequence"),
    "rollup_hour": fields(other="series_id time count flagged sum minimum maximum"),
    "rollup_day": fields(other="series_id time count flagged sum minimum maximum"),
    # Machinery
    "outbox": fields(other="id transaction at series_ids"),
    "outbox_reader": fields(other="name transaction outbox_id"),
    "plane_migration": fields(other="name digest ran_at"),
    "plane_setting": fields(other="only_row time_zone"),
}
