"""Which columns of vocabularies and tags say something about a person."""

from netzstadt.lib.privacy import fields
from netzstadt.lib.privacy import gettext_noop as _

FIELDS = {
    "tags_scheme": fields(
        other="id key uri title_de title_en description_de description_en is_open visibility "
        "unit_id created_at"
    ),
    "tags_concept": fields(
        other="id scheme_id uri notation label_de label_en definition_de definition_en broader_id "
        "deprecated_at replaced_by_id created_at changed_at"
    ),
    "tags_altlabel": fields(other="id concept_id language text"),
    "tags_tagging": fields(
        personal="tagged_by_id",
        other="id concept_id model object_id tagged_at",
        kept=_("as long as the tag, or until the person is erased"),
    ),
    "tags_importdraft": fields(
        personal="made_by_id", other="id key form name content made_at", kept=_("one day")
    ),
}
