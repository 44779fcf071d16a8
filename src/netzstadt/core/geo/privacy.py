"""Which columns of places say something about a person: none; an address is not somebody's."""

from netzstadt.lib.privacy import fields

FIELDS = {
    "geo_area": fields(
        other="id kind key name name_key parent_id geometry bounds centre source source_url "
        "licence note valid_from valid_to changed_at"
    ),
    "geo_address": fields(
        other="id key street street_key number addition postcode city area_id point source "
        "changed_at"
    ),
    "geo_place": fields(other="id object_model object_id area_id address_id point set_at"),
}
