"""Which columns of operation say something about a person: none."""

from netzstadt.lib.privacy import fields

FIELDS = {"operation_backup": fields(other="id at name size_bytes rows seconds head")}
