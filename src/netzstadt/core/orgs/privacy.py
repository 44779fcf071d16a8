"""Which columns about persons and their signing in say something about a person."""

from netzstadt.lib.privacy import fields
from netzstadt.lib.privacy import gettext_noop as _

_SIGN_IN = "user_agent ip_address username http_accept attempt_time"
_UNUSED = _("not written: the audit trail says who signed in")

FIELDS = {
    "orgs_person": fields(
        personal="email name sort_key last_login password is_active",
        other="id is_demo created_at",
        kept=_("as long as the account"),
    ),
    "orgs_unit": fields(other="id key email phone address website task is_demo created_at"),
    "orgs_unit_version": fields(
        other="id unit_id parent_id kind name short_name valid_from valid_to"
    ),
    "orgs_unit_ancestor": fields(other="unit_id ancestor_id depth valid_from valid_to"),
    "orgs_membership": fields(
        personal="person_id function title",
        other="id unit_id valid_from valid_to",
        kept=_("as long as the account"),
    ),
    "orgs_deputy": fields(
        personal="person_id deputy_id",
        other="id unit_id only_when_absent valid_from valid_to",
        kept=_("as long as the account"),
    ),
    "orgs_absence": fields(
        personal="person_id valid_from valid_to", other="id", kept=_("a year after the return")
    ),
    "orgs_contact_topic": fields(other="id title title_en order"),
    "orgs_contact": fields(
        personal="person_id names_person email phone function note",
        other="id topic_id unit_id is_public",
        kept=_("until it is changed or removed, and no longer than the account"),
    ),
    "django_session": fields(
        personal="session_key session_data",
        other="expire_date",
        kept=_("until signing out, valid for twelve hours at most"),
    ),
    # django-axes: attempts to sign in, to limit their rate
    "axes_accessattempt": fields(
        personal=_SIGN_IN,
        other="id path_info get_data post_data failures_since_start",
        kept=_("until signing in, a day at most"),
    ),
    "axes_accessattemptexpiration": fields(other="access_attempt_id expires_at"),
    "axes_accessfailurelog": fields(
        personal=_SIGN_IN, other="id path_info locked_out", kept=_UNUSED
    ),
    "axes_accesslog": fields(
        personal=f"{_SIGN_IN} logout_time session_hash", other="id path_info", kept=_UNUSED
    ),
    # Django's own groups and permissions are not used: roles are code, grants are access_grant
    "auth_group": fields(other="id name"),
    "auth_group_permissions": fields(other="id group_id permission_id"),
    "auth_permission": fields(other="id name content_type_id codename"),
    "django_content_type": fields(other="id app_label model"),
    "django_migrations": fields(other="id app name applied"),
}
