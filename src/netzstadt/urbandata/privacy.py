"""Which columns of this room's own tables say something about a person: none."""

from netzstadt.lib.privacy import fields

FIELDS = {
    "urbandata_outline": fields(other="id key name boundary attribution attribution_url"),
}
