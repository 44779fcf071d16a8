"""Addresses of the council and of the network: the public side, and how they are kept."""

from django.urls import path

from netzstadt.stakeholders.views import (
    council,
    experts,
    keeping,
    network,
    network_keeping,
    paper_imports,
    sources,
    stakeholdings,
)

app_name = "stakeholders"
_party = "office/network/<uuid:key>/"
_known = "office/network/topics/<uuid:key>/"
_request = "office/experts/<uuid:key>/"
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
    path("network/", network.party_list, name="network"),
    path("network.csv", network.as_csv, name="network-csv"),
    path("network/<uuid:key>/", network.party, name="party"),
    path(
        "office/network/new/person/",
        network_keeping.new_party,
        {"kind": "PERSON"},
        name="person-new",
    ),
    path(
        "office/network/new/organisation/",
        network_keeping.new_party,
        {"kind": "ORGANISATION"},
        name="organisation-new",
    ),
    path(f"{_party}change/", network_keeping.change_party, name="party-change"),
    path(f"{_party}remove/", network_keeping.remove_party, name="party-remove"),
    path(f"{_party}relations/new/", network_keeping.relate, name="relation-new"),
    path(f"{_party}consents/new/", network_keeping.note_consent, name="consent-new"),
    path(f"{_party}topics/new/", network_keeping.note_expertise, name="expertise-new"),
    path(
        "office/network/relations/<uuid:key>/end/",
        network_keeping.end_relation,
        name="relation-end",
    ),
    path(
        "office/network/consents/<uuid:key>/withdraw/",
        network_keeping.withdraw_consent,
        name="consent-withdraw",
    ),
    path(f"{_known}change/", network_keeping.change_expertise, name="expertise-change"),
    path(f"{_known}confirm/", network_keeping.confirm_expertise, name="expertise-confirm"),
    path(f"{_known}remove/", network_keeping.remove_expertise, name="expertise-remove"),
    path("experts/", experts.who_can_help, name="experts"),
    path("office/experts/", experts.request_list, name="expert-requests"),
    path(f"{_party}ask/", experts.ask_expert, name="expert-ask"),
    path("office/stakeholders/", stakeholdings.analysis, name="stakeholdings"),
    path("office/stakeholders/new/", stakeholdings.assess, name="stakeholding-new"),
    path(
        "office/stakeholders/<uuid:key>/remove/", stakeholdings.remove, name="stakeholding-remove"
    ),
    path(_request, experts.expert_request, name="expert-request"),
    path(f"{_request}accept/", experts.accept, name="expert-accept"),
    path(f"{_request}decline/", experts.decline, name="expert-decline"),
    path(f"{_request}state/", experts.state, name="expert-state"),
    path(f"{_request}withdraw/", experts.withdraw, name="expert-withdraw"),
    path(f"{_request}effect/", experts.note_effect, name="expert-effect"),
]
