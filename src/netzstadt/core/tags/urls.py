"""Addresses of vocabularies and tags."""

from django.urls import path

from netzstadt.core.tags.views import keeping, reading, tagging

_office = "office/vocabularies/"
_scheme = f"{_office}<slug:key>/"
_term = f"{_scheme}<uuid:concept_id>/"

app_name = "tags"
urlpatterns = [
    path("vocabularies/", reading.vocabularies, name="vocabularies"),
    path("vocabularies/<slug:key>/", reading.scheme, name="scheme"),
    path("vocabularies/<slug:key>/terms.<str:ending>", reading.export, name="export"),
    path("vocabularies/<slug:key>/suggest.json", reading.suggest, name="suggest"),
    path("vocabularies/<slug:key>/<uuid:concept_id>/", reading.concept, name="concept"),
    path("tags/<str:model>/<uuid:object_id>/add/", tagging.tag, name="tag"),
    path("tags/<str:model>/<uuid:object_id>/remove/", tagging.untag, name="untag"),
    path(_office, keeping.office, name="office"),
    path(f"{_office}new/", keeping.new_scheme, name="new-scheme"),
    path(f"{_office}import/", keeping.import_file, name="import"),
    path(f"{_office}import/shipped/", keeping.import_shipped, name="import-shipped"),
    path(f"{_office}import/<uuid:draft_id>/", keeping.import_preview, name="import-preview"),
    path(_scheme, keeping.keep_scheme, name="keep-scheme"),
    path(f"{_scheme}change/", keeping.change_scheme, name="change-scheme"),
    path(f"{_scheme}new/", keeping.new_concept, name="new-concept"),
    path(_term, keeping.keep_concept, name="keep-concept"),
    path(f"{_term}change/", keeping.change_concept, name="change-concept"),
    path(f"{_term}move/", keeping.move_concept, name="move-concept"),
    path(f"{_term}merge/", keeping.merge_concept, name="merge-concept"),
    path(f"{_term}retire/", keeping.deprecate_concept, name="deprecate-concept"),
    path(f"{_term}revive/", keeping.revive_concept, name="revive-concept"),
]
