"""Which columns about persons and their signing in say something about a person."""

from netzstadt.lib.privacy import fields

_SIGN_IN = "user_agent ip_address username http_accept attempt_time"
_SIGN_IN_KEPT = "until an administrator clears the record of sign-ins"

FIELDS = {
    "orgs_person": fields(
        personal="email name last_login password is_active",
        other="id is_demo created_at",
        kept="as long as the account",
    ),
    "django_session": fields(
        personal="session_key session_data",
        other="expire_date",
        kept="until signing out, valid for twelve hours at most",
    ),
    # django-axes: attempts to sign in, to limit their rate
    "axes_accessattempt": fields(
        personal=_SIGN_IN,
        other="id path_info get_data post_data failures_since_start",
        kept=_SIGN_IN_KEPT,
    ),
    "axes_accessattemptexpiration": fields(other="access_attempt_id expires_at"),
    "axes_accessfailurelog": fields(
        personal=_SIGN_IN, other="id path_info locked_out", kept=_SIGN_IN_KEPT
    ),
    "axes_accesslog": fields(
        personal=f"{_SIGN_IN} logout_time session_hash", other="id path_info", kept=_SIGN_IN_KEPT
    ),
    # Django's own groups and permissions are not used: roles are code, grants are access_grant
    "auth_group": fields(other="id name"),
    "auth_group_permissions": fields(other="id group_id permission_id"),
    "auth_permission": fields(other="id name content_type_id codename"),
    "django_content_type": fields(other="id app_label model"),
    "django_migrations": fields(other="id app name applied"),
}
