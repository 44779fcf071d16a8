"""Addresses of the council: the public side, and how it is kept."""

from django.urls import path

from netzstadt.stakeholders.views import council, keeping, paper_imports, sources

app_name = "stakeholders"
urlpatterns = [
    path("council/", council.overview, name="council"),
    path("council/resolutions/", council.resolution_list, name="resolutions"),
    path("council/papers/", council.paper_list, name="papers"),
    path("council/meetings/", council.meeting_list, name="meetings"),
    path("council/resolutions/<uuid:key>/", council.item, name="item"),
    path("council/papers/<uuid:key>/", council.paper, name="paper"),
    path("council/meetings/<uuid:key>/", council.meeting, name="meeting"),
    path("office/council/", sources.source_list, name="sources"),
    path("office/council/systems/new/", sources.new_source, name="source-new"),
    path("office/council/systems/<uuid:key>/", sources.source, name="source"),
    path("office/council/systems/<uuid:key>/harvest/", sources.harvest, name="source-harvest"),
    path("office/council/systems/<uuid:key>/pause/", sources.pause, name="source-pause"),
    path("office/council/systems/<uuid:key>/resume/", sources.resume, name="source-resume"),
    path("office/council/meetings/new/", keeping.new_meeting, name="meeting-new"),
    path("office/council/meetings/<uuid:key>/", keeping.edit_meeting, name="meeting-edit"),
    path(
        "office/council/meetings/<uuid:key>/withdraw/",
        keeping.withdraw_meeting,
        name="meeting-withdraw",
    ),
    path("office/council/meetings/<uuid:key>/items/new/", keeping.new_item, name="item-new"),
    path("office/council/items/<uuid:key>/", keeping.edit_item, name="item-edit"),
    path("office/council/items/<uuid:key>/withdraw/", keeping.withdraw_item, name="item-withdraw"),
    path("office/council/papers/new/", keeping.new_paper, name="paper-new"),
    path("office/council/papers/import/", paper_imports.import_papers, name="papers-import"),
    path("office/council/papers/<uuid:key>/", keeping.edit_paper, name="paper-edit"),
    path(
        "office/council/papers/<uuid:key>/withdraw/", keeping.withdraw_paper, name="paper-withdraw"
    ),
]
