"""Addresses of the strategy."""

from django.urls import path

from netzstadt.strategy.views import (
    comments,
    desk,
    elements,
    importing,
    indicators,
    measuring,
    reading,
    value_imports,
)

app_name = "strategy"
_edition = "office/strategy/editions/<uuid:edition_id>/"
_element = "office/strategy/elements/<uuid:version_id>/"
_indicator = "office/strategy/indicators/<uuid:indicator_id>/"
urlpatterns = [
    path("strategy/", reading.overview, name="overview"),
    path("strategy/indicators/", indicators.listing, name="indicators"),
    path("strategy/indicators/<uuid:indicator_id>/", indicators.indicator, name="indicator"),
    path("strategy/indicators/<uuid:indicator_id>.json", indicators.as_json, name="indicator-json"),
    path("strategy/indicators/<uuid:indicator_id>.csv", indicators.as_csv, name="indicator-csv"),
    path(
        "strategy/indicators/<uuid:indicator_id>/values/<uuid:value_id>/",
        indicators.value,
        name="value",
    ),
    path("strategy/editions/<uuid:edition_id>/comments/", comments.shown, name="comments"),
    path("strategy/editions/<uuid:edition_id>/comment/", comments.write, name="comment-write"),
    path("strategy/elements/<uuid:element_id>/", reading.element, name="element"),
    path("strategy/<slug:key>/", reading.strategy, name="strategy"),
    path("strategy/<slug:key>.pdf", reading.as_pdf, name="strategy-pdf"),
    path("strategy/<slug:key>.csv", reading.as_csv, name="strategy-csv"),
    path("strategy/<slug:key>.xlsx", reading.as_xlsx, name="strategy-xlsx"),
    path("strategy/<slug:key>/compare/", reading.compare, name="compare"),
    path("office/strategy/", desk.desk, name="desk"),
    path("office/strategy/new/", desk.new_strategy, name="strategy-new"),
    path("office/strategy/gaps/", desk.gaps, name="gaps"),
    path(_edition, desk.edition, name="edition"),
    path(f"{_edition}about/", desk.change_strategy, name="strategy-change"),
    path(f"{_edition}describe/", desk.describe, name="edition-describe"),
    path(f"{_edition}consult/", desk.consult, name="edition-consult"),
    path(f"{_edition}return/", desk.return_to_draft, name="edition-return"),
    path(f"{_edition}adopt/", desk.adopt, name="edition-adopt"),
    path(f"{_edition}in-force/", desk.put_in_force, name="edition-in-force"),
    path(f"{_edition}draft/", desk.draft, name="edition-draft"),
    path(f"{_edition}ranking/", desk.ranking, name="edition-ranking"),
    path(f"{_edition}comments/", comments.kept, name="comments-kept"),
    path("office/strategy/comments/<uuid:comment_id>/", comments.comment, name="comment"),
    path("office/strategy/comments/<uuid:comment_id>/show/", comments.show, name="comment-show"),
    path("office/strategy/comments/<uuid:comment_id>/hide/", comments.hide, name="comment-hide"),
    path(f"{_edition}import/", importing.import_strategy, name="edition-import"),
    path(f"{_edition}add/<str:kind>/", elements.add, name="element-add"),
    path(f"{_element}change/", elements.change, name="element-change"),
    path(f"{_element}move/", elements.move, name="element-move"),
    path(f"{_element}remove/", elements.remove, name="element-remove"),
    path(f"{_element}assign/", elements.assign, name="element-assign"),
    path(f"{_element}state/", elements.move_measure, name="measure-move"),
    path(f"{_element}serves/", elements.contribute, name="contribute"),
    path(f"{_element}progress/", elements.type_progress, name="progress"),
    path(f"{_element}light/", elements.override, name="override"),
    path(f"{_element}light/release/", elements.release, name="release"),
    path(f"{_element}measured-by/", measuring.set_path, name="path"),
    path(
        "office/strategy/contributions/<uuid:contribution_id>/end/",
        elements.end_contribution,
        name="contribution-end",
    ),
    path("office/strategy/paths/<uuid:path_id>/end/", measuring.end_path, name="path-end"),
    path("office/strategy/indicators/new/", measuring.new_indicator, name="indicator-new"),
    path(f"{_indicator}define/", measuring.define, name="indicator-define"),
    path(f"{_indicator}assign/", measuring.assign, name="indicator-assign"),
    path(f"{_indicator}bind/", measuring.bind, name="indicator-bind"),
    path(f"{_indicator}enter/", measuring.enter, name="value-enter"),
    path(f"{_indicator}values/import/", value_imports.import_values, name="values-import"),
]
