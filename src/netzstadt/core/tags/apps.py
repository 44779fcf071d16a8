"""Declares the room to the core."""

from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from netzstadt.core.rooms import (
    KitPart,
    NavigationGroup,
    NavigationItem,
    ObjectKind,
    PersonalData,
    RoomConfig,
)
from netzstadt.core.tags.permissions import KEEP_VOCABULARIES, TAG_OBJECTS


class TagsConfig(RoomConfig):
    name = "netzstadt.core.tags"
    label = "tags"
    verbose_name = _("Tags")
    purpose = _("Vocabularies and tags.")
    permissions = (KEEP_VOCABULARIES, TAG_OBJECTS)
    navigation = (
        NavigationItem(title=_("Vocabularies"), url_name="tags:vocabularies", order=80),
        NavigationItem(
            title=_("Keep vocabularies"),
            url_name="tags:office",
            group=NavigationGroup.DATA,
            permission=KEEP_VOCABULARIES,
            order=520,
        ),
    )
    event_titles = MappingProxyType(
        {
            "tags.concept.added": _("Term added"),
            "tags.concept.changed": _("Term changed"),
            "tags.concept.deprecated": _("Term taken out of use"),
            "tags.concept.merged": _("Terms merged"),
            "tags.concept.moved": _("Term moved"),
            "tags.concept.revived": _("Term put back into use"),
            "tags.object.tagged": _("Tagged"),
            "tags.object.untagged": _("Tag taken off"),
            "tags.scheme.changed": _("Vocabulary changed"),
            "tags.scheme.imported": _("Vocabulary imported"),
            "tags.scheme.made": _("Vocabulary begun"),
        }
    )
    fact_titles = MappingProxyType(
        {
            "after_id": _("Afterwards below"),
            "before_id": _("Before below"),
            "broader_id": _("Broader term"),
            "changed": _("Changed"),
            "changed_count": _("Terms changed"),
            "doubled_count": _("Tags that both had"),
            "file_name": _("Name of the file"),
            "into_id": _("Went into"),
            "is_open": _("Open for free tags"),
            "key": _("Key"),
            "label": _("Term"),
            "moved_ids": _("Tags moved"),
            "narrower_ids": _("Narrower terms moved"),
            "new_count": _("Terms added"),
            "of_id": _("Object"),
            "of_model": _("Kind of object"),
            "replaced_by_id": _("Replaced by"),
            "scheme_id": _("Vocabulary"),
            "unchanged_count": _("Terms as before"),
            "visibility": _("Who may read it"),
        }
    )
    fact_objects = MappingProxyType(
        {
            "of_id": "of_model",
            **dict.fromkeys(
                (
                    "after_id",
                    "before_id",
                    "broader_id",
                    "into_id",
                    "narrower_ids",
                    "replaced_by_id",
                ),
                "tags.concept",
            ),
        }
    )
    objects = (
        ObjectKind(
            model="tags.concept",
            title=_("Term"),
            cards="netzstadt.core.tags.queries.concept_cards",
            documents="netzstadt.core.tags.queries.concept_documents",
            every_id="netzstadt.core.tags.queries.every_concept_id",
            order=310,
        ),
    )
    personal_data = PersonalData(
        export="netzstadt.core.tags.queries.personal_data",
        erase="netzstadt.core.tags.services.taggings.erase_person",
        titles=MappingProxyType(
            {
                "term": _("Tag"),
                "vocabulary": _("Vocabulary"),
            }
        ),
    )
    kit_parts = (
        KitPart(template="tags/_kit.html", examples="netzstadt.core.tags.gallery.examples"),
    )
